"""A named number with a slider to feel it and a box to say it, in little room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from kling_desktop.ui.parts import label
from kling_desktop.ui.slider import DirectSlider

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

STEPS = 200
_ENDS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of a dial."""

    low: float
    high: float
    unit: str = ""
    decimals: int = 0
    is_logarithmic: bool = False
    """Small values get as much of the slider as large ones; ``low`` is above 0 then."""

    def at(self, part: float) -> float:
        """The value at a part of the slider, 0 to 1."""
        if self.is_logarithmic:
            return float(self.low * (self.high / self.low) ** part)
        return self.low + (self.high - self.low) * part

    def part(self, value: float) -> float:
        """Where on the slider a value is, 0 to 1."""
        value = min(max(value, self.low), self.high)
        if self.is_logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


class _Box(QDoubleSpinBox):
    """Keeps no key that cannot be part of its number.

    A box that swallows the keys of tools and operations makes them look broken, and says nothing.
    """

    left = Signal()
    """Enter took what is written, or Escape what was there before: the keys may go elsewhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.setValue(self.value())
        elif text.isalpha() and (is_shifted or text not in self.suffix()):
            event.ignore()
            return
        else:
            super().keyPressEvent(event)
        if event.key() in _ENDS:
            event.accept()
            self.left.emit()


class Dial(QWidget):
    """Says by ``chosen`` what somebody chose; what it is told it keeps to itself."""

    chosen = Signal(float)
    left = Signal()
    """Somebody is done with typing."""

    def __init__(self, name: str, scale: Scale, tip: str = "") -> None:
        super().__init__()
        self._scale = scale
        self._slider = DirectSlider(name)
        self._slider.setMaximum(STEPS)
        self._slider.setFixedWidth(64)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._box = _Box(
            minimum=scale.low, maximum=scale.high, decimals=scale.decimals, suffix=scale.unit
        )
        self._box.setAccessibleName(name)
        self._box.setKeyboardTracking(False)
        self._box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if scale.is_logarithmic:
            self._box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self._box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        widest = f"{scale.high:.{scale.decimals}f}{scale.unit}"
        self._box.setFixedWidth(self.fontMetrics().horizontalAdvance(widest) + 20)
        for each in (self._slider, self._box):
            each.setToolTip(tip or name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label(name, look="muted"))
        row.addWidget(self._slider)
        row.addWidget(self._box)
        self.setFocusProxy(self._box)
        self._slider.valueChanged.connect(self._slid)
        self._box.valueChanged.connect(self._typed)
        self._box.left.connect(self.left)

    def value(self) -> float:
        return self._box.value()

    def show_value(self, value: float) -> None:
        """Show a value that is set already."""
        for each in (self._slider, self._box):
            each.blockSignals(True)
        self._box.setValue(value)
        self._slider.setValue(round(self._scale.part(value) * STEPS))
        for each in (self._slider, self._box):
            each.blockSignals(False)

    def _slid(self, step: int) -> None:
        value = self._scale.at(step / STEPS)
        digits = 1 if self._scale.is_logarithmic and value < 10 else self._scale.decimals
        self._box.setValue(round(value, digits))

    def _typed(self, value: float) -> None:
        self.show_value(value)
        self.chosen.emit(value)
