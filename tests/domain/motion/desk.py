"""What the canvas does with a tool, without a window: a document, a hand, and a history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.stroke import Stroke
from kling_desktop.domain.motion.tools.kit import tool_for
from kling_desktop.domain.motion.tools.options import ToolOptions
from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer
from kling_desktop.domain.motion.tools.tool import NO_GUIDE, Guide, Reaction, Scene, Tool
from tests.domain.motion.pictures import ONE

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.domain.motion.tools.options import ToolName


@dataclass
class Desk:
    scene: Scene
    tool: Tool
    history: list[Edit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    guide: Guide = NO_GUIDE

    @staticmethod
    def of(scene: Scene, name: ToolName, options: ToolOptions | None = None) -> Desk:
        return Desk(scene, tool_for(name, options or ToolOptions()))

    def __post_init__(self) -> None:
        self.stroke = Stroke(self.scene.document.size)

    @property
    def document(self) -> MotionDocument:
        return self.scene.document

    def mask(self, number: RegionId = ONE) -> Mask:
        return edits.region_or_new(self.document, number).mask

    def press(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self.take(self.tool.press(Pointer(x, y, modifiers=keys), self.scene))

    def move(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self.take(self.tool.move(Pointer(x, y, modifiers=keys), self.scene))

    def release(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self.take(self.tool.release(Pointer(x, y, modifiers=keys), self.scene))

    def click(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self.press(x, y, keys)
        self.release(x, y, keys)

    def drag(self, *places: tuple[float, float], keys: Modifiers = Modifiers.NONE) -> None:
        self.press(*places[0], keys)
        for each in places[1:]:
            self.move(*each, keys)
        self.release(*places[-1], keys)

    def enter(self) -> None:
        self.take(self.tool.accept(self.scene))

    def backspace(self) -> None:
        self.take(self.tool.step_back(self.scene))

    def escape(self) -> None:
        self.tool, self.guide = self.tool.cancel(), NO_GUIDE
        self.stroke.clear()

    def undo(self) -> None:
        """Back to the document before the last step."""
        self.history.pop()
        self.scene = replace(self.scene, document=self._before.pop())

    def take(self, reaction: Reaction) -> None:
        self.tool, self.guide = reaction.tool, reaction.guide
        for segment in reaction.segments:
            self.stroke.stamp(segment)
        if reaction.commits_stroke:
            change = edits.erase if reaction.is_erasing else edits.paint
            made = change(self.document, self.scene.active, self.stroke.covered())
            self.apply(edits.Edit(reaction.commits_stroke, made))
            self.stroke.clear()
        if reaction.edit is not None:
            self.apply(reaction.edit)
        if reaction.task is not None:
            found = reaction.task()
            if found is not None:
                self.apply(found)

    def apply(self, edit: Edit) -> None:
        if edit.note:
            self.notes.append(edit.note)
        if edit.document is not self.document:
            self.history.append(edit)
            self._before.append(self.document)
            self.scene = replace(self.scene, document=edit.document)

    _before: list[MotionDocument] = field(default_factory=list)
