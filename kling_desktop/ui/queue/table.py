"""The view of the jobs: one column of cards; waiting ones are dragged among themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QDrag, QDragLeaveEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip

from kling_desktop.domain.jobs import WAITING
from kling_desktop.ui.incoming import OURS
from kling_desktop.ui.queue.delegate import HEIGHT, JobDelegate
from kling_desktop.ui.queue.parcel import can_travel
from kling_desktop.ui.queue.words import title
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPaintEvent

    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.queue.model import QueueModel

MARGIN = 40
"""Pixels from the upper and lower edge in which a drag scrolls."""
LABEL = (180, 30)
NOT_HERE = "Only jobs that wait here can be moved, and only among themselves."
ACTION = Qt.DropAction


def picture_of(jobs: Sequence[Job], ratio: float) -> QPixmap:
    """What hangs at the mouse: the title, or how many there are."""
    text = title(jobs[0]) if len(jobs) == 1 else f"{len(jobs)} jobs"
    drawn = QPixmap(QSize(*LABEL) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    place = QRect(QPoint(0, 0), QSize(*LABEL))
    painter.setPen(QColor(tokens().accent))
    painter.setBrush(QColor(tokens().panel))
    painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 6, 6)
    painter.setPen(QColor(tokens().text))
    room = place.adjusted(10, 0, -10, 0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
    painter.end()
    return drawn


class QueueTable(QTableView):
    """A one-column table with rows of one height: the cheapest view to update (measured)."""

    def __init__(self, model: QueueModel, delegate: JobDelegate) -> None:
        super().__init__(showGrid=False)
        self._jobs = model
        self._gap: int | None = None
        """The row in front of which a drop would fall."""
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName("Jobs")
        self._shape()
        self._let_drag()

    @property
    def chosen(self) -> Job | None:
        """The job that the keys are on."""
        return self._jobs.job_at(self.currentIndex().row())

    @property
    def selected(self) -> list[Job]:
        """All jobs that are marked, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [job for job in map(self._jobs.job_at, rows) if job is not None]

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Take along what is marked and of the same kind as the row under the mouse."""
        job = self.chosen
        if job is None:
            return
        # A file manager that moved a clip away would take it from the ledger.
        action = ACTION.MoveAction if job.state in WAITING else ACTION.CopyAction
        jobs = self.carried()
        if jobs:
            drag = QDrag(self)
            drag.setMimeData(self._jobs.mimeData([self._jobs.index_of(job.id) for job in jobs]))
            drag.setPixmap(picture_of(jobs, self.devicePixelRatioF()))
            drag.setHotSpot(QPoint(-16, -12))  # The gap under the mouse stays in sight.
            drag.exec(action)  # Called from a mouse event, never from a coroutine.
            self._show_gap(None)

    def carried(self) -> list[Job]:
        """What a drag takes along: all that is marked of the kind of the row under the mouse."""
        job = self.chosen
        if job is None or not can_travel(job):
            return []
        waits = job.state in WAITING
        marked = self.selected if job in self.selected else [job]
        return [each for each in marked if can_travel(each) and (each.state in WAITING) is waits]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(OURS):
            event.accept()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # It scrolls at the edges.
        if not event.mimeData().hasFormat(OURS):
            event.ignore()
            return
        gap = self._gap_at(event.position().toPoint())
        fits = self._fits(event, gap)
        self._show_gap(gap if fits else None)
        if fits:
            event.setDropAction(ACTION.MoveAction)
            event.accept()
        else:
            event.ignore()
            if ACTION.MoveAction in event.possibleActions():
                self._say_why(event.position().toPoint())

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        gap = self._gap_at(event.position().toPoint())
        if self._fits(event, gap):
            event.setDropAction(ACTION.MoveAction)
            event.accept()
            self._jobs.dropMimeData(event.mimeData(), ACTION.MoveAction, gap, 0, QModelIndex())
        else:
            event.ignore()
        # The base would look for a row to overwrite; only its scrolling has to end.
        super().dragLeaveEvent(QDragLeaveEvent())
        self._show_gap(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._gap is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = max(4, min(self._edge_of(self._gap), self.viewport().height() - 4))
        painter.setPen(QPen(QColor(tokens().accent), 2))
        painter.drawLine(11, y, self.viewport().width() - 4, y)
        painter.drawEllipse(QPoint(7, y), 3, 3)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Drop or event.type() is QEvent.Type.DragLeave:
            QToolTip.hideText()
        return super().viewportEvent(event)

    def _fits(self, event: QDropEvent, gap: int) -> bool:
        mime, nowhere = event.mimeData(), QModelIndex()
        return self._jobs.canDropMimeData(mime, ACTION.MoveAction, gap, 0, nowhere)

    def _gap_at(self, place: QPoint) -> int:
        row = self.rowAt(place.y())
        if row < 0:
            return self._jobs.rowCount()
        return row if place.y() < self.rowViewportPosition(row) + HEIGHT // 2 else row + 1

    def _edge_of(self, gap: int) -> int:
        above = max(0, gap - 1)
        return self.rowViewportPosition(above) + (HEIGHT if gap else 0)

    def _show_gap(self, gap: int | None) -> None:
        if gap is not None:
            QToolTip.hideText()
        if gap != self._gap:
            self._gap = gap
            self.viewport().update()

    def _say_why(self, place: QPoint) -> None:
        QToolTip.showText(self.viewport().mapToGlobal(place), NOT_HERE, self.viewport())

    def _shape(self) -> None:
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(HEIGHT)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)

    def _let_drag(self) -> None:
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(False)  # Qt's is a thin black frame; ours is painted.
        self.setDefaultDropAction(ACTION.MoveAction)
        self.setAutoScroll(True)
        self.setAutoScrollMargin(MARGIN)
