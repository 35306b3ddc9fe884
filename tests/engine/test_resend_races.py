"""Sending an uncertain job again, while something else happens to it, never pays once too often."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.requests import PastRequest
from kling_desktop.engine.errand import Errand
from kling_desktop.engine.matching import look
from tests.helpers.clocks import START
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job
    from tests.helpers.worlds import Scene

S = JobState
LOST = JobId("lost")


def lost(scene: Scene) -> Job:
    job = a_job(S.UNCERTAIN, sent_at=START, id=LOST)
    scene.ledger.add(job, "its answer was lost")
    return job


class SlowList:
    """The next look at the account's list is answered, with nothing, once ``gate`` is set."""

    def __init__(self, scene: Scene) -> None:
        self.gate = asyncio.Event()
        self.asked = asyncio.Event()
        scene.provider.on_past.then(self._nothing_yet)

    async def _nothing_yet(self, *_: Any) -> list[PastRequest]:
        self.asked.set()
        await self.gate.wait()
        return []


async def test_two_wishes_to_send_again_make_one_job(scene: Scene) -> None:
    lost(scene)
    async with scene.engine() as engine:
        wishes = (engine.resend(LOST), engine.resend(LOST))
        told = await asyncio.gather(*wishes, return_exceptions=True)
        (new,) = [each for each in told if not isinstance(each, BaseException)]
        assert (await engine.wait(new.id)).state is S.DONE
    assert [type(each) for each in told if each is not new] == [e.UnknownJob]
    assert len(scene.provider.submits) == 1


async def test_a_request_that_is_found_meanwhile_is_not_made_again(scene: Scene) -> None:
    body = lost(scene).body
    slow = SlowList(scene)
    scene.provider.on_past.habit = [PastRequest(T2V, "request-7", START, body=body)]
    async with scene.engine() as engine:
        sending = asyncio.ensure_future(engine.resend(LOST))
        await slow.asked.wait()
        engine.look_now(LOST)
        await engine.wait(LOST)
        slow.gate.set()
        assert (await sending).id == LOST
    ending = scene.ledger.get(LOST)
    assert (ending.state, ending.request_id) == (S.DONE, "request-7")
    assert scene.provider.submits == []


async def test_what_is_given_up_meanwhile_stays_so(scene: Scene) -> None:
    lost(scene)
    slow = SlowList(scene)
    async with scene.engine() as engine:
        sending = asyncio.ensure_future(engine.resend(LOST))
        await slow.asked.wait()
        await engine.cancel(LOST)
        await engine.wait(LOST)
        slow.gate.set()
        with pytest.raises(e.UnknownJob):
            await sending
    assert scene.ledger.get(LOST).state is S.CANCELLED
    assert scene.provider.submits == []


async def test_a_wish_to_stop_the_search_leaves_what_sending_again_has_found(scene: Scene) -> None:
    body = lost(scene).body
    slow = SlowList(scene)
    async with scene.engine() as engine:
        engine.look_now(LOST)
        await slow.asked.wait()
        await engine.cancel(LOST)
        scene.provider.on_past.habit = [PastRequest(T2V, "request-7", START, body=body)]
        found = Errand(engine._world, engine.job(LOST))
        assert await look(found)
        slow.gate.set()
        ending = await engine.wait(LOST)
    assert ending.request_id == "request-7"


async def test_a_job_of_another_backend_is_neither_looked_for_nor_sent_here(scene: Scene) -> None:
    body = lost(scene).body
    scene.provider.on_past.habit = [PastRequest(T2V, "request-7", START, body=body)]
    world = replace(scene.world(), backend="live")
    async with scene.engine(world=world) as live:
        with pytest.raises(e.UnknownJob):
            await live.resend(LOST)
    assert scene.ledger.get(LOST).state is S.UNCERTAIN
    assert scene.provider.submits == []
