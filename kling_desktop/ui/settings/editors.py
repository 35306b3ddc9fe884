"""One editor for each kind of setting: it shows a value, and tells one that somebody has chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from kling_desktop.domain.settings.kinds import BadValue, Choice, Folder, Opener, Sky, Switch, Whole
from kling_desktop.ui.parts import Button

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from kling_desktop.domain.settings.kinds import Value
    from kling_desktop.domain.settings.table import Item

FILE = "A file\N{HORIZONTAL ELLIPSIS}"


class Editor(QWidget):
    """Shows one value of an item."""

    chosen = Signal(object)
    """A value that somebody wants from now on; it can be kept as it is."""
    typed = Signal(str)
    """What is wrong with what stands in the field at the moment; empty if nothing is."""

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item = item

    def show_value(self, value: Value) -> None:
        """Show what counts."""
        raise NotImplementedError

    def note_value(self, value: Value) -> None:
        """Know what counts, and leave in sight what somebody is in the middle of."""

    @property
    def is_in_use(self) -> bool:
        """Whether something stands there that is neither taken nor taken back."""
        return False

    def show_usual(self, text: str) -> None:
        """Say what an empty field stands for."""

    def take_back(self) -> bool:
        """Forget what was typed and not taken; whether there was such a thing."""
        return False

    def commit(self) -> bool:
        """Take what was typed; whether it was in order."""
        return True

    def _hold(self, main: QWidget, *others: QWidget) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(main, 1)
        for each in others:
            row.addWidget(each)
        main.setAccessibleName(self.item.label)
        main.setAccessibleDescription(self.item.help)
        self.setFocusProxy(main)


class _Box(QComboBox):
    """The wheel moves the page, not what is set."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A long path must not make the page wide.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, item: Item, kind: Choice | Sky) -> None:
        super().__init__(item)
        self.box = _Box()
        for word, text in kind.options:
            self.box.addItem(text, word)
        self.box.activated.connect(self._choose)
        self._hold(self.box)

    def show_value(self, value: Value) -> None:
        self.box.setCurrentIndex(self.box.findData(value))

    @property
    def is_in_use(self) -> bool:
        return self.box.view().isVisible()

    def _choose(self, place: int) -> None:
        self.chosen.emit(self.box.itemData(place))


class SkyEditor(ChoiceEditor):
    """The named skies, and files."""

    def __init__(self, item: Item, kind: Sky) -> None:
        super().__init__(item, kind)
        self._named = self.box.count()
        self._value: Value = item.default
        self.box.addItem(FILE, None)

    def show_value(self, value: Value) -> None:
        """A file that is in use has a line of its own."""
        self._value = value
        while self.box.count() > self._named + 1:
            self.box.removeItem(self._named)
        if self.box.findData(value) < 0:
            self.box.insertItem(self._named, str(value), value)
        super().show_value(value)
        self.box.setToolTip(self.box.currentText())

    def _choose(self, place: int) -> None:
        if self.box.itemData(place) is not None:
            super()._choose(place)
            return
        self.show_value(self._value)
        dialog = QFileDialog(self, "Weather of the sandbox", "", "Weather (*.json)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.chosen.emit)
        dialog.open()


class WholeEditor(Editor):
    """A number with steps."""

    def __init__(self, item: Item, kind: Whole) -> None:
        super().__init__(item)
        self.spin = _Spin(minimum=kind.least, maximum=kind.most, singleStep=kind.step)
        self.spin.setSuffix(kind.unit)
        self.spin.lineEdit().setTextMargins(5, 0, 0, 0)  # in line with the other fields
        self.spin.setKeyboardTracking(False)
        self.spin.valueChanged.connect(self.chosen.emit)
        less, more = (
            _step(text, f"{item.label}: {word}")
            for text, word in (("\N{MINUS SIGN}", "less"), ("+", "more"))
        )
        less.clicked.connect(self.spin.stepDown)
        more.clicked.connect(self.spin.stepUp)
        self._hold(self.spin, less, more)

    def show_value(self, value: Value) -> None:
        self.spin.blockSignals(True)
        self.spin.setValue(int(str(value)))
        self.spin.blockSignals(False)

    @property
    def is_in_use(self) -> bool:
        taken = self.spin.textFromValue(self.spin.value())
        return self.spin.lineEdit().text() != f"{taken}{self.spin.suffix()}"


class _Spin(QSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SwitchEditor(Editor):
    """Yes or no."""

    def __init__(self, item: Item) -> None:
        super().__init__(item)
        self.check = QCheckBox("Yes")
        self.check.clicked.connect(self._choose)
        self._hold(self.check)

    def show_value(self, value: Value) -> None:
        self.check.setChecked(bool(value))

    def _choose(self) -> None:
        self.chosen.emit(self.check.isChecked())


class TextEditor(Editor):
    """Whatever people type; it counts with Enter, or when they go elsewhere."""

    def __init__(self, item: Item, *others: QWidget) -> None:
        super().__init__(item)
        self.edit = QLineEdit()
        self._shown: Value = item.default
        self.edit.editingFinished.connect(self.commit)
        self.edit.textEdited.connect(self._look)
        self._hold(self.edit, *others)

    def show_value(self, value: Value) -> None:
        self._shown = value
        self.edit.setText(self.item.kind.text(value))
        self.edit.setCursorPosition(0)
        self.typed.emit("")

    def note_value(self, value: Value) -> None:
        self._shown = value

    @property
    def is_in_use(self) -> bool:
        return self.edit.text() != self.item.kind.text(self._shown)

    def show_usual(self, text: str) -> None:
        self.edit.setPlaceholderText(text)

    @property
    def text(self) -> str:
        return self.edit.text()

    def take_back(self) -> bool:
        was_changed = self.edit.text() != self.item.kind.text(self._shown)
        self.show_value(self._shown)
        return was_changed

    def commit(self) -> bool:
        if self.edit.text() == self.item.kind.text(self._shown):
            return True
        try:
            value = self.item.kind.read(self.edit.text())
        except BadValue as problem:
            self.typed.emit(f"It {problem}.")
            return False
        # Not twice, though the answer may take a moment.
        self._shown = value
        self.edit.setText(self.item.kind.text(value))
        self.chosen.emit(value)
        return True

    def _look(self, text: str) -> None:
        try:
            self.item.kind.read(text)
        except BadValue as problem:
            self.typed.emit(f"It {problem}.")
        else:
            self.typed.emit("")


class FolderEditor(TextEditor):
    """A path, typed or chosen."""

    def __init__(self, item: Item) -> None:
        self._choose = Button("Choose\N{HORIZONTAL ELLIPSIS}", look="slim")
        self._choose.setAutoDefault(False)
        self._choose.setAccessibleName(f"{item.label}: choose")
        super().__init__(item, self._choose)
        self._choose.clicked.connect(self._ask)

    def _ask(self) -> None:
        start = self.edit.text() or self.edit.placeholderText()
        dialog = QFileDialog(self, self.item.label, start)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, path: str) -> None:
        self.edit.setText(path)
        self.commit()


class OpenerEditor(Editor):
    """Leads to the window where it is set."""

    def __init__(self, item: Item, kind: Opener) -> None:
        super().__init__(item)
        self.button = Button(kind.button)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda: self.chosen.emit(kind.action))
        self._hold(self.button)

    def show_value(self, value: Value) -> None:
        """It has none."""


def editor_for(item: Item) -> Editor:
    """The editor that an item needs."""
    match item.kind:
        case Sky() as kind:
            return SkyEditor(item, kind)
        case Choice() as kind:
            return ChoiceEditor(item, kind)
        case Whole() as kind:
            return WholeEditor(item, kind)
        case Switch():
            return SwitchEditor(item)
        case Folder():
            return FolderEditor(item)
        case Opener() as kind:
            return OpenerEditor(item, kind)
        case _:
            return TextEditor(item)


def _step(text: str, name: str) -> Button:
    made = Button(text, look="slim")
    made.setAutoDefault(False)
    made.setAutoRepeat(False)
    made.setFixedWidth(30)
    made.setAccessibleName(name)
    return made
