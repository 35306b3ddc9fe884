"""Three short hints over the panels: they stop nobody, and once closed they stay away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from kling_desktop.ui import icons
from kling_desktop.ui.parts import label, tool_button

HINTS = (
    "The boat is painted and its way is drawn. F5 plays what will happen; nothing is sent.",
    "Generate (Ctrl+Enter) makes the clip on this computer: in the sandbox it is free.",
    "Drop a picture of your own: 1 to 6 paint what moves, 0 what stays, N draws the way.",
)
"""What is drawn on, with the keys that are there before somebody changes them."""
CLOSE = "Close the hints; “First steps” in the menu Help brings them back"


class Hints(QFrame):
    """Three sentences side by side, in the order in which they are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.setProperty("hints", True)
        self.setAccessibleName(" ".join(HINTS))
        self.close_button = tool_button(CLOSE)
        self.close_button.setProperty("flat", True)
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(8)
        top = Qt.AlignmentFlag.AlignTop
        for number, text in enumerate(HINTS, 1):
            mark = label(str(number))
            mark.setProperty("number", True)
            row.addWidget(mark, 0, top)
            row.addWidget(label(text, wrap=True), 1)
            row.addSpacing(8)
        row.addWidget(self.close_button, 0, top)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.close_button.setIcon(icons.icon("cancel"))
