"""A hand for tests of path tools: it presses, moves and lets go, and edits are applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.path_edits import trajectory_of
from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer
from kling_desktop.domain.motion.tools.tool import NO_GUIDE, Guide, Reaction, Scene, Tool
from tests.domain.motion.shapes import ONE

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.trajectory import Trajectory

PICTURE = np.zeros((480, 640, 4), np.uint8)
SHIFT, CTRL, ALT = Modifiers.SHIFT, Modifiers.CTRL, Modifiers.ALT


@dataclass
class Hand:
    """Holds a tool over a document."""

    tool: Tool
    document: MotionDocument
    active: RegionId = ONE
    scale: float = 1.0
    labels: list[str] = field(default_factory=list)
    guide: Guide = NO_GUIDE
    has_task: bool = False
    """Whether the last answer is to be worked out elsewhere; here it is at once."""

    @property
    def scene(self) -> Scene:
        return Scene(self.document, self.active, PICTURE)

    @property
    def path(self) -> Trajectory:
        return trajectory_of(self.document, self.active)

    def press(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self._take(self.tool.press(self._at(x, y, keys), self.scene))

    def move(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self._take(self.tool.move(self._at(x, y, keys), self.scene))

    def release(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self._take(self.tool.release(self._at(x, y, keys), self.scene))

    def click(self, x: float, y: float, keys: Modifiers = Modifiers.NONE) -> None:
        self.press(x, y, keys)
        self.release(x, y, keys)

    def drag(
        self, start: tuple[float, float], end: tuple[float, float], keys: Modifiers = Modifiers.NONE
    ) -> None:
        self.press(*start)
        self.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, keys)
        self.move(*end, keys)
        self.release(*end, keys)

    def enter(self) -> None:
        self._take(self.tool.accept(self.scene))

    def backspace(self) -> None:
        self._take(self.tool.step_back(self.scene))

    def escape(self) -> None:
        self.tool = self.tool.cancel()

    def _at(self, x: float, y: float, keys: Modifiers) -> Pointer:
        return Pointer(x, y, modifiers=keys, scale=self.scale)

    def _take(self, reaction: Reaction) -> None:
        self.tool, self.guide = reaction.tool, reaction.guide
        self.has_task = reaction.task is not None
        edit = reaction.task() if reaction.task is not None else reaction.edit
        if edit is not None and edit.document is not self.document:
            self.document = edit.document
            self.labels.append(edit.label)
