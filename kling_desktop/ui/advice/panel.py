"""The list of what to put right before money is spent, below the regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.motion.edits import region_or_new
from kling_desktop.ui.advice.row import AdviceRow
from kling_desktop.ui.parts import Button, Caption, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from kling_desktop.domain.motion.advice import Advice, Rule
    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.ui.advice.mutes import Mutes

    Key: TypeAlias = tuple[Rule, RegionId | None]

TITLE = "Before you pay"
ALL_RIGHT = "Nothing to put right."


def counted(advice: Sequence[Advice]) -> str:
    """How much there is, in words; empty if there is nothing."""
    hard = sum(each.is_hard for each in advice)
    soft = len(advice) - hard
    told = [f"{hard} wrong"] * bool(hard) + [f"{soft} doubtful"] * bool(soft)
    return ", ".join(told)


class AdvicePanel(QWidget):
    """Shows findings, what stops the clip first; every wish is passed on."""

    chosen = Signal(object)
    """An ``Advice`` whose region is to be shown."""
    fix_asked = Signal(object, str)
    mute_asked = Signal(object, bool)
    """A ``Rule``, and whether for good."""
    unmute_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(TITLE)
        self._rows: dict[Key, AdviceRow] = {}
        self._order: list[Key] = []
        self._shows_muted = False
        self._told: tuple[MotionDocument, tuple[Advice, ...], Mutes] | None = None
        self._count = Caption(look="muted")
        self._none = label(ALL_RIGHT, look="muted", wrap=True)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._scroll = _Fitting(self._list, self._column)
        self.muted = Button(look="flat")
        self.muted.setCheckable(True)
        self.muted.toggled.connect(self._show_muted)
        self._lay_out()
        self.hide()

    @property
    def rows(self) -> tuple[AdviceRow, ...]:
        """From top to bottom."""
        return tuple(self._rows[each] for each in self._order)

    @property
    def text(self) -> str:
        """What the head of the list says."""
        return "" if self.isHidden() else self._count.toolTip()

    def tell(self, document: MotionDocument, advice: tuple[Advice, ...], mutes: Mutes) -> None:
        """Show what was found in a document; nothing at all while nothing is painted."""
        self._told = document, advice, mutes
        self.setVisible(not document.is_blank)
        loud = [each for each in advice if each.rule not in mutes]
        quiet = [each for each in advice if each.rule in mutes]
        self.muted.setVisible(bool(quiet))
        words = "Hide" if self._shows_muted else "Show"
        self.muted.setText(f"{words} muted ({len(quiet)})")
        self._count.show_text(counted(loud))
        self._none.setVisible(not loud)
        shown = [*loud, *(quiet if self._shows_muted else ())]
        self._tell_rows(document, shown, mutes)
        self._scroll.setVisible(bool(shown))
        self._scroll.updateGeometry()

    def step(self, by: int) -> None:
        """Go to the next finding or the one before, from wherever the keys are."""
        rows = self.rows
        if not rows:
            return
        here = [each for each in rows if _has_keys(each)]
        start = rows.index(here[0]) + by if here else (0 if by > 0 else -1)
        row = rows[start % len(rows)]
        row.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.ensureWidgetVisible(row, 0, 4)
        self._scroll.horizontalScrollBar().setValue(0)
        self.chosen.emit(row.advice)

    def restyle(self) -> None:
        """Take the colours now in use."""
        for each in self._rows.values():
            each.restyle()

    def _tell_rows(self, document: MotionDocument, shown: Sequence[Advice], mutes: Mutes) -> None:
        order = [(each.rule, each.region) for each in shown]
        had_focus = any(map(_has_keys, self.rows))
        for gone in [each for each in self._rows if each not in order]:
            row = self._rows.pop(gone)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, (key, each) in enumerate(zip(order, shown, strict=True)):
            row = self._rows.setdefault(key, self._rows.get(key) or self._made())
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
            title = "" if each.region is None else region_or_new(document, each.region).title
            row.tell(each, title, is_muted=each.rule in mutes)
            row.show()
        self._order = order
        if had_focus and self.rows and not _has_keys(self):
            self.rows[0].setFocus()

    def _made(self) -> AdviceRow:
        made = AdviceRow()
        made.chosen.connect(lambda: self.chosen.emit(made.advice))
        made.fix_asked.connect(lambda text: self.fix_asked.emit(made.advice, text))
        made.mute_asked.connect(self.mute_asked)
        made.unmute_asked.connect(self.unmute_asked)
        made.stepped.connect(self.step)
        made.why.toggled.connect(self._scroll.updateGeometry)
        return made

    def _show_muted(self, shown: bool) -> None:  # noqa: FBT001 - Qt's toggled signal gives it
        self._shows_muted = shown
        if self._told is not None:
            self.tell(*self._told)

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(label(TITLE, look="heading"))
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._count, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._none)
        column.addWidget(self._scroll)
        column.addWidget(self.muted, 0, Qt.AlignmentFlag.AlignLeft)


def _has_keys(widget: QWidget) -> bool:
    """Whether the keys are with it, or with something in it."""
    now = QApplication.focusWidget()
    return now is not None and (now is widget or widget.isAncestorOf(now))


class _Fitting(QScrollArea):
    """As high as what is in it wants to be, and less where there is no room."""

    def __init__(self, inner: QWidget, column: QVBoxLayout) -> None:
        super().__init__()
        self._column = column
        self.setWidgetResizable(True)
        self.setWidget(inner)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        high = self._column.totalHeightForWidth(self.viewport().width())
        return QSize(super().sizeHint().width(), high + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
