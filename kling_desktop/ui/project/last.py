"""What was worked on when the window closed, so that the next one begins where that one ended."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.domain.motion.history import Abandoned

GONE = (
    "The project of last time was not opened, so the desk is empty. {} "
    "If it was moved, open it from where it is now."
)
WORK_GONE = "The work of last time was not restored, so the desk is empty. {}"
_HEAVY = (
    "kling_desktop.domain.motion.labels",
    "kling_desktop.domain.motion.tools.kit",
    "kling_desktop.domain.motion.helpers",
    "kling_desktop.domain.motion.operations",
    "kling_desktop.domain.motion.pyramid",
    "kling_desktop.ui.brush.easel",
    "kling_desktop.ui.brush.making",
    "kling_desktop.ui.brush.opening",
    "kling_desktop.ui.brush.page",
    "kling_desktop.ui.canvas.session",
    "kling_desktop.ui.preview.player",
)


@dataclass(frozen=True, slots=True)
class Last:
    """A saved project, or work that its window had to leave without a question."""

    path: str
    """Where it is saved; empty: nowhere."""
    name: str
    is_kept: bool
    """Whether the autosave has what is not saved: the system ended the program."""

    def notes(self) -> dict[str, Any]:
        """What the next window needs to find it again."""
        return {"path": self.path, "name": self.name, "kept": self.is_kept}

    @classmethod
    def of(cls, notes: object) -> Self | None:
        """What was noted; None where the notes make no sense."""
        match notes:
            case {"path": str(path), "name": str(name), "kept": bool(is_kept)}:
                return cls(path, name, is_kept) if path or is_kept else None
            case _:
                return None

    def among(self, left: Iterable[Abandoned]) -> Abandoned | None:
        """The newest abandoned work that is this, if it was kept."""
        if not self.is_kept:
            return None
        same = (each for each in left if each.path == self.path)
        return next((each for each in same if self.path or each.name == self.name), None)


def load_heavy() -> None:
    """Import what the brush will need; takes long, and is not for the window's thread."""
    for name in _HEAVY:
        importlib.import_module(name)
