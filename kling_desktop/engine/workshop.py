"""The motion brush's disk: projects are opened and saved, and the work is kept as it goes on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.domain.motion.fitting import Fit
    from kling_desktop.domain.motion.history import Abandoned, Running
    from kling_desktop.domain.motion.picture import DecodedPicture
    from kling_desktop.domain.motion.project import OpenedProject, Project, RecentProject
    from kling_desktop.engine.ports import Clock
    from kling_desktop.engine.work_ports import Journal, Pictures, Projects

    OpenDisk = Callable[[], tuple[Projects, Pictures]]

T = TypeVar("T")

PATIENCE = 0.5
"""Seconds between a stroke and the disk, in which further strokes are waited for."""


class Workshop:
    """For one window. One thread does all its work, so that nothing overtakes anything."""

    def __init__(self, open_disk: OpenDisk, clock: Clock) -> None:
        """``open_disk`` is called on that thread when it is first needed: it loads much."""
        self._open_disk = open_disk
        self._disk: tuple[Projects, Pictures] | None = None
        self._clock = clock
        self._journal: Journal | None = None
        self._latest: Running | None = None
        self._turn = asyncio.Lock()
        self._hand = ThreadPoolExecutor(1, "workshop")

    async def decode(self, path: Path) -> DecodedPicture:
        """The pixels of a picture. Raises BadPicture."""

        def work() -> DecodedPicture:
            pictures = self._pictures
            return pictures.decode(path.name, pictures.read(path))

        return await self._do(work)

    async def decode_bytes(self, name: str, data: bytes) -> DecodedPicture:
        """The pixels of a picture in memory, such as that of a project. Raises BadPicture."""
        return await self._do(lambda: self._pictures.decode(name, data))

    async def fitted(self, name: str, data: bytes, fit: Fit) -> tuple[bytes, str]:
        """A picture cut and scaled, as a file, and its suffix. Raises BadPicture."""
        return await self._do(lambda: self._pictures.fitted(name, data, fit))

    async def open(self, path: Path) -> OpenedProject:
        """Open a project file. Raises BadProject."""
        return await self._do(lambda: self._projects.open(path))

    async def save(self, path: Path, project: Project, picture: bytes) -> None:
        """Save a project file. Raises BadProject, FolderUnusable."""
        await self._do(lambda: self._projects.save(path, project, picture))

    async def recent(self) -> list[RecentProject]:
        """The project files that were used last."""

        def work() -> list[RecentProject]:
            return self._projects.recent()  # not sooner: the disk is opened on that thread

        return await self._do(work)

    async def keep(self, running: Running) -> None:
        """Keep what is at work now; what comes meanwhile is kept with it, in one go.

        Returns once it, or something newer, is on the disk.

        Raises:
            FolderUnusable: the disk refuses; the next call tries all of it again.
        """
        self._latest = running
        async with self._turn:
            if self._is_kept:
                return
            await self._clock.sleep(PATIENCE)
            await self._keep_latest()

    async def _keep_latest(self) -> None:
        latest, self._latest = self._latest, None
        if latest is not None:  # otherwise the document was closed meanwhile
            await self._with_journal(lambda journal: journal.keep(latest))

    @property
    def _is_kept(self) -> bool:
        """Whether whoever had the turn before has kept what is at work now."""
        return self._latest is None

    async def abandoned(self) -> list[Abandoned]:
        """What programs left behind that have died."""
        return await self._with_journal(lambda journal: list(journal.abandoned()))

    async def take(self, abandoned_id: str) -> Running:
        """Take over abandoned work. Raises BadProject, FolderUnusable."""
        return await self._with_journal(lambda journal: journal.take(abandoned_id))

    async def discard(self, abandoned_id: str) -> None:
        """Delete abandoned work."""
        await self._with_journal(lambda journal: journal.discard(abandoned_id))

    async def end(self) -> None:
        """The document is closed or given up: nothing of it is kept any longer."""
        self._latest = None
        await self._do(self._end)

    async def aclose(self) -> None:
        """Leave what was kept for the next start, unless :meth:`end` came before.

        Raises FolderUnusable, at the end.
        """
        try:
            await self._keep_latest()  # whoever waited for it was cut short
        finally:
            await self._do(self._release)
        await asyncio.to_thread(self._hand.shutdown)

    @property
    def _projects(self) -> Projects:
        return self._opened_disk()[0]

    @property
    def _pictures(self) -> Pictures:
        return self._opened_disk()[1]

    def _opened_disk(self) -> tuple[Projects, Pictures]:
        if self._disk is None:
            self._disk = self._open_disk()
        return self._disk

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hand, work)

    async def _with_journal(self, work: Callable[[Journal], T]) -> T:
        return await self._do(lambda: work(self._opened()))

    def _opened(self) -> Journal:
        if self._journal is None:
            self._journal = self._projects.journal()
        return self._journal

    def _end(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.end()

    def _release(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.release()
