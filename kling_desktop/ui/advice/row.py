"""One finding: a sentence, the region that it is about, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.brush.flow import Flow
from kling_desktop.ui.canvas.palette import look_of
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from kling_desktop.domain.motion.advice import Advice
    from kling_desktop.domain.motion.document import RegionId

SIGN = 16
WIDEST = 72
"""Logical pixels for the title of a region."""
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class AdviceRow(QFrame):
    """Tells of the same rule and region as long as there is something to tell."""

    chosen = Signal()
    """The region that it is about is to be shown."""
    fix_asked = Signal(str)
    """The words of a button."""
    mute_asked = Signal(object, bool)
    """The rule, and whether for good; or in this project alone."""
    unmute_asked = Signal(object)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.advice: Advice | None = None
        self._said: object = None
        self._is_muted = False
        self._sign = QLabel()
        self._text = label(wrap=True)
        self._source = label(look="muted", wrap=True)
        self._source.hide()
        self._buttons = Flow(gap=4)
        self.fixes: list[Button] = []
        self.region = Button(look="slim")
        self.region.setProperty("flat", True)
        self.region.clicked.connect(self.chosen)
        self.why = _flat("Why?", "Say where this rule comes from")
        self.why.setCheckable(True)
        self.why.toggled.connect(self._explain)
        self.mute = _flat("Mute", "Do not tell this any more")
        self.mute.setMenu(self._mute_menu())
        self.mute.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.unmute = _flat("Unmute", "Tell this again")
        self.unmute.clicked.connect(self._unmute)
        self._lay_out()

    def tell(self, advice: Advice, title: str, *, is_muted: bool) -> None:
        """Show a finding; buttons stay as they are while they say the same."""
        self.advice, self._is_muted = advice, is_muted
        words = tuple(each.text for each in advice.fixes)
        said = (advice.sentence, advice.source, advice.region, title, words, is_muted)
        if said == self._said:
            return
        self._said = said
        kind = "Blocked" if advice.is_hard else "Muted" if is_muted else "Doubtful"
        self.setAccessibleName(f"{kind}: {advice.sentence}")
        self._text.setText(advice.sentence)
        self._source.setText(advice.source)
        self.why.setToolTip(advice.source)
        self.why.setAccessibleDescription(advice.source)
        right = Qt.TextElideMode.ElideRight
        self.region.setText(self.fontMetrics().elidedText(title, right, WIDEST))
        self.region.setAccessibleName(f"Show {title} on the canvas")
        self.region.setVisible(advice.region is not None)
        self._offer(words)
        self.mute.setVisible(not advice.is_hard and not is_muted)
        self.unmute.setVisible(is_muted)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours now in use."""
        if self.advice is None:
            return
        colours = tokens()
        look = "hard" if self.advice.is_hard else "muted" if self._is_muted else "soft"
        colour = {"hard": colours.bad, "soft": colours.warn, "muted": colours.muted}[look]
        self._sign.setPixmap(icons.pixmap("warning", SIGN, colour))
        if self.property("advice") != look:
            self.setProperty("advice", look)
            self.style().unpolish(self)  # Qt reads a property in a style sheet only then.
            self.style().polish(self)
        if self.advice.region is not None:
            self.region.setIcon(_dot(self.advice.region))
            self.region.setIconSize(QSize(10, 10))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if held == Qt.KeyboardModifier.NoModifier and key in STEPS:
            self.stepped.emit(STEPS[key])
        elif not held and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def _offer(self, words: tuple[str, ...]) -> None:
        if [each.text() for each in self.fixes] == list(words):
            return
        had_focus = any(each.hasFocus() for each in self.fixes)
        for old in self.fixes:
            self._buttons.discard(old)
        self.fixes = [self._fix(each) for each in words]
        for each in self.fixes:
            self._buttons.add(each)
        self._buttons.setVisible(bool(words))
        self._buttons.arrange()
        _in_order(self, [*self.fixes, self.region, self.why, self.mute, self.unmute])
        if had_focus:
            self.setFocus()

    def _fix(self, text: str) -> Button:
        made = Button(text)
        made.setProperty("slim", True)
        made.clicked.connect(lambda: self.fix_asked.emit(text))
        return made

    def _explain(self, shown: bool) -> None:  # noqa: FBT001 - Qt's toggled signal gives it
        self._source.setVisible(shown)

    def _mute(self, *, for_good: bool) -> None:
        if self.advice is not None:
            self.mute_asked.emit(self.advice.rule, for_good)

    def _unmute(self) -> None:
        if self.advice is not None:
            self.unmute_asked.emit(self.advice.rule)

    def _mute_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction("In this project", lambda: self._mute(for_good=False))
        menu.addAction("Always", lambda: self._mute(for_good=True))
        return menu

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 7, 4, 5)
        grid.setHorizontalSpacing(7)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._text, 0, 1)
        grid.addWidget(self._buttons, 1, 1)
        foot = QHBoxLayout()
        foot.setSpacing(2)
        for each in (self.region, self.why, self.mute, self.unmute):
            foot.addWidget(each)
        foot.insertStretch(1, 1)
        grid.addLayout(foot, 2, 1)
        grid.addWidget(self._source, 3, 1)


def _flat(text: str, tip: str) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setProperty("flat", True)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


def _dot(region: RegionId) -> QIcon:
    """A drop of the region's colour."""
    pixmap = QPixmap(20, 20)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look_of(region).colour))
    painter.drawRoundedRect(1, 1, 18, 18, 6, 6)
    painter.end()
    return QIcon(pixmap)


def _in_order(first: QWidget, widgets: list[Button | QToolButton]) -> None:
    """Tab goes from the row to its buttons as they are read."""
    before: QWidget = first
    for each in widgets:
        QWidget.setTabOrder(before, each)
        before = each
