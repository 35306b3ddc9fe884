"""The strip of tools at the left of the canvas: one is in use, and a key away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QToolButton, QWidget

from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.ui import icons
from kling_desktop.ui.brush.keys import TITLES
from kling_desktop.ui.parts import tool_button

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.keys_table import KeyTable

GROUPS = (
    (ToolName.HAND,),
    (ToolName.BRUSH, ToolName.ERASER, ToolName.LINE),
    (ToolName.LASSO, ToolName.POLYGON, ToolName.RECTANGLE, ToolName.ELLIPSE),
    (ToolName.BUCKET, ToolName.WAND, ToolName.SMART),
    (ToolName.DRAW, ToolName.PEN),
)
ICONS = {tool: f"tool-{tool.value}" for tool in ToolName}
SIDE = 30
"""Logical pixels of a button."""
GAP = 2
BREAK = 9
"""From group to group, with a line in its middle."""


class Toolbar(QWidget):
    """One column of tools, or two where the window is low; exactly one is down."""

    def __init__(self, session: Session, keys: KeyTable) -> None:
        super().__init__()
        self.setAccessibleName("Tools")
        self._session, self._keys = session, keys
        self._columns = 0
        self._group = QButtonGroup(self)
        self._buttons = {name: self._button(name) for group in GROUPS for name in group}
        self._lines = [_line() for _ in GROUPS[1:]]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._arrange(1)
        session.tool_changed.connect(self._show)
        keys.changed.connect(self._explain)
        self._explain()
        self._show(session.tool)
        self.restyle()

    def button(self, tool: ToolName) -> QToolButton:
        return self._buttons[tool]

    def minimumSizeHint(self) -> QSize:
        return QSize(_breadth(self._columns), _height(2))

    def sizeHint(self) -> QSize:
        return QSize(_breadth(self._columns), _height(1))

    def restyle(self) -> None:
        """Take the colours now in use."""
        for name, button in self._buttons.items():
            button.setIcon(icons.icon(ICONS[name]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(1 if event.size().height() >= _height(1) else 2)

    def _button(self, name: ToolName) -> QToolButton:
        made = tool_button(TITLES[name])
        made.setProperty("tool", True)
        made.setCheckable(True)
        made.setFixedSize(SIDE, SIDE)
        made.setIconSize(QSize(20, 20))
        # A tool that is chosen with the mouse leaves the keys to the canvas.
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: self._session.choose_tool(name))
        self._group.addButton(made)
        return made

    def _show(self, tool: ToolName) -> None:
        self._buttons[tool].setChecked(True)

    def _explain(self) -> None:
        for name, button in self._buttons.items():
            keys = self._keys.shown(f"tool.{name.value}")
            button.setToolTip(f"{TITLES[name]}  ({keys})" if keys else TITLES[name])
            button.setAccessibleDescription(f"Key {keys}" if keys else "")

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        row = 0
        for place, group in enumerate(GROUPS):
            if place:
                self._grid.addWidget(self._lines[place - 1], row, 0, 1, columns)
                row += 1
            for index, name in enumerate(group):
                self._grid.addWidget(self._buttons[name], row + index // columns, index % columns)
            row += -(-len(group) // columns)
        for each in range(self._grid.rowCount() + 1):
            self._grid.setRowStretch(each, 1 if each == row else 0)
        self.setFixedWidth(_breadth(columns))
        self.updateGeometry()


def _line() -> QFrame:
    made = QFrame()
    made.setProperty("rule", True)
    made.setFixedHeight(BREAK - 2 * GAP)
    return made


def _breadth(columns: int) -> int:
    return columns * SIDE + (columns - 1) * GAP


def _height(columns: int) -> int:
    rows = sum(-(-len(group) // columns) for group in GROUPS)
    return rows * (SIDE + GAP) + (len(GROUPS) - 1) * (BREAK - GAP)
