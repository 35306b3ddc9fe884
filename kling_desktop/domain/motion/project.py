"""What is kept of a piece of work: what it asks for, the picture, and what is painted on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kling_desktop.domain.motion.document import MotionDocument

VERSION = 1
"""Of project files that this program writes."""
PICTURE_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif")
)
"""What the picture in a project file may end with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything but the bytes of the picture."""

    document: MotionDocument
    endpoint: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """What the form holds, without the pictures and masks that this project has itself."""
    jobs: tuple[str, ...] = ()
    """Ids of the jobs that were made from it, oldest first."""
    muted: tuple[str, ...] = ()
    """Soft rules of ``advice`` that are not told of it."""
    suffix: str = ".png"
    """Of the picture's file, one of ``PICTURE_SUFFIXES``."""
    version: int = VERSION

    @property
    def is_newer(self) -> bool:
        """Whether a newer program wrote it: to save it here might lose what it has more."""
        return self.version > VERSION


@dataclass(frozen=True, slots=True)
class OpenedProject:
    """A project as it came from a file."""

    project: Project
    picture: bytes
    """The picture's file, as it was given."""
    notes: tuple[str, ...] = ()
    """Sentences on what had to be put right, or cannot be done with it."""

    @property
    def is_read_only(self) -> bool:
        """Whether it may only be saved under another name."""
        return self.project.is_newer


@dataclass(frozen=True, slots=True)
class RecentProject:
    """A project file that was opened or saved lately."""

    path: Path
    is_there: bool
    """It may have been moved since, or be on a disk that is not at hand."""


NEWER = (
    "A newer version of this program wrote this project. It is open for reading; "
    "save it under another name to change it."
)
