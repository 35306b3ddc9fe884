"""Whatever the service answers, in whatever order: money is safe."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.jobs import TERMINAL, TRANSITIONS, JobState
from kling_desktop.domain.requests import CancelAnswer, Phase, RequestStatus
from kling_desktop.domain.spending import counts, tally
from kling_desktop.domain.story import tell
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import I2V, Scene, a_draft

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job

S = JobState
SAFE = (e.NetworkDown, e.RateLimited)
_transient = st.sampled_from([e.NetworkDown, e.RateLimited, e.TimedOut, e.ServiceDown])
_verdict = st.sampled_from([r.ContentRefused, e.InputRefused, e.ProviderFailed, e.RequestCancelled])
_other = st.sampled_from([e.KeyRefused, e.ProtocolBroken, e.ForeignOrigin])
_refusal = st.sampled_from([e.AccountLocked, e.SubmitUncertain])
_look = st.sampled_from([Phase.QUEUED, Phase.RUNNING]).map(RequestStatus)


def _some(*kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.one_of(*kinds), max_size=4)


@dataclass(frozen=True)
class Weather:
    """What the service answers first at each stage; after that it behaves."""

    upload: list[Any]
    submit: list[Any]
    status: list[Any]
    result: list[Any]
    download: list[Any]
    settle: list[Any]
    cancel_after: int | None
    """Turns of the loop after which the user wants to cancel."""
    cancel_answer: CancelAnswer


ANY = st.builds(
    Weather,
    upload=_some(_transient),
    submit=_some(_transient, _verdict, _other, _refusal),
    status=_some(_look, _transient, _verdict, _other, st.just(e.ResultGone)),
    result=_some(_transient, _verdict, _other, st.just(e.ResultGone)),
    download=_some(_transient, _other, st.just(e.ResultGone)),
    settle=_some(st.sampled_from([e.ClipDamaged, e.FolderUnusable])),
    cancel_after=st.none() | st.integers(0, 60),
    cancel_answer=st.sampled_from(CancelAnswer),
)
ONLY_WEATHER = st.builds(
    Weather,
    upload=_some(_transient),
    submit=_some(st.sampled_from(SAFE)),
    status=_some(_look, _transient),
    result=_some(_transient),
    download=_some(_transient),
    settle=st.just([]),
    cancel_after=st.none(),
    cancel_answer=st.just(CancelAnswer.ASKED),
)


def _scene(folder: str, weather: Weather) -> Scene:
    scene = Scene(Path(folder))
    for stage in ("upload", "submit", "status", "result", "download"):
        getattr(scene.provider, f"on_{stage}").then(*map(_made, getattr(weather, stage)))
    scene.files.on_settle.then(*map(_made, weather.settle))
    scene.provider.on_cancel.habit = weather.cancel_answer
    return scene


def _made(answer: Any) -> Any:
    return answer() if isinstance(answer, type) else answer


async def _live(scene: Scene, weather: Weather) -> Job:
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(I2V))
        if weather.cancel_after is not None:
            for _ in range(weather.cancel_after):
                await asyncio.sleep(0)
            await engine.cancel(job.id)
        return await engine.wait(job.id)


def _lived(weather: Weather) -> tuple[Scene, Job]:
    with tempfile.TemporaryDirectory() as folder:
        scene = _scene(folder, weather)
        return scene, asyncio.run(_live(scene, weather))


def _resends(scene: Scene, weather: Weather) -> int:
    answered = weather.submit[: len(scene.provider.submits)]
    return sum(isinstance(each, type) and issubclass(each, SAFE) for each in answered)


@given(ANY)
def test_a_post_is_repeated_only_after_answers_that_make_it_safe(weather: Weather) -> None:
    scene, _ = _lived(weather)
    assert len(scene.provider.submits) <= 1 + _resends(scene, weather)


@given(ANY)
def test_a_job_always_comes_to_rest(weather: Weather) -> None:
    _, job = _lived(weather)
    assert job.state in TERMINAL | {S.UNCERTAIN}
    assert (job.trouble is None) == (job.state is S.DONE)
    assert bool(job.clips) == (job.state is S.DONE)


@given(ANY)
def test_the_ledger_never_shows_a_step_that_the_table_lacks(weather: Weather) -> None:
    scene, job = _lived(weather)
    states = [JobState(state) for state in scene.ledger.states(job.id)]
    assert all(to in TRANSITIONS[from_] for from_, to in itertools.pairwise(states))


@given(ANY)
def test_every_change_has_a_cause_and_the_story_of_the_job_can_be_told(weather: Weather) -> None:
    scene, job = _lived(weather)
    events = scene.ledger.history(job.id)
    assert all(event.cause for event in events)
    lines = tell(job, events)
    assert len(lines) == len(events) + 1
    assert ("nothing" in lines[-1].text) == (not counts(job))


@given(ANY)
def test_what_was_never_posted_never_counts_as_spent(weather: Weather) -> None:
    scene, job = _lived(weather)
    assert scene.provider.submits or not counts(job)
    assert job.state is not S.DONE or counts(job)
    assert scene.ledger.spending("test") == tally([job], "test")


@given(ANY)
def test_the_body_that_was_sent_is_the_one_in_the_ledger(weather: Weather) -> None:
    scene, job = _lived(weather)
    for _, body in scene.provider.submits:
        assert body == job.body


@given(ONLY_WEATHER)
def test_bad_weather_alone_never_keeps_a_job_from_being_done(weather: Weather) -> None:
    _, job = _lived(weather)
    assert job.state is S.DONE


@given(ANY)
def test_a_job_that_is_not_charged_says_so_only_before_acceptance_or_by_verdict(
    weather: Weather,
) -> None:
    scene, job = _lived(weather)
    if job.trouble is None or job.trouble.charge != "no":
        return
    free = {"provider_failed", "cancelled"}
    assert job.request_id is None or job.trouble.code in free
    assert "downloading" not in scene.ledger.states(job.id) or job.trouble.code in free


@given(ANY, st.data())
def test_killed_anywhere_it_is_sent_at_most_once_more_and_never_after_sending(
    weather: Weather, data: st.DataObject
) -> None:
    scene, _ = _lived(weather)
    row = data.draw(st.sampled_from(scene.ledger.written), label="killed after")
    with tempfile.TemporaryDirectory() as folder:
        again = Scene(Path(folder), ledger=MemoryLedger([row]))
        job = asyncio.run(_resume(again, row))
    assert len(again.provider.submits) <= (1 if row.state in {S.INTENT, S.UPLOADING} else 0)
    assert job.state in TERMINAL | {S.UNCERTAIN}


async def _resume(scene: Scene, row: Job) -> Job:
    async with scene.engine() as engine:
        engine.adopt()
        return await engine.wait(row.id)
