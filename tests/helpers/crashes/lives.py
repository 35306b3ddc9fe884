"""One life of the program without its window: real engine, wire, ledger and files, in a hurry."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.engine import Engine
from kling_desktop.engine.intake import Draft
from kling_desktop.engine.world import World
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Patience
from kling_desktop.media.masks import prepare_mask
from kling_desktop.media.pictures import prepare, size_of
from kling_desktop.media.probe import ClipFacts, measure
from kling_desktop.media.sources import seconds_of
from kling_desktop.storage.files import StoredFiles
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.helpers.crashes.ground import KEY, SPEED, hasty_now
from tests.helpers.crashes.points import PORTS, Points
from tests.helpers.worlds import I2V, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.jobs import Job

SHORT = Patience(connect=2.0, read=0.3, write=2.0, answer=0.5, block=0.3, silence=0.3)
"""So that an answer that never comes is soon given up."""
LONGEST = 30.0
"""Seconds after which a life is stuck."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """What a program is started for."""

    folder: Path
    origin: str
    picture: Path
    prompts: tuple[str, ...]
    """Of the jobs that are added unless the ledger has them."""
    listens: bool = True
    """Follow the status streams; otherwise look."""
    cancels: str | None = None
    """The prompt of a job to cancel as soon as it is queued."""
    hurries: bool = False
    """Have short patience with the service."""

    @property
    def ledger(self) -> Path:
        return self.folder / "state" / "ledger.sqlite3"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def clips(self) -> Path:
        return self.folder / "clips"


class HastyClock:
    """Time that goes faster."""

    def now(self) -> datetime:
        return hasty_now()

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)


def live(life: Life, points: Points | None = None) -> None:
    """Run the program until all its jobs rest."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s %(message)s")
    if points is not None:
        points.watch_process()
    asyncio.run(_live(life, points))


async def _live(life: Life, points: Points | None) -> None:
    async with asyncio.timeout(LONGEST), _engine(life, points) as engine:
        await engine.start()
        known = {job.prompt for job in engine.jobs()}
        for prompt in life.prompts:
            if prompt not in known:
                await engine.generate(_draft(life, prompt))
        for job in engine.jobs():
            if job.prompt == life.cancels:
                await _cancel(engine, job)
        for job in engine.jobs():
            await engine.wait(job.id)


async def _cancel(engine: Engine, job: Job) -> None:
    if not job.is_over and job.request_id is None:  # An uncertain one may be found in the list.
        rest = asyncio.ensure_future(engine.wait(job.id))
        queued = asyncio.ensure_future(until(engine, job.id, JobState.QUEUED))
        await asyncio.wait((rest, queued), return_when=asyncio.FIRST_COMPLETED)
        rest.cancel()
        queued.cancel()
        await asyncio.gather(rest, queued, return_exceptions=True)
    if engine.job(job.id).goes_on:
        await engine.cancel(job.id)


def _draft(life: Life, prompt: str) -> Draft:
    return Draft(endpoint=I2V, values={"prompt": prompt, "image_url": str(life.picture)})


@asynccontextmanager
async def _engine(life: Life, points: Points | None) -> AsyncIterator[Engine]:
    world = _world(life)
    for name, calls in PORTS.items() if points else ():
        assert points is not None
        points.watch_port(getattr(world, name), calls)
    engine = Engine(world)
    try:
        yield engine
    finally:
        await engine.aclose()


def _world(life: Life) -> World:
    clock = HastyClock()
    backend = Backend.at(life.origin, "sandbox")
    patience = SHORT if life.hurries else None
    return World(
        backend="sandbox",
        provider=FalProvider(backend, SecretStr(KEY), patience=patience),
        ledger=SqliteLedger(life.ledger, Owner(life.folder / "state" / "owners"), now=clock.now),
        files=StoredFiles(
            life.folder / "state" / "inputs",
            prepare=prepare,
            measure=_measure,
            prepare_mask=prepare_mask,
            size_of=size_of,
            seconds_of=seconds_of,
        ),
        clock=clock,
        catalogs=Catalogs(load_catalog(), "sandbox"),
        clips=life.clips,
        new_id=lambda: JobId(uuid.uuid4().hex[:12]),
        ears=asyncio.Semaphore(4 if life.listens else 0),
    )


async def _measure(path: Path) -> ClipFacts:
    return measure(path)
