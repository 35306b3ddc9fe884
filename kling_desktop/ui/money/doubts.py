"""The page of jobs that made no clip and may have been charged: what support has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.money import words
from kling_desktop.ui.money.sheet import Sheet
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.queue.words import state_line

if TYPE_CHECKING:
    from kling_desktop.domain.accounts import Accounts
    from kling_desktop.domain.jobs import Job

NAMES = ("Request id", "Sent", "What happened", "Charged", "Endpoint")
NO_ID = "none known"


class DoubtsPage(QWidget):
    """Lists them, newest first, and copies what is needed."""

    export_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._jobs: tuple[Job, ...] = ()
        self._is_play = False
        self._lead = label(wrap=True)
        self.sheet = Sheet("Jobs that may have been charged", wide=4, left=range(len(NAMES)))
        self._copy_id = Button("&Copy request id")
        self._copy_ids = Button("Copy all request &ids")
        self._copy_all = Button("Copy for &support")
        self._copy_all.setToolTip("Request ids, endpoints, times and amounts, as text")
        self._export = Button("&Export\N{HORIZONTAL ELLIPSIS}")
        self._status = label(look="muted")
        self._lay_out()
        self._connect()

    def tell(self, accounts: Accounts) -> None:
        """Show the jobs that are in doubt."""
        self._jobs, self._is_play = accounts.doubtful, accounts.is_play
        lead = words.PLAY_DOUBTS if self._is_play else words.DOUBTS
        self._lead.setText(lead if self._jobs else words.NO_DOUBTS)
        self.sheet.setVisible(bool(self._jobs))
        self.sheet.fill(NAMES, [self._cells(job) for job in self._jobs])
        if self._jobs and self.sheet.currentRow() < 0:
            self.sheet.setCurrentCell(0, 0)
        self._refresh()

    def say(self, text: str) -> None:
        """Tell what came of it."""
        self._status.setText(text)

    def _cells(self, job: Job) -> tuple[str, ...]:
        at = (job.sent_at or job.updated_at).astimezone()
        return (
            job.request_id or NO_ID,
            f"{at:%Y-%m-%d %H:%M}",
            state_line(job),
            words.charge_of(job, is_play=self._is_play),
            words.short_endpoint(job.endpoint),
        )

    def _refresh(self) -> None:
        self._copy_id.setEnabled(bool(self._current_id))
        self._copy_ids.setEnabled(any(job.request_id for job in self._jobs))
        for each in (self._copy_all, self._export):
            each.setEnabled(bool(self._jobs))

    @property
    def _current_id(self) -> str:
        row = self.sheet.currentRow()
        return (self._jobs[row].request_id or "") if 0 <= row < len(self._jobs) else ""

    def _copy_current(self) -> None:
        if self._current_id:
            self._put(self._current_id, "The request id is copied.")

    def _copy_every(self) -> None:
        ids = [job.request_id for job in self._jobs if job.request_id]
        self._put("\n".join(ids), f"{len(ids)} request ids are copied.")

    def _copy_text(self) -> None:
        self._put(words.for_support(self._jobs, is_play=self._is_play), "Copied for support.")

    def _put(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.say(said)

    def _connect(self) -> None:
        self.sheet.itemSelectionChanged.connect(self._refresh)
        self._copy_id.clicked.connect(self._copy_current)
        self._copy_ids.clicked.connect(self._copy_every)
        self._copy_all.clicked.connect(self._copy_text)
        self._export.clicked.connect(self.export_asked)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.sheet)
        copy.activated.connect(self._copy_current)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (self._copy_id, self._copy_ids, self._copy_all):
            each.setAutoDefault(False)
            row.addWidget(each)
        row.addWidget(self._status, 1)
        self._export.setAutoDefault(False)
        row.addWidget(self._export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._lead)
        column.addWidget(self.sheet, 1)
        column.addLayout(row)
        column.setStretchFactor(row, 0)
