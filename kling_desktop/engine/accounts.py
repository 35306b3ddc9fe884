"""The engine's side of money: what was spent, what may be, and what one more clip would meet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kling_desktop.domain.accounts import Accounts, Foresight, Period, span_of
from kling_desktop.domain.allowances import Standing
from kling_desktop.domain.budgets import Breach, Budgets, Kind, all_limits, breach, limits_for
from kling_desktop.domain.errors import BudgetReached, FolderUnusable, KlingDesktopError
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.reports import DOUBTFUL, By, report
from kling_desktop.domain.spending import Spending

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from decimal import Decimal

    from kling_desktop.domain.budgets import Limit
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.world import World

BREATH = 200
"""Jobs that are read before the loop has its turn again."""


class AccountedJobs:
    """What an engine tells of money, and what the user allows."""

    _world: World

    async def accounts(self, period: Period, by: By) -> Accounts:
        """All that is known of this backend's money now. Raises LedgerUnusable."""
        world, now = self._world, self._world.clock.now()
        spent = await self._spent()
        span, today, month = (span_of(each, now) for each in (period, Period.DAY, Period.MONTH))
        budgets, trouble = self._budgets()
        limits = list(all_limits(budgets or Budgets(), now))
        doubtful = [job for _, job in spent if job.state in DOUBTFUL]
        return Accounts(
            backend=world.backend,
            today=report((each for each in spent if today.has(each[0])), By.DAY).total,
            month=report((each for each in spent if month.has(each[0])), By.DAY).total,
            ever=report(spent, By.DAY).total,
            by=by,
            span=span,
            report=report((each for each in spent if span.has(each[0])), by),
            doubtful=tuple(reversed(doubtful)),
            held=tuple(
                job for job in world.ledger.waiting(world.backend) if _waits_for_budget(job)
            ),
            budgets=budgets,
            standings=tuple(Standing(each, self._spent_of(each)) for each in limits),
            projects=tuple(sorted({job.project for _, job in spent if job.project})),
            trouble=trouble,
        )

    def foresee(self, price: Decimal | None, project: str = "") -> Foresight:
        """What the budgets would say to one more job now; the sending of it asks once more.

        Raises LedgerUnusable.
        """
        budgets, trouble = self._budgets()
        if budgets is None:
            return Foresight(unreadable=trouble)
        for limit in limits_for(budgets, self._world.clock.now(), project):
            spent = self._spent_of(limit)
            if breach(limit, spent, price, allows_unknown=budgets.allows_unknown):
                return Foresight(Breach(limit, spent, price))
        return Foresight()

    async def change_budgets(self, changed: Callable[[Budgets], Budgets]) -> Budgets:
        """Put other limits in place of those of this backend. Raises FolderUnusable."""
        book = self._world.budgets
        if book is None:
            raise FolderUnusable("there is no place for budgets")
        return await asyncio.to_thread(book.change, self._world.backend, changed)

    async def _spent(self) -> list[tuple[datetime, Job]]:
        found = []
        for number, each in enumerate(self._world.ledger.spent(self._world.backend)):
            found.append(each)
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)  # Jobs go on while a long past is read.
        return found

    def _spent_of(self, limit: Limit) -> Spending:
        if limit.kind is Kind.JOB:
            return Spending()
        world = self._world
        return world.ledger.spending(world.backend, since=limit.since, project=limit.project)

    def _budgets(self) -> tuple[Budgets | None, str]:
        book = self._world.budgets
        if book is None:
            return Budgets(), ""
        try:
            return book.load(self._world.backend), ""
        except KlingDesktopError as error:
            return None, error.detail


def _waits_for_budget(job: Job) -> bool:
    is_held = job.state is JobState.HELD
    return is_held and job.trouble is not None and job.trouble.code == BudgetReached.code
