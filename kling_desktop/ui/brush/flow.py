"""Widgets side by side, on as many lines as the width makes necessary."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Breaks lines between widgets, as text does between words."""

    def __init__(self, parent: QWidget, *, gap: int = 10, lines: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._leading = gap, lines
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, moves=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        found = QSize()
        for item in self._items:
            if not item.isEmpty():
                found = found.expandedTo(item.minimumSize())
        return found

    def _place(self, rect: QRect, *, moves: bool) -> int:
        line: list[QLayoutItem] = []
        x, y, height = rect.left(), rect.top(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if line and x + size.width() > rect.left() + rect.width():
                self._set(line, rect.left(), y, height, moves=moves)
                x, y, line, height = rect.left(), y + height + self._leading, [], 0
            line.append(item)
            x, height = x + size.width() + self._gap, max(height, size.height())
        self._set(line, rect.left(), y, height, moves=moves)
        return y + height - rect.top()

    def _set(self, line: list[QLayoutItem], x: int, y: int, height: int, *, moves: bool) -> None:
        for item in line:
            size = item.sizeHint()
            if moves:
                drop = (height - size.height()) // 2
                item.setGeometry(QRect(QPoint(x, y + drop), size))
            x += size.width() + self._gap
