"""The watched folder: a new picture that is complete becomes a job, as long as a budget holds.

A picture is complete once its size and time have stayed for a while. It is known by its content,
whatever it is called; so is the job that it becomes, so a picture becomes one job however the
program ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams, KlingDesktopError, Problem
from kling_desktop.domain.events import WatchTold
from kling_desktop.domain.matrix import Entry, picture_field
from kling_desktop.domain.money import estimate
from kling_desktop.domain.watched import Watched, WatchStatus
from kling_desktop.engine.batch import Batch, Fate, check_row, settle
from kling_desktop.engine.batch_source import pictures_in
from kling_desktop.engine.batch_words import trouble_of

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.batches import BatchedJobs
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks at the folder."""
STEADY_LOOKS = 2
"""A picture that has not changed over so many looks is complete."""

Stamp = tuple[int, int]
"""Size and time of a file."""


class Watch:
    """Looks at one folder until it is ended, or a budget ends it."""

    def __init__(self, world: World, engine: BatchedJobs, wish: Watched) -> None:
        self._world = world
        self._engine = engine
        self._wish = wish
        self._steady: dict[Path, tuple[Stamp, int]] = {}
        self._settled: dict[Path, Stamp] = {}
        """Files that were looked at, as they were then."""
        self._seen: set[str] = set()
        self.status = WatchStatus()

    async def begin(self) -> WatchStatus:
        """Remember what is there, and look no further back.

        Raises:
            InvalidParams: it must not be watched, or cannot be.
        """
        endpoint = self._world.catalog.endpoint(self._wish.endpoint)
        if not picture_field(endpoint):
            raise _bad("takes no picture, so there is nothing to watch for")
        if why := self._engine.guard_of_watch(estimate(endpoint, self._wish.values)):
            raise _bad(f"is not watched: {why}")
        there = await asyncio.to_thread(_stamps, self._wish.folder)
        known = await self._world.seen_pictures.load(self._wish.folder)
        self.status = WatchStatus(str(self._wish.folder))
        self._seen = known or set()
        if known is None:
            self._seen = {await self._content(each) for each in there} - {""}
            self._settled = there
            self.status = replace(self.status, left=len(there))
            await self._world.seen_pictures.keep(self._wish.folder, self._seen)
        return self.status

    async def run(self) -> None:
        """Look again and again, until a budget or the disk says no."""
        while not self.status.stopped:
            await self._world.clock.sleep(LOOK_EVERY)
            try:
                await self.look()
            except KlingDesktopError as error:
                self._tell(stopped=str(error) or error.code)
            except Exception:
                log.exception("the watch of a folder failed")
                self._tell(stopped="something unforeseen happened; the log says what")

    async def look(self) -> None:
        """Take what has become complete since the last look."""
        there = await asyncio.to_thread(_stamps, self._wish.folder)
        self._steady = {
            path: (stamp, looks + 1 if stamp == before else 1)
            for path, stamp in there.items()
            for before, looks in [self._steady.get(path, (stamp, 0))]
        }
        for path, (stamp, looks) in self._steady.items():
            if self.status.stopped:
                return
            if looks >= STEADY_LOOKS and self._settled.get(path) != stamp:
                await self._take(path, stamp)

    async def _take(self, path: Path, stamp: Stamp) -> None:
        content = await self._content(path)
        if not content:
            return  # It cannot be read at this moment, and is tried again at the next look.
        if content not in self._seen and not await self._begin(path, content):
            return  # It is taken when the folder is watched again.
        self._settled[path] = stamp

    async def _begin(self, path: Path, content: str) -> bool:
        """Whether the picture is done with."""
        wish, world = self._wish, self._world
        endpoint = world.catalog.endpoint(wish.endpoint)
        if why := self._engine.guard_of_watch(estimate(endpoint, wish.values)):
            self._tell(stopped=why)
            return False
        name = picture_field(endpoint)
        is_list = endpoint.field(name).kind.value == "pictures"
        values = {**wish.values, name: [str(path)] if is_list else str(path)}
        entry = Entry(1, 1, values)
        row = await check_row(world.catalog, world.files, endpoint.id, entry, wish.project)
        if await self._content(path) != content:
            return False  # Replaced while it was read: it is looked at anew, as what it is then.
        batch = Batch(_id(wish, content), endpoint.id, (row,), (), wish.project, wish.out_dir)
        batch = await settle(batch, world.ledger, world.backend)
        (row,) = batch.rows
        if row.fate is Fate.BAD:
            self._tell(trouble=f"{path.name}: {trouble_of(row)}")
        elif row.fate is Fate.READY:
            self._engine.begin_row(batch, row)
            self._tell(begun=self.status.begun + 1, trouble="")
        await self._remember(content)
        return True

    async def _remember(self, content: str) -> None:
        """To its end, even where the watch is just ended: the next one begins with what is kept."""
        self._seen.add(content)
        keep = self._world.seen_pictures.keep(self._wish.folder, self._seen)
        keeping = asyncio.ensure_future(keep)
        try:
            await asyncio.shield(keeping)
        except asyncio.CancelledError:
            await asyncio.gather(keeping, return_exceptions=True)
            raise

    async def _content(self, path: Path) -> str:
        return await asyncio.to_thread(_hash, path)

    def _tell(self, **changes: object) -> None:
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]
        log.info("watch begun=%d stopped=%s", self.status.begun, bool(self.status.stopped))
        self._world.bus.publish(WatchTold(self.status))


def _stamps(folder: Path) -> dict[Path, Stamp]:
    stats = {}
    try:
        for each in pictures_in(folder):
            with contextlib.suppress(FileNotFoundError):  # renamed by whoever writes it
                stats[each] = each.stat()
    except OSError as error:
        raise _bad(f"cannot be read: {error.strerror}") from None
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in stats.items() if stat.st_size}


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # It has gone meanwhile; nothing can be made of it.


def _id(wish: Watched, content: str) -> str:
    text = f"watch\n{wish.folder}\n{content}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _bad(message: str) -> InvalidParams:
    return InvalidParams((Problem("The folder", message),))
