"""Makes the page of the motion brush and joins it with the stage that it is for.

Masks need numpy, so this is imported by who needs the page, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.ui.brush import easel
from kling_desktop.ui.brush.page import BrushPage
from kling_desktop.ui.canvas.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.ui.stage import Stage


def make_page(
    stage: Stage,
    notes: Mapping[str, Any],
    muted: tuple[str, ...],
    endpoints: tuple[Endpoint, tuple[Endpoint, ...]] | None,
) -> BrushPage:
    """A page with a session and a canvas, and with what the stage was told before it."""
    session = Session(stage)
    canvas = easel.make_canvas(session, stage.keys)
    page = BrushPage(session, stage.keys, canvas)
    easel.join(page, canvas)
    if stage.make_motion is not None:
        page.take_preview(stage.make_motion)
    page.restore(notes)
    page.advice.form = stage.form
    page.advice.mute_here(muted)
    page.advice.values_asked.connect(stage.values_asked)
    page.advice.switch_asked.connect(stage.switch_asked)
    page.advice.counted.connect(stage.advice_counted)
    page.advice.muted_here.connect(stage.advice_muted)
    page.offer.switch_asked.connect(stage.switch_asked)
    if endpoints is not None:
        page.offer.show_endpoint(*endpoints)
    return page
