"""The tool in use: its state, the stroke in progress, and what becomes of both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.geometry import NOTHING, Rect
from kling_desktop.domain.motion.stroke import Stroke
from kling_desktop.domain.motion.symmetry import mirrored_segments
from kling_desktop.domain.motion.tools.brush import Brush
from kling_desktop.domain.motion.tools.options import Symmetry, ToolName, ToolOptions
from kling_desktop.domain.motion.tools.pen import Pen
from kling_desktop.domain.motion.tools.tool import NO_GUIDE, Guide, Reaction
from kling_desktop.ui.canvas.errands import Errand

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.labels import Labels
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene, Segment, Task, Tool
    from kling_desktop.ui.canvas.session import Session

    ToolFor: TypeAlias = Callable[[ToolName, ToolOptions], Tool | None]

LOCKED = "{} is locked. Unlock it in the list of regions to change it."
HIDDEN = "{} is hidden. Show it in the list of regions to see what you change."


def brush_for(name: ToolName, options: ToolOptions) -> Tool | None:
    """Tools that paint freely; None for every other name."""
    if name in {ToolName.BRUSH, ToolName.LINE}:
        return Brush(replace(options.brush, erases=False))
    return Brush(replace(options.brush, erases=True)) if name is ToolName.ERASER else None


class _Words(QObject):
    """What painting has to say."""

    settled = Signal(object)
    """Pixels of a stroke that is no more: kept or not, the document alone counts for them now."""
    guided = Signal()
    """There is another guide."""
    told = Signal(str)
    """Why nothing happens."""
    failed = Signal(object)
    busy_changed = Signal(bool)


class Painting:
    """Carries out what the tool answers."""

    def __init__(
        self, session: Session, tool_for: ToolFor, touched: Callable[[Rect], None], parent: QObject
    ) -> None:
        """``touched`` hears which pixels look different while a stroke is in progress."""
        self._words = _Words(parent)
        self.settled, self.guided = self._words.settled, self._words.guided
        self.told, self.failed = self._words.told, self._words.failed
        self.busy_changed = self._words.busy_changed
        self._touched = touched
        self._session, self._tool_for = session, tool_for
        self._labels: Labels | None = None
        self._stroke: Stroke | None = None
        self._is_stroking = False
        self._erases = False
        self._region = session.active
        self._tool = tool_for(session.tool, session.options)
        self.guide: Guide = NO_GUIDE
        self.errand = Errand(parent)
        self.errand.done.connect(self._finish)
        self.errand.failed.connect(self.failed)
        self.errand.busy_changed.connect(self.busy_changed)

    @property
    def is_idle(self) -> bool:
        return self._tool is None or self._tool.is_idle

    @property
    def chosen_node(self) -> int | None:
        """Which point of the active region's path is chosen, while the pen is in use."""
        found: int | None = getattr(self._tool, "selected", None)
        return found

    def step_node(self, by: int) -> None:
        """Choose the path's next point, or the one before; with any other tool nothing happens."""
        if isinstance(self._tool, Pen) and (scene := self._scene()) is not None:
            self._tool = self._tool.stepped(scene, by)
            self.guided.emit()

    @property
    def dirty(self) -> Rect:
        """What the stroke in progress covers."""
        return self._stroke.dirty if self._is_stroking and self._stroke is not None else NOTHING

    def open(self, labels: Labels | None) -> None:
        """Work on another picture; its stroke buffer is made with the first stroke."""
        self.errand.cancel()
        self._is_stroking, self._stroke, self._labels = False, None, labels
        self.take_tool()

    def take_tool(self) -> None:
        """Use the tool and the options that are chosen now; nothing in progress is kept."""
        self.cancel()
        self._tool = self._tool_for(self._session.tool, self._session.options)

    def take_options(self) -> None:
        """Use other options; a stroke in progress ends with those that it began with."""
        if not self.is_idle:
            return
        before, tool = self._tool, self._tool_for(self._session.tool, self._session.options)
        if isinstance(before, Brush) and isinstance(tool, Brush):
            tool = replace(tool, last=before.last)
        elif isinstance(before, Pen) and isinstance(tool, Pen):
            tool = tool.with_selected(before.selected)
        self._tool = tool

    def press(self, at: Pointer) -> None:
        if self._tool is not None and (scene := self._scene()) is not None:
            self.errand.cancel()
            self._tell_in_the_way(scene)
            self._carry_out(self._tool.press(at, scene), scene)

    def move(self, at: Pointer) -> None:
        tool = self._tool
        if tool is not None and self._labels is not None:
            scene = self._session.scene
            if scene is not None:
                self._carry_out(tool.move(at, scene), scene)

    def release(self, at: Pointer) -> None:
        if self._tool is not None and (scene := self._scene()) is not None:
            self._carry_out(self._tool.release(at, scene), scene)

    def accept(self) -> None:
        """Enter."""
        if self._tool is not None and (scene := self._scene()) is not None:
            self._carry_out(self._tool.accept(scene), scene)

    def step_back(self) -> None:
        """Backspace."""
        if self._tool is not None and (scene := self._scene()) is not None:
            self._carry_out(self._tool.step_back(scene), scene)

    def cancel(self) -> None:
        """Escape: as if nothing had been begun."""
        self.errand.cancel()
        if self._tool is not None:
            self._tool = self._tool.cancel()
        self._end_stroke()
        self._show_guide(NO_GUIDE)

    def _scene(self) -> Scene | None:
        return None if self._labels is None else self._session.scene

    def _carry_out(self, answer: Reaction, scene: Scene) -> None:
        self._tool = answer.tool
        if answer.segments:
            self._stamp(answer.segments, scene, erases=answer.is_erasing)
        if answer.commits_stroke:
            self._commit(answer.commits_stroke, scene)
        if answer.edit is not None:
            self.errand.cancel()
            self._session.apply(answer.edit)
        if answer.task is not None:
            self._begin(answer.task)
        if answer.guide is not self.guide:
            self._show_guide(answer.guide)

    def _stamp(self, segments: tuple[Segment, ...], scene: Scene, *, erases: bool) -> None:
        options = self._session.options
        if not self._is_stroking:
            self._begin_stroke(scene, options.brush.hardness, erases=erases)
        stroke = self._stroke
        assert stroke is not None
        is_one = options.symmetry is Symmetry.NONE
        for segment in segments:
            if is_one:
                self._touched(stroke.stamp(segment))
                continue
            for each in mirrored_segments(segment, options.symmetry, scene.document.size):
                self._touched(stroke.stamp(each))

    def _begin_stroke(self, scene: Scene, hardness: float, *, erases: bool) -> None:
        if self._stroke is None:
            self._stroke = Stroke(scene.document.size)
        assert self._labels is not None
        self._stroke.begin(hardness)
        self._labels.begin(self._stroke, scene.active, erases=erases)
        self._is_stroking, self._erases, self._region = True, erases, scene.active

    def _commit(self, name: str, scene: Scene) -> None:
        if not self._is_stroking or self._stroke is None:
            return
        mask, erases = self._stroke.covered(), self._erases
        self._end_stroke()
        if not mask.is_empty:
            change = edits.erase if erases else edits.paint
            self._session.apply(Edit(name, change(scene.document, self._region, mask)))

    def _end_stroke(self) -> None:
        if not self._is_stroking or self._stroke is None:
            return
        self._is_stroking = False
        if self._labels is not None:
            self._labels.end()
        self.settled.emit(self._stroke.clear())

    def _begin(self, task: Task) -> None:
        document = self._session.document
        self.errand.start(lambda: (document, task()))

    def _finish(self, result: tuple[object, Edit | None]) -> None:
        document, edit = result
        if edit is not None and document is self._session.document:
            self._session.apply(edit)

    def _show_guide(self, guide: Guide) -> None:
        if guide is not self.guide and guide != self.guide:
            self.guide = guide
            self.guided.emit()

    def _tell_in_the_way(self, scene: Scene) -> None:
        region = scene.document.region(scene.active)
        if region is not None and region.is_locked:
            self.told.emit(LOCKED.format(region.title))
        elif region is not None and region not in scene.document.shown():
            self.told.emit(HIDDEN.format(region.title))
