"""A few numbers with a slider each; what they do is seen behind the dialog while they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QGridLayout, QLabel

from kling_desktop.ui.brush.dial import STEPS, Scale
from kling_desktop.ui.parts import label
from kling_desktop.ui.slider import DirectSlider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QPushButton, QWidget

    from kling_desktop.ui.brush.questions import Field, Numbers, Question

_SLIDER = 150
_EDGE = 12


class _Row(QObject):
    """One number; both ways of saying it follow one another."""

    changed = Signal()

    def __init__(self, parent: QWidget, field: Field, value: float) -> None:
        super().__init__(parent)
        self.field = field
        self._scale = Scale(field.low, field.high, is_logarithmic=field.is_steep)
        self.name = QLabel(field.name)
        self.slider = DirectSlider(f"{field.name}, slider")
        self.slider.setMaximum(STEPS)
        self.slider.setMinimumWidth(_SLIDER)
        self.box = QDoubleSpinBox(
            minimum=field.low, maximum=field.high, decimals=field.decimals, suffix=field.unit
        )
        self.box.setAccessibleName(field.name)
        self.box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.box.setValue(value)
        self.name.setBuddy(self.box)
        self._follow()
        self.slider.valueChanged.connect(self._slid)
        self.box.valueChanged.connect(self._typed)

    def _slid(self, step: int) -> None:
        self.box.setValue(self._scale.at(step / STEPS))

    def _typed(self) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(self._scale.part(self.box.value()) * STEPS))
        self.slider.blockSignals(False)


class NumbersDialog(QDialog):
    """Says each change; what becomes of the numbers is not its business."""

    changed = Signal(dict)

    def __init__(
        self, parent: QWidget, question: Question, fields: Sequence[Field], numbers: Numbers
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(question.title)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.Reset
        )
        self.rows = {each.id: _Row(self, each, numbers[each.id]) for each in fields}
        self._lay_out(question.help)
        for row in self.rows.values():
            row.changed.connect(lambda: self.changed.emit(self.numbers()))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.reset.clicked.connect(self._take_usual)

    @property
    def reset(self) -> QPushButton:
        """The button that brings the usual numbers back."""
        return self._buttons.button(QDialogButtonBox.StandardButton.Reset)

    def numbers(self) -> Numbers:
        return {name: row.box.value() for name, row in self.rows.items()}

    def showEvent(self, event: QShowEvent) -> None:
        """In a corner of the window's part below: the picture is to be seen."""
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None and event.type() is QEvent.Type.Show:
            corner = parent.mapToGlobal(QPoint(parent.width(), parent.height()))
            self.move(corner - QPoint(self.width() + _EDGE, self.height() + 3 * _EDGE))

    def _take_usual(self) -> None:
        for row in self.rows.values():
            row.box.setValue(row.field.usual)

    def _lay_out(self, words: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(words, look="muted", wrap=True), 0, 0, 1, 3)
        for place, row in enumerate(self.rows.values(), start=1):
            grid.addWidget(row.name, place, 0)
            grid.addWidget(row.slider, place, 1)
            grid.addWidget(row.box, place, 2)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        grid.addWidget(self._buttons, len(self.rows) + 1, 0, 1, 3)
        self.setMinimumWidth(400)
        first = next(iter(self.rows.values())).box
        first.setFocus()
        first.selectAll()
