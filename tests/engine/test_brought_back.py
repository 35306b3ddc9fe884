"""A request is one job and is paid for once, whatever became of it and whoever asks."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.domain.requests import PastRequest, Phase, RequestStatus
from kling_desktop.domain.spending import Spending
from kling_desktop.engine.errand import Errand
from kling_desktop.engine.matching import look
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.helpers.fakes import START
from tests.helpers.worlds import T2V, Scene, a_draft, a_job, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from kling_desktop.engine.engine import Engine

S = JobState
BODY = {"prompt": "the boat drifts", "duration": "5"}
PRICE = Decimal("0.475")
SENT = START - timedelta(hours=3)
CLIP = "https://cdn.test/kept.mp4"
LISTED = PastRequest(T2V, "request-7", SENT, 200, BODY, CLIP)
GIVEN_UP = Trouble("uncertain", "", "maybe")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """As another program has it open for as long as the test lasts."""
    ledger = opened(tmp_path)
    yield ledger
    ledger.close()


def opened(folder: Path) -> SqliteLedger:
    return SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: START)


@asynccontextmanager
async def program(scene: Scene) -> AsyncIterator[Engine]:
    """An engine on the ledger on the disk, as each program has one."""
    world = replace(scene.world(), ledger=opened(scene.folder))
    async with scene.engine(world=world) as engine:
        yield engine


def ended(state: JobState, **facts: Any) -> Job:
    usual: dict[str, Any] = {
        "request_id": "request-7", "body": BODY, "sent_at": SENT, "estimate_usd": PRICE,
        "project": "boats", "fingerprint": "f",
    }  # fmt: skip
    return a_job(state, **usual | facts)


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        (S.FAILED, {"trouble": Trouble("file_gone", "404", "yes")}),
        (S.FAILED, {"trouble": Trouble("result_gone", "404", "maybe")}),
        (S.FAILED, {"trouble": Trouble("provider_failed", "", "no")}),
        (S.REFUSED, {"trouble": Trouble("nothing_made", "", "no")}),
        (S.CANCELLED, {"trouble": Trouble("cancelled", "", "no"), "cancel_asked": True}),
        (S.CANCELLED, {"trouble": GIVEN_UP, "request_id": None}),
        (S.UNCERTAIN, {"trouble": GIVEN_UP, "request_id": None}),
        (S.UNCERTAIN, {"trouble": GIVEN_UP}),
    ],
)
@pytest.mark.parametrize("expired", [False, True])
async def test_a_request_that_has_a_clip_after_all_stays_one_job_and_counts_once(
    scene: Scene, state: JobState, facts: dict[str, Any], *, expired: bool
) -> None:
    job = ended(state, **facts)
    opened_before = opened(scene.folder)
    opened_before.add(job, "new")
    opened_before.close()
    scene.provider.on_past.habit = [LISTED]
    if expired:
        scene.provider.on_status.habit = scene.provider.on_result.habit = e.ResultGone("404")
    async with program(scene) as engine:
        done = await engine.wait((await engine.rescue(T2V, "request-7")).id)
        assert engine.jobs() == [done]
        assert engine._world.ledger.spending("test") == Spending(PRICE, 1)
        causes = [event.cause for event in engine.history(job.id)]
        assert await engine.rescue("", "request-7") == done
    assert (done.id, done.state, done.request_id) == (job.id, S.DONE, "request-7")
    assert (done.params, done.project, done.fingerprint) == (job.params, "boats", "f")
    assert (done.trouble, done.cancel_asked, done.sent_at) == (None, False, SENT)
    assert causes[1] == "taken in from the account's list"
    assert scene.provider.submits == []


@pytest.mark.parametrize("known", [None, ended(S.FAILED, trouble=Trouble("file_gone", "", "yes"))])
async def test_two_programs_that_rescue_a_request_at_one_moment_have_one_job(
    scene: Scene, known: Job | None, ledger: SqliteLedger
) -> None:
    if known is not None:
        ledger.add(known, "new")
    scene.provider.on_past.habit = [LISTED]
    async with program(scene) as one, program(scene) as other:
        first, second = await asyncio.gather(
            one.rescue(T2V, "request-7"), other.rescue(T2V, "request-7")
        )
        assert first.id == second.id
        await one.wait(first.id)
        await other.wait(second.id)
        (done,) = one.jobs()
        assert ledger.spending("test").jobs == 1
    assert done.state is S.DONE
    assert len(scene.provider.on_download.calls) == 1


async def test_two_programs_that_take_in_what_they_found_have_one_job(
    scene: Scene, ledger: SqliteLedger
) -> None:
    async with program(scene) as one, program(scene) as other:
        jobs = await asyncio.gather(*(each.take_in(LISTED) for each in (one, other, one, other)))
        assert {job.id for job in jobs} == {ledger.newest()[0].id}
        assert len(ledger.newest()) == 1


async def test_a_search_and_a_rescue_at_one_moment_give_the_request_to_one_job(
    scene: Scene, ledger: SqliteLedger
) -> None:
    lost = ended(S.UNCERTAIN, request_id=None)
    scene.provider.on_past.habit = [LISTED]
    async with program(scene) as engine:
        engine._world.ledger.add(lost, "new")
        searching = engine.look_now(lost.id)
        found = await engine.take_in(LISTED)
        await engine.wait(found.id)
    assert searching
    assert [(job.id, job.state) for job in ledger.newest()] == [(lost.id, S.DONE)]


async def test_an_ended_job_that_a_living_program_has_is_taken_over(
    scene: Scene, ledger: SqliteLedger
) -> None:
    job = ended(S.FAILED, trouble=Trouble("file_gone", "", "yes"))
    ledger.add(job, "new")
    scene.provider.on_past.habit = [LISTED]
    async with program(scene) as engine:
        await until(engine, (await engine.rescue("", "request-7")).id, S.DONE)
        assert not ledger.claim(job.id)
        assert [each.id for each in ledger.changed_elsewhere()] == [job.id]


async def test_an_uncertain_job_that_a_living_program_looks_for_is_left_to_it(
    scene: Scene, ledger: SqliteLedger
) -> None:
    lost = ended(S.UNCERTAIN, request_id=None)
    ledger.add(lost, "new")
    async with program(scene) as engine:
        with pytest.raises(e.UnknownRequest, match=f"job {lost.id}, which another program"):
            await engine.take_in(LISTED)
    assert ledger.newest() == [lost]


async def test_a_request_that_is_just_being_sent_is_no_foundling(
    scene: Scene, ledger: SqliteLedger
) -> None:
    sending = a_job(S.SENDING, body=BODY, sent_at=SENT)
    ledger.add(sending, "new")
    async with program(scene) as engine:
        assert await engine.take_in(LISTED) == sending
    assert ledger.newest() == [sending]


async def test_another_order_of_the_same_words_is_not_taken_for_one_given_up(
    scene: Scene, ledger: SqliteLedger
) -> None:
    day_before = SENT - timedelta(1)
    long_ago = ended(S.CANCELLED, id="old", request_id=None, trouble=GIVEN_UP, sent_at=day_before)
    ledger.add(long_ago, "new")
    async with program(scene) as engine:
        taken = await engine.take_in(LISTED)
        await engine.wait(taken.id)
    assert taken.id != long_ago.id
    assert ledger.spending("test").jobs == 2


async def test_what_was_sent_and_lost_and_sent_again_is_two_requests_and_two_jobs(
    scene: Scene, ledger: SqliteLedger
) -> None:
    scene.provider.on_submit.then(e.TimedOut("x"))
    async with program(scene) as engine:
        lost = await engine.wait((await engine.generate(a_draft(T2V))).id)
        new = await engine.resend(lost.id)
        await engine.wait(new.id)
        assert lost.body is not None
        assert lost.sent_at is not None
        first = PastRequest(T2V, "request-0", lost.sent_at, 200, dict(lost.body), CLIP)
        found = await engine.wait((await engine.take_in(first)).id)
    assert (found.id, found.state, found.request_id) == (lost.id, S.DONE, "request-0")
    assert {job.request_id for job in ledger.newest()} == {"request-0", "request-1"}
    assert ledger.spending("test").jobs == len(ledger.newest()) == 2


async def test_a_found_request_is_given_to_one_of_two_uncertain_jobs(
    scene: Scene, ledger: SqliteLedger
) -> None:
    for name in ("a", "b"):
        ledger.add(ended(S.UNCERTAIN, id=JobId(name), request_id=None), "new")
    scene.provider.on_past.habit = [LISTED]
    world = replace(scene.world(), ledger=ledger)
    errands = [Errand(world, job) for job in ledger.newest()]
    assert sorted(await asyncio.gather(*map(look, errands))) == [False, True]


async def test_one_that_was_brought_back_can_be_cancelled_once_more(scene: Scene) -> None:
    scene.ledger.add(ended(S.CANCELLED, cancel_asked=True), "new")
    scene.provider.on_status.habit = RequestStatus(Phase.QUEUED, 1)
    async with scene.engine() as engine:
        job = await engine.rescue(T2V, "request-7")
        assert (await engine.cancel(job.id)).cancel_asked
        assert (await engine.wait(job.id)).state is S.CANCELLED
