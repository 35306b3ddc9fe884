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
from kling_desktop.ui.forms.brought import SUFFIXES, Brought, fitting, kind_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

REMOTE: Final = ("http://", "https://", "data:")
NAMES: Final = {
    FieldKind.PICTURE: "Pictures",
    FieldKind.VIDEO: "Videos",
    FieldKind.SOUND: "Sounds",
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
    brought = Signal(object, object, object)
    """What is no file of that kind yet, the kind, and who waits for addresses of such files."""
    refused = Signal(str)
    """Why nothing comes of what was given."""

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

    def look_again(self, address: str, kind: FieldKind) -> None:
        """Somebody has given it once more: it may be another file by now, or be mended."""
        if address in self._looks and address not in self._unseen:
            self._unseen[address] = kind
            self.look_wanted.emit(address, kind)

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
        """Make addresses of what was dropped or pasted, or say why not; False if it is nothing."""
        given = Brought.of(mime)
        files = fitting(given.files, kind)
        web = given.piece.has_hope
        if files:
            reply(files)
        elif kind is FieldKind.PICTURE and (given.is_picture or web or _videos(given)):
            self.brought.emit(given, kind, reply)
        elif kind is not FieldKind.PICTURE and (found := _on_the_web(given, kind)):
            reply([found])
        elif given.files or given.is_picture or web:
            self.refused.emit(refusal(given, kind))
        else:
            return False
        return True

    def paste(self, kind: FieldKind, reply: Callable[[list[str]], None]) -> bool:
        """The same with the clipboard."""
        return self.bring(QGuiApplication.clipboard().mimeData(), kind, reply)


def choose(
    parent: QWidget, title: str, kind: FieldKind, reply: Callable[[list[str]], None], *, many: bool
) -> QFileDialog:
    """Let the user choose a file, or several."""
    dialog = QFileDialog(parent, title, "", f"{_filter(kind)};;{EVERYTHING}")
    one, several = QFileDialog.FileMode.ExistingFile, QFileDialog.FileMode.ExistingFiles
    dialog.setFileMode(several if many else one)
    dialog.filesSelected.connect(reply)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _filter(kind: FieldKind) -> str:
    return f"{NAMES[kind]} ({' '.join(f'*{each}' for each in SUFFIXES[kind])})"


def _videos(given: Brought) -> bool:
    return any(kind_of(each) is FieldKind.VIDEO for each in given.files)


def _on_the_web(given: Brought, kind: FieldKind) -> str:
    """The address of a video or a sound, which fal fetches by itself; empty where there is none."""
    for each in (*given.piece.urls, given.piece.text):
        if each.startswith(("http://", "https://")) and kind_of(urlsplit(each).path) is kind:
            return each
    return ""


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
