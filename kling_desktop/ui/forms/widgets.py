"""One editor a kind of field; all of them speak ``value``, ``set_value`` and ``changed``."""

from __future__ import annotations

import contextlib
from typing import Any

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPlainTextEdit,
    QWidget,
)

from kling_desktop.domain.catalog import Field, FieldKind
from kling_desktop.ui.parts import Button
from kling_desktop.ui.slider import DirectSlider

SEGMENTS = 4
"""More choices than this go into a drop-down list."""


LABELS = {
    "prompt": "Prompt",
    "negative_prompt": "Keep out",
    "duration": "Length (seconds)",
    "aspect_ratio": "Frame",
    "cfg_scale": "Closeness to the prompt",
    "effect_scene": "Scene",
}


def label_of(field: Field) -> str:
    """What people read, or hear, for a field of fal's."""
    return LABELS.get(field.name, field.name.replace("_", " ").capitalize())


class Editor(QWidget):
    """What every editor of a field has in common."""

    changed = Signal()
    mime_given = Signal(QMimeData)
    """A picture was pasted or dropped where only text belongs."""

    def value(self) -> Any:
        raise TypeError("each editor has its own value")

    def set_value(self, value: Any) -> None:
        raise TypeError("each editor has its own value")

    def go_to_end(self) -> None:
        """Put the cursor where writing goes on, where there is a cursor."""

    def mark_wrong(self, *, wrong: bool) -> None:
        """Show at the editor that its value is not right; polishing is slow, so only on change."""
        if bool(self.property("wrong")) is wrong:
            return
        self.setProperty("wrong", wrong)
        for child in self.findChildren(QWidget):
            child.setProperty("wrong", wrong)
            child.style().polish(child)


class _Text(QPlainTextEdit):
    """Plain text; Tab leaves the field, and a picture is passed on."""

    mime_given = Signal(QMimeData)

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        height = self.fontMetrics().lineSpacing() * lines + 18
        self.setMinimumHeight(height)
        self._height = height

    def sizeHint(self) -> QSize:
        return QSize(220, self._height)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        local = source.hasUrls() and any(url.isLocalFile() for url in source.urls())
        if local or (source.hasImage() and not source.hasText()):
            self.mime_given.emit(source)
        else:
            super().insertFromMimeData(source)


class TextEditor(Editor):
    """A text of several lines."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._edit = _Text(lines=6 if field.required else 2)
        self._edit.setAccessibleName(label_of(field))
        self._edit.setPlaceholderText(field.help)
        _fill(self, self._edit)
        self.setFocusProxy(self._edit)
        self._edit.textChanged.connect(self.changed)
        self._edit.mime_given.connect(self.mime_given)

    def value(self) -> str:
        return self._edit.toPlainText()

    def set_value(self, value: Any) -> None:
        if self._edit.toPlainText() != value:
            self._edit.setPlainText(str(value))

    def go_to_end(self) -> None:
        self._edit.moveCursor(QTextCursor.MoveOperation.End)


class SegmentEditor(Editor):
    """A few choices, all in sight."""

    def __init__(self, name: str, choices: tuple[str, ...], labels: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._choices = choices
        row, last = _row(self), len(choices) - 1
        row.setSpacing(0)
        for number, label in enumerate(labels or choices):
            button = Button(label)
            button.setCheckable(True)
            button.setProperty("segment", _place(number, last))
            button.setAccessibleName(f"{name} {label}")
            self._group.addButton(button, number)
            row.addWidget(button, 1)
        self.set_value(choices[0])
        self._group.idToggled.connect(lambda _, on: self.changed.emit() if on else None)

    def value(self) -> str:
        return self._choices[self._group.checkedId()]

    def set_value(self, value: Any) -> None:
        if value in self._choices:
            self._group.button(self._choices.index(value)).setChecked(True)

    def focus_chosen(self) -> None:
        """Have the keys at the choice that is made; the arrow keys go on from there."""
        self._group.button(self._group.checkedId()).setFocus()


class ListEditor(Editor):
    """Many choices in a drop-down list."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._box = QComboBox()
        self._box.addItems(field.choices)
        self._box.setAccessibleName(label_of(field))
        _fill(self, self._box)
        self.setFocusProxy(self._box)
        self._box.currentIndexChanged.connect(self.changed)

    def value(self) -> str:
        return self._box.currentText()

    def set_value(self, value: Any) -> None:
        self._box.setCurrentText(str(value))


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
        row = _row(self)
        row.addWidget(self._slider, 1)
        row.addWidget(self._box)
        self.setFocusProxy(self._box)
        self._slider.valueChanged.connect(self._slid)
        self._box.valueChanged.connect(self._typed)

    def value(self) -> float:
        return round(self._box.value(), 2)

    def set_value(self, value: Any) -> None:
        with contextlib.suppress(TypeError, ValueError):  # What is no number changes nothing.
            self._box.setValue(float(value))

    def _slid(self, step: int) -> None:
        self._box.setValue(self._low + self._span * step / self.STEPS)

    def _typed(self, value: float) -> None:
        self._slider.blockSignals(True)
        self._slider.setValue(round((value - self._low) / self._span * self.STEPS))
        self._slider.blockSignals(False)
        self.changed.emit()


def make_editor(field: Field) -> Editor | None:
    """The editor of a field, or None where the stage edits it (pictures and masks)."""
    match field.kind:
        case FieldKind.TEXT:
            return TextEditor(field)
        case FieldKind.CHOICE if len(field.choices) <= SEGMENTS:
            return SegmentEditor(label_of(field), field.choices)
        case FieldKind.CHOICE:
            return ListEditor(field)
        case FieldKind.NUMBER:
            return NumberEditor(field)
        case _:
            return None


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    return row


def _fill(widget: QWidget, only: QWidget) -> None:
    _row(widget).addWidget(only)


def _place(number: int, last: int) -> str:
    return "first" if number == 0 else "last" if number == last else "mid"
