"""Joins the rooms of the first floor into one engine, for the window and the command line alike."""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kling_desktop import log
from kling_desktop.choice import BACKEND_VARIABLE as BACKEND_VARIABLE  # noqa: PLC0414 - told on
from kling_desktop.choice import Choice as Choice  # noqa: PLC0414
from kling_desktop.choice import Wish as Wish  # noqa: PLC0414
from kling_desktop.choice import account_of
from kling_desktop.choice import choose as choose  # noqa: PLC0414
from kling_desktop.choice import likely as likely  # noqa: PLC0414
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.jobs import JobId
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.engine import Engine
from kling_desktop.engine.pace import Pace
from kling_desktop.engine.uploads import Uploads
from kling_desktop.engine.world import World
from kling_desktop.local import SandboxProvider
from kling_desktop.tuning import clips_folder, wishes_of
from kling_desktop.workrooms import brush_disk, clip_bench, look_at_clip, stored_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.differences import Difference
    from kling_desktop.domain.foreign import Fetched, MovedTo
    from kling_desktop.domain.holders import Holder
    from kling_desktop.domain.salvage import Salvage
    from kling_desktop.engine.ports import Provider
    from kling_desktop.engine.work_ports import FetchPicture
    from kling_desktop.paths import Places
    from kling_desktop.storage.budgets import BudgetFile
    from kling_desktop.storage.ledger import SqliteLedger
    from kling_desktop.storage.seen import SeenFiles
    from kling_desktop.storage.steering import SteeringFile

    Hearer = Callable[[Salvage], None] | None

logger = logging.getLogger(__name__)

LOOPBACK_VARIABLE = "KLING_DESKTOP_LOOPBACK_PICTURES"
"""Set to 1 it lets pictures of the web come from this computer; there is no other use for it."""
LOCAL_PACE = Pace(first=0.2, longest=0.5, searches=(0.2, 0.5, 1.0))
"""The sandbox is on this computer: looking often costs nothing."""


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@asynccontextmanager
async def open_engine(
    choice: Choice, places: Places, *, takes_unsent: bool = True, on_salvage: Hearer = None
) -> AsyncIterator[Engine]:
    """A started engine on the chosen backend; the sandbox is started where it is needed.

    ``takes_unsent`` is that of ``Engine.start``; ``on_salvage`` that of :func:`open_ledger`.

    Raises:
        LedgerUnusable: the record of jobs cannot be opened.
        ServiceDown: the sandbox does not start.
    """
    whose = await asyncio.to_thread(account_of, choice, places)
    world = World(
        backend=choice.name,
        provider=await _provider(choice, places, places.bookmarks / whose.holder.mark),
        whose=whose,
        ledger=open_ledger(places, on_salvage),
        files=stored_files(places),
        clock=SystemClock(),
        catalogs=catalogs(choice.name, places),
        clips=places.clips,
        clips_now=lambda: clips_folder(places),
        new_id=lambda: JobId(uuid.uuid4().hex[:12]),
        pace=LOCAL_PACE if choice.is_sandbox else Pace(),
        uploads=remembered_uploads(places, choice.name, whose.holder),
        wheel=steering_file(places),
        budgets=budget_file(places),
        seen_pictures=seen_files(places),
        brush_disk=lambda: brush_disk(places),
        brush_eye=look_at_clip,
        bench=clip_bench(places),
        fetch_picture=foreign_pictures(),
    )
    engine = Engine(world)
    try:
        await engine.start(takes_unsent=takes_unsent)
        yield engine
    finally:
        await engine.aclose()


async def refresh_models(choice: Choice, places: Places) -> Difference:
    """Ask the chosen backend what has changed, without touching any job.

    Raises as :meth:`kling_desktop.engine.catalogs.Catalogs.refresh`.
    """
    known = catalogs(choice.name, places)
    provider = await _provider(choice, places)
    try:
        return await known.refresh(provider, SystemClock().now().date().isoformat())
    finally:
        await provider.aclose()


def catalogs(backend: str, places: Places) -> Catalogs:
    """The catalog that ships, under what a backend told last."""
    from kling_desktop.storage.origins import OriginFile
    from kling_desktop.storage.overlays import OverlayFiles

    shelf, origins = OverlayFiles(places.catalogs), OriginFile(places.origins)
    return Catalogs(load_catalog(), backend, shelf, origins)


async def known_catalog(wish: Wish, environ: Mapping[str, str], places: Places) -> Catalog:
    """The catalog of the backend that would be used, without a word to any backend.

    Where no backend was ever asked, the keyring is not asked either.
    """
    from kling_desktop.storage.origins import OriginFile
    from kling_desktop.storage.overlays import OverlayFiles

    if OverlayFiles(places.catalogs).is_empty and OriginFile(places.origins).is_empty:
        return load_catalog()
    return catalogs(await likely(wish, environ), places).current


async def _provider(choice: Choice, places: Places, bookmarks: Path | None = None) -> Provider:
    """``bookmarks`` is that of ``FalProvider``: what one account has begun another must not end."""
    from kling_desktop.fal.backend import Backend
    from kling_desktop.fal.provider import FalProvider

    wishes = wishes_of(places)
    if choice.is_sandbox:
        return await SandboxProvider.start(places.sandbox, bookmarks=bookmarks, wishes=wishes)
    assert choice.key is not None
    backend = Backend.at(choice.origin, choice.name) if choice.origin else Backend.live()
    log.hide(choice.key.get_secret_value())
    return FalProvider(backend, choice.key, bookmarks=bookmarks, wishes=wishes)


def foreign_pictures() -> FetchPicture:
    """Pictures of the web. Only tests let it ask this computer (:data:`LOOPBACK_VARIABLE`)."""

    async def fetch(url: str) -> Fetched | MovedTo:
        from kling_desktop.fal.foreign import ForeignPictures

        return await ForeignPictures(loopback=os.environ.get(LOOPBACK_VARIABLE) == "1")(url)

    return fetch


def remembered_uploads(places: Places, backend: str, holder: Holder) -> Uploads:
    """Uploads that are not repeated while their files are still there; each account has its own."""
    from kling_desktop.storage.uploads import UploadMemory

    whose = f"{backend} {holder.mark}".strip()
    return Uploads(
        UploadMemory(places.uploads, whose, now=SystemClock().now, wishes=wishes_of(places))
    )


def steering_file(places: Places) -> SteeringFile:
    """What is paused, and how many jobs run at once, for all programs."""
    from kling_desktop.storage.steering import SteeringFile

    return SteeringFile(places.steering)


def seen_files(places: Places) -> SeenFiles:
    """Which pictures of watched folders were seen."""
    from kling_desktop.storage.seen import SeenFiles

    return SeenFiles(places.watched)


def budget_file(places: Places) -> BudgetFile:
    """What the user allows to be spent."""
    from kling_desktop.storage.budgets import BudgetFile

    return BudgetFile(places.budgets)


def open_ledger(places: Places, on_salvage: Hearer = None) -> SqliteLedger:
    """The ledger, owned by this process; ``on_salvage`` hears if it was damaged."""
    from kling_desktop.storage.ledger import SqliteLedger
    from kling_desktop.storage.owners import Owner

    def hear(news: Salvage) -> None:
        logger.warning("ledger was damaged: %s", news)
        if on_salvage is not None:
            on_salvage(news)

    owner = Owner(places.owners)
    return SqliteLedger(places.ledger, owner, now=SystemClock().now, on_salvage=hear)
