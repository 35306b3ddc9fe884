"""Jobs of one account are never worked on with another one's key, and are never lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.errors import Closing, OtherAccount, ResultGone, UnknownAccount
from kling_desktop.domain.events import HolderChanged
from kling_desktop.domain.holders import Holder
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.requests import PastRequest
from kling_desktop.engine.absence import GONE_AFTER
from kling_desktop.engine.whose import Whose
from tests.helpers.clocks import START
from tests.helpers.worlds import T2V, a_draft, a_job, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.world import World
    from tests.helpers.worlds import Scene

MINE, THEIRS = "1" * 16, "2" * 16
HOME = Holder(MINE, "home", frozenset({MINE}), {THEIRS: "work"})
ALONE = Holder(MINE, "home", frozenset({MINE}))
SENT = (JobState.QUEUED, JobState.RUNNING, JobState.FETCHING, JobState.DOWNLOADING)
OPEN = (JobState.INTENT, JobState.UPLOADING, JobState.SENDING, JobState.UNCERTAIN, *SENT)


def world_of(scene: Scene, holder: Holder = HOME) -> World:
    return replace(scene.world(), whose=Whose(holder, lambda mark: joined(holder, mark)))


def joined(holder: Holder, mark: str) -> Holder:
    others = {each: name for each, name in holder.others.items() if each != mark}
    return replace(holder, marks=holder.marks | {mark}, others=others)


async def until_gone(scene: Scene) -> None:
    """Longer than a request may be denied before it counts as gone."""
    for _ in range(40):
        await scene.clock.sleep(GONE_AFTER / 20)


def theirs(scene: Scene, state: JobState, **facts: Any) -> Job:
    job = a_job(state, account=THEIRS, profile="work", **facts)
    scene.ledger.add(job, "of another account")
    return job


def old(scene: Scene, state: JobState) -> Job:
    """A job of a program that did not write down whose it is."""
    job = a_job(state)
    scene.ledger.add(job, "long ago")
    return job


async def test_a_new_job_remembers_its_account(scene: Scene) -> None:
    async with scene.engine(world=world_of(scene)) as engine:
        job = await engine.generate(a_draft())
    assert (job.account, job.profile) == (MINE, "home")


@pytest.mark.parametrize("state", OPEN)
async def test_nobody_waits_for_a_job_of_another_account(scene: Scene, state: JobState) -> None:
    job = theirs(scene, state)
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        assert await asyncio.wait_for(engine.wait(job.id), 5) == job


async def test_nobody_waits_for_an_old_job_that_this_account_does_not_know(scene: Scene) -> None:
    job = old(scene, JobState.QUEUED)
    scene.provider.on_status.habit = ResultGone("never heard of it")
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        left = await asyncio.wait_for(engine.wait(job.id), 5)
    assert left.state is JobState.QUEUED


@pytest.mark.parametrize("state", OPEN)
async def test_a_job_of_another_account_is_left_as_it_is(scene: Scene, state: JobState) -> None:
    job = theirs(scene, state)
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        await scene.clock.sleep(30)
        assert [each.id for each in engine.foreign_jobs()] == [job.id]
        assert [each.id for each in engine.first_jobs(9)] == [job.id]
        assert engine.open_jobs() == []
    assert scene.ledger.get(job.id) == job
    # Its own list of requests is all that is asked of the account in use.
    assert set(scene.provider.journal) <= {"past_requests", f"save {state}"}


@pytest.mark.parametrize("state", OPEN)
async def test_it_goes_on_once_its_own_key_is_in_use(scene: Scene, state: JobState) -> None:
    job = theirs(scene, state)
    async with scene.engine(adopts=True, world=world_of(scene)):
        await scene.clock.sleep(3)
    own = Holder(THEIRS, "work", frozenset({THEIRS}), {MINE: "home"})
    async with scene.engine(adopts=True, world=world_of(scene, own)) as engine:
        ending = await engine.wait(job.id)
    at_rest = {JobState.SENDING: JobState.UNCERTAIN, JobState.UNCERTAIN: JobState.UNCERTAIN}
    assert ending.state is at_rest.get(state, JobState.DONE)


@pytest.mark.parametrize("state", [JobState.UNCERTAIN, JobState.RUNNING])
async def test_no_wish_makes_a_sent_job_cross(scene: Scene, state: JobState) -> None:
    job = theirs(scene, state)
    async with scene.engine(world=world_of(scene)) as engine:
        for wish in (engine.cancel, engine.resend):
            with pytest.raises(OtherAccount, match="belongs to profile “work”: choose it to go on"):
                await wish(job.id)
        with pytest.raises(OtherAccount):
            engine.hand_over(job.id)
        with pytest.raises(OtherAccount):
            engine.put_elsewhere(job.id, scene.folder)
        assert not engine.look_again(job.id)
        assert engine.why_it_waits(job.id) == "belongs to profile “work”: choose it to go on"
    assert scene.ledger.get(job.id) == job


async def test_a_job_that_was_not_sent_can_be_cancelled_with_any_key(scene: Scene) -> None:
    job = theirs(scene, JobState.HELD)
    async with scene.engine(world=world_of(scene)) as engine:
        assert (await engine.cancel(job.id)).state is JobState.CANCELLED


async def test_a_job_that_was_not_sent_can_change_hands_by_a_word(scene: Scene) -> None:
    job = theirs(scene, JobState.INTENT)
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        engine.hand_over(job.id)
        ending = await engine.wait(job.id)
    assert (ending.state, ending.account, ending.profile) == (JobState.DONE, MINE, "home")


async def test_a_second_word_to_hand_a_job_over_sends_nothing_more(scene: Scene) -> None:
    job = theirs(scene, JobState.INTENT)
    async with scene.engine(world=world_of(scene)) as engine:
        engine.hand_over(job.id)
        engine.hand_over(job.id)
        await engine.wait(job.id)
        await scene.clock.sleep(60)
    assert scene.ledger.get(job.id).state is JobState.DONE
    assert len(scene.provider.submits) == 1


async def test_a_job_that_is_just_being_sent_changes_hands_no_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = theirs(scene, JobState.UPLOADING)
    alone = scene.ledger.alone

    def sent_meanwhile(work: Callable[[], Any]) -> Any:
        """Its own program sends it, and dies, just before the ledger is ours alone."""
        scene.ledger.save(job.step(JobState.SENDING, START, body=job.params), "body written")
        return alone(work)

    async with scene.engine(world=world_of(scene)) as engine:
        monkeypatch.setattr(scene.ledger, "alone", sent_meanwhile)
        with pytest.raises(OtherAccount):
            engine.hand_over(job.id)
        monkeypatch.undo()
    assert scene.ledger.get(job.id).account == THEIRS


async def test_jobs_of_another_account_take_no_room(scene: Scene) -> None:
    theirs(scene, JobState.RUNNING, id=JobId("runs"))
    theirs(scene, JobState.INTENT, id=JobId("waits"))
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        engine.set_limit(1)
        job = await engine.generate(a_draft())
        assert (await engine.wait(job.id)).state is JobState.DONE


@pytest.mark.parametrize("state", SENT[:3])
async def test_an_old_job_is_its_account_s_that_sees_it(scene: Scene, state: JobState) -> None:
    job = old(scene, state)
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        ending = await engine.wait(job.id)
    assert (ending.state, ending.account, ending.profile) == (JobState.DONE, MINE, "home")


async def test_an_old_job_that_one_of_several_accounts_does_not_know_is_not_lost(
    scene: Scene,
) -> None:
    job = old(scene, JobState.QUEUED)
    scene.provider.on_status.habit = ResultGone("404")
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        await until_gone(scene)
        assert engine.job(job.id).goes_on
    assert (scene.ledger.get(job.id).state, scene.ledger.get(job.id).account) == (
        JobState.QUEUED,
        "",
    )


async def test_with_one_account_alone_an_old_job_that_is_gone_is_over(scene: Scene) -> None:
    job = old(scene, JobState.QUEUED)
    scene.provider.on_status.habit = ResultGone("404")
    async with scene.engine(adopts=True, world=world_of(scene, ALONE)) as engine:
        assert (await engine.wait(job.id)).state is JobState.FAILED


async def test_an_old_job_that_was_not_sent_is_held_where_there_are_several_accounts(
    scene: Scene,
) -> None:
    job = old(scene, JobState.INTENT)
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        held = await engine.wait(job.id)
        assert held.state is JobState.HELD
        assert held.trouble is not None
        assert held.trouble.code == UnknownAccount.code
        engine.release(job.id)
        ending = await engine.wait(job.id)
    assert (ending.state, ending.account) == (JobState.DONE, MINE)


async def test_a_replaced_key_of_the_same_account_is_known_by_the_list(scene: Scene) -> None:
    job = theirs(scene, JobState.RUNNING, sent_at=START)
    assert job.request_id is not None
    scene.provider.on_past.habit = [PastRequest(T2V, job.request_id, START, body={})]
    heard: list[Event] = []
    world = world_of(scene)
    world.bus.subscribe(heard.append)
    async with scene.engine(adopts=True, world=world) as engine:
        await until(engine, job.id, JobState.DONE)
        assert engine.holder.marks == {MINE, THEIRS}
    assert any(isinstance(each, HolderChanged) for each in heard)


async def test_an_engine_that_closes_begins_nothing(scene: Scene) -> None:
    async with scene.engine(adopts=True) as engine:
        world = engine._world
        world.doors.are_shut = True
        with pytest.raises(Closing):
            await engine.generate(a_draft())
        held = old(scene, JobState.HELD)
        engine.release(held.id)
        await scene.clock.sleep(5)
        assert engine.job(held.id).state is JobState.INTENT  # For the next one.
    assert "submit" not in scene.provider.journal


async def test_a_request_of_this_account_is_not_given_to_a_job_of_another_one(
    scene: Scene,
) -> None:
    lost = theirs(scene, JobState.UNCERTAIN, id=JobId("lost"), sent_at=START)
    request = PastRequest(T2V, "request-7", START, body=lost.body)
    scene.provider.on_past.habit = [request]
    async with scene.engine(world=world_of(scene)) as engine:
        taken = await engine.take_in(request)
        await engine.wait(taken.id)
    assert taken.id != lost.id
    assert scene.ledger.get(lost.id) == lost
