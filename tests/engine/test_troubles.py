"""What each error means at each stage: the right end, the right word about money, one POST."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import Phase, RequestStatus
from kling_desktop.engine.absence import GONE_AFTER
from tests.helpers.worlds import I2V, T2V, a_draft

if TYPE_CHECKING:
    from tests.helpers.fakes import FakeProvider, Script
    from tests.helpers.guards import LogGuard
    from tests.helpers.worlds import Scene

WEATHER: list[e.KlingDesktopError] = [
    e.NetworkDown("no route"),
    e.TimedOut("60 s"),
    e.RateLimited("429", retry_after=7),
    e.ServiceDown("503"),
]
S = JobState
Case = tuple[e.KlingDesktopError, JobState, str]


def _name(value: object) -> str:
    return type(value).__name__ if isinstance(value, e.KlingDesktopError) else str(value)


@pytest.mark.parametrize("error", WEATHER, ids=_name)
@pytest.mark.parametrize("stage", ["upload", "status", "result", "download"])
async def test_weather_is_waited_out_at_every_stage_that_is_free_to_repeat(
    scene: Scene, stage: str, error: e.KlingDesktopError
) -> None:
    _script(scene.provider, stage).then(error, error, error)
    job = await scene.run(a_draft(I2V))
    assert (job.state, job.trouble) == (S.DONE, None)
    assert len(scene.provider.submits) == 1
    assert error.code in {row.trouble.code for row in scene.ledger.written if row.trouble}


def _script(provider: FakeProvider, stage: str) -> Script[object]:
    found: Script[object] = getattr(provider, f"on_{stage}")
    return found


async def test_the_service_is_given_the_time_that_it_asks_for(scene: Scene) -> None:
    scene.provider.on_status.then(e.RateLimited(retry_after=42))
    await scene.run(a_draft(T2V))
    assert 42 in scene.clock.sleeps


@pytest.mark.parametrize("error", [e.NetworkDown("no route"), e.RateLimited("429")], ids=_name)
async def test_a_post_that_surely_was_not_accepted_is_sent_again(
    scene: Scene, error: e.KlingDesktopError
) -> None:
    scene.provider.on_submit.then(error, error)
    job = await scene.run(a_draft(I2V))
    assert job.state is S.DONE
    assert len(scene.provider.submits) == 3
    assert len(scene.provider.on_upload.calls) == 1


async def test_the_trouble_stays_known_until_an_answer_comes(scene: Scene) -> None:
    scene.provider.on_submit.then(e.NetworkDown(), e.NetworkDown())
    await scene.run(a_draft(T2V))
    sending = [row for row in scene.ledger.written if row.state is S.SENDING]
    codes = [row.trouble.code if row.trouble else None for row in sending]
    assert codes == [None, "network_down", "network_down"]


SUBMIT_ENDS: list[Case] = [
    (e.KeyRefused("401"), S.FAILED, "no"),
    (e.AccountLocked("403"), S.FAILED, "no"),
    (e.ProviderFailed("404"), S.FAILED, "no"),
    (e.ForeignOrigin("elsewhere"), S.FAILED, "no"),
    (r.ContentRefused("policy"), S.REFUSED, "no"),
    (e.InputRefused("prompt"), S.REFUSED, "no"),
    (e.SubmitUncertain("reset"), S.UNCERTAIN, "maybe"),
    (e.TimedOut("60 s"), S.UNCERTAIN, "maybe"),
    (e.ServiceDown("502"), S.UNCERTAIN, "maybe"),
    (e.ProtocolBroken("no id"), S.UNCERTAIN, "maybe"),
]


@pytest.mark.parametrize(("error", "state", "charge"), SUBMIT_ENDS, ids=_name)
async def test_any_other_answer_to_the_post_ends_it_there(
    scene: Scene, error: e.KlingDesktopError, state: JobState, charge: str
) -> None:
    scene.provider.on_submit.then(error)
    job = await scene.run(a_draft(T2V))
    assert job.state is state
    assert job.trouble is not None
    assert job.trouble.charge == charge
    assert len(scene.provider.submits) == 1


async def test_a_defect_while_sending_leaves_the_job_uncertain_and_never_sends_again(
    scene: Scene, expected_log: LogGuard
) -> None:
    expected_log("job stopped unexpectedly")
    scene.provider.on_submit.then(ValueError("a defect of ours"))
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await engine.wait(job.id)
        assert engine.adopt() == [job.id]
        assert engine.job(job.id).state is S.UNCERTAIN
    assert len(scene.provider.submits) == 1


UPLOAD_ENDS = [
    e.KeyRefused("401"),
    e.ProtocolBroken("no address"),
    e.FolderUnusable("our copy is gone"),
]


@pytest.mark.parametrize("error", UPLOAD_ENDS, ids=_name)
async def test_an_upload_that_cannot_work_ends_the_job_free_of_charge(
    scene: Scene, error: e.KlingDesktopError
) -> None:
    scene.provider.on_upload.then(error)
    job = await scene.run(a_draft(I2V))
    assert job.state is S.FAILED
    assert job.trouble is not None
    assert job.trouble.charge == "no"
    assert scene.provider.submits == []


VERDICTS: list[Case] = [
    (r.ContentRefused("policy"), S.REFUSED, "maybe"),
    (e.InputRefused("prompt"), S.REFUSED, "maybe"),
    (e.ProviderFailed("500"), S.FAILED, "no"),
    (e.RequestCancelled("499"), S.CANCELLED, "maybe"),
]


@pytest.mark.parametrize("stage", ["status", "result"])
@pytest.mark.parametrize(("error", "state", "charge"), VERDICTS, ids=_name)
async def test_a_verdict_of_the_service_is_the_end(
    scene: Scene, stage: str, error: e.KlingDesktopError, state: JobState, charge: str
) -> None:
    _script(scene.provider, stage).then(error)
    job = await scene.run(a_draft(T2V))
    assert job.state is state
    assert job.trouble is not None
    assert (job.trouble.code, job.trouble.charge) == (error.code, charge)


@pytest.mark.parametrize("stage", ["status", "result", "download"])
@pytest.mark.parametrize("error", [e.KeyRefused("401"), e.ProtocolBroken("?")], ids=_name)
async def test_what_may_be_paid_for_is_never_given_up_for_a_fault_of_ours_or_theirs(
    scene: Scene, stage: str, error: e.KlingDesktopError
) -> None:
    _script(scene.provider, stage).then(error, error)
    job = await scene.run(a_draft(T2V))
    assert job.state is S.DONE


async def test_a_request_that_is_not_found_once_or_twice_is_looked_for_again(scene: Scene) -> None:
    gone = e.ResultGone("404")
    queued = RequestStatus(Phase.QUEUED)
    scene.provider.on_status.then(gone, gone, queued, gone, gone)
    job = await scene.run(a_draft(T2V))
    assert job.state is S.DONE


async def test_a_request_that_is_not_found_for_long_is_lost_and_perhaps_charged(
    scene: Scene,
) -> None:
    scene.provider.on_status.habit = e.ResultGone("404")
    job = await scene.run(a_draft(T2V))
    assert job.state is S.FAILED
    assert job.trouble is not None
    assert job.trouble.charge == "maybe"
    assert sum(scene.clock.sleeps) >= GONE_AFTER


async def test_waits_between_failures_grow_to_a_minute(scene: Scene) -> None:
    scene.provider.on_status.then(*[e.NetworkDown()] * 12)
    await scene.run(a_draft(T2V))
    assert scene.clock.sleeps[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
