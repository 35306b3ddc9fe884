"""The page of budgets: what may be spent, what is left, and what waits because of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.allowances import read_amount
from kling_desktop.domain.budgets import Kind
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.messages import explain
from kling_desktop.ui.money import words
from kling_desktop.ui.money.budget_row import BudgetRow
from kling_desktop.ui.parts import Button, Caption, label
from kling_desktop.ui.queue.words import title

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.accounts import Accounts
    from kling_desktop.domain.allowances import Standing
    from kling_desktop.domain.jobs import Job

PLAIN = (Kind.JOB, Kind.DAY, Kind.MONTH)
MOST_HELD = 50
"""Waiting jobs that are listed; the queue has all."""
UNREADABLE = (
    "The budgets cannot be read ({why}). Until they can be, every clip waits here and nothing is "
    "sent. Mend or remove that file."
)


class BudgetsPage(QWidget):
    """Shows the budgets of one backend, and asks for others."""

    set_asked = Signal(object, object, str)
    """Kind, amount or None, project."""
    unknown_asked = Signal(bool)
    """Whether clips of unknown price may be sent although there is a budget."""
    release_asked = Signal(object)
    """A job that is to be sent although a budget forbids it."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[tuple[Kind, str], BudgetRow] = {}
        self._held: tuple[tuple[str, str], ...] | None = None
        self._job_rows: list[QWidget] = []
        self._trouble = label(look="problem", wrap=True)
        self._project = QComboBox(editable=True)
        self._project.setAccessibleName("Project that gets a budget")
        self._new_amount = QLineEdit(placeholderText="amount")
        self._new_amount.setAccessibleName("Budget of the project in dollars")
        self._dollar = label(look="muted")
        self._add = Button("&Add project budget")
        self._new_problem = label(look="problem", wrap=True)
        self._unknown = QCheckBox("Send clips of &unknown price although there is a budget")
        self._waiting = label(look="heading")
        self._body = QWidget()
        self._column = QVBoxLayout()
        self._projects = QVBoxLayout()
        self._jobs = QVBoxLayout()
        self._lay_out()
        self._add.clicked.connect(self._ask_new)
        self._new_amount.returnPressed.connect(self._ask_new)
        self._unknown.clicked.connect(self.unknown_asked)

    def tell(self, accounts: Accounts) -> None:
        """Show the budgets as they stand."""
        self._trouble.setText(UNREADABLE.format(why=accounts.trouble))
        self._trouble.setVisible(bool(accounts.trouble))
        self._dollar.setText(words.unit(is_play=accounts.is_play))
        self._body.setEnabled(accounts.budgets is not None)
        found = {(each.limit.kind, each.limit.project or ""): each for each in accounts.standings}
        self._keep_rows(found)
        for key, row in self._rows.items():
            row.tell(found.get(key), is_play=accounts.is_play)
        if accounts.budgets is not None:
            self._unknown.setChecked(accounts.budgets.allows_unknown)
        self._offer_projects(accounts)
        self._show_held(accounts)

    def row(self, kind: Kind, project: str = "") -> BudgetRow:
        """The row of a budget."""
        return self._rows[kind, project]

    def _keep_rows(self, found: dict[tuple[Kind, str], Standing]) -> None:
        """Rows that are there already stay, for somebody may be writing in one."""
        for key in [key for key in self._rows if key[0] is Kind.PROJECT and key not in found]:
            row = self._rows.pop(key)
            row.hide()
            self._projects.removeWidget(row)
            row.deleteLater()
        for kind, project in found:
            if (kind, project) not in self._rows:
                self._projects.addWidget(self._new_row(kind, project))

    def _new_row(self, kind: Kind, project: str = "") -> BudgetRow:
        row = self._rows[kind, project] = BudgetRow(kind, project)
        row.set_asked.connect(self.set_asked)
        return row

    def _offer_projects(self, accounts: Accounts) -> None:
        names = [each for each in accounts.projects if (Kind.PROJECT, each) not in self._rows]
        if names != [self._project.itemText(n) for n in range(self._project.count())]:
            written = self._project.currentText() if self._project.hasFocus() else ""
            self._project.clear()
            self._project.addItems(names)
            self._project.setEditText(written)

    def _ask_new(self) -> None:
        project = self._project.currentText().strip()
        self._new_problem.setVisible(not project)
        self._new_problem.setText("Name a project first.")
        if not project:
            return
        try:
            amount = read_amount(self._new_amount.text())
        except InvalidParams as error:
            self._new_problem.setText(explain(error).what)
            self._new_problem.show()
            return
        self.set_asked.emit(Kind.PROJECT, amount, project)
        self._new_amount.clear()
        self._project.setEditText("")

    def _show_held(self, accounts: Accounts) -> None:
        held = accounts.held
        self._waiting.setVisible(bool(held))
        many = "1 clip waits" if len(held) == 1 else f"{len(held)} clips wait"
        self._waiting.setText(f"{many} because of a budget")
        told = tuple((job.id, job.trouble.detail if job.trouble else "") for job in held)
        if told == self._held:
            return
        self._held = told
        for old in self._job_rows:
            self._jobs.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._job_rows = [
            self._held_row(each, is_play=accounts.is_play) for each in held[:MOST_HELD]
        ]
        for row in self._job_rows:
            self._jobs.addWidget(row)

    def _held_row(self, job: Job, *, is_play: bool) -> QWidget:
        made = QWidget()
        caption, detail = Caption(), Caption(look="muted")
        caption.show_text(title(job))
        detail.show_text(job.trouble.detail if job.trouble else "")
        send = Button(f"Send for {words.price(job, is_play=is_play)}")
        send.setAccessibleName(f"{send.text()}: {title(job)}")
        send.setAutoDefault(False)
        send.clicked.connect(self._releaser(job))
        told = QVBoxLayout()
        told.setSpacing(1)
        told.addWidget(caption)
        told.addWidget(detail)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(told, 1)
        row.addWidget(send)
        return made

    def _releaser(self, job: Job) -> Callable[[], None]:
        return lambda: self.release_asked.emit(job)

    def _lay_out(self) -> None:
        column = self._column
        column.setSpacing(10)
        column.setContentsMargins(0, 0, 12, 0)
        column.addWidget(label(words.REACHED, look="muted", wrap=True))
        column.addWidget(self._trouble)
        for kind in PLAIN:
            column.addWidget(self._new_row(kind))
        self._projects.setSpacing(10)
        column.addLayout(self._projects)
        column.addLayout(self._new_project())
        column.addWidget(self._new_problem)
        column.addWidget(self._unknown)
        column.addSpacing(6)
        column.addWidget(self._waiting)
        column.addLayout(self._jobs)
        column.addStretch(1)
        self._body.setLayout(column)
        self._trouble.hide()
        self._new_problem.hide()
        self._waiting.hide()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _new_project(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        edit = self._project.lineEdit()
        assert edit is not None
        edit.setPlaceholderText("project")
        self._project.setMinimumWidth(170)
        self._new_amount.setFixedWidth(96)
        self._add.setAutoDefault(False)
        for each in (self._project, self._dollar, self._new_amount, self._add):
            row.addWidget(each)
        row.addStretch(1)
        return row
