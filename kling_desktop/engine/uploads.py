"""Files go up once: jobs share a running upload, and an earlier one whose file is still there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from kling_desktop.domain.content import Content
    from kling_desktop.engine.disk_ports import UploadCache
    from kling_desktop.engine.ports import Provider

    Report = Callable[[int, int | None], None]

AT_ONCE = 3
"""Files on their way at the same time; more would only make each of them slower."""


class _Flight:
    """A running upload, and those who wait for it."""

    def __init__(self) -> None:
        self.task: asyncio.Task[str] | None = None
        self.reports: list[Report] = []

    def tell(self, done: int, total: int | None) -> None:
        for report in self.reports:
            report(done, total)


class Uploads:
    """The uploads of one program to one backend."""

    def __init__(self, cache: UploadCache | None = None) -> None:
        """``cache`` knows what was uploaded before; without it everything is uploaded."""
        self._cache = cache
        self._flights: dict[Content, _Flight] = {}
        self._unreadable: set[str] = set()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def bring(self, provider: Provider, path: Path, content: Content, report: Report) -> str:
        """The address of a file with that content, which is uploaded if it has to be.

        Who is cancelled leaves the others to the upload; with the last of them it ends.

        Raises: as ``Provider.upload``.
        """
        flight = self._flights.get(content)
        if flight is None:
            flight = self._flights[content] = _Flight()
            work = self._find_or_send(provider, path, content, flight.tell)
            flight.task = asyncio.create_task(work, name="upload")
        assert flight.task is not None
        flight.reports.append(report)
        try:
            await asyncio.wait((flight.task,))
            return flight.task.result()
        finally:
            flight.reports.remove(report)
            if flight.task.done() or not flight.reports:
                if self._flights.get(content) is flight:
                    del self._flights[content]
                flight.task.cancel()
                await asyncio.gather(flight.task, return_exceptions=True)

    async def forget(self, urls: Collection[str]) -> None:
        """Note that the service could not read files at these addresses.

        From now on nobody is given one, however long another program keeps the cache busy.
        """
        self._unreadable.update(urls)
        for url in urls:
            if self._cache is not None:
                await self._cache.drop(url)

    async def _find_or_send(
        self, provider: Provider, path: Path, content: Content, tell: Report
    ) -> str:
        async with self._room:
            known = await self._cache.find(content) if self._cache else None
            if known in self._unreadable:
                known = None
            if known is not None and await provider.is_there(known):
                tell(content.size, content.size)
                return known
            url = await provider.upload(path, tell, sha256=content.sha256)
            if self._cache is not None:
                await self._cache.keep(content, url)
            return url
