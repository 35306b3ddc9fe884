"""Widgets side by side, on as many lines as the width makes necessary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent


class Flow(QWidget):
    """Breaks lines between widgets, as text does between words.

    A widget and not a layout: who owns the items of a layout that is written in Python differs from
    one release of PySide to the next.
    """

    def __init__(self, *, gap: int = 8, leading: int = 4) -> None:
        super().__init__()
        self._widgets: list[QWidget] = []
        self._gap, self._leading = gap, leading

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end."""
        hidden = widget.isHidden() and widget.parentWidget() is not None
        widget.setParent(self)
        widget.setVisible(not hidden)
        self._widgets.append(widget)

    def discard(self, widget: QWidget) -> None:
        """Do without a widget, and end it."""
        self._widgets.remove(widget)
        widget.hide()
        widget.deleteLater()

    def arrange(self) -> None:
        """Place everything anew, after what is in sight has changed."""
        self.updateGeometry()
        self._place(self._seen(), self.width(), moves=True)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(self._seen(), width, moves=False)

    def sizeHint(self) -> QSize:
        least = self.minimumSizeHint()
        width = max(self.width(), least.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        found = QSize()
        for each in self._seen():
            found = found.expandedTo(each.sizeHint())
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self._seen(), event.size().width(), moves=True)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)

    def _seen(self) -> list[QWidget]:
        return [each for each in self._widgets if not each.isHidden()]

    def _place(self, widgets: Iterable[QWidget], width: int, *, moves: bool) -> int:
        """The height that they take."""
        line: list[QWidget] = []
        x, y, height = 0, 0, 0
        for each in widgets:
            size = each.sizeHint()
            if line and x + size.width() > width:
                self._put(line, y, height, moves=moves)
                x, y, line, height = 0, y + height + self._leading, [], 0
            line.append(each)
            x, height = x + size.width() + self._gap, max(height, size.height())
        self._put(line, y, height, moves=moves)
        return y + height

    def _put(self, line: list[QWidget], y: int, height: int, *, moves: bool) -> None:
        x = 0
        for each in line:
            size = each.sizeHint()
            if moves:
                each.setGeometry(x, y + (height - size.height()) // 2, size.width(), size.height())
            x += size.width() + self._gap
