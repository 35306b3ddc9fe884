"""Builders: a job, a draft, and a whole world of fakes around an engine."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.engine import Engine
from kling_desktop.engine.intake import Draft
from kling_desktop.engine.pace import Pace
from kling_desktop.engine.uploads import Uploads
from kling_desktop.engine.world import World
from tests.helpers.fakes import (
    START,
    FakeBudgets,
    FakeClock,
    FakeFiles,
    FakeProvider,
    MemoryLedger,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from kling_desktop.domain.events import Event
    from kling_desktop.engine.work_ports import BrushEye
    from kling_desktop.engine.workshop import OpenDisk

T2V = "fal-ai/kling-video/v1.6/pro/text-to-video"
I2V = "fal-ai/kling-video/v1.6/pro/image-to-video"
BRUSH = "fal-ai/kling-video/v1.5/pro/image-to-video"
EFFECTS = "fal-ai/kling-video/v1.6/pro/effects"
PICTURE = (Path("/pictures") / "boat.jpg").absolute()


def a_draft(endpoint: str = I2V, **values: Any) -> Draft:
    """A wish that passes every check."""
    given = {"prompt": "the boat drifts"} | values
    if endpoint == I2V:
        given.setdefault("image_url", str(PICTURE))
    return Draft(endpoint=endpoint, values=given)


def a_job(state: JobState = JobState.INTENT, **changes: Any) -> Job:
    """A job of the backend ``test`` that has all the facts its state needs."""
    facts: dict[str, Any] = {
        "id": JobId("job-1"),
        "backend": "test",
        "endpoint": T2V,
        "params": {"prompt": "the boat drifts", "duration": "5"},
        "created_at": START,
        "updated_at": START,
        "state": state,
    }
    sent = {JobState.QUEUED, JobState.RUNNING, JobState.FETCHING, JobState.DOWNLOADING}
    if state in sent | {JobState.SENDING, JobState.UNCERTAIN}:
        facts["body"] = facts["params"]
    if state in sent:
        facts["request_id"] = "request-1"
    if state is JobState.DOWNLOADING:
        facts["result_url"] = "https://cdn.test/clip.mp4"
    return Job(**facts | changes)


@dataclass
class Scene:
    """One world of fakes; an engine can be started in it again and again."""

    folder: Path
    provider: FakeProvider = field(default_factory=FakeProvider)
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    budgets: FakeBudgets = field(default_factory=FakeBudgets)
    streams: int = 0
    """How many jobs may listen to their status streams; without any they look."""
    uploads: Callable[[], Uploads] = Uploads
    """Makes the uploads of each engine."""
    brush_disk: OpenDisk | None = None
    brush_eye: BrushEye | None = None

    def __post_init__(self) -> None:
        self.files = FakeFiles(self.folder)
        self._ids = 0
        if not self.ledger.rows:
            self.ledger = MemoryLedger(journal=self.provider.journal)

    def world(self) -> World:
        return World(
            backend="test",
            provider=self.provider,
            ledger=self.ledger,
            files=self.files,
            clock=self.clock,
            catalogs=Catalogs(load_catalog(), "test"),
            clips=self.folder / "clips",
            new_id=self._new_id,
            pace=Pace(jitter=lambda: 0.5),
            ears=asyncio.Semaphore(self.streams),
            uploads=self.uploads(),
            budgets=self.budgets,
            brush_disk=self.brush_disk,
            brush_eye=self.brush_eye,
        )

    @asynccontextmanager
    async def engine(
        self, *, adopts: bool = False, world: World | None = None
    ) -> AsyncIterator[Engine]:
        """An engine that is closed at the end; ``adopts`` starts it as a program does."""
        engine = Engine(world or self.world())
        if adopts:
            await engine.start()
        try:
            yield engine
        finally:
            await engine.aclose()

    async def run(self, draft: Draft) -> Job:
        """Generate and wait until the job rests."""
        async with self.engine() as engine:
            job = await engine.generate(draft)
            return await engine.wait(job.id)

    def _new_id(self) -> JobId:
        self._ids += 1
        return JobId(f"job-{self._ids}")


async def until(engine: Engine, job_id: JobId, state: JobState) -> None:
    """Wait until a job has come to a state."""
    arrived = asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, JobChanged) and (event.job.id, event.job.state) == (job_id, state):
            arrived.set()

    unsubscribe = engine.subscribe(hear)
    if engine.job(job_id).state is not state:
        await arrived.wait()
    unsubscribe()
