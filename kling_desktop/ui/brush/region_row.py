"""One region in the list: its sign, its name, its facts, and what is switched for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
)

from kling_desktop.ui import icons
from kling_desktop.ui.brush.swatch import Swatch
from kling_desktop.ui.canvas.palette import look_of
from kling_desktop.ui.parts import Caption, tool_button

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QPoint
    from PySide6.QtGui import QFocusEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.motion.document import Region, RegionId

ENDS = {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
LONGEST_NAME = 60
"""Characters."""


class RegionRow(QFrame):
    """Shows what it is told; a press chooses it, a drag moves it."""

    chosen = Signal()
    renamed = Signal(str)
    shown_asked = Signal(bool)
    locked_asked = Signal(bool)
    solo_asked = Signal(bool)
    dragged = Signal(object)
    """Where the pointer is, on the screen."""
    dropped = Signal(object)
    drag_ended = Signal()
    stepped = Signal(int)
    """The row below or above is wanted."""
    rename_asked = Signal()

    def __init__(self, region: RegionId) -> None:
        super().__init__()
        self._keys_from: QWidget | None = None
        """Who had the keys before a name was edited: the canvas, if it was asked from there."""
        self.setProperty("region", "plain")
        self._region = region
        self._from: QPoint | None = None
        self._is_dragged = False
        self._is_renaming = False
        self._name = Caption(look="heading")
        self._facts = Caption(look="muted")
        self._edit = QLineEdit()
        self._edit.setMaxLength(LONGEST_NAME)
        self._edit.setAccessibleName(f"Name of region {region}")
        self._edit.installEventFilter(self)
        self._edit.editingFinished.connect(self._rename)
        self._title = QStackedWidget()
        self._title.addWidget(self._name)
        self._title.addWidget(self._edit)
        self.eye, self.padlock, self.alone = _switch(), _switch(), _switch()
        self._lay_out()
        self.eye.clicked.connect(lambda on: self.shown_asked.emit(not on))
        self.padlock.clicked.connect(self.locked_asked)
        self.alone.clicked.connect(self.solo_asked)

    @property
    def is_renaming(self) -> bool:
        return self._is_renaming

    def tell(self, region: Region, facts: str, *, is_active: bool, exists: bool) -> None:
        """Show a region as it is now."""
        self._name.show_text(region.title)
        self._facts.show_text(facts if exists else "new: paint to begin")
        self._set(self.eye, not region.is_visible, "eye-off", "eye", ("Show", "Hide"), region)
        self._set(self.padlock, region.is_locked, "lock", "unlock", ("Unlock", "Lock"), region)
        words = ("Show all again, not only", "Show only")
        self._set(self.alone, region.is_solo, "solo", "solo", words, region)
        for each in (self.eye, self.padlock, self.alone):
            each.setEnabled(exists)
            tab = Qt.FocusPolicy.TabFocus if is_active else Qt.FocusPolicy.NoFocus
            each.setFocusPolicy(tab)
        policy = Qt.FocusPolicy
        self.setFocusPolicy(policy.StrongFocus if is_active else policy.ClickFocus)
        self._dress("active" if is_active else "plain")
        self.setAccessibleName(_spoken(region, facts, is_active=is_active, exists=exists))
        self.setToolTip(f"{look_of(region.id).name}, {look_of(region.id).hatch.words}")

    def begin_rename(self) -> None:
        """Edit the name in place."""
        self._is_renaming = True
        self._edit.setText(self._name.toolTip())
        self._edit.selectAll()
        self._title.setCurrentWidget(self._edit)
        self._keys_from = self.window().focusWidget()
        self._edit.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter keeps the name, Escape the old one; no key of a name is one of the brush's."""
        if isinstance(event, QKeyEvent) and event.type() is not QEvent.Type.KeyRelease:
            is_press, key = event.type() is QEvent.Type.KeyPress, event.key()
            event.accept()
            if key in ENDS:
                if is_press and key == Qt.Key.Key_Escape:
                    self._end_rename()
                elif is_press:
                    self._rename()
                return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._from = event.globalPosition().toPoint()
            self.chosen.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        place = event.globalPosition().toPoint()
        far = (place - self._from).manhattanLength() >= QApplication.startDragDistance()
        self._is_dragged = self._is_dragged or far
        if self._is_dragged:
            self.dragged.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragged, self._is_dragged, self._from = self._is_dragged, False, None
        if was_dragged:
            self.drag_ended.emit()
            self.dropped.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        if self.eye.isEnabled():
            self.begin_rename()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape and self._is_dragged:
            self._is_dragged, self._from = False, None
            self.drag_ended.emit()
        elif held == Qt.KeyboardModifier.NoModifier and key in STEPS:
            self.stepped.emit(STEPS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not held:
            self.rename_asked.emit()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _rename(self) -> None:
        if self.is_renaming:
            name = self._edit.text()
            self._end_rename()
            self.renamed.emit(name)

    def _end_rename(self) -> None:
        self._is_renaming = False  # the field that loses the focus now says that it is done
        had_focus = self._edit.hasFocus()
        self._title.setCurrentWidget(self._name)
        if had_focus:
            (self if self._keys_from is None else self._keys_from).setFocus()

    def _set(
        self, button: QToolButton, on: bool, yes: str, no: str,  # noqa: FBT001
        words: tuple[str, str], region: Region,
    ) -> None:  # fmt: skip
        button.setChecked(on)
        button.setIcon(icons.icon(yes if on else no))
        tip = f"{words[0] if on else words[1]} {region.title}"
        button.setToolTip(tip)
        button.setAccessibleName(tip)

    def _dress(self, look: str) -> None:
        if self.property("region") != look:
            self.setProperty("region", look)
            self.style().unpolish(self)
            self.style().polish(self)

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self._title)
        texts.addWidget(self._facts)
        self._title.setFixedHeight(self._edit.sizeHint().height())
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 2, 5)
        row.setSpacing(0)
        row.addWidget(Swatch(self._region))
        row.addSpacing(7)
        row.addLayout(texts, 1)
        for each in (self.eye, self.padlock, self.alone):
            row.addWidget(each)


def _switch() -> QToolButton:
    made = tool_button("")
    made.setProperty("tool", True)
    made.setCheckable(True)
    made.setFixedSize(24, 26)
    made.setIconSize(QSize(15, 15))
    return made


def _spoken(region: Region, facts: str, *, is_active: bool, exists: bool) -> str:
    look = look_of(region.id)
    words = [region.title, f"{look.name}, {look.hatch.words}", facts if exists else "new, empty"]
    words += ["hidden"] * (not region.is_visible) + ["locked"] * region.is_locked
    words += ["shown alone"] * region.is_solo + ["chosen"] * is_active
    return ", ".join(words)
