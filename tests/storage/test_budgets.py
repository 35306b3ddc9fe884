"""Budgets on the disk, and sums that two programs cannot overrun together."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.budgets import Budgets, Kind, Limit
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.spending import Spending
from kling_desktop.storage.budgets import BudgetFile
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.storage.some_jobs import NOON, a_job

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.disk_ports import BudgetBook

S = JobState
D = Decimal
ONE_DOLLAR = (Limit(Kind.DAY, D(1), NOON),)


@pytest.fixture
def book(tmp_path: Path) -> BudgetFile:
    return BudgetFile(tmp_path / "state" / "budgets.json")


def test_it_is_the_book_that_the_engine_asks_for(book: BudgetFile) -> None:
    asked_for: BudgetBook = book
    assert asked_for.load("live") == Budgets()


def test_budgets_are_kept_to_the_last_digit_over_restarts(book: BudgetFile, tmp_path: Path) -> None:
    wanted = Budgets(
        job=D("0.95"), day=D("5.10"), month=D(50), projects={"日本": D("20.000001")},
        allows_unknown=True,
    )  # fmt: skip
    assert book.change("live", lambda _: wanted) == wanted
    assert BudgetFile(tmp_path / "state" / "budgets.json").load("live") == wanted


def test_backends_have_budgets_of_their_own(book: BudgetFile) -> None:
    book.change("live", lambda known: replace(known, day=D(5)))
    book.change("sandbox", lambda known: replace(known, job=D(1)))
    assert book.load("live") == Budgets(day=D(5))
    assert book.load("sandbox") == Budgets(job=D(1))


def test_changes_by_many_at_once_are_all_kept(book: BudgetFile) -> None:
    def add(name: str) -> None:
        book.change("live", lambda known: replace(known, projects={**known.projects, name: D(1)}))

    threads = [threading.Thread(target=add, args=(f"p{number}",)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(book.load("live").projects) == 8


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", '{"version": 99}', '{"backends": {"live": {"day": "-1"}}}',
        '{"backends": {"live": {"day": "NaN"}}}', '{"backends": {"live": {"dya": "1"}}}',
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_never_taken_for_no_limit(
    book: BudgetFile, tmp_path: Path, text: str
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "budgets.json").write_text(text)
    with pytest.raises(FolderUnusable, match=r"budgets\.json"):
        book.load("live")
    with pytest.raises(FolderUnusable):
        book.change("live", lambda known: known)
    assert (tmp_path / "state" / "budgets.json").read_text() == text


def _ready(number: int, **changes: object) -> Job:
    return a_job(number, **{"state": S.UPLOADING, "estimate_usd": D("0.1")} | changes)


def _sent(job: Job) -> Job:
    return job.step(S.SENDING, NOON, body={}, sent_at=NOON)


def test_a_job_within_its_limits_is_recorded(ledger: SqliteLedger) -> None:
    ledger.add(_ready(1), "new")
    sent = _sent(_ready(1))
    assert ledger.save_if_within(sent, "body written", ONE_DOLLAR, allows_unknown=False) is None
    assert ledger.get(sent.id) == sent
    assert ledger.history(sent.id)[-1].cause == "body written"


def test_a_job_that_would_go_over_is_left_as_it_is_and_the_sums_are_told(
    ledger: SqliteLedger,
) -> None:
    earlier = a_job(1, state=S.UNCERTAIN, body={}, estimate_usd=D("0.95"))
    ledger.add(earlier, "new")
    ledger.add(_ready(2), "new")
    sent = _sent(_ready(2))
    found = ledger.save_if_within(sent, "body written", ONE_DOLLAR, allows_unknown=False)
    assert found is not None
    assert (found.limit, found.spent, found.price) == (
        ONE_DOLLAR[0], Spending(D("0.95"), 1), D("0.1"),
    )  # fmt: skip
    assert ledger.get(sent.id) == _ready(2)
    assert len(ledger.history(sent.id)) == 1


@pytest.mark.parametrize("allowed", [True, False])
def test_a_job_of_unknown_price_goes_only_where_that_is_allowed(
    ledger: SqliteLedger, allowed: bool
) -> None:
    ready = _ready(1, estimate_usd=None)
    ledger.add(ready, "new")
    found = ledger.save_if_within(_sent(ready), "x", ONE_DOLLAR, allows_unknown=allowed)
    assert (found is None) is allowed


def test_yesterday_other_projects_and_other_backends_do_not_count(ledger: SqliteLedger) -> None:
    spent = {"state": S.DONE, "body": {}, "estimate_usd": D(9)}
    ledger.add(a_job(1, **spent, project="ad"), "new")
    ledger.add(a_job(2, **spent, backend="live", project="film"), "new")
    ledger.add(_ready(3, project="film"), "new")
    limits = (Limit(Kind.PROJECT, D(1), project="film"), Limit(Kind.JOB, D(1)))
    sent = _sent(_ready(3, project="film"))
    assert ledger.save_if_within(sent, "x", limits, allows_unknown=False) is None


def test_programs_that_send_at_the_same_time_never_overrun_a_budget_together(
    tmp_path: Path,
) -> None:
    """Four programs with five jobs of ten cents each, and one dollar for all of them."""
    start = threading.Barrier(4)
    went: list[JobId] = []

    def program(number: int) -> None:
        owner = Owner(tmp_path / "owners")
        place = tmp_path / "ledger.sqlite3"
        with closing(SqliteLedger(place, owner, lambda: NOON)) as ledger:
            ready = [_ready(10 * number + each) for each in range(5)]
            for job in ready:
                ledger.add(job, "new")
            start.wait()
            went.extend(
                job.id
                for job in map(_sent, ready)
                if ledger.save_if_within(job, "x", ONE_DOLLAR, allows_unknown=False) is None
            )

    SqliteLedger(tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners"), lambda: NOON).close()
    threads = [threading.Thread(target=program, args=(number,)) for number in range(1, 5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(went) == 10
    owner = Owner(tmp_path / "owners")
    with closing(SqliteLedger(tmp_path / "ledger.sqlite3", owner, lambda: NOON)) as ledger:
        assert ledger.spending("sandbox") == Spending(D(1), 10)


def test_a_change_by_another_program_counts_at_once(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    ledger.add(_ready(1, estimate_usd=D("0.6")), "new")
    other.add(_ready(2, estimate_usd=D("0.6")), "new")
    first, second = (_sent(_ready(n, estimate_usd=D("0.6"))) for n in (1, 2))
    assert ledger.save_if_within(first, "x", ONE_DOLLAR, allows_unknown=False) is None
    found = other.save_if_within(second, "x", ONE_DOLLAR, allows_unknown=False)
    assert found is not None
    assert found.spent.usd == D("0.6")
