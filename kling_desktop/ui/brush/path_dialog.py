"""A region's path as a table of points, so that it can be drawn and changed without a mouse."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Node
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.trajectory import Trajectory

HELP = (
    "Pixels from the left and from the top; a point may lie outside the picture. "
    "Alt and an arrow key move the chosen point by 1 pixel, with Shift by 10."
)
ONE_POINT = "One point alone is no path: nothing would move."
NUDGES = {
    Qt.Key.Key_Left: Point(-1, 0),
    Qt.Key.Key_Right: Point(1, 0),
    Qt.Key.Key_Up: Point(0, -1),
    Qt.Key.Key_Down: Point(0, 1),
}
FARTHEST = 100_000.0
"""Pixels; no picture is as large."""
SIZE = (400, 460)


class PathDialog(QDialog):
    """Edits a copy; the path is given back whole, as one step, or not at all."""

    made = Signal(object)

    def __init__(
        self, parent: QWidget, title: str, path: Trajectory, start: Point, size: Size
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Path of {title}")
        self._path, self._start, self._size = path, start, size
        self._nodes = list(path.nodes)
        self._is_filling = False
        self.table = QTableWidget(0, 2)
        self._problem = label(look="problem", wrap=True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.parts: dict[str, Button] = {}
        self._lay_out()
        self.table.itemChanged.connect(self._typed)
        self.table.installEventFilter(self)
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)
        self._fill(0)

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(self._nodes)

    def add(self) -> None:
        """Add a point after the chosen one: half way to the next, or a little further on."""
        place = self.table.currentRow()
        if not self._nodes:
            self._nodes.append(Node(self._start))
            self._fill(0)
            return
        here = self._nodes[place].point
        if place + 1 < len(self._nodes):
            new = here + (self._nodes[place + 1].point - here).scaled(0.5)
        else:
            step = here - self._nodes[place - 1].point if place else Point(0, 0)
            new = here + (step if step != Point(0, 0) else Point(self._size.width / 10, 0))
        self._nodes.insert(place + 1, Node(new))
        self._fill(place + 1)

    def delete(self) -> None:
        """Take the chosen point away."""
        if self._nodes:
            place = self.table.currentRow()
            del self._nodes[place]
            self._fill(min(place, len(self._nodes) - 1))

    def shift(self, by: int) -> None:
        """Let the chosen point come earlier or later."""
        place = self.table.currentRow()
        if 0 <= place < len(self._nodes) and 0 <= place + by < len(self._nodes):
            self._nodes.insert(place + by, self._nodes.pop(place))
            self._fill(place + by)

    def nudge(self, by: Point) -> None:
        """Move the chosen point in the picture."""
        place = self.table.currentRow()
        if 0 <= place < len(self._nodes):
            self._nodes[place] = self._nodes[place].moved(by)
            self._fill(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            held, key = event.modifiers(), event.key()
            if held & Qt.KeyboardModifier.AltModifier and key in NUDGES:
                far = 10 if held & Qt.KeyboardModifier.ShiftModifier else 1
                self.nudge(NUDGES[Qt.Key(key)].scaled(far))
                return True
            if held == Qt.KeyboardModifier.NoModifier and key in {
                Qt.Key.Key_Delete: self.delete, Qt.Key.Key_Insert: self.add
            }:  # fmt: skip
                (self.delete if key == Qt.Key.Key_Delete else self.add)()
                return True
        return super().eventFilter(watched, event)

    def _accept(self) -> None:
        if len(self._nodes) == 1:
            self._problem.setText(ONE_POINT)
            self._problem.show()
            return
        if self.nodes != self._path.nodes:
            self.made.emit(replace(self._path, nodes=self.nodes))
        self.accept()

    def _typed(self, item: QTableWidgetItem) -> None:
        """Take a number that was typed; what is none is not taken."""
        if self._is_filling:
            return
        node, value = self._nodes[item.row()], _number(item.text())
        if value is not None:
            x, y = node.point
            point = Point(value, y) if item.column() == 0 else Point(x, value)
            self._nodes[item.row()] = replace(node, point=point)
        self._fill(item.row())

    def _fill(self, chosen: int) -> None:
        column = max(0, self.table.currentColumn())
        self._is_filling = True
        self.table.setRowCount(len(self._nodes))
        for row, node in enumerate(self._nodes):
            for place, value in enumerate(node.point):
                item = QTableWidgetItem(_written(value))
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                self.table.setItem(row, place, item)
        self._is_filling = False
        if self._nodes:
            self.table.setCurrentCell(chosen, column)
        for name in ("Delete", "Earlier", "Later"):
            self.parts[name].setEnabled(bool(self._nodes))
        self._problem.hide()

    def _lay_out(self) -> None:
        self.table.setHorizontalHeaderLabels(["From the left", "From the top"])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAccessibleName("Points of the path")
        self.table.setTabKeyNavigation(False)
        self.table.setProperty("points", True)
        row = QHBoxLayout()
        deeds: dict[str, Callable[[], None]] = {
            "Add": self.add, "Delete": self.delete,
            "Earlier": lambda: self.shift(-1), "Later": lambda: self.shift(1),
        }  # fmt: skip
        for name, deed in deeds.items():
            self.parts[name] = made = Button(name)
            made.setAutoDefault(False)
            made.clicked.connect(deed)
            row.addWidget(made)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(label(HELP, look="muted", wrap=True))
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self._problem)
        column.addWidget(self._buttons)
        fit(self, SIZE)
        self.table.setFocus()


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= FARTHEST else None


def _written(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
