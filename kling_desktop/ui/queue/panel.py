"""The right side: all jobs, newest first, alive."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.jobs import WAITING, JobState
from kling_desktop.ui import icons
from kling_desktop.ui.parts import Button, label, tool_button
from kling_desktop.ui.queue.delegate import HEIGHT, JobDelegate
from kling_desktop.ui.queue.model import QueueModel
from kling_desktop.ui.queue.offers import Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.ui.queue.offers import Offer

EMPTY = "Your clips will appear here.\nClosing the window loses none of them."
PAUSED = "Paused: nothing new is sent."
UNKNOWN = "Your jobs are not shown until this is solved."


class QueuePanel(QFrame):
    """Lists the jobs; a choice shows its clip, a cross or Delete cancels."""

    job_chosen = Signal(object)
    cancel_asked = Signal(object)
    folder_asked = Signal(str)
    hold_asked = Signal(object)
    """To hold a job, or to release one that is held."""
    move_asked = Signal(object, object)
    """A job, and the id of the one it shall be in front of, or None."""
    edit_asked = Signal(object)
    go_on_asked = Signal()
    wished = Signal(str, object)
    """One of :class:`Wish`, and the job."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.offers_of: Callable[[Job], list[Offer]] = lambda _: []
        """What can be done about a job, as whoever knows today's prices says."""
        self.model = QueueModel(self)
        self._title = label("Queue", look="heading")
        self._paused = _Paused()
        self._story = tool_button("What happened to the chosen job? (Ctrl+I)")
        self._story.setProperty("flat", True)
        self._story.setEnabled(False)
        self._empty = label(EMPTY, look="muted", centred=True, wrap=True)
        self._delegate = JobDelegate(self)
        self.table = _table(self.model, self._delegate)
        self._clock = QTimer(self, interval=1000)
        self._lay_out()
        self._connect()
        self._show_count()
        self.restyle()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._story.setIcon(icons.icon("info"))

    def wish_story(self) -> None:
        """Ask what happened to the chosen job."""
        if self.chosen is not None:
            self.wished.emit(Wish.STORY, self.chosen)

    def show_unknown(self) -> None:
        """Nobody can say yet which jobs there are."""
        self._empty.setText(UNKNOWN)

    def reset(self, jobs: Iterable[Job], *, has_more: bool = False) -> None:
        """Show these jobs; there may be older ones."""
        self._empty.setText(EMPTY)
        self.model.reset(jobs, has_more=has_more)
        self._show_count()

    def take(self, events: Iterable[Event]) -> None:
        """Follow the engine's events."""
        for event in events:
            self.model.take(event)
        self._show_count()

    def show_steering(self, steering: Steering) -> None:
        """Say plainly if nothing new is sent."""
        self._paused.setVisible(steering.paused)
        self.model.show_steering(steering)

    def choose(self, job_id: JobId) -> None:
        """Select a job's row."""
        self.table.setCurrentIndex(self.model.index_of(job_id))

    @property
    def chosen(self) -> Job | None:
        return self.model.job_at(self.table.currentIndex().row())

    def _lay_out(self) -> None:
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._story)
        column.addLayout(head)
        column.addWidget(self._paused)
        column.addWidget(pages, 1)
        self.setMinimumWidth(290)  # What a job is doing is not cut short.
        self.setMaximumWidth(560)

    def _connect(self) -> None:
        self._paused.button.clicked.connect(self.go_on_asked)
        self._delegate.cancel_asked.connect(self.cancel_asked)
        self.table.selectionModel().currentChanged.connect(self._chose)
        self.table.clicked.connect(self._chose)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self._clock.timeout.connect(self.model.tick)
        self._story.clicked.connect(self.wish_story)
        self.model.modelReset.connect(self._show_choice)
        self.table.selectionModel().currentChanged.connect(self._show_choice)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(key, self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.wish_story)

    def _chose(self, index: QModelIndex) -> None:
        job = self.model.job_at(index.row())
        if job is not None:
            self.job_chosen.emit(job)

    def _show_choice(self) -> None:
        self._story.setEnabled(self.chosen is not None)

    def _show_count(self) -> None:
        active = self.model.active()
        self._title.setText(f"Queue  \N{MIDDLE DOT}  {active} under way" if active else "Queue")
        self._pages.setCurrentIndex(1 if self.model.rowCount() else 0)
        if active and not self._clock.isActive():
            self._clock.start()
        elif not active:
            self._clock.stop()

    def _open_menu(self, place: QPoint) -> None:
        job = self.model.job_at(self.table.indexAt(place).row())
        if job is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        cancel = menu.addAction(icons.icon("cancel"), "Cancel job")
        cancel.setEnabled(not job.is_over)
        cancel.triggered.connect(lambda: self.cancel_asked.emit(job))
        self._offer_waiting(menu, job)
        folder = menu.addAction(icons.icon("folder"), "Show in folder")
        folder.setEnabled(bool(job.clips))
        folder.triggered.connect(lambda: self.folder_asked.emit(job.clips[0].path))
        cancel.setVisible(job.state is not JobState.UNCERTAIN)  # It is given up instead.
        self._add_wishes(menu, job)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _offer_waiting(self, menu: QMenu, job: Job) -> None:
        """What can be done with a job that was not sent yet."""
        if job.state not in {*WAITING, JobState.UPLOADING}:
            return
        is_held = job.state is JobState.HELD
        hold = menu.addAction("Release" if is_held else "Hold")
        hold.triggered.connect(lambda: self.hold_asked.emit(job))
        if is_held:
            edit = menu.addAction("Edit\N{HORIZONTAL ELLIPSIS}")
            edit.triggered.connect(lambda: self.edit_asked.emit(job))
        for where, before in self.model.ways_of(job).items():
            move = menu.addAction(where.value)
            move.triggered.connect(partial(self._emit_move, job, before))

    def _emit_move(self, job: Job, before: JobId | None) -> None:
        self.move_asked.emit(job, before)

    def _add_wishes(self, menu: QMenu, job: Job) -> None:
        menu.addSeparator()
        for offer in self.offers_of(job):
            entry = menu.addAction(offer.text)
            entry.setEnabled(offer.enabled)
            entry.triggered.connect(self._wisher(offer.wish, job))
        story = menu.addAction(icons.icon("info"), "What happened?")
        story.triggered.connect(self._wisher(Wish.STORY, job))

    def _wisher(self, wish: Wish, job: Job) -> Callable[[], None]:
        return lambda: self.wished.emit(wish, job)


class _Paused(QWidget):
    """A line that is seen for as long as nothing new is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.button = Button("Go on")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(PAUSED, look="problem", wrap=True), 1)
        row.addWidget(self.button)


def _table(model: QueueModel, delegate: JobDelegate) -> QTableView:
    """A one-column table with rows of one height: the cheapest view to update (measured)."""
    table = QTableView(showGrid=False)
    table.setModel(model)
    table.setItemDelegate(delegate)
    table.setAccessibleName("Jobs")
    table.horizontalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(HEIGHT)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.setTabKeyNavigation(False)
    return table
