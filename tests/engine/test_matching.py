"""What became of a request whose answer was lost: found in the provider's list, or not known."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import Event, Searched
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.requests import Accepted, PastRequest, Phase, RequestStatus
from kling_desktop.engine.matching import is_same, sent_about
from kling_desktop.engine.pace import Pace
from tests.helpers.fakes import START, MemoryLedger
from tests.helpers.worlds import T2V, Scene, a_draft, a_job, until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

S = JobState
BODY = {"prompt": "the boat drifts", "duration": "5"}


def listed(number: int = 7, body: Mapping[str, Any] = BODY, after: float = 1.0) -> PastRequest:
    return PastRequest(T2V, f"request-{number}", START + timedelta(seconds=after), None, body)


def lost(scene: Scene) -> None:
    scene.provider.on_submit.then(e.SubmitUncertain("the answer was lost"))


def everything(scene: Scene) -> Callable[..., list[PastRequest]]:
    """A list that holds whatever this world has sent."""

    def tell(endpoint: str, since: datetime, until: datetime) -> list[PastRequest]:
        sent = enumerate(scene.provider.submits)
        return [
            PastRequest(where, f"listed-{number}", scene.clock.time, None, body)
            for number, (where, body) in sent
        ]

    return tell


async def test_a_request_that_is_in_the_list_is_taken_and_not_sent_again(scene: Scene) -> None:
    lost(scene)
    scene.provider.on_past.habit = everything(scene)
    job = await scene.run(a_draft(T2V))
    assert (job.state, job.request_id) == (S.DONE, "listed-0")
    assert len(scene.provider.submits) == 1


async def test_the_list_is_asked_about_the_time_of_the_request(scene: Scene) -> None:
    lost(scene)
    job = await scene.run(a_draft(T2V))
    endpoint, since, until = scene.provider.on_past.calls[0]
    assert endpoint == T2V
    assert job.sent_at is not None
    assert since < job.sent_at < until


async def test_a_list_that_lags_is_looked_at_again(scene: Scene) -> None:
    lost(scene)
    scene.provider.on_past.then([], e.ServiceDown("500"), [])
    scene.provider.on_past.habit = everything(scene)
    assert (await scene.run(a_draft(T2V))).state is S.DONE
    assert scene.provider.journal.count("past_requests") == 4


@pytest.mark.parametrize("answer", [[], e.KeyRefused("403"), e.ServiceDown("500")])
async def test_what_is_not_found_stays_uncertain_and_is_never_sent_again(
    scene: Scene, answer: object
) -> None:
    lost(scene)
    scene.provider.on_past.habit = answer
    job = await scene.run(a_draft(T2V))
    assert job.state is S.UNCERTAIN
    assert len(scene.provider.submits) == 1
    assert scene.provider.journal.count("past_requests") == len(Pace().searches)


@pytest.mark.parametrize(
    "other",
    [
        listed(body={**BODY, "prompt": "another boat"}),
        listed(body={"prompt": BODY["prompt"]}),
        listed(after=3600.0),
        listed(after=-3600.0),
        PastRequest(T2V, "request-7", START, None, None),
    ],
)
async def test_a_request_with_another_body_or_of_another_time_is_not_ours(
    tmp_path: Path, other: PastRequest
) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    scene.provider.on_past.habit = [other]
    async with scene.engine(adopts=True) as engine:
        assert (await engine.wait(JobId("job-1"))).state is S.UNCERTAIN


def uncertain_scene(folder: Path, *jobs: Job) -> Scene:
    return Scene(folder, ledger=MemoryLedger(jobs))


async def test_a_request_is_never_given_to_two_jobs(tmp_path: Path) -> None:
    one = a_job(S.UNCERTAIN, sent_at=START)
    two = a_job(S.UNCERTAIN, sent_at=START, id=JobId("job-2"))
    scene = uncertain_scene(tmp_path, one, two)
    scene.provider.on_past.habit = [listed()]
    async with scene.engine(adopts=True) as engine:
        ended = [await engine.wait(job.id) for job in (one, two)]
    assert {job.state for job in ended} == {S.DONE, S.UNCERTAIN}


async def test_a_request_that_a_finished_job_has_is_not_taken(tmp_path: Path) -> None:
    done = a_job(S.DONE, id=JobId("job-0"), request_id="request-7")
    scene = uncertain_scene(tmp_path, done, a_job(S.UNCERTAIN, sent_at=START))
    scene.provider.on_past.habit = [listed()]
    async with scene.engine(adopts=True) as engine:
        assert (await engine.wait(JobId("job-1"))).state is S.UNCERTAIN


async def test_a_program_that_died_while_sending_finds_its_request_at_the_next_start(
    tmp_path: Path,
) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.SENDING, sent_at=START))
    scene.provider.on_past.habit = [listed()]
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait(JobId("job-1"))
    assert (job.state, job.request_id) == (S.DONE, "request-7")
    assert scene.provider.submits == []


async def test_giving_up_stops_the_search_and_counts_as_perhaps_charged(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    async with scene.engine(adopts=True) as engine:
        await engine.cancel(JobId("job-1"))
        job = await engine.wait(JobId("job-1"))
    assert job.state is S.CANCELLED
    assert scene.provider.journal.count("past_requests") == 1
    assert job.trouble is not None
    assert (job.trouble.code, job.trouble.charge) == ("uncertain", "maybe")


async def test_a_wish_from_before_the_answer_was_lost_waits_for_a_list_that_lags(
    scene: Scene,
) -> None:
    sent, answer = asyncio.Event(), asyncio.Event()

    async def lose(*_: object) -> Accepted:
        sent.set()
        await answer.wait()
        raise e.SubmitUncertain("the answer was lost")

    scene.provider.on_submit.then(lose)
    scene.provider.on_status.habit = RequestStatus(Phase.QUEUED)
    scene.provider.on_past.then([], [], [])
    scene.provider.on_past.habit = everything(scene)
    async with scene.engine(adopts=True) as engine:
        job = await engine.generate(a_draft(T2V))
        await sent.wait()
        await engine.cancel(job.id)
        answer.set()
        ended = await engine.wait(job.id)
    assert (ended.state, ended.request_id) == (S.CANCELLED, "listed-0")
    assert ended.trouble is not None
    assert ended.trouble.charge == "no"


async def test_a_request_that_is_found_on_giving_up_is_cancelled_at_the_service(
    tmp_path: Path,
) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    scene.provider.on_past.habit = [listed()]
    async with scene.engine(adopts=True) as engine:
        await engine.cancel(JobId("job-1"))
        job = await engine.wait(JobId("job-1"))
    assert (job.state, job.request_id) == (S.CANCELLED, "request-7")
    assert job.trouble is not None
    assert (job.trouble.code, job.trouble.charge) == ("cancelled", "no")


async def test_a_wish_of_another_program_ends_the_search(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    async with scene.engine(adopts=True) as engine:
        await engine.wait(JobId("job-1"))
        scene.ledger.ask_cancel(JobId("job-1"))
        await until(engine, JobId("job-1"), S.CANCELLED)


async def test_looking_again_finds_what_came_late(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    async with scene.engine(adopts=True) as engine:
        assert (await engine.wait(JobId("job-1"))).state is S.UNCERTAIN
        scene.provider.on_past.habit = [listed()]
        assert engine.look_again(JobId("job-1"))
        assert (await engine.wait(JobId("job-1"))).state is S.DONE


async def test_a_search_is_told_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    heard: list[Event] = []
    async with scene.engine() as engine:
        engine.subscribe(heard.append)
        assert engine.searched() == []
        assert engine.look_now(JobId("job-1"))
        assert engine.searched() == ["job-1"]
        await engine.wait(JobId("job-1"))
        assert engine.searched() == []
    assert heard == [Searched(JobId("job-1"), True), Searched(JobId("job-1"), False)]


async def test_looking_now_does_not_wait_for_the_next_look(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    scene.provider.on_past.habit = [listed()]
    async with scene.engine() as engine:
        assert engine.look_now(JobId("job-1"))
        await until(engine, JobId("job-1"), S.QUEUED)
        assert scene.clock.now() == START
        assert not engine.look_now(JobId("job-1"))


async def test_a_job_is_made_anew_at_the_price_of_today(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.FAILED, id=JobId("old"), estimate_usd=Decimal(9)))
    async with scene.engine() as engine:
        job = await engine.again(JobId("old"))
        assert (job.estimate_usd, job.params) == (Decimal("0.490"), a_job().params)


LIPSYNC = "fal-ai/kling-video/lipsync/audio-to-video"
SPOKEN = {"video_url": "file:///talk.mp4", "audio_url": "file:///talk.mp3"}


async def test_what_is_priced_by_its_length_is_measured_when_it_is_made_anew(
    tmp_path: Path,
) -> None:
    facts = {"endpoint": LIPSYNC, "params": SPOKEN}
    scene = uncertain_scene(tmp_path, a_job(S.FAILED, id=JobId("old"), **facts))
    async with scene.engine() as engine:
        assert (await engine.again(JobId("old"))).estimate_usd == Decimal("0.07")
        scene.files.on_seconds.then(e.BadMedia("talk.mp4", "is gone"))
        assert (await engine.again(JobId("old"))).estimate_usd is None


@pytest.mark.parametrize("facts", [{"backend": "other"}, {"params": {}}], ids=str)
async def test_what_belongs_elsewhere_or_is_not_known_is_not_made_anew(
    tmp_path: Path, facts: dict[str, Any]
) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.FAILED, **facts))
    async with scene.engine() as engine:
        with pytest.raises(e.UnknownJob):
            await engine.again(JobId("job-1"))
    assert scene.provider.submits == []


async def test_sending_again_looks_first_and_takes_what_it_finds(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START))
    scene.provider.on_past.habit = [listed()]
    async with scene.engine() as engine:
        job = await engine.resend(JobId("job-1"))
        assert (await engine.wait(job.id)).state is S.DONE
    assert job.id == "job-1"
    assert scene.provider.submits == []


async def test_sending_again_gives_the_first_one_up_and_makes_a_new_job(tmp_path: Path) -> None:
    scene = uncertain_scene(tmp_path, a_job(S.UNCERTAIN, sent_at=START, id=JobId("lost")))
    async with scene.engine() as engine:
        job = await engine.resend(JobId("lost"))
        done = await engine.wait(job.id)
        with pytest.raises(e.UnknownJob):
            await engine.resend(job.id)
    assert (done.state, done.params) == (S.DONE, a_job().params)
    assert scene.ledger.get(JobId("lost")).state is S.CANCELLED


def test_a_body_with_filled_in_defaults_is_the_same() -> None:
    assert is_same(BODY, BODY | {"cfg_scale": 0.5})
    assert not is_same(BODY | {"cfg_scale": 0.5}, BODY)
    assert not is_same(BODY, None)


def test_the_time_of_a_job_without_a_sending_time_is_that_of_its_last_change() -> None:
    begin, end = sent_about(a_job(S.UNCERTAIN))
    assert begin < START < end
