"""A place for one file: a picture with its thumbnail, a video or a sound with its length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPixmap,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.ui import icons
from kling_desktop.ui.forms.brought import offers_file
from kling_desktop.ui.forms.editor import Editor, fill
from kling_desktop.ui.forms.labels import label_of
from kling_desktop.ui.forms.shelf import choose
from kling_desktop.ui.parts import Button, Caption, tool_button
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.catalog import Field
    from kling_desktop.ui.forms.shelf import Shelf

THUMB: Final = QSize(64, 48)
SIGN: Final = QSize(40, THUMB.height())
"""Nothing is shown yet but a sign: the words beside it need the room."""
SIGNS: Final = {FieldKind.PICTURE: "picture", FieldKind.VIDEO: "film", FieldKind.SOUND: "play"}
INVITE: Final = {
    FieldKind.PICTURE: "Drop or paste",
    FieldKind.VIDEO: "Drop a video",
    FieldKind.SOUND: "Drop a sound",
}


class FileSlot(Editor):
    """One file: choose it, drop it, paste it, take it away."""

    def __init__(self, field: Field, shelf: Shelf) -> None:
        super().__init__()
        self._field, self._shelf = field, shelf
        self._address = ""
        self.setAcceptDrops(True)
        self._frame = QFrame()
        self._frame.setProperty("slot", "empty")
        self._thumb = QLabel()
        self._thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name, self._details = Caption(), Caption(look="muted")
        self._choose = Button("Choose\N{HORIZONTAL ELLIPSIS}", look="slim")
        self._choose.setAccessibleName(f"{label_of(field)}: choose a file")
        self._change = tool_button(f"{label_of(field)}: choose another file")
        self._remove = tool_button(f"{label_of(field)}: take it away")
        for each in (self._change, self._remove):
            each.setProperty("flat", True)
        self._lay_out()
        self._choose.clicked.connect(self._ask)
        self._change.clicked.connect(self._ask)
        self._remove.clicked.connect(self.clear)
        shelf.looked.connect(self._looked)
        self._show()

    def value(self) -> str:
        return self._address

    def set_value(self, value: Any) -> None:
        address = "" if value is None else value
        if isinstance(address, str) and address != self._address:
            self._address = address
            self._show()
            self.changed.emit()

    def clear(self) -> None:
        """Be without a file."""
        self.set_value("")

    def own_keys(self) -> Mapping[str, Callable[[], None]]:
        keys: dict[str, Callable[[], None]] = {"Ctrl+V": self._paste}
        if self._address:
            keys |= {"Del": self.clear, "Backspace": self.clear}
        return keys

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._details)
        words.addStretch(1)
        row = QHBoxLayout(self._frame)
        row.setContentsMargins(6, 6, 6, 6)
        row.setSpacing(4)
        row.addWidget(self._thumb)
        row.addLayout(words, 1)
        row.addWidget(self._choose)
        row.addWidget(self._change)
        row.addWidget(self._remove)
        fill(self, self._frame)

    def _ask(self) -> None:
        choose(self.window(), label_of(self._field), self._field.kind, self.take, many=False)

    def _paste(self) -> None:
        self._shelf.paste(self._field.kind, self.take)

    def take(self, addresses: list[str]) -> None:
        if addresses:
            self._shelf.look_again(addresses[0], self._field.kind)
            self.set_value(addresses[0])

    def _looked(self, address: str) -> None:
        if address == self._address:
            self._show()

    def _show(self) -> None:
        kind, is_empty = self._field.kind, not self._address
        self._remove.setVisible(not is_empty)
        self._remove.setIcon(icons.icon("trash"))
        self._change.setVisible(not is_empty)
        self._change.setIcon(icons.icon("open"))
        self._choose.setVisible(is_empty)
        self.setFocusProxy(self._choose if is_empty else self._change)
        self._thumb.setFixedSize(SIGN if is_empty else THUMB)
        if is_empty:
            self._thumb.setPixmap(icons.pixmap(SIGNS[kind], 24, tokens().muted))
            self._name.show_text(INVITE[kind])
            self._details.show_text("")
            self._dress("empty")
        else:
            look = self._shelf.look(self._address, kind)
            sign = icons.pixmap(SIGNS[kind], 24, tokens().muted)
            shown = (
                rounded(look.image, THUMB, self.devicePixelRatioF())
                if look.image and not look.image.isNull()
                else sign
            )
            self._thumb.setPixmap(shown)
            self._name.show_text(look.name)
            self._details.show_text(look.problem or look.details)
            self._dress("wrong" if look.problem else "full")
        self._details.setVisible(bool(self._details.toolTip()))

    def _dress(self, state: str) -> None:
        if self._frame.property("slot") != state:
            self._frame.setProperty("slot", state)
            self._frame.style().polish(self._frame)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offers_file(event.mimeData(), self._field.kind):
            event.acceptProposedAction()
            self._dress("over")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._show()
        self._shelf.bring(event.mimeData(), self._field.kind, self.take)


def rounded(image: QImage, size: QSize, ratio: float) -> QPixmap:
    """The picture, as much of it as fills a small frame with round corners."""
    whole = size * ratio
    grown = image.scaled(
        whole,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    made = QPixmap(whole)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(made.rect(), 4 * ratio, 4 * ratio)
    painter.setClipPath(path)
    left, top = (grown.width() - whole.width()) // 2, (grown.height() - whole.height()) // 2
    painter.drawImage(-left, -top, grown)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made
