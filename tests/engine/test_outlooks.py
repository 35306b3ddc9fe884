"""The outlook of requests, out of a ledger on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.requests import Phase, RequestStatus
from kling_desktop.engine.outlooks import FRESH, Outlooks
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.helpers.clocks import START, FakeClock
from tests.helpers.worlds import T2V, Scene, a_draft, a_job, until

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.outlook import Timing

S = JobState


def _ledger(folder: Path, clock: FakeClock) -> SqliteLedger:
    return SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), clock.now)


def _make(ledger: SqliteLedger, clock: FakeClock, name: str, queue: float, run: float) -> None:
    """A clip that took so many seconds."""
    job = a_job(S.SENDING, id=JobId(name), created_at=clock.now())
    ledger.add(job, "x")
    for state, seconds in ((S.QUEUED, 0.0), (S.RUNNING, queue), (S.FETCHING, run)):
        clock.time += timedelta(seconds=seconds)
        job = job.step(state, clock.now(), request_id=name)
        ledger.save(job, "x")


def test_what_is_usual_comes_from_the_newest_clips_of_the_endpoint(tmp_path: Path) -> None:
    clock = FakeClock()
    ledger = _ledger(tmp_path, clock)
    for n in range(10):
        _make(ledger, clock, f"j{n}", 60.0 + n, 100.0)
    timings = ledger.timings("test", T2V, 3)
    assert sorted(each.queue or 0 for each in timings) == [67.0, 68.0, 69.0]
    assert ledger.timings("live", T2V, 3) == []
    ledger.close()


def test_a_late_job_gets_a_suggestion_and_nothing_else_happens(tmp_path: Path) -> None:
    clock = FakeClock()
    ledger = _ledger(tmp_path, clock)
    for n in range(10):
        _make(ledger, clock, f"j{n}", 60.0 + n, 100.0)
    stuck = a_job(S.QUEUED, id=JobId("stuck"), updated_at=clock.now())
    ledger.add(stuck, "x")
    clock.time += timedelta(minutes=20)
    told = Outlooks(ledger, clock.now).of(stuck)
    assert told.is_late
    assert "in the queue for 20 min" in told.text
    assert ledger.get(stuck.id) == stuck
    ledger.close()


def test_what_is_usual_is_looked_up_once_in_a_while(tmp_path: Path) -> None:
    clock = FakeClock()
    ledger = _ledger(tmp_path, clock)
    asked: list[str] = []
    found = ledger.timings

    def ask(backend: str, endpoint: str, limit: int) -> list[Timing]:
        asked.append(endpoint)
        return found(backend, endpoint, limit)

    ledger.timings = ask  # type: ignore[method-assign]
    outlooks = Outlooks(ledger, clock.now)
    job = a_job(S.QUEUED)
    ledger.add(job, "x")
    for seconds in (0.0, FRESH / 2, FRESH):
        clock.time = START + timedelta(seconds=seconds)
        outlooks.of(job)
    assert len(asked) == 2
    ledger.close()


async def test_the_engine_tells_it_of_all_requests_under_way(scene: Scene) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.RUNNING)
    async with scene.engine() as engine:
        running = await engine.generate(a_draft(T2V))
        await engine.generate(replace(a_draft(T2V), held=True))
        await until(engine, running.id, S.RUNNING)
        assert engine.outlooks() == {running.id: engine.outlook(running.id)}
