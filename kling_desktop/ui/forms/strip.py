"""Several pictures in a row: add, put in order, take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
)

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.ui import icons
from kling_desktop.ui.forms.brought import offers_file
from kling_desktop.ui.forms.editor import Editor
from kling_desktop.ui.forms.labels import label_of
from kling_desktop.ui.forms.shelf import choose
from kling_desktop.ui.forms.slots import rounded
from kling_desktop.ui.parts import Button, label, tool_button
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QMimeData

    from kling_desktop.domain.catalog import Field
    from kling_desktop.ui.forms.shelf import Look, Shelf

TILE: Final = QSize(60, 60)
ADDRESS: Final = Qt.ItemDataRole.UserRole
FULL = "All places are taken; take one away first."


class PicturesEditor(Editor):
    """A strip of pictures up to the field's limit; their order counts."""

    def __init__(self, field: Field, shelf: Shelf) -> None:
        super().__init__()
        self._field, self._shelf = field, shelf
        self._roles: tuple[str, ...] = ()
        self._list = _Strip()
        self._list.setAccessibleName(label_of(field))
        self._list.setAccessibleDescription(
            "Alt with the arrow keys changes the order, Delete takes one away."
        )
        self._add = Button("Add\N{HORIZONTAL ELLIPSIS}", look="slim")
        self._add.setAccessibleName(f"{label_of(field)}: add pictures")
        self._count = label(look="muted", wrap=True)
        self._left = _tool("Move to the left (Alt+Left)", Qt.ArrowType.LeftArrow)
        self._right = _tool("Move to the right (Alt+Right)", Qt.ArrowType.RightArrow)
        self._remove = _tool("Take this picture away (Delete)")
        self._lay_out()
        self.setFocusProxy(self._add)
        self._connect()
        self._follow()

    def value(self) -> list[str]:
        return [self._list.item(row).data(ADDRESS) for row in range(self._list.count())]

    def set_value(self, value: Any) -> None:
        given = [value] if isinstance(value, str) and value else value or []
        if isinstance(given, list) and given != self.value():
            self._fill([each for each in given if isinstance(each, str)])

    def add(self, addresses: list[str]) -> None:
        """Put more at the end, as many as there is room for."""
        room = len(addresses) if self._most is None else self._most - self._list.count()
        for each in addresses[:room]:
            self._shelf.look_again(each, FieldKind.PICTURE)
        if addresses[:room]:
            self._fill([*self.value(), *addresses[:room]])
            self._list.setCurrentRow(self._list.count() - 1)
        if addresses[room:]:
            self._count.setText(FULL)

    def show_roles(self, roles: tuple[str, ...]) -> None:
        """Say what each picture is for; more of them are kept, and the check tells of them."""
        if roles != self._roles:
            self._roles = roles
            self._draw()
            self._follow()

    def own_keys(self) -> Mapping[str, Callable[[], None]]:
        keys: dict[str, Callable[[], None]] = {"Ctrl+V": self._paste}
        if self._list.currentRow() >= 0:
            keys |= {
                "Del": self._take_away,
                "Backspace": self._take_away,
                "Alt+Left": lambda: self._move(-1),
                "Alt+Right": lambda: self._move(1),
            }
        return keys

    @property
    def _most(self) -> int | None:
        return self._field.max_items

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._add)
        row.addWidget(self._count, 1)
        for each in (self._left, self._right, self._remove):
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._list)
        column.addLayout(row)

    def _connect(self) -> None:
        self._add.clicked.connect(self._ask)
        self._left.clicked.connect(lambda: self._move(-1))
        self._right.clicked.connect(lambda: self._move(1))
        self._remove.clicked.connect(self._take_away)
        self._list.currentRowChanged.connect(self._follow)
        self._list.reordered.connect(self._reordered)
        self._list.mime_given.connect(self._bring)
        self._shelf.looked.connect(self._looked)

    def _ask(self) -> None:
        choose(self.window(), label_of(self._field), FieldKind.PICTURE, self.add, many=True)

    def _paste(self) -> None:
        self._shelf.paste(FieldKind.PICTURE, self.add)

    def _bring(self, mime: QMimeData) -> None:
        self._shelf.bring(mime, FieldKind.PICTURE, self.add)

    def _move(self, by: int) -> None:
        row, goal = self._list.currentRow(), self._list.currentRow() + by
        if row >= 0 and 0 <= goal < self._list.count():
            self._list.insertItem(goal, self._list.takeItem(row))
            self._list.setCurrentRow(goal)
            self._reordered()

    def _take_away(self) -> None:
        row = self._list.currentRow()
        if row >= 0:
            self._list.takeItem(row)
            self._list.setCurrentRow(min(row, self._list.count() - 1))
            self._reordered()

    def _fill(self, addresses: list[str]) -> None:
        self._list.clear()
        for each in addresses:
            item = QListWidgetItem()
            item.setData(ADDRESS, each)
            self._list.addItem(item)
        self._reordered()

    def _reordered(self) -> None:
        self._draw()
        self._follow()
        self.changed.emit()

    def _looked(self, address: str) -> None:
        if address in self.value():
            self._draw()

    def _draw(self) -> None:
        for row in range(self._list.count()):
            item = self._list.item(row)
            look = self._shelf.look(item.data(ADDRESS), FieldKind.PICTURE)
            item.setIcon(_tile(look, row + 1, self.devicePixelRatioF()))
            role = f"{self._roles[row]}:" if row < len(self._roles) > 1 else ""
            told = (role, look.name, look.problem or look.details)
            words = " ".join(each for each in told if each)
            item.setToolTip(words)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row + 1}: {words}")

    def _follow(self) -> None:
        count, row = self._list.count(), self._list.currentRow()
        self._list.setVisible(count > 0)
        self._count.setText(self._said(count))
        self._add.setEnabled(self._most is None or count < self._most)
        self._left.setEnabled(row > 0)
        self._right.setEnabled(0 <= row < count - 1)
        self._remove.setEnabled(row >= 0)
        self._remove.setIcon(icons.icon("trash"))
        for each in (self._left, self._right, self._remove):
            each.setVisible(count > 0)

    def _said(self, count: int) -> str:
        """How many there are, or what is still wanted."""
        if len(self._roles) > 1 and count < len(self._roles):
            wanted = self._roles[count]
            return f"Next: {wanted}" if count else f"First: {wanted}"
        most = len(self._roles) or self._most
        return (f"{count} of {most}" if most else str(count)) if count else "Drop or paste pictures"

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offers_file(event.mimeData(), FieldKind.PICTURE):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._bring(event.mimeData())

    @property
    def strip(self) -> QListWidget:
        """The list itself."""
        return self._list


class _Strip(QListWidget):
    """Pictures side by side that can be dragged to another place."""

    reordered = Signal()
    mime_given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("strip", True)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setIconSize(TILE)
        self.setSpacing(2)
        self.setFixedHeight(TILE.height() + 18)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.AltModifier:
            event.ignore()  # Or the arrow would move the mark instead of the picture.
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is self:
            super().dragEnterEvent(event)
        elif offers_file(event.mimeData(), FieldKind.PICTURE):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.source() is self:
            super().dragMoveEvent(event)
        else:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if event.source() is self:
            super().dropEvent(event)
            self.reordered.emit()
        else:
            event.acceptProposedAction()
            self.mime_given.emit(event.mimeData())


def _tool(tip: str, arrow: Qt.ArrowType = Qt.ArrowType.NoArrow) -> QToolButton:
    made = tool_button(tip)
    made.setProperty("flat", True)
    made.setArrowType(arrow)
    return made


def _tile(look: Look, number: int, ratio: float) -> QIcon:
    """The picture with its number, which prompts call it by."""
    if look.image is None or look.image.isNull():
        made = QPixmap(TILE * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(QColor(tokens().hover))
        sign = "warning" if look.problem else "picture"
    else:
        made, sign = rounded(look.image, TILE, ratio), "warning" if look.problem else ""
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if sign:
        colour = tokens().bad if look.problem else tokens().muted
        painter.drawPixmap(18, 18, icons.pixmap(sign, 24, colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().accent))
    painter.drawRoundedRect(3, 3, 18, 16, 5, 5)
    painter.setPen(QColor(tokens().on_accent))
    painter.drawText(3, 3, 18, 16, Qt.AlignmentFlag.AlignCenter, str(number))
    painter.end()
    icon = QIcon(made)
    icon.addPixmap(made, QIcon.Mode.Selected)
    return icon
