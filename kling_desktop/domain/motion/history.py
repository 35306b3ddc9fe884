"""The undo history of a document as plain values, to be kept and brought back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, PictureRef
    from kling_desktop.domain.motion.project import Project

MOST_STEPS = 200
"""Steps that are kept over a crash."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was done, and the document after it."""

    label: str
    document: MotionDocument
    merges_with: str = ""
    """As in ``edits.Edit``."""


@dataclass(frozen=True, slots=True)
class History:
    """Where it began, the steps since, and how many of them are done."""

    start: MotionDocument
    steps: tuple[Step, ...] = ()
    done: int = 0
    """The others have been undone, and can be done again."""

    @property
    def document(self) -> MotionDocument:
        """The version that is seen."""
        return self.version(self.done)

    def version(self, number: int) -> MotionDocument:
        """The document after so many steps."""
        return self.steps[number - 1].document if number else self.start

    @property
    def versions(self) -> list[MotionDocument]:
        """All of them, the one that it began with first."""
        return [self.start, *(each.document for each in self.steps)]

    def on(self, picture: PictureRef) -> History:
        """The same on another picture of the same size."""
        steps = (replace(e, document=replace(e.document, picture=picture)) for e in self.steps)
        return History(replace(self.start, picture=picture), tuple(steps), self.done)

    def newest(self, most: int = MOST_STEPS) -> History:
        """With no more than so many steps: of those that are done the last, then the others."""
        first = max(0, min(len(self.steps) - most, self.done))
        kept = self.steps[first : first + most]
        return History(self.version(first), kept, min(self.done - first, len(kept)))


@dataclass(frozen=True, slots=True)
class Running:
    """What is at work in a window: everything that a crash must not take."""

    project: Project
    """Its document is the one that is seen."""
    history: History
    picture: bytes = field(repr=False)
    path: str = ""
    """Where it is saved; empty if it never was."""
    is_saved: bool = False
    """Whether the file has all of it."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Work that a program left behind when it died."""

    id: str
    name: str
    """Of the picture or the project file."""
    path: str
    changed_at: float
    """Seconds since 1970."""
    size: int
    """Bytes on the disk."""
