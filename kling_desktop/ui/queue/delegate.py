"""Paints one job: icon, title, state, facts, progress, and a cross to cancel it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kling_desktop.ui import icons
from kling_desktop.ui.queue import words
from kling_desktop.ui.queue.facts import facts_line
from kling_desktop.ui.queue.model import Index, JobRole, MovedRole, OutlookRole, StateRole
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from kling_desktop.domain.events import BytesMoved
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.outlook import Outlook

HEIGHT = 76
"""Logical pixels of a row."""
CROSS = 26
EDGE = 10


class JobDelegate(QStyledItemDelegate):
    """One card a job."""

    cancel_asked = Signal(object)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        job: Job = index.data(JobRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = option.rect.adjusted(2, 3, -2, -3)
        state: QStyle.StateFlag = option.state
        _ground(painter, card, state)
        place = QRect(card.left() + EDGE, card.top() + 8, 22, 22)
        tint = words.colour(job, tokens())
        painter.drawPixmap(place, icons.pixmap(words.ICONS.get(job.state, "clock"), 22, tint))
        _texts(painter, card, job, index.data(StateRole), index.data(OutlookRole))
        if not job.is_over:
            painter.drawPixmap(_cross(option.rect), icons.pixmap("cancel", CROSS, tokens().muted))
            _bar(painter, card, index.data(MovedRole))
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, HEIGHT)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if event.type() is QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            job: Job = index.data(JobRole)
            inside = _cross(option.rect).contains(event.position().toPoint())
            if inside and not job.is_over and event.button() is Qt.MouseButton.LeftButton:
                self.cancel_asked.emit(job)
                return True
        return super().editorEvent(event, model, option, index)


def _cross(row: QRect) -> QRect:
    return QRect(row.right() - CROSS - 10, row.top() + 8, CROSS, CROSS)


def _ground(painter: QPainter, card: QRect, state: QStyle.StateFlag) -> None:
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    painter.setPen(QColor(tokens().accent if chosen else tokens().line))
    painter.setBrush(QColor(tokens().hover if chosen else tokens().panel))
    painter.drawRoundedRect(card, 8, 8)


def _texts(painter: QPainter, card: QRect, job: Job, state: str, expected: Outlook) -> None:
    left, right = card.left() + EDGE + 30, card.right() - EDGE
    places = [QRect(QPoint(left, y), QPoint(right, y + 20)) for y in _lines(card)]
    if not job.is_over:
        places[0].setRight(right - CROSS - 4)

    def fits(text: str) -> bool:
        return painter.fontMetrics().horizontalAdvance(text) <= places[2].width()

    colour = words.colour(job, tokens())
    _text(painter, places[0], words.title(job), tokens().text, bold=True)
    _text(painter, places[1], state, colour)
    facts = facts_line(job, datetime.now(UTC), fits, expected)
    _text(painter, places[2], facts, tokens().warn if expected.is_late else tokens().muted)


def _lines(card: QRect) -> range:
    """The tops of the three lines."""
    return range(card.top() + 6, card.top() + 6 + 60, 20)


def _text(painter: QPainter, place: QRect, text: str, colour: str, *, bold: bool = False) -> None:
    font = painter.font()
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _bar(painter: QPainter, card: QRect, moved: BytesMoved | None) -> None:
    """A thin line at the foot: how much of a transfer is done."""
    if moved is None or not moved.total:
        return
    whole = QRect(card.left() + 8, card.bottom() - 3, card.width() - 16, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().line))
    painter.drawRect(whole)
    whole.setWidth(int(whole.width() * min(1.0, moved.done / moved.total)))
    painter.setBrush(QColor(tokens().accent))
    painter.drawRect(whole)
