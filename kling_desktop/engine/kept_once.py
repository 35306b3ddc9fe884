"""Files as a batch sees them: a picture that many rows name is prepared once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable
    from pathlib import Path
    from types import TracebackType

    from kling_desktop.domain.catalog import FieldKind
    from kling_desktop.domain.content import Content
    from kling_desktop.domain.jobs import Clip, Job
    from kling_desktop.engine.disk_ports import Files

T = TypeVar("T")


class KeptOnce:
    """Remembers what it was told for as long as one batch is checked; satisfies ``Files``."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._told: dict[Hashable, asyncio.Task[Any]] = {}

    async def __aenter__(self) -> KeptOnce:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._told.values():
            task.cancel()
        await asyncio.gather(*self._told.values(), return_exceptions=True)

    async def keep_picture(self, path: Path) -> Path:
        return await self._once(("picture", path), lambda: self._files.keep_picture(path))

    async def keep_mask(self, path: Path) -> Path:
        return await self._once(("mask", path), lambda: self._files.keep_mask(path))

    async def keep_media(self, path: Path, kind: FieldKind) -> Path:
        return await self._once(("media", path, kind), lambda: self._files.keep_media(path, kind))

    async def media_seconds(self, path: Path) -> float:
        return await self._once(("seconds", path), lambda: self._files.media_seconds(path))

    async def keep_bytes(self, name: str, data: bytes) -> Path:
        return await self._files.keep_bytes(name, data)

    async def picture_size(self, path: Path) -> tuple[int, int]:
        return await self._once(("size", path), lambda: self._files.picture_size(path))

    async def content(self, path: Path) -> Content:
        return await self._once(("content", path), lambda: self._files.content(path))

    def part(self, job: Job) -> Path:
        return self._files.part(job)

    async def finished(self, job: Job) -> Clip | None:
        return await self._files.finished(job)

    async def retell(self, job: Job) -> None:
        await self._files.retell(job)

    async def settle(self, job: Job, part: Path) -> Clip:
        return await self._files.settle(job, part)

    async def _once(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """One who stops waiting does not end it for the others."""
        task = self._told.get(key)
        if task is None:
            task = self._told[key] = asyncio.create_task(work())
        found: T = await asyncio.shield(task)
        return found
