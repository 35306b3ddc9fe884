"""Places in the queue are heard of many jobs, written together, and told once they are written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.requests import Phase, RequestRef, RequestStatus
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import Scene, a_job, until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kling_desktop.domain.events import Event

S = JobState
MANY = 30


class Batches(MemoryLedger):
    """Remembers what was written in one go."""

    def __init__(self, rows: Sequence[Job]) -> None:
        super().__init__(rows)
        self.batches: list[list[JobId]] = []

    def save_all(self, changed: Sequence[tuple[Job, str]]) -> None:
        self.batches.append([job.id for job, _ in changed])
        super().save_all(changed)


def queued(number: int) -> Job:
    return a_job(S.QUEUED, id=JobId(f"job-{number}"), request_id=f"request-{number}")


async def test_places_that_are_heard_in_one_turn_are_written_in_one_go(tmp_path: Path) -> None:
    ledger = Batches([queued(number) for number in range(MANY)])
    scene = Scene(tmp_path, ledger=ledger)
    gate = asyncio.Barrier(MANY)

    async def answer(_: RequestRef) -> RequestStatus:
        await gate.wait()
        return RequestStatus(Phase.QUEUED, queue_position=7)

    scene.provider.on_status.then(*[answer] * MANY)
    told: list[int | None] = []

    def hear(event: Event) -> None:
        if isinstance(event, JobChanged) and event.job.state is S.QUEUED:
            told.append(event.job.queue_position)
            assert ledger.get(event.job.id).queue_position == event.job.queue_position

    async with scene.engine(adopts=True) as engine:
        engine.subscribe(hear)
        await until(engine, JobId("job-0"), S.DONE)
    assert [len(batch) for batch in ledger.batches] == [MANY]
    assert told == [7] * MANY


async def test_a_ledger_that_refuses_a_place_harms_no_job(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ledger=MemoryLedger([queued(1)]))
    scene.ledger.failures.append(e.FolderUnusable("the disk is full"))
    scene.provider.on_status.then(
        RequestStatus(Phase.QUEUED, queue_position=7), RequestStatus(Phase.QUEUED, queue_position=6)
    )
    async with scene.engine(adopts=True) as engine:
        done = await engine.wait(JobId("job-1"))
    assert done.state is S.DONE
    places = [row.queue_position for row in scene.ledger.written if row.state is S.QUEUED]
    assert places == [None, 6]


async def test_the_window_begins_with_the_newest_jobs_and_those_that_are_not_over(
    tmp_path: Path,
) -> None:
    old = [a_job(S.UNCERTAIN, id=JobId("lost")), a_job(S.HELD, id=JobId("held")), queued(1)]
    done = [a_job(S.DONE, id=JobId(f"done-{number}")) for number in range(9)]
    scene = Scene(tmp_path, ledger=MemoryLedger([done[0], *old, *done[1:]]))
    async with scene.engine() as engine:
        first = [job.id for job in engine.first_jobs(3)]
        assert first[:3] == ["done-8", "done-7", "done-6"]
        assert set(first[3:]) == {"lost", "held", "job-1"}
        older = engine.older_jobs(JobId("done-6"), 6)
        assert [job.id for job in older] == [
            "done-5", "done-4", "done-3", "done-2", "done-1", "job-1",
        ]  # fmt: skip
        assert {job.id for job in engine.open_jobs()} == {"lost", "held", "job-1"}
