"""Clips come down: straight to disk, going on where an earlier try stopped, without the key."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.fal.backend import Origin
from kling_desktop.fal.errors import media_error
from kling_desktop.fal.part import Bookmark, PartFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from kling_desktop.fal.wire import Wire

LARGEST_CLIP = 4 * 1024**3
"""Bytes; a clip of ten seconds has a few megabytes."""
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(?:(\d{1,18})|\*)")


class Media:
    """Downloads from one backend."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def download(
        self, url: str, part: Path, on_progress: Callable[[int, int | None], None]
    ) -> int:
        """Try once; see ``Provider.download``.

        Raises:
            ForeignOrigin: the file is not at this backend; nothing was sent.
            ProtocolBroken: the file is absurdly large.
        """
        if not self._wire.backend.serves_media(url):
            raise e.ForeignOrigin(str(Origin.of(url)))
        file = PartFile(part)
        found = await file.bookmark(_bare(url))
        if found is not None:
            size = await self._get(url, file, on_progress, found)
            if size is not None:
                return size
        size = await self._get(url, file, on_progress, None)
        if size is None:
            raise e.ServiceDown("the file did not come from its beginning")
        return size

    async def _get(
        self,
        url: str,
        file: PartFile,
        on_progress: Callable[[int, int | None], None],
        found: tuple[Bookmark, int] | None,
    ) -> int | None:
        """The complete size, or None if the server would not start where we asked it to."""
        async with self._wire.transfer("GET", url, headers=_headers(found)) as response:
            begins, total = _extent(response, found)
            if begins is None:
                return None
            await file.open(Bookmark(_bare(url), total, _strong_etag(response)), at=begins)
            try:
                await self._receive(response, file, total, on_progress)
            finally:
                await file.close()
        if total is not None and file.size != total:
            raise e.Transient(f"the file stopped at {file.size} of {total} bytes")
        await file.complete()
        on_progress(file.size, total)
        return file.size

    async def _receive(
        self,
        response: httpx.Response,
        file: PartFile,
        total: int | None,
        on_progress: Callable[[int, int | None], None],
    ) -> None:
        """Every block must come within our patience, however evenly its bytes drip."""
        on_disk, patience = file.size, self._wire.patience.block
        on_progress(on_disk, total)
        async with asyncio.timeout(patience) as limit:
            async for data in response.aiter_raw():
                await file.add(data)
                if file.size > LARGEST_CLIP:
                    raise e.ProtocolBroken("the file is absurdly large")
                if file.size > on_disk:
                    on_disk = file.size
                    on_progress(on_disk, total)
                    limit.reschedule(asyncio.get_running_loop().time() + patience)


def _headers(found: tuple[Bookmark, int] | None) -> dict[str, str]:
    # A compressed answer would make positions in it and positions in the file two things.
    headers = {"Accept-Encoding": "identity"}
    if found is not None:
        mark, done = found
        headers["Range"] = f"bytes={done}-"
        if mark.etag:
            headers["If-Range"] = mark.etag
    return headers


def _extent(
    response: httpx.Response, found: tuple[Bookmark, int] | None
) -> tuple[int | None, int | None]:
    """Where the bytes of the response begin, or None where they are not what we asked for.

    Raises:
        ResultGone, Transient: there is no file in it.
        ProtocolBroken: the file is absurdly large.
    """
    begins, total = _offer(response)
    if total is not None and total > LARGEST_CLIP:
        raise e.ProtocolBroken("the file is absurdly large")
    if begins == 0 and response.status_code == 200:
        return 0, total
    if found is None or begins != found[1]:
        return None, total
    is_same = found[0].size in {None, total}
    return (begins, total) if is_same else (None, total)


def _offer(response: httpx.Response) -> tuple[int | None, int | None]:
    """First byte and complete size, as the response states them."""
    match response.status_code:
        case 200 if _is_text(response):
            raise e.ServiceDown("a page came in the place of the file")
        case 200:
            length = response.headers.get("content-length", "")
            return 0, int(length) if length.isdecimal() else None
        case 206:
            stated = _CONTENT_RANGE.match(response.headers.get("content-range", ""))
            if stated is None:
                return None, None
            return int(stated[1]), int(stated[2]) if stated[2] else None
        case 416:
            return None, None
        case status:
            raise media_error(status)


def _is_text(response: httpx.Response) -> bool:
    """Whether it is a page or a message, as networks send that want a sign-in first."""
    kind: str = response.headers.get("content-type", "").lower()
    return kind.startswith(("text/", "application/json"))


def _strong_etag(response: httpx.Response) -> str | None:
    etag: str = response.headers.get("etag", "")
    can_be_sent = etag.isascii() and etag.isprintable()
    return etag if etag.startswith('"') and can_be_sent else None


def _bare(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]
