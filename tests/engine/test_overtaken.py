"""What one program remembers of a job, another may have changed: nothing is written over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.engine.desk import Desk
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import T2V, Scene, a_draft, a_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.engine import Engine

S = JobState
T = TypeVar("T")


def another_program(engine: Engine) -> Desk:
    world = engine._world
    return Desk(world.ledger, world.wheel, world.backend, world.clock.now)


async def test_another_folder_for_a_job_that_was_just_held_lets_it_go_no_further(
    scene: Scene, tmp_path: Path
) -> None:
    async with scene.engine() as engine:
        engine.pause_all()
        job = await engine.generate(a_draft(T2V))
        await asyncio.sleep(0)  # Its errand looks at the line, and knows it as it is now.
        another_program(engine).hold(job.id)
        engine.put_elsewhere(job.id, tmp_path / "elsewhere")
        engine.resume_all()
        ending = await engine.wait(job.id)
    assert (ending.state, ending.out_dir) == (S.HELD, str(tmp_path / "elsewhere"))
    assert scene.provider.submits == []


class Overtaken(MemoryLedger):
    """Another program writes at the last moment before this one does."""

    def __init__(self, job: Job) -> None:
        super().__init__([job])
        self.overtake: Callable[[], object] | None = None
        self._is_alone = False

    def alone(self, work: Callable[[], T]) -> T:
        self._let_overtake()
        self._is_alone = True
        try:
            return super().alone(work)
        finally:
            self._is_alone = False

    def save(self, job: Job, cause: str) -> None:
        if not self._is_alone:
            self._let_overtake()
        super().save(job, cause)

    def _let_overtake(self) -> None:
        overtake, self.overtake = self.overtake, None
        if overtake is not None:
            overtake()


async def test_a_held_job_that_another_program_is_just_sending_is_not_said_to_be_cancelled(
    tmp_path: Path,
) -> None:
    held = a_job(S.HELD, id=JobId("held"))
    ledger = Overtaken(held)
    sending = replace(a_job(S.SENDING, id=held.id), cancel_asked=True)

    def release_and_send() -> None:
        ledger.rows[held.id] = sending
        ledger.elsewhere.add(held.id)

    async with Scene(tmp_path, ledger=ledger).engine() as engine:
        ledger.overtake = release_and_send
        told = await engine.cancel(held.id)
    assert told.state is S.SENDING
    assert ledger.get(held.id).cancel_asked
