"""The editors of numbers: a slider to feel them, a box to say them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from kling_desktop.ui.forms.editor import Editor, row_in
from kling_desktop.ui.forms.labels import label_of
from kling_desktop.ui.slider import DirectSlider

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Field


class NumberEditor(Editor):
    """A number in a range: a slider to feel it, a box to say it."""

    STEPS = 100

    def __init__(self, field: Field) -> None:
        super().__init__()
        low, high = field.minimum or 0.0, 1.0 if field.maximum is None else field.maximum
        self._low, self._span = low, high - low
        self._slider = DirectSlider(label_of(field))
        self._slider.setMaximum(self.STEPS)
        self._box = QDoubleSpinBox(minimum=low, maximum=high, singleStep=0.05, decimals=2)
        self._box.setAccessibleName(label_of(field))
        self._box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = row_in(self)
        row.addWidget(self._slider, 1)
        row.addWidget(self._box)
        self.setFocusProxy(self._box)
        self._slider.valueChanged.connect(self._slid)
        self._box.valueChanged.connect(self._typed)

    def value(self) -> float:
        return round(self._box.value(), 2)

    def set_value(self, value: Any) -> None:
        # What is no number changes nothing.
        with contextlib.suppress(OverflowError, TypeError, ValueError):
            self._box.setValue(float(value))

    def _slid(self, step: int) -> None:
        self._box.setValue(self._low + self._span * step / self.STEPS)

    def _typed(self, value: float) -> None:
        self._slider.blockSignals(True)
        self._slider.setValue(round((value - self._low) / self._span * self.STEPS))
        self._slider.blockSignals(False)
        self.changed.emit()


class CountEditor(Editor):
    """A whole number in a range."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        low, high = int(field.minimum or 0), int(field.maximum or 100)
        self._slider = DirectSlider(label_of(field))
        self._slider.setRange(low, high)
        self._box = QSpinBox(minimum=low, maximum=high)
        self._box.setAccessibleName(label_of(field))
        self._box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = row_in(self)
        row.addWidget(self._slider, 1)
        row.addWidget(self._box)
        self.setFocusProxy(self._box)
        self._slider.setValue(self._box.value())
        self._slider.valueChanged.connect(self._box.setValue)
        self._box.valueChanged.connect(self._slider.setValue)
        self._box.valueChanged.connect(self.changed)

    def value(self) -> int:
        return self._box.value()

    def set_value(self, value: Any) -> None:
        if isinstance(value, int | float) and value == value:  # noqa: PLR0124 - not a NaN
            self._box.setValue(int(min(max(value, self._box.minimum()), self._box.maximum())))
