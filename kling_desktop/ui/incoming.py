"""Pictures from outside: what a drop or the clipboard holds, as a file to look at."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from PySide6.QtGui import QImage

from kling_desktop.domain.errors import BadPicture

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

OURS = "application/x-kling-desktop-jobs"
"""In it are jobs that are dragged out of the queue: no pictures, though clips are files too."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a picture is from: our own kept copy, and the name that the user knows it by."""

    path: Path
    name: str

    def notes(self) -> dict[str, str]:
        """What the next window needs to find it again."""
        return {"path": str(self.path), "name": self.name}

    @classmethod
    def of(cls, notes: object) -> Self | None:
        """The source that was noted; None where the notes make no sense."""
        match notes:
            case {"path": str(path), "name": str(name)}:
                return cls(Path(path), name)
            case _:
                return None


def offers_picture(mime: QMimeData) -> bool:
    """Whether there is any hope of a picture in it."""
    if mime.hasFormat(OURS):
        return False
    return mime.hasImage() or any(url.isLocalFile() for url in mime.urls())


def local_file(mime: QMimeData) -> Path | None:
    """The first file in it: better than its pixels, for it is the original."""
    return next((Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()), None)


def pixels(mime: QMimeData) -> QImage | None:
    """The bare pixels in it, such as a screenshot."""
    image = QImage(mime.imageData()) if mime.hasImage() else QImage()
    return None if image.isNull() else image


async def write_pixels(image: QImage) -> Path:
    """Pixels as a private temporary PNG, off the window's thread; the caller removes it.

    Raises:
        BadPicture: they cannot be written.
    """
    return await asyncio.to_thread(_write, image)


def _write(image: QImage) -> Path:
    with tempfile.NamedTemporaryFile(prefix="pasted-", suffix=".png", delete=False) as made:
        path = Path(made.name)
    if not image.save(str(path)):
        path.unlink(missing_ok=True)
        raise BadPicture("The pasted picture", "it cannot be written to the temporary folder")
    return path


def _load(path: Path) -> QImage:
    return QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)  # as canvases want it


async def load(path: Path) -> QImage:
    """Decode a picture for the screen, off the window's thread.

    Raises:
        BadPicture: it cannot be decoded.
    """
    image = await asyncio.to_thread(_load, path)
    if image.isNull():
        raise BadPicture(path.name, "it cannot be shown")
    return image
