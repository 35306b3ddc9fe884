"""What the ledger says was spent: by time, project and endpoint, and never over two backends."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.domain.spending import Spending, tally
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.storage.some_jobs import NOON, a_job

S = JobState
PRICE = Decimal("0.475")
DAY = timedelta(days=1)


def a_paid_job(number: int = 1, **changes: Any) -> Job:
    facts = {"state": S.DONE, "body": {}, "estimate_usd": PRICE, "backend": "live"}
    return a_job(number, **facts | changes)


def test_nothing_is_spent_by_a_ledger_without_jobs(ledger: SqliteLedger) -> None:
    assert ledger.spending("live") == Spending()


def test_money_of_two_backends_never_mixes(ledger: SqliteLedger) -> None:
    ledger.add(a_paid_job(1), "new")
    ledger.add(a_paid_job(2, backend="sandbox"), "new")
    assert ledger.spending("live") == Spending(PRICE, 1, 0)


def test_jobs_whose_price_nobody_knows_are_counted_beside_the_sum(ledger: SqliteLedger) -> None:
    ledger.add(a_paid_job(1), "new")
    ledger.add(a_paid_job(2, estimate_usd=None), "new")
    assert ledger.spending("live") == Spending(PRICE, 2, 1)


def test_a_job_counts_from_its_sending_on_and_not_from_when_it_was_made(
    ledger: SqliteLedger,
) -> None:
    job = a_paid_job(state=S.UPLOADING, created_at=NOON, updated_at=NOON)
    ledger.add(job, "new")
    assert ledger.spending("live").jobs == 0
    job = job.step(S.SENDING, NOON + DAY)
    ledger.save(job, "sent")
    ledger.save(job.step(S.QUEUED, NOON + 2 * DAY), "accepted")
    assert ledger.spending("live", until=NOON + DAY) == Spending()
    today = ledger.spending("live", since=NOON + DAY, until=NOON + 2 * DAY)
    assert today == Spending(PRICE, 1, 0)


def test_money_comes_back_when_it_turns_out_that_nothing_is_charged(ledger: SqliteLedger) -> None:
    job = a_paid_job(state=S.SENDING)
    ledger.add(job, "new")
    assert ledger.spending("live").usd == PRICE
    free = Trouble("account_locked", "", Charge.NO)
    ledger.save(job.step(S.FAILED, NOON, trouble=free), "refused")
    assert ledger.spending("live") == Spending()


def test_sums_can_be_told_by_project_and_by_endpoint(ledger: SqliteLedger) -> None:
    ledger.add(a_paid_job(1, project="boats"), "new")
    ledger.add(a_paid_job(2, project="boats", endpoint="e"), "new")
    ledger.add(a_paid_job(3, project="waves", endpoint="e"), "new")
    assert ledger.spending("live", project="boats") == Spending(2 * PRICE, 2, 0)
    assert ledger.spending("live", endpoint="e") == Spending(2 * PRICE, 2, 0)
    assert ledger.spending("live", project="boats", endpoint="e") == Spending(PRICE, 1, 0)


_jobs = st.lists(
    st.builds(
        a_paid_job,
        state=st.sampled_from(JobState),
        backend=st.sampled_from(["live", "sandbox"]),
        body=st.none() | st.just({}),
        estimate_usd=st.none() | st.decimals(0, 100, places=3),
        cost_usd=st.none() | st.decimals(0, 100, places=3),
        trouble=st.none() | st.builds(Trouble, st.just("x"), st.just(""), st.sampled_from(Charge)),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=30)
@given(_jobs)
def test_the_sum_in_the_ledger_is_the_one_of_the_domain(jobs: list[Job]) -> None:
    with TemporaryDirectory() as folder:
        owner = Owner(Path(folder) / "owners")
        with closing(SqliteLedger(Path(folder) / "ledger.sqlite3", owner, lambda: NOON)) as ledger:
            for number, job in enumerate(jobs):
                ledger.add(a_job_like(job, number), "new")
            for backend in ("live", "sandbox"):
                assert ledger.spending(backend) == tally(jobs, backend)


def a_job_like(job: Job, number: int) -> Job:
    return job.but(NOON, id=JobId(str(number)))


def test_jobs_that_wait_come_in_their_order(ledger: SqliteLedger) -> None:
    places = [(1, 2.0, S.INTENT), (2, 0.5, S.HELD), (3, 0.5, S.INTENT), (4, 0.0, S.QUEUED)]
    for number, place, state in places:
        ledger.add(a_job(number, place=place, state=state), "new")
    ledger.add(a_job(5, place=-1, backend="live"), "new")
    assert [job.id for job in ledger.waiting("sandbox")] == [a_job(each).id for each in (2, 3, 1)]


def test_jobs_that_ask_for_the_same_are_found_newest_first(ledger: SqliteLedger) -> None:
    for number, print_ in enumerate(("same", "other", "same")):
        ledger.add(a_job(number, fingerprint=print_), "new")
    ledger.add(a_job(9, fingerprint="same", backend="live"), "new")
    assert [job.id for job in ledger.alike("sandbox", "same")] == [a_job(2).id, a_job(0).id]


def test_jobs_that_wait_for_their_bill_are_found_and_no_others(ledger: SqliteLedger) -> None:
    sent = {"request_id": "r"}
    waiting = [
        a_paid_job(1, **sent),
        a_paid_job(2, **sent, state=S.CANCELLED, trouble=Trouble("cancelled", charge=Charge.MAYBE)),
    ]
    others = [
        a_paid_job(3, **sent, billed_at=NOON),
        a_paid_job(4),
        a_paid_job(5, **sent, state=S.RUNNING),
        a_paid_job(6, **sent, state=S.FAILED, trouble=Trouble("x", charge=Charge.NO)),
        a_paid_job(7, **sent, backend="sandbox"),
    ]
    for job in (*waiting, *others):
        ledger.add(job, "new")
    assert ledger.unbilled("live", NOON - DAY, 9) == waiting[::-1]
    assert ledger.unbilled("live", NOON - DAY, 1) == waiting[1:]
    assert ledger.unbilled("live", NOON + DAY, 9) == []


def test_brush_jobs_whose_clip_nobody_looked_at_are_found_and_no_others(
    ledger: SqliteLedger,
) -> None:
    moved = {"params": {"dynamic_masks": [{"mask_url": "file:///mask-1.png"}]}}
    pinned = {"params": {"static_mask_url": "file:///mask-0.png"}}
    unseen = [a_paid_job(1, **moved), a_paid_job(2, **pinned)]
    others = [
        a_paid_job(3),
        a_paid_job(4, **moved, brush={"took": "yes"}),
        a_paid_job(5, **moved, state=S.RUNNING),
        a_paid_job(6, **moved, backend="sandbox"),
    ]
    for job in (*unseen, *others):
        ledger.add(job, "new")
    since = unseen[0].created_at
    assert ledger.unseen("live", since, 9) == unseen[::-1]
    assert ledger.unseen("live", since, 1) == unseen[1:]
    assert ledger.unseen("live", since + 30 * DAY, 9) == []


def test_a_bill_is_kept_and_counts_in_the_sums(ledger: SqliteLedger, other: SqliteLedger) -> None:
    ledger.add(a_paid_job(1, request_id="r"), "new")
    job = ledger.get(a_paid_job(1).id)
    billed = job.but(NOON + DAY, cost_usd=Decimal("0.4"), billed_at=NOON, ended_at=NOON)
    ledger.save_all([(billed, "the bill")])
    assert other.get(job.id) == billed
    assert other.spending("live").usd == Decimal("0.4")
    ((at, found),) = other.spent("live")
    assert (at, found) == (job.updated_at, billed)


def test_what_counts_is_told_in_order_by_time_and_state(ledger: SqliteLedger) -> None:
    for number in (3, 1, 2):
        ledger.add(a_paid_job(number), "new")
    ledger.add(a_paid_job(4, state=S.UNCERTAIN), "new")
    ledger.add(a_paid_job(5, state=S.INTENT), "new")
    first, last = (NOON + timedelta(minutes=number) for number in (1, 3))
    assert [job.id for _, job in ledger.spent("live")] == [a_job(n).id for n in (1, 2, 3, 4)]
    assert [at for at, _ in ledger.spent("live", since=first, until=last)] == [
        NOON + timedelta(minutes=number) for number in (1, 2)
    ]
    assert [job.state for _, job in ledger.spent("live", states=(S.UNCERTAIN,))] == [S.UNCERTAIN]
