"""What was dropped or pasted at a field for files, and which kind of file belongs there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.ui.incoming import OURS, frame_in, offers_picture, pixels
from kling_desktop.ui.incoming_web import Piece, picture_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QImage

SUFFIXES: Final = {
    FieldKind.PICTURE: (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif",
                        ".tiff"),
    FieldKind.VIDEO: (".mp4", ".mov", ".webm", ".mkv", ".m4v"),
    FieldKind.SOUND: (".mp3", ".wav", ".m4a", ".ogg", ".flac", ".aac"),
}  # fmt: skip
HEIC: Final = (".heic", ".heif")
"""Pictures too, though not everywhere can they be read."""
CALLED: Final = {
    FieldKind.PICTURE: "a picture",
    FieldKind.VIDEO: "a video",
    FieldKind.SOUND: "a sound",
}
NOT_HERE: Final = "{name} is {what}, and {wanted} belongs here ({kinds}). Nothing was changed."
NO_FILE: Final = "There is nothing in it that could be {wanted} ({kinds}). Nothing was changed."


@dataclass(frozen=True, slots=True)
class Brought:
    """A copy of what a drop holds, for it is gone as soon as the drop is over."""

    files: tuple[str, ...] = ()
    frame: tuple[str, float] | None = None
    """A job, and the time of a frame that is dragged out of its clip."""
    data: bytes | None = None
    """The very file of a picture."""
    image: QImage | None = None
    """Its bare pixels."""
    piece: Piece = Piece()  # noqa: RUF009 - it is frozen

    @classmethod
    def of(cls, mime: QMimeData) -> Brought:
        """What is best comes alone: the frame of a clip, files, bytes, pixels, an address."""
        if (frame := frame_in(mime)) is not None:
            return cls(frame=frame)
        if files := local_files(mime):
            return cls(tuple(files))
        if (data := picture_bytes(mime)) is not None:
            return cls(data=data, piece=Piece.of(mime))
        if (image := pixels(mime)) is not None:
            return cls(image=image)
        return cls(piece=Piece.of(mime))

    @property
    def is_picture(self) -> bool:
        """Whether there is a picture in it that is no file yet."""
        return self.frame is not None or self.data is not None or self.image is not None


def local_files(mime: QMimeData) -> list[str]:
    """All files in it."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


def offers_file(mime: QMimeData, kind: FieldKind) -> bool:
    """Whether it is taken there: as it is, or made into what belongs there, or with a word why not.

    A clip out of the queue is a video, and its frames are pictures.
    """
    if mime.hasFormat(OURS):
        return kind is not FieldKind.SOUND and bool(local_files(mime))
    return offers_picture(mime)


def kind_of(name: str) -> FieldKind | None:
    """What a file is by its name; None where the name does not tell."""
    suffix = PurePath(name).suffix.lower()
    if suffix in HEIC:
        return FieldKind.PICTURE
    return next((kind for kind, each in SUFFIXES.items() if suffix in each), None)


def fitting(files: Iterable[str], kind: FieldKind) -> list[str]:
    """Those of a kind, and those of which the name tells nothing: a look tells."""
    return [each for each in files if kind_of(each) in {kind, None}]


def refusal(brought: Brought, wanted: FieldKind) -> str:
    """Why nothing came of it, in a sentence."""
    kinds = ", ".join(SUFFIXES[wanted])
    for each in brought.files:
        if (found := kind_of(each)) is not None:
            return NOT_HERE.format(
                name=PurePath(each).name, what=CALLED[found], wanted=CALLED[wanted], kinds=kinds
            )
    if brought.is_picture:
        return NOT_HERE.format(
            name="That", what=CALLED[FieldKind.PICTURE], wanted=CALLED[wanted], kinds=kinds
        )
    return NO_FILE.format(wanted=CALLED[wanted], kinds=kinds)
