"""A region by numbers: a rectangle or an ellipse, without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout

from kling_desktop.domain.motion.boxes import box
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.parts import label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.mask import Mask

PIXELS, PERCENT = "px", "%"
RECTANGLE, ELLIPSE = "rectangle", "ellipse"
NEW, SAME = "new", "same"
NAMES = ("From the left", "From the top", "Width", "Height")
OUTSIDE = "This box holds no pixel of the picture."


class BoxDialog(QDialog):
    """Asks for a place and a size in pixels or in percent of the picture."""

    made = Signal(object, bool)
    """The mask, and whether it is to be a new region."""

    def __init__(self, parent: QWidget, size: Size, title: str, *, may_add: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Box by numbers")
        self._size = size
        self._unit = PIXELS
        self.shape = SegmentEditor("Shape", (RECTANGLE, ELLIPSE), ("Rectangle", "Ellipse"))
        self.unit = SegmentEditor("Unit", (PIXELS, PERCENT), ("Pixels", "Percent"))
        self.target = SegmentEditor("Goes into", (NEW, SAME), ("A new region", title))
        if not may_add:
            self.target.set_value(SAME)
            self.target.setEnabled(False)
        self.fields = [_field(name) for name in NAMES]
        self._problem = label(look="problem", wrap=True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self._show_unit()
        quarter = (size.width / 4, size.height / 4, size.width / 2, size.height / 2)
        for field, value in zip(self.fields, quarter, strict=True):
            field.setValue(round(value))
        self.unit.changed.connect(self._convert)
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)

    def pixels(self) -> Mask:
        """The pixels that the numbers say."""
        x, y, width, height = (
            field.value() * self._per(place) for place, field in enumerate(self.fields)
        )
        is_ellipse = self.shape.value() == ELLIPSE
        return box(self._size, Point(x, y), width, height, is_ellipse=is_ellipse)

    def _accept(self) -> None:
        mask = self.pixels()
        if mask.is_empty:
            self._problem.setText(OUTSIDE)
            self._problem.show()
            return
        self.made.emit(mask, self.target.value() == NEW)
        self.accept()

    def _per(self, place: int) -> float:
        """Pixels in one unit of a field."""
        side = self._size.height if place % 2 else self._size.width
        return side / 100 if self._unit == PERCENT else 1.0

    def _convert(self) -> None:
        """The box stays; its numbers are said in the other unit."""
        pixels = [field.value() * self._per(place) for place, field in enumerate(self.fields)]
        self._unit = self.unit.value()
        self._show_unit()
        for place, field in enumerate(self.fields):
            field.setValue(pixels[place] / self._per(place))

    def _show_unit(self) -> None:
        for place, field in enumerate(self.fields):
            side = self._size.height if place % 2 else self._size.width
            most = 100.0 if self._unit == PERCENT else float(side)
            field.setDecimals(2 if self._unit == PERCENT else 0)
            field.setSuffix(f" {self._unit}")
            field.setRange(0 if place < 2 else (0.01 if self._unit == PERCENT else 1), most)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(16, 14, 16, 14)
        form.setHorizontalSpacing(16)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        form.setVerticalSpacing(10)
        form.addRow("Shape", self.shape)
        form.addRow("Unit", self.unit)
        for name, field in zip(NAMES, self.fields, strict=True):
            form.addRow(name, field)
        form.addRow("Goes into", self.target)
        self._problem.hide()
        form.addRow(self._problem)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        form.addRow(self._buttons)
        self.setMinimumWidth(380)
        self.fields[0].setFocus()
        self.fields[0].selectAll()


def _field(name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setAccessibleName(name)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made
