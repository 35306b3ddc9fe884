"""All but the window, under weather: engine, wire, ledger and sandbox in one loop.

All of them are the real ones. Only the renderer is not waited for, since a clip that was made once
is as good as one made anew, and neither are the engine's pauses.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.jobs import JobId
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.engine import Engine
from kling_desktop.engine.pace import Pace
from kling_desktop.engine.uploads import Uploads
from kling_desktop.engine.world import World
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Patience
from kling_desktop.media.masks import prepare_mask
from kling_desktop.media.pictures import prepare, size_of
from kling_desktop.media.probe import ClipFacts, measure
from kling_desktop.media.sources import seconds_of
from kling_desktop.sandbox import line
from kling_desktop.sandbox.app import Sandbox, Site
from kling_desktop.sandbox.database import Database
from kling_desktop.sandbox.records import Search
from kling_desktop.sandbox.server import Server, listen
from kling_desktop.sandbox.weather import Weather
from kling_desktop.storage.files import StoredFiles
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from kling_desktop.storage.uploads import UploadMemory
from tests.helpers.clips import write_clip
from tests.helpers.fakes import FakeClock
from tests.helpers.studios import CopyingStudio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kling_desktop.sandbox.records import Record
    from kling_desktop.sandbox.weather import Rule

KEY = "sky-key-id:sky-key-secret"
PATIENCE = Patience(connect=2.0, read=0.5, write=2.0, answer=1.0, block=0.5, silence=0.5, news=0.5)
"""Short, so that an answer that never comes is soon given up."""


@dataclass(frozen=True)
class Sky:
    """A started engine, and the sandbox that it talks to."""

    engine: Engine
    sandbox: Sandbox
    weather: Weather

    def accepted(self) -> list[Record]:
        """Every request that the sandbox ever accepted."""
        return self.sandbox.requests.search(Search(limit=1000))


@asynccontextmanager
async def sky(folder: Path, *rules: Rule, streams: int = 0) -> AsyncIterator[Sky]:
    """An engine and a sandbox under these rules; so many jobs may listen instead of look."""
    weather = Weather(rules)
    studio = CopyingStudio(write_clip(folder / "clip.mp4", index_first=True))
    with Database(folder / "sandbox") as database, listen(0) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        site = Site(origin=origin, key=KEY, pace=line.Pace(0.0, 0.0), weather=weather)
        sandbox = Sandbox(database, folder / "sandbox", site, produce=studio.produce)
        studio.sandbox = sandbox
        listening = asyncio.Event()
        server = Server(sandbox.app(), listening.set)
        assert threading.current_thread() is threading.main_thread()
        tasks = [
            asyncio.ensure_future(each)
            for each in (sandbox.line.run(), sandbox.webhooks.run(), server.serve([listener]))
        ]
        await listening.wait()
        engine = _engine(folder, origin, streams)
        try:
            yield Sky(engine, sandbox, weather)
        finally:
            await engine.aclose()
            server.should_exit = True
            server.force_exit = True
            await tasks.pop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _engine(folder: Path, origin: str, streams: int) -> Engine:
    clock = FakeClock()
    clock.time = datetime.now(UTC)  # The list of requests tells times, and the sandbox real ones.
    backend = Backend.at(origin, "sandbox")
    numbers = iter(range(10_000))
    return Engine(
        World(
            backend="sandbox",
            provider=FalProvider(backend, SecretStr(KEY), patience=PATIENCE),
            ledger=SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), now=clock.now),
            files=StoredFiles(
                folder / "inputs",
                prepare=prepare,
                measure=_measure,
                prepare_mask=prepare_mask,
                size_of=size_of,
                seconds_of=seconds_of,
            ),
            clock=clock,
            catalogs=Catalogs(load_catalog(), "sandbox"),
            clips=folder / "clips",
            new_id=lambda: JobId(f"job-{next(numbers)}"),
            pace=Pace(jitter=lambda: 0.5),
            ears=asyncio.Semaphore(streams),
            uploads=Uploads(UploadMemory(folder / "uploads.sqlite3", "sandbox", now=clock.now)),
        )
    )


async def _measure(path: Path) -> ClipFacts:
    return measure(path)
