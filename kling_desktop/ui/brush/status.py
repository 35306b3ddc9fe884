"""The line below the canvas: what the tool does, and where everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.ui import icons
from kling_desktop.ui.parts import Caption, label, tool_button

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Point, Size

HINTS = {
    ToolName.HAND: "Drag to move the view. The wheel zooms.",
    ToolName.BRUSH: "Drag to paint. Alt erases. Shift draws a straight line.",
    ToolName.ERASER: "Drag to erase. Shift erases a straight line.",
    ToolName.LINE: "Drag from end to end. Shift snaps to 15 degrees.",
    ToolName.LASSO: "Draw around what moves. Alt takes away.",
    ToolName.POLYGON: "Click each corner. Enter closes, Backspace takes one back.",
    ToolName.RECTANGLE: "Drag from corner to corner. Shift makes a square.",
    ToolName.ELLIPSE: "Drag from corner to corner. Shift makes a circle.",
    ToolName.BUCKET: "Click to fill what looks alike.",
    ToolName.WAND: "Click to select what looks alike.",
    ToolName.SMART: "Click, or drag. Ctrl swaps box and scribble.",
    ToolName.DRAW: "Draw the way that the region takes.",
    ToolName.PEN: "Click for a corner, drag for a curve. Enter ends, Escape cancels.",
}
WIDEST = 140
"""Logical pixels for the name of the region."""
TIMES = "\N{MULTIPLICATION SIGN}"


PLAY = "Play the motion of what is painted (F5)"


class StatusLine(QWidget):
    """Whatever is said at the left stays until there is something newer to say."""

    regions_asked = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._previews = False
        self._words = Caption(look="muted")
        self._busy = label("Working\N{HORIZONTAL ELLIPSIS}", look="muted")
        self._busy.hide()
        self._pointer, self._size, self._zoom = (label(look="muted") for _ in range(3))
        self._region = Caption()
        self.play = tool_button(PLAY)
        self.play.setText("Preview")
        self.play.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.play.hide()
        self.sidebar = tool_button("Show or hide the regions")
        self.sidebar.setProperty("flat", True)
        self.sidebar.setCheckable(True)
        self.sidebar.setChecked(True)
        self.sidebar.clicked.connect(self.regions_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._words, 1)
        for each in (
            self._busy, self._region, self._pointer, self._size, self._zoom, self.play, self.sidebar
        ):  # fmt: skip
            row.addWidget(each)
        self.restyle()

    @property
    def words(self) -> str:
        return self._words.toolTip()

    @property
    def place(self) -> str:
        """Which pixel is below the pointer."""
        return self._pointer.text()

    def say(self, text: str) -> None:
        self._words.show_text(text)

    def show_busy(self, *, busy: bool) -> None:
        self._busy.setVisible(busy)

    def show_preview(self, shown: bool) -> None:  # noqa: FBT001 - a signal's argument
        """Offer what the button would do now."""
        self._previews = shown
        self.play.setText("Paint" if shown else "Preview")
        self.restyle()

    def show_region(self, title: str) -> None:
        self._region.setFixedWidth(min(WIDEST, self.fontMetrics().horizontalAdvance(title) + 2))
        self._region.show_text(title)

    def show_size(self, size: Size) -> None:
        self._size.setText(f"{size.width} {TIMES} {size.height}" if size.width else "")

    def show_zoom(self, zoom: float) -> None:
        """1.0 is one pixel of the picture for one of the screen."""
        percent = zoom * 100
        self._zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def show_pointer(self, place: Point | None) -> None:
        """Which pixel is below the pointer; none where it is elsewhere."""
        self._pointer.setText("" if place is None else f"{place.x // 1:.0f}, {place.y // 1:.0f}")

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.play.setIcon(icons.icon("tool-brush" if self._previews else "play"))
        self.sidebar.setIcon(icons.icon("sidebar"))
