"""Do the start and the end picture fit? Seen through one another, told where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout

from kling_desktop.ui.align.view import AlignView
from kling_desktop.ui.parts import label
from kling_desktop.ui.room import fit
from kling_desktop.ui.slider import DirectSlider

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

TITLE = "Compare start and end picture"
SHARE = 0.01
"""Two shapes that differ by less than this look the same."""
OTHER_SHAPE = (
    "The end picture has another shape ({} to {}): the model cuts or stretches it, and the clip "
    "may jump. Crop one of them first."
)
OTHER_SIZE = "The end picture has another size ({} to {}), but the same shape: that is fine."
SAME = "Both pictures have the same size."
DIFFERENCE = "What is black is the same in both."
HOW = "Move the slider, or hold the arrow keys, to see what stays in its place."


class AlignDialog(QDialog):
    """The end picture over the start picture, as much of it as the slider says."""

    def __init__(self, parent: QWidget, start: QImage, end: QImage) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self.view = AlignView(start, end)
        self.words = label(judged(start, end), wrap=True)
        if is_other_shape(start, end):
            self.words.setProperty("doubt", True)
        self.slider = DirectSlider("How much of the end picture is seen")
        self.slider.setRange(0, 100)
        self.slider.setValue(50)
        self.difference = QCheckBox("&Difference")
        self._hint = label(HOW, look="muted", wrap=True)
        self._lay_out()
        self.slider.valueChanged.connect(self._show)
        self.difference.toggled.connect(self._show)
        QShortcut(QKeySequence("D"), self, self.difference.toggle)
        self.slider.setFocus()
        self._show()

    def _show(self) -> None:
        differs = self.difference.isChecked()
        self.slider.setEnabled(not differs)
        self._hint.setText(DIFFERENCE if differs else HOW)
        self.view.show_mix(self.slider.value() / 100, differs=differs)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(label("Start"))
        row.addWidget(self.slider, 1)
        row.addWidget(label("End"))
        row.addSpacing(12)
        row.addWidget(self.difference)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.view, 1)
        column.addLayout(row)
        column.addWidget(self._hint)
        column.addWidget(self.words)
        column.addWidget(buttons)
        fit(self, (780, 620))


def is_other_shape(start: QImage, end: QImage) -> bool:
    """Whether one of both would have to be cut or stretched."""
    first, last = (each.width() / max(1, each.height()) for each in (start, end))
    return abs(first - last) > SHARE * first


def judged(start: QImage, end: QImage) -> str:
    """What is to be said of both sizes."""
    sizes = [f"{each.width()} \N{MULTIPLICATION SIGN} {each.height()}" for each in (start, end)]
    if is_other_shape(start, end):
        return OTHER_SHAPE.format(*sizes)
    return SAME if sizes[0] == sizes[1] else OTHER_SIZE.format(*sizes)
