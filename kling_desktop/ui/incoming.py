"""Pictures from outside: what a drop or the clipboard holds, as a file to look at."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from PySide6.QtGui import QImage

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.lineage import MadeFrom
from kling_desktop.ui.incoming_web import Piece, offers_bytes

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

OURS = "application/x-kling-desktop-jobs"
"""In it are jobs that are dragged out of the queue: no pictures, though clips are files too."""

FRAME = "application/x-kling-desktop-frame"
"""In it is which frame of which clip is dragged: a job, and a time."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a picture is from: our own kept copy, and the name that the user knows it by."""

    path: Path
    name: str
    made_from: MadeFrom | None = None
    """The clip that it is a frame of."""
    held_back: str = ""
    """What of its file is not sent, in words."""

    def notes(self) -> dict[str, Any]:
        """What the next window needs to find it again."""
        lineage = {} if self.made_from is None else {"made_from": self.made_from.to_json()}
        return {"path": str(self.path), "name": self.name} | lineage

    @classmethod
    def of(cls, notes: object) -> Self | None:
        """The source that was noted; None where the notes make no sense."""
        match notes:
            case {"path": str(path), "name": str(name)}:
                lineage = MadeFrom.of(notes.get("made_from")) if isinstance(notes, dict) else None
                return cls(Path(path), name, lineage)
            case _:
                return None


def offers_picture(mime: QMimeData) -> bool:
    """Whether there is any hope of a picture in it."""
    if mime.hasFormat(OURS):
        return False
    return (
        mime.hasFormat(FRAME)
        or mime.hasImage()
        or any(url.isLocalFile() for url in mime.urls())
        or offers_bytes(mime)
        or Piece.of(mime).has_hope
    )


def offers_clip(mime: QMimeData) -> bool:
    """Whether a clip of ours is dragged out of the queue: one of its frames is a picture."""
    return mime.hasFormat(OURS) and any(url.isLocalFile() for url in mime.urls())


def local_files(mime: QMimeData) -> list[Path]:
    """The files in it: better than its pixels, for they are the originals."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def frame_in(mime: QMimeData) -> tuple[str, float] | None:
    """The job and the time of a frame that is dragged out of a clip."""
    try:
        told = parsed(bytes(mime.data(FRAME).data())) if mime.hasFormat(FRAME) else None
    except ValueError:
        return None
    match told:
        case {"job": str(job), "at": float() | int() as seconds}:
            return job, float(seconds)
        case _:
            return None


def pixels(mime: QMimeData) -> QImage | None:
    """The bare pixels in it, such as a screenshot."""
    image = QImage(mime.imageData()) if mime.hasImage() else QImage()
    return None if image.isNull() else image


async def write_bytes(name: str, data: bytes) -> Path:
    """A file in a private temporary folder, off the window's thread; the caller removes both.

    Raises:
        BadPicture: it cannot be written.
    """
    return await asyncio.to_thread(_write_bytes, name, data)


def _write_bytes(name: str, data: bytes) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="picture-"))
    try:
        (folder / name).write_bytes(data)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BadPicture(name, f"cannot be written: {error.strerror}") from None
    return folder / name


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
