"""Killed after any write to the ledger, the next program loses nothing and pays for nothing twice.

Each test writes a whole life down, then goes back to every moment of it: the ledger as it was on
disk just then, a new engine on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import TERMINAL, JobState
from kling_desktop.domain.requests import Accepted, Phase, RequestStatus
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import I2V, T2V, Scene, a_draft, a_job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job
    from tests.helpers.guards import LogGuard

S = JobState


def _moments(ledger: MemoryLedger) -> Iterator[tuple[list[Job], list[JobState]]]:
    """What was on disk after each write, and the states that had been written by then."""
    for count in range(1, len(ledger.written) + 1):
        written = ledger.written[:count]
        yield [written[-1]], [row.state for row in written]


async def _restart(folder: Path, rows: list[Job]) -> tuple[Scene, Job]:
    scene = Scene(folder, ledger=MemoryLedger(rows))
    async with scene.engine() as engine:
        engine.adopt()
        return scene, await engine.wait(rows[0].id)


async def _a_long_life(folder: Path) -> MemoryLedger:
    scene = Scene(folder)
    scene.provider.on_upload.then(e.ServiceDown("503"))
    scene.provider.on_submit.then(e.NetworkDown("no route"))
    scene.provider.on_status.then(
        RequestStatus(Phase.QUEUED, 2), RequestStatus(Phase.RUNNING), e.TimedOut("60 s")
    )
    scene.provider.on_download.then(e.ResultGone("404"))
    scene.files.on_settle.then(e.ClipDamaged("cut"))
    job = await scene.run(a_draft(I2V))
    assert job.state is S.DONE
    return scene.ledger


async def test_every_moment_of_a_life_can_be_gone_on_from(tmp_path: Path) -> None:
    for rows, states in _moments(await _a_long_life(tmp_path)):
        scene, job = await _restart(tmp_path, rows)
        expected = S.UNCERTAIN if states[-1] is S.SENDING else S.DONE
        assert job.state is expected, f"killed after {states}"
        sent_before = states[-1] not in {S.INTENT, S.UPLOADING}
        assert len(scene.provider.submits) == (0 if sent_before else 1), f"killed after {states}"


async def test_a_life_has_many_moments(tmp_path: Path) -> None:
    ledger = await _a_long_life(tmp_path)
    assert {row.state for row in ledger.written} == {
        S.INTENT, S.UPLOADING, S.SENDING, S.QUEUED, S.RUNNING, S.FETCHING, S.DOWNLOADING, S.DONE,
    }  # fmt: skip


async def test_killed_while_sending_it_is_uncertain_and_says_why(tmp_path: Path) -> None:
    scene, job = await _restart(tmp_path, [a_job(S.SENDING)])
    assert job.state is S.UNCERTAIN
    assert job.trouble is not None
    assert (job.trouble.code, job.trouble.charge) == ("uncertain", "maybe")
    assert set(scene.provider.journal) == {"past_requests"}


async def test_an_uncertain_job_waits_for_its_user_through_every_restart(tmp_path: Path) -> None:
    scene, job = await _restart(tmp_path, [a_job(S.UNCERTAIN)])
    assert job.state is S.UNCERTAIN
    assert scene.provider.journal == []


@pytest.mark.parametrize("state", [S.DRAFT, S.HELD, *sorted(TERMINAL)])
async def test_a_job_that_rests_is_left_alone(tmp_path: Path, state: JobState) -> None:
    scene, job = await _restart(tmp_path, [a_job(state)])
    assert job.state is state
    assert scene.provider.journal == []


async def test_pictures_are_uploaded_anew_after_a_restart(tmp_path: Path) -> None:
    draft = a_draft(I2V)
    picture = "file:///pictures/boat.jpg"
    half = a_job(
        S.UPLOADING,
        endpoint=I2V,
        params=dict(draft.values) | {"image_url": picture},
        uploads={picture: "https://cdn.test/stale.jpg"},
    )
    scene, job = await _restart(tmp_path, [half])
    assert job.body is not None
    assert job.body["image_url"] == "https://cdn.test/boat.jpg"
    assert len(scene.provider.on_upload.calls) == 1


async def test_a_ledger_that_fails_right_after_the_post_gets_the_request_id_when_it_can_again(
    scene: Scene, expected_log: LogGuard
) -> None:
    expected_log("cannot be recorded code=ledger_unusable")
    request = scene.provider.on_submit.habit

    def accept_and_break_the_disk(*args: object) -> Accepted:
        scene.ledger.failures.extend([e.LedgerUnusable("disk full")] * 3)
        accepted: Accepted = request(*args)
        return accepted

    scene.provider.on_submit.then(accept_and_break_the_disk)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        done = await engine.wait(job.id)
    assert (done.state, done.request_id) == (S.DONE, "request-1")
    assert len(scene.provider.submits) == 1


async def test_a_ledger_that_cannot_write_the_body_keeps_the_post_from_leaving(
    scene: Scene, expected_log: LogGuard
) -> None:
    expected_log("rests code=ledger_unusable")

    def break_the_disk(event: Event) -> None:
        if isinstance(event, JobChanged) and event.job.state is S.UPLOADING:
            scene.ledger.failures.append(e.LedgerUnusable("disk full"))

    async with scene.engine() as engine:
        enough = engine.subscribe(break_the_disk)
        job = await engine.generate(a_draft(T2V))
        await engine.wait(job.id)
        assert scene.provider.submits == []
        enough()
    async with scene.engine(adopts=True) as engine:
        assert (await engine.wait(job.id)).state is S.DONE
    assert len(scene.provider.submits) == 1
