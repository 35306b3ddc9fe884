"""What all states of tools have in common: whatever is not their business they let pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.tools.tool import NO_GUIDE, Guide, Reaction

if TYPE_CHECKING:
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene, Tool


@dataclass(frozen=True, slots=True)
class Idle:
    """Waits. By itself it does nothing for ever, as the hand does: the canvas moves the view."""

    @property
    def is_idle(self) -> bool:
        return True

    def press(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self)

    def move(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self)

    def release(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self)

    def accept(self, _scene: Scene) -> Reaction:
        return Reaction(self)

    def step_back(self, _scene: Scene) -> Reaction:
        return Reaction(self)

    def cancel(self) -> Tool:
        return self


@dataclass(frozen=True, slots=True)
class Busy:
    """In the middle of something that shows a guide and can be given up."""

    idle: Tool
    """What comes after."""

    @property
    def is_idle(self) -> bool:
        return False

    def guide(self, _scene: Scene) -> Guide:
        return NO_GUIDE

    def press(self, _at: Pointer, scene: Scene) -> Reaction:
        return self.stay(scene)

    def move(self, _at: Pointer, scene: Scene) -> Reaction:
        return self.stay(scene)

    def release(self, _at: Pointer, scene: Scene) -> Reaction:
        return self.accept(scene)

    def accept(self, scene: Scene) -> Reaction:
        return self.stay(scene)

    def step_back(self, scene: Scene) -> Reaction:
        return self.stay(scene)

    def cancel(self) -> Tool:
        return self.idle

    def stay(self, scene: Scene) -> Reaction:
        """Go on as before."""
        return Reaction(self, guide=self.guide(scene))
