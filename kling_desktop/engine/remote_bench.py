"""What the window asks of the engine's thread about pictures, projects and work in progress."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.motion.fitting import Fit
    from kling_desktop.domain.motion.history import Abandoned, Running
    from kling_desktop.domain.motion.picture import DecodedPicture
    from kling_desktop.domain.motion.project import OpenedProject, Project, RecentProject
    from kling_desktop.engine.engine import Engine
    from kling_desktop.engine.thread import EngineThread


class RemoteBench:
    """The part of the facade that is about files, not about jobs."""

    _thread: EngineThread

    @property
    @abstractmethod
    def _running(self) -> Engine: ...

    async def keep_picture(self, path: Path) -> Path:
        """Our own upright copy of a picture. Raises BadPicture."""
        return await self._thread.call(self._running.keep_picture, path)

    async def decode_picture(self, path: Path) -> DecodedPicture:
        """The pixels of a picture for the canvas, upright and in sRGB. Raises BadPicture."""
        return await self._thread.call(self._running.workshop.decode, path)

    async def decode_bytes(self, name: str, data: bytes) -> DecodedPicture:
        """The same of a file in memory, such as a project's. Raises BadPicture."""
        return await self._thread.call(self._running.workshop.decode_bytes, name, data)

    async def fit_picture(self, name: str, data: bytes, fit: Fit) -> tuple[bytes, str]:
        """A picture cut and scaled, as a file, and its suffix. Raises BadPicture."""
        return await self._thread.call(self._running.workshop.fitted, name, data, fit)

    async def media_seconds(self, path: Path) -> float:
        """The length of a video or a sound. Raises BadMedia."""
        return await self._thread.call(self._running.media_seconds, path)

    async def keep_bytes(self, name: str, data: bytes) -> Path:
        """A path that drafts can name, for a picture in memory. Raises FolderUnusable."""
        return await self._thread.call(self._running.keep_bytes, name, data)

    async def open_project(self, path: Path) -> OpenedProject:
        """Open a project file; nothing else changes. Raises BadProject."""
        return await self._thread.call(self._running.workshop.open, path)

    async def save_project(self, path: Path, project: Project, picture: bytes) -> None:
        """Save a project file, whole or not at all. Raises BadProject, FolderUnusable."""
        await self._thread.call(self._running.workshop.save, path, project, picture)

    async def recent_projects(self) -> list[RecentProject]:
        """The project files that were used last, newest first."""
        return await self._thread.call(self._running.workshop.recent)

    async def keep_work(self, running: Running) -> None:
        """Autosave; call it after every step, and it writes once in a while.

        Returns once this or a newer state is on the disk. Raises FolderUnusable.
        """
        await self._thread.call(self._running.workshop.keep, running)

    async def end_work(self) -> None:
        """The document was closed in good order: its autosave goes."""
        await self._thread.call(self._running.workshop.end)

    async def abandoned_work(self) -> list[Abandoned]:
        """What programs left behind that have died, newest first."""
        return await self._thread.call(self._running.workshop.abandoned)

    async def take_work(self, abandoned_id: str) -> Running:
        """Take over abandoned work with its history. Raises BadProject, FolderUnusable."""
        return await self._thread.call(self._running.workshop.take, abandoned_id)

    async def discard_work(self, abandoned_id: str) -> None:
        """Delete abandoned work."""
        await self._thread.call(self._running.workshop.discard, abandoned_id)
