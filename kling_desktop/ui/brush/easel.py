"""The canvas in its page: the tools, the paths over the picture, the keys of its view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.domain.motion.tools.kit import tool_for
from kling_desktop.ui.advice.flash import Flash
from kling_desktop.ui.brush.asked import questions
from kling_desktop.ui.brush.deeds import deeds
from kling_desktop.ui.canvas.canvas import Canvas
from kling_desktop.ui.canvas.keys import CANVAS_KEYS, Bindings, KeySpec
from kling_desktop.ui.canvas.palette import look_of
from kling_desktop.ui.canvas.path_overlay import PathOverlay
from kling_desktop.ui.keys_table import KeyRow

if TYPE_CHECKING:
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.keys_table import KeyTable

VIEW = "View"


def make_canvas(session: Session, keys: KeyTable) -> Canvas:
    """A canvas with every tool, on which paths are seen; its keys are those of the table."""
    canvas = Canvas(session, tool_for)
    canvas.overlays.append(PathOverlay(lambda region: look_of(region).colour, canvas.chosen_node))
    keys.add(KeyRow(_name(each), VIEW, each.text, each.keys, repeats=each.repeats)
             for each in CANVAS_KEYS)  # fmt: skip

    def bind() -> None:
        canvas.bind(Bindings(changed={each.id: keys.keys_of(_name(each)) for each in CANVAS_KEYS}))

    keys.changed.connect(bind)
    bind()
    return canvas


def join(page: BrushPage, canvas: Canvas) -> None:
    """Let the page say what the canvas knows, and do what the program can do."""
    page.restyled.connect(canvas.restyle)
    page.wire(deeds(page.session), questions())
    page.questions.show_instead = canvas.show_instead
    page.dress_canvas = canvas.restyle
    canvas.view_changed.connect(lambda view: page.status.show_zoom(view.scale))
    canvas.hovered.connect(page.status.show_pointer)
    canvas.told.connect(page.status.say)
    flash = Flash(canvas)
    canvas.overlays.append(flash)
    page.advice.region_pointed.connect(flash.begin)
    canvas.failed.connect(lambda error: page.status.say(_told(error)))


def _name(spec: KeySpec) -> str:
    return f"canvas.{spec.id}"


def _told(error: Any) -> str:
    return f"That did not work, and nothing was changed ({type(error).__name__})."
