"""What is done about money: it is told, budgets are changed, reports are written to files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from kling_desktop.domain.allowances import with_limit
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.events import Event, JobAdded, JobChanged
from kling_desktop.domain.messages import explain
from kling_desktop.ui.money import export, words
from kling_desktop.ui.money.dialog import BUDGETS, SPENT, MoneyDialog
from kling_desktop.ui.question import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from decimal import Decimal

    from kling_desktop.domain.accounts import Accounts
    from kling_desktop.domain.budgets import Budgets, Kind
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

OPENS, TELLS, BILLS = "money", "money: tell", "money: bill"
PLAYS = "In the sandbox this is play money; nothing is charged."
SETTLES = 400
"""Milliseconds: many jobs change together, and the sums are told once."""


class MoneyDesk(QObject):
    """Opens the window about money, one at a time, and keeps it true while it is open."""

    budgets_changed = Signal()

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._backend = ""
        self._dialog: MoneyDialog | None = None
        self._known: Accounts | None = None
        self._soon = QTimer(self, singleShot=True, interval=SETTLES)
        self._soon.timeout.connect(self._refresh)

    def show_backend(self, name: str) -> None:
        """From now on it is about the money of that backend."""
        self._backend = name

    def open(self) -> None:
        """Show what was spent."""
        self._open_at(SPENT)

    def open_budgets(self) -> None:
        """Show the budgets."""
        self._open_at(BUDGETS)

    def hear(self, events: Iterable[Event]) -> None:
        """Tell the sums anew, soon after a job has changed."""
        if self._dialog is not None and any(isinstance(e, JobAdded | JobChanged) for e in events):
            self._soon.start()

    def _open_at(self, page: str) -> None:
        if self._dialog is None and self._backend and not self._tasks.is_busy(OPENS):
            self._tasks.start(self._open(page), group=OPENS)

    async def _open(self, page: str) -> None:
        dialog = MoneyDialog(self._window, self._backend)
        dialog.turn_to(page)
        try:
            self._known = await self._engine.accounts(dialog.spent.period, dialog.spent.by)
            catalog = await self._engine.catalog()
        except BaseException:
            dialog.deleteLater()
            raise
        self._dialog = dialog
        dialog.tell(self._known)
        dialog.prices.tell(catalog)
        self._connect(dialog)
        dialog.open()

    def _connect(self, dialog: MoneyDialog) -> None:
        spent, budgets = dialog.spent, dialog.budgets
        spent.changed.connect(self._refresh)
        spent.export_asked.connect(self._export_spending)
        spent.bill_asked.connect(self._ask_bill)
        dialog.doubts.export_asked.connect(self._export_doubts)
        budgets.set_asked.connect(self._set)
        budgets.unknown_asked.connect(self._allow_unknown)
        budgets.release_asked.connect(self._release)
        dialog.prices.check_asked.connect(dialog.reject)
        dialog.prices.check_asked.connect(self._window.actions_by_id["models"].trigger)
        dialog.finished.connect(self._close)

    def _close(self) -> None:
        self._dialog = self._known = None
        self._soon.stop()

    # Sums

    def _refresh(self) -> None:
        if self._dialog is not None:
            self._tasks.start(self._do(self._tell), group=TELLS, exclusive=True)

    async def _tell(self) -> None:
        if (dialog := self._dialog) is None:
            return
        known = await self._engine.accounts(dialog.spent.period, dialog.spent.by)
        if self._dialog is dialog:
            self._known = known
            dialog.tell(known)

    async def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What goes wrong here is said in the window about money, if that is still open."""
        try:
            await work()
        except KlingDesktopError as error:
            if self._dialog is None:
                raise
            self._dialog.show_problem(str(explain(error)))

    def _ask_bill(self) -> None:
        if not self._tasks.is_busy(BILLS):
            self._tasks.start(self._do(self._bill), group=BILLS)

    async def _bill(self) -> None:
        if (dialog := self._dialog) is None:
            return
        dialog.spent.show_asking(asking=True)
        try:
            found = await self._engine.ask_bill()
        finally:
            if self._dialog is dialog:
                dialog.spent.show_asking(asking=False)
        if self._dialog is dialog:
            dialog.spent.say(_billed(len(found)))
            await self._tell()

    # Budgets

    def _set(self, kind: Kind, usd: Decimal | None, project: str) -> None:
        self._change(lambda known: with_limit(known, kind, usd, project))

    def _allow_unknown(self, allowed: bool) -> None:  # noqa: FBT001 - as Qt calls it
        self._change(lambda known: replace(known, allows_unknown=allowed))

    def _change(self, changed: Callable[[Budgets], Budgets]) -> None:
        self._tasks.start(self._do(lambda: self._change_now(changed)))

    async def _change_now(self, changed: Callable[[Budgets], Budgets]) -> None:
        await self._engine.change_budgets(changed)
        self.budgets_changed.emit()
        await self._tell()

    def _release(self, job: Job) -> None:
        group = f"money: release {job.id}"
        if not self._tasks.is_busy(group):
            self._tasks.start(self._do(lambda: self._release_now(job)), group=group)

    async def _release_now(self, job: Job) -> None:
        if (dialog := self._dialog) is None:
            return
        play, why = self._backend == "sandbox", job.trouble.detail if job.trouble else ""
        price = words.price(job, is_play=play)
        cost = PLAYS if play else f"It is expected to cost {price}."
        text = f"Send this clip although a budget does not allow it?\n\n{_sentence(why)}\n{cost}"
        if await ask(dialog, "Send over the budget", text, yes=f"Send for {price}"):
            await self._engine.release(job.id, over_budget=True)
            await self._tell()

    # Files

    def _export_spending(self) -> None:
        known = self._known
        if known is not None:
            name = f"spending-by-{known.by}"
            self._export(name, known, lambda path: export.spending_text(known, path), 0)

    def _export_doubts(self) -> None:
        known = self._known
        if known is not None:
            self._export("doubtful", known, lambda path: export.doubts_text(known, path), 1)

    def _export(self, name: str, known: Accounts, text: Callable[[Path], str], page: int) -> None:
        if (dialog := self._dialog) is None:
            return
        say = (dialog.spent.say, dialog.doubts.say)[page]

        def chosen(file: str) -> None:
            path = Path(file)
            self._tasks.start(self._write(path, text(path), say))

        export.ask_where(dialog, name, known).fileSelected.connect(chosen)

    async def _write(self, path: Path, text: str, say: Callable[[str], None]) -> None:
        dialog = self._dialog
        try:
            await export.write(path, text)
            told = f"Written to {path}."
        except OSError as error:
            told = f"{path} cannot be written ({error.strerror}). Choose another folder."
        if dialog is not None and self._dialog is dialog:
            say(told)


def _billed(number: int) -> str:
    if not number:
        return "No further bill has come. A bill comes with a delay; it is asked for again later."
    jobs = "1 more job" if number == 1 else f"{number} more jobs"
    return f"The bill of {jobs} is known now."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
