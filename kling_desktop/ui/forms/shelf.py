"""What the fields for files need from outside: looks at files, and pixels made into files.

The fields only ask and show; whoever serves the shelf reads disks, and answers when it can.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.ui.incoming import OURS, pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

REMOTE: Final = ("http://", "https://", "data:")
FILTERS: Final = {
    FieldKind.PICTURE: "Pictures (*.jpg *.jpeg *.png *.webp *.avif *.gif *.bmp *.tif *.tiff)",
    FieldKind.VIDEO: "Videos (*.mp4 *.mov *.webm *.mkv *.m4v)",
    FieldKind.SOUND: "Sounds (*.mp3 *.wav *.m4a *.ogg *.flac *.aac)",
}
EVERYTHING: Final = "All files (*)"


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a file that was given."""

    name: str
    details: str = ""
    """Its size or length, in words."""
    image: QImage | None = None
    seconds: float | None = None
    problem: str = ""
    """Why it cannot be used."""


class Shelf(QObject):
    """Remembers what files look like, and asks for those that nobody has looked at."""

    look_wanted = Signal(str, object)
    """An address, and the kind of what is there."""
    looked = Signal(str)
    """An address that is known now."""
    pixels_given = Signal(object, object)
    """A picture without a file, and who waits for its address."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks: dict[str, Look] = {}
        self._unseen: dict[str, FieldKind] = {}

    def look(self, address: str, kind: FieldKind) -> Look:
        """What is known; nothing but its name until somebody has looked."""
        if address not in self._looks:
            self._looks[address] = Look(name_of(address))
            self._unseen[address] = kind
            self.look_wanted.emit(address, kind)
        return self._looks[address]

    def known(self, address: str) -> Look | None:
        """What is known of it without a look."""
        return self._looks.get(address)

    def take(self, address: str, look: Look) -> None:
        """Somebody has looked."""
        self._looks[address] = look
        self._unseen.pop(address, None)
        self.looked.emit(address)

    def unseen(self) -> list[tuple[str, FieldKind]]:
        """What was asked for and nobody has looked at yet."""
        return list(self._unseen.items())

    def bring(self, mime: QMimeData, kind: FieldKind, reply: Callable[[list[str]], None]) -> bool:
        """Make addresses of what was dropped or pasted; False if there is nothing of use."""
        files = local_files(mime)
        image = pixels(mime) if kind is FieldKind.PICTURE and not files else None
        if files:
            reply(files)
        elif image is not None:
            self.pixels_given.emit(image, reply)
        return bool(files or image)

    def paste(self, kind: FieldKind, reply: Callable[[list[str]], None]) -> bool:
        """The same with the clipboard."""
        return self.bring(QGuiApplication.clipboard().mimeData(), kind, reply)


def choose(
    parent: QWidget, title: str, kind: FieldKind, reply: Callable[[list[str]], None], *, many: bool
) -> QFileDialog:
    """Let the user choose a file, or several."""
    dialog = QFileDialog(parent, title, "", f"{FILTERS[kind]};;{EVERYTHING}")
    one, several = QFileDialog.FileMode.ExistingFile, QFileDialog.FileMode.ExistingFiles
    dialog.setFileMode(several if many else one)
    dialog.filesSelected.connect(reply)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def offers_file(mime: QMimeData, kind: FieldKind) -> bool:
    """Whether there is hope of such a file in it."""
    if mime.hasFormat(OURS) and kind is not FieldKind.VIDEO:
        return False
    return bool(local_files(mime)) or (kind is FieldKind.PICTURE and mime.hasImage())


def local_files(mime: QMimeData) -> list[str]:
    """All files in it."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


def name_of(address: str) -> str:
    """What people know a file by."""
    if address.startswith("data:"):
        return "Embedded file"
    if address.startswith(REMOTE):
        with suppress(ValueError):  # as below
            parts = urlsplit(address)
            return unquote(parts.path.rpartition("/")[2]) or parts.netloc
        return address
    path = path_of(address)
    return path.name or address


def path_of(address: str) -> Path:
    """The path that a local address means."""
    if address.startswith("file:"):
        with suppress(ValueError):  # brackets that are no address
            return Path(url2pathname(urlsplit(address).path))
    return Path(address)
