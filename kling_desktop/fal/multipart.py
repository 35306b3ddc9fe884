"""Large files go up in parts, four side by side (``fal-protocol.md`` §10.4).

A part that fails is sent again by itself, and a later call goes on where an earlier one stopped.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain import errors as e
from kling_desktop.fal import errors
from kling_desktop.fal.parts import Parts, StaleUpload
from kling_desktop.fal.promise import initiate
from kling_desktop.fal.tally import Tally
from kling_desktop.together import together

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kling_desktop.fal.blocks import Line
    from kling_desktop.fal.bookmarks import Bookmark, Bookmarks
    from kling_desktop.fal.parts import LargeFile
    from kling_desktop.fal.wire import Wire

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = 4
TRIES = 4
"""Of each part in one call; after that it is the caller's patience that counts."""
LONGEST_WAIT = 5.0
"""Seconds between two tries; a server that asks for more is left to the caller's patience."""


@dataclass(frozen=True, slots=True)
class Multipart:
    """Uploads in parts to one backend."""

    wire: Wire
    line: Line
    bookmarks: Bookmarks
    is_there: Callable[[str], Awaitable[bool]]
    """Whether a file is at an address."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def upload(self, file: LargeFile, on_progress: Callable[[int, int | None], None]) -> str:
        """Go on with an earlier upload of the same content or begin one; raises as ``Provider``."""
        tally = Tally(file.size, on_progress)
        mark = await self.bookmarks.find(file.name) or await self._begin(file)
        try:
            return await self._send(file, mark, tally)
        except StaleUpload as stale:
            log.info("an upload in parts begins anew status=%d", stale.answer.status)
        try:
            return await self._send(file, await self._begin(file), tally)
        except StaleUpload as stale:
            # A signature that was never good may be better the next time, as for a whole file.
            is_signature = stale.answer.status in {401, 403}
            told = errors.transient if is_signature else errors.upload_error
            raise told(stale.answer) from None

    async def _begin(self, file: LargeFile) -> Bookmark:
        promise = await initiate(self.wire, file.path.name, file.kind, in_parts=True)
        return self.bookmarks.begin(promise)

    async def _send(self, file: LargeFile, mark: Bookmark, tally: Tally) -> str:
        parts = Parts(self.wire, self.line, mark.upload_url)
        try:
            etags = await self._send_missing(file, parts, mark, tally)
            await self._complete(parts, etags, mark.file_url)
        except e.Transient:
            raise
        except (StaleUpload, e.KlingDesktopError):
            await self.bookmarks.drop(file.name)
            raise
        await self.bookmarks.drop(file.name)
        return mark.file_url

    async def _send_missing(
        self, file: LargeFile, parts: Parts, mark: Bookmark, tally: Tally
    ) -> dict[int, str]:
        """Send the parts that fal does not have yet; returns the names of all."""
        etags = dict(mark.etags)
        missing = deque(number for number in file.numbers if number not in etags)
        tally.begin({number: file.length(number) for number in etags})

        async def send_next() -> None:
            while missing:
                number = missing.popleft()
                moved = partial(tally.moved, number)
                try:
                    etags[number] = await self._patiently(partial(parts.put, file, number, moved))
                except e.Transient:
                    missing.clear()  # The others bring theirs to an end and begin no more.
                    raise
                await self.bookmarks.keep(file.name, replace(mark, etags=dict(etags)))

        await together(*(send_next() for _ in range(min(AT_ONCE, len(missing)))))
        return etags

    async def _complete(self, parts: Parts, etags: dict[int, str], file_url: str) -> None:
        try:
            await self._patiently(partial(parts.complete, etags))
        except StaleUpload:
            # It may be unknown because it is complete: the answer to an earlier wish was lost.
            if not await self.is_there(file_url):
                raise

    async def _patiently(self, action: Callable[[], Awaitable[T]]) -> T:
        for tried in range(1, TRIES):
            try:
                return await action()
            except e.Transient as error:
                wait = 2.0 ** (tried - 2) * random.uniform(0.75, 1.25)  # noqa: S311 - spread only
                if (error.retry_after or 0.0) > LONGEST_WAIT:
                    raise
                await self.sleep(max(wait, error.retry_after or 0.0))
        return await action()
