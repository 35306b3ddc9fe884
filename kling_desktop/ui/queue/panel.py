"""The right side: all jobs, alive: under way, in the line, and over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import label, tool_button
from kling_desktop.ui.queue.bar import SteeringBar
from kling_desktop.ui.queue.delegate import JobDelegate
from kling_desktop.ui.queue.menu import row_menu
from kling_desktop.ui.queue.model import QueueModel
from kling_desktop.ui.queue.offers import Wish
from kling_desktop.ui.queue.sieve import Sieve, sieve_menu
from kling_desktop.ui.queue.sifted import SiftedLine
from kling_desktop.ui.queue.table import QueueTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.ui.queue.offers import Offer

NONE_SUCH = "No clip is like that yet."
EMPTY = "Your clips will appear here.\nClosing the window loses none of them."
UNKNOWN = "Your jobs are not shown until this is solved."


class QueuePanel(QFrame):
    """Lists the jobs; a choice shows its clip, a cross or Delete cancels."""

    job_chosen = Signal(object)
    cancel_asked = Signal(object)
    folder_asked = Signal(str)
    cancel_all_asked = Signal(object)
    """To cancel several jobs, after a question."""
    hold_asked = Signal(object)
    """To hold jobs, or to release them where all are held."""
    move_asked = Signal(object, object)
    """Ids of jobs, and the id of the one they shall be in front of, or None."""
    later_asked = Signal(object)
    """To ask for a time at which these jobs begin."""
    soon_asked = Signal(object)
    """To let these jobs begin as soon as their turn comes."""
    edit_asked = Signal(object)
    pause_asked = Signal()
    """To pause everything, or to go on."""
    limit_asked = Signal()
    chained = Signal(str, object)
    """``continue``, ``as-end`` or ``join``, and the jobs whose clips are meant."""
    wished = Signal(str, object)
    """One of :class:`Wish`, and the job."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.offers_of: Callable[[Job], list[Offer]] = lambda _: []
        """What can be done about a job, as whoever knows today's prices says."""
        self.model = QueueModel(self)
        self._title = label("Queue", look="heading")
        self._bar = SteeringBar()
        self._story = tool_button("What happened to the chosen job? (Ctrl+I)")
        self._story.setProperty("flat", True)
        self._story.setEnabled(False)
        self._sift = tool_button("Filter and sort by what the brush did (Ctrl+Shift+F)")
        self._sift.setProperty("flat", True)
        self._sifted = SiftedLine()
        self._empty = label(EMPTY, look="muted", centred=True, wrap=True)
        self._delegate = JobDelegate(self)
        self.table = QueueTable(self.model, self._delegate)
        self._clock = QTimer(self, interval=1000)
        self._lay_out()
        self._connect()
        self._show_count()
        self.restyle()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._story.setIcon(icons.icon("info"))
        self._sift.setIcon(icons.icon("filter"))
        self._bar.restyle()

    def wish_story(self) -> None:
        """Ask what happened to the chosen job."""
        if self.chosen is not None:
            self.wished.emit(Wish.STORY, self.chosen)

    def sift(self, sieve: Sieve) -> None:
        """Show only some jobs, or another order of them, and say so."""
        job = self.chosen
        self.model.sift(sieve)
        if job is not None and (index := self.model.index_of(job.id)).isValid():
            self.table.setCurrentIndex(index)
        self._show_count()

    def open_sieve(self) -> None:
        """Offer the choices, by button or key."""
        menu = sieve_menu(self, self.model.sieve, self.sift)
        menu.popup(self._sift.mapToGlobal(self._sift.rect().bottomLeft()))

    def show_unknown(self) -> None:
        """Nobody can say yet which jobs there are."""
        self._empty.setText(UNKNOWN)

    def reset(self, jobs: Iterable[Job], *, has_more: bool = False) -> None:
        """Show these jobs; there may be older ones."""
        self.model.reset(jobs, has_more=has_more)
        self._show_count()

    def take(self, events: Iterable[Event]) -> None:
        """Follow the engine's events."""
        for event in events:
            self.model.take(event)
        self._show_count()

    def show_steering(self, steering: Steering) -> None:
        """Say plainly if nothing new is sent, and how much of it at once."""
        self._bar.show_steering(steering)
        self.model.show_steering(steering)

    def choose(self, job_id: JobId) -> None:
        """Select a job's row, which comes in sight if it was left out."""
        if self.model.job(job_id) is not None and not self.model.index_of(job_id).isValid():
            self.sift(Sieve())
        self.table.setCurrentIndex(self.model.index_of(job_id))

    @property
    def chosen(self) -> Job | None:
        """The job that the keys are on."""
        return self.table.chosen

    @property
    def selected(self) -> list[Job]:
        """All jobs that are marked; at least the one that the keys are on."""
        chosen = self.chosen
        return self.table.selected or ([chosen] if chosen else [])

    def line(self) -> list[JobId]:
        """The jobs that wait here, in the order of the line."""
        return self.model.line()

    def _lay_out(self) -> None:
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._sift)
        head.addWidget(self._story)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._sifted)
        column.addWidget(pages, 1)
        self.setMinimumWidth(290)  # What a job is doing is not cut short.
        self.setMaximumWidth(560)

    def _connect(self) -> None:
        self._bar.pause_asked.connect(self.pause_asked)
        self._bar.limit_asked.connect(self.limit_asked)
        self.model.moved.connect(self.move_asked)
        self._delegate.cancel_asked.connect(self.cancel_asked)
        self.table.selectionModel().currentChanged.connect(self._chose)
        self.table.clicked.connect(self._chose)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self._clock.timeout.connect(self.model.tick)
        self._sift.clicked.connect(self.open_sieve)
        self._sifted.all_asked.connect(lambda: self.sift(Sieve()))
        for signal in (self.model.rowsInserted, self.model.rowsRemoved):
            signal.connect(self._show_count)
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
        self._sifted.show_sieve(self.model.sieve, self.model.rowCount(), self.model.known)
        self._empty.setText(NONE_SUCH if self.model.known else EMPTY)
        self._pages.setCurrentIndex(1 if self.model.rowCount() else 0)
        if active and not self._clock.isActive():
            self._clock.start()
        elif not active:
            self._clock.stop()

    def _open_menu(self, place: QPoint) -> None:
        job = self.model.job_at(self.table.indexAt(place).row())
        if job is None:
            return
        menu = row_menu(self, job, self.table.selected)
        menu.popup(self.table.viewport().mapToGlobal(place))
