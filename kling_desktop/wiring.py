"""Joins the rooms of the first floor into one engine, for the window and the command line alike."""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kling_desktop import log
from kling_desktop.choice import BACKEND_VARIABLE as BACKEND_VARIABLE  # noqa: PLC0414 - told on
from kling_desktop.choice import Choice as Choice  # noqa: PLC0414
from kling_desktop.choice import Wish as Wish  # noqa: PLC0414
from kling_desktop.choice import account_of
from kling_desktop.choice import choose as choose  # noqa: PLC0414
from kling_desktop.choice import likely as likely  # noqa: PLC0414
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.jobs import JobId
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.engine import Engine
from kling_desktop.engine.pace import Pace
from kling_desktop.engine.uploads import Uploads
from kling_desktop.engine.world import World
from kling_desktop.local import SandboxProvider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.catalog import Catalog, FieldKind
    from kling_desktop.domain.differences import Difference
    from kling_desktop.domain.foreign import Fetched, MovedTo
    from kling_desktop.domain.holders import Holder
    from kling_desktop.domain.lineage import Frame, Joined, Moment
    from kling_desktop.domain.motion.asked import Asked
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.salvage import Salvage
    from kling_desktop.engine.ports import Provider
    from kling_desktop.engine.work_ports import FetchPicture, Pictures, Projects
    from kling_desktop.media.motion.motion import Motion
    from kling_desktop.media.pictures import Prepared
    from kling_desktop.paths import Places
    from kling_desktop.storage.bench import StoredBench
    from kling_desktop.storage.budgets import BudgetFile
    from kling_desktop.storage.files import StoredFiles
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
    world = World(
        backend=choice.name,
        provider=await _provider(choice, places),
        whose=(whose := await asyncio.to_thread(account_of, choice, places)),
        ledger=open_ledger(places, on_salvage),
        files=stored_files(places),
        clock=SystemClock(),
        catalogs=catalogs(choice.name, places),
        clips=places.clips,
        new_id=lambda: JobId(uuid.uuid4().hex[:12]),
        pace=LOCAL_PACE if choice.is_sandbox else Pace(),
        uploads=remembered_uploads(places, choice.name, whose.holder),
        wheel=steering_file(places),
        budgets=budget_file(places),
        seen_pictures=seen_files(places),
        brush_disk=lambda: brush_disk(places),
        brush_eye=_look_at_clip,
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


async def _provider(choice: Choice, places: Places) -> Provider:
    from kling_desktop.fal.backend import Backend
    from kling_desktop.fal.provider import FalProvider

    if choice.is_sandbox:
        return await SandboxProvider.start(places.sandbox, bookmarks=places.bookmarks)
    assert choice.key is not None
    backend = Backend.at(choice.origin, choice.name) if choice.origin else Backend.live()
    log.hide(choice.key.get_secret_value())
    return FalProvider(backend, choice.key, bookmarks=places.bookmarks)


def stored_files(places: Places) -> StoredFiles:
    """Pictures in and clips out, with the checks of ``media``."""
    from kling_desktop.media.pictures import prepare, size_of
    from kling_desktop.media.probe import measure_in_child
    from kling_desktop.storage.files import StoredFiles

    return StoredFiles(
        places.inputs,
        prepare=prepare,
        measure=measure_in_child,
        prepare_mask=_prepare_mask,
        size_of=size_of,
        seconds_of=_seconds_of,
    )


def _prepare_mask(path: Path) -> Prepared:
    """Masks need numpy, which takes long to load and is not wanted before there is one."""
    from kling_desktop.media.masks import prepare_mask

    return prepare_mask(path)


def _seconds_of(path: Path, kind: FieldKind | None) -> float:
    """FFmpeg takes long to load as well."""
    from kling_desktop.media.sources import seconds_of

    return seconds_of(path, kind)


def picture_size(name: str, data: bytes) -> Size:
    """The size of the upright picture in the bytes of a file. Raises BadPicture."""
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.media.pictures import upright_size

    return Size(*upright_size(name, data))


def brush_disk(places: Places) -> tuple[Projects, Pictures]:
    """Project files, work in progress, and pictures for the canvas."""
    from kling_desktop.media.decode import PictureFiles
    from kling_desktop.storage.work import StoredProjects

    projects = StoredProjects(places.autosave, places.recent, picture_size)
    return projects, PictureFiles()


def clip_bench(places: Places) -> StoredBench:
    """Cuts frames out of clips and joins them; FFmpeg is not loaded before that."""
    from kling_desktop.storage.bench import StoredBench

    return StoredBench(
        places.clips, take_frame=_take_frame, join=_join_clips, now=SystemClock().now
    )


def _take_frame(clip: Path, moment: Moment, job_id: str) -> Frame:
    from kling_desktop.media.frames import take_frame

    return take_frame(clip, moment, job_id)


def _join_clips(clips: Sequence[Path], out: Path, report: Callable[[int, int], None]) -> Joined:
    from kling_desktop.media.join import join_clips

    return join_clips(clips, out, report)


def lineage_in(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The clips that the pictures among an input's values are frames of, by field; blocks."""
    from kling_desktop.media.pictures import lineage_in

    return lineage_in(values)


def foreign_pictures() -> FetchPicture:
    """Pictures of the web. Only tests let it ask this computer (:data:`LOOPBACK_VARIABLE`)."""

    async def fetch(url: str) -> Fetched | MovedTo:
        from kling_desktop.fal.foreign import ForeignPictures

        return await ForeignPictures(loopback=os.environ.get(LOOPBACK_VARIABLE) == "1")(url)

    return fetch


def make_motion(picture: NDArray[np.uint8], long_side: int) -> Callable[[MotionDocument], Motion]:
    """Renders versions of what is painted on a picture, for the canvas."""
    from kling_desktop.media.motion.motion import Motion
    from kling_desktop.media.motion.of_document import Scenes
    from kling_desktop.media.motion.plates import Plates

    scenes, plates = Scenes(picture, long_side), Plates()
    return lambda document: Motion(scenes.scene(document), plates)


def export_motion(
    out: Path,
    document: MotionDocument,
    picture: NDArray[np.uint8],
    on_frame: Callable[[int, int], None],
) -> None:
    """Write the preview of what is painted on a picture (blue, green, red, 255); blocks.

    Raises:
        FolderUnusable: the file cannot be written.
        Whatever ``on_frame`` raises.
    """
    from kling_desktop.media.animatic import export_animatic

    try:
        export_animatic(out, document, picture[..., 2::-1], on_frame=on_frame)
    except OSError as error:
        raise FolderUnusable(error.strerror or str(error)) from error


async def _look_at_clip(clip: Path, asked: Asked) -> Mapping[str, Any]:
    """Whether the brush took, seen by a child process. Raises as ``check_in_child``."""
    from kling_desktop.media.brush_check import check_in_child

    return await check_in_child(clip, asked)


def remembered_uploads(places: Places, backend: str, holder: Holder) -> Uploads:
    """Uploads that are not repeated while their files are still there; each account has its own."""
    from kling_desktop.storage.uploads import UploadMemory

    whose = f"{backend} {holder.mark}".strip()
    return Uploads(UploadMemory(places.uploads, whose, now=SystemClock().now))


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
