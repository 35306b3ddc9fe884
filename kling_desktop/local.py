"""The sandbox as a provider: found or started, and started again if it dies while it is used."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import shlex
from typing import TYPE_CHECKING, Any, TypeVar

from kling_desktop import log
from kling_desktop.domain.errors import KlingDesktopError, NetworkDown
from kling_desktop.domain.settings.skies import FAIR
from kling_desktop.domain.settings.values import Settings
from kling_desktop.paths import own_command
from kling_desktop.tuning import change_weather

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.parcel import Letter
    from kling_desktop.domain.published import ModelFacts
    from kling_desktop.domain.requests import (
        Accepted,
        BilledRequest,
        CancelAnswer,
        PastRequest,
        RequestRef,
        RequestResult,
        RequestStatus,
    )
    from kling_desktop.fal.provider import FalProvider
    from kling_desktop.sandbox.process import Lease

logger = logging.getLogger(__name__)
T = TypeVar("T")
OPTIONS_VARIABLE = "KLING_DESKTOP_SANDBOX"
"""Words for the sandbox that a program starts for itself, as ``sandbox --help`` lists them."""


class SandboxProvider:
    """Passes every call on; after "no connection" the next call finds a sandbox that lives."""

    def __init__(
        self,
        lease: Lease,
        find: Callable[[], Awaitable[Lease]],
        *,
        bookmarks: Path | None = None,
        wishes: Callable[[], Settings] = Settings,
    ) -> None:
        self._find = find
        self._wishes = wishes
        self._lease = lease
        self._bookmarks = bookmarks
        self._inner = _provider(lease, bookmarks, wishes)
        self._reviving = asyncio.Lock()

    @classmethod
    async def start(
        cls,
        folder: Path,
        *,
        bookmarks: Path | None = None,
        wishes: Callable[[], Settings] = Settings,
    ) -> SandboxProvider:
        """A provider on the sandbox of a state folder, under the wished weather.

        Raises ServiceDown.
        """
        find = functools.partial(_lease, folder, wishes)
        return cls(await find(), find, bookmarks=bookmarks, wishes=wishes)

    async def upload(
        self, path: Path, on_progress: Callable[[int, int | None], None], *, sha256: str = ""
    ) -> str:
        return await self._try(lambda inner: inner.upload(path, on_progress, sha256=sha256))

    async def is_there(self, url: str) -> bool:
        return await self._try(lambda inner: inner.is_there(url))

    async def submit(self, endpoint: str, body: Mapping[str, Any]) -> Accepted:
        return await self._try(lambda inner: inner.submit(endpoint, body))

    def letter(self, endpoint: str, body: Mapping[str, Any]) -> Letter:
        return self._inner.letter(endpoint, body)

    async def status(self, ref: RequestRef) -> RequestStatus:
        return await self._try(lambda inner: inner.status(ref))

    async def follow(self, ref: RequestRef) -> AsyncGenerator[RequestStatus, None]:
        # One that breaks is not opened anew here: the status, asked for next, revives the sandbox.
        async with contextlib.aclosing(self._inner.follow(ref)) as statuses:
            async for status in statuses:
                yield status

    async def result(self, ref: RequestRef) -> RequestResult:
        return await self._try(lambda inner: inner.result(ref))

    async def cancel(self, ref: RequestRef) -> CancelAnswer:
        return await self._try(lambda inner: inner.cancel(ref))

    async def past_requests(
        self, endpoint: str, since: datetime, until: datetime, *, request_id: str = ""
    ) -> list[PastRequest]:
        return await self._try(
            lambda inner: inner.past_requests(endpoint, since, until, request_id=request_id)
        )

    async def billed(
        self, request_ids: Sequence[str], since: datetime, until: datetime
    ) -> list[BilledRequest]:
        return await self._try(lambda inner: inner.billed(request_ids, since, until))

    async def download(
        self, url: str, part: Path, on_progress: Callable[[int, int | None], None]
    ) -> int:
        return await self._try(lambda inner: inner.download(url, part, on_progress))

    async def describe(self, endpoint_ids: Sequence[str]) -> tuple[ModelFacts, ...]:
        return await self._try(lambda inner: inner.describe(endpoint_ids))

    async def aclose(self) -> None:
        await self._inner.aclose()
        self._lease.release()

    async def _try(self, call: Callable[[FalProvider], Awaitable[T]]) -> T:
        inner = self._inner
        try:
            return await call(inner)
        except NetworkDown:
            # That nothing was sent stays true whether or not the sandbox comes back.
            with contextlib.suppress(KlingDesktopError):
                await self._revive(inner)
            raise

    async def _revive(self, dead: FalProvider) -> None:
        """Start the sandbox anew, once for all who find it dead; its memory is on disk."""
        async with self._reviving:
            if self._inner is not dead:
                return
            logger.warning("the sandbox is gone; it is started again")
            old, self._lease = self._lease, await self._find()
            self._inner = _provider(self._lease, self._bookmarks, self._wishes)
            old.release()
            await dead.aclose()


async def _lease(folder: Path, wishes: Callable[[], Settings] = Settings) -> Lease:
    from kling_desktop.sandbox.process import ensure_running

    options = shlex.split(os.environ.get(OPTIONS_VARIABLE, ""))
    lease = await ensure_running(folder, command=own_command(), options=options)
    if (sky := wishes().weather) != FAIR:
        # A fair sky is what a sandbox starts with; what somebody has made by hand stays.
        with contextlib.suppress(KlingDesktopError):
            await change_weather(folder, sky)
    return lease


def _provider(lease: Lease, bookmarks: Path | None, wishes: Callable[[], Settings]) -> FalProvider:
    from pydantic import SecretStr

    from kling_desktop.fal.backend import Backend
    from kling_desktop.fal.provider import FalProvider

    log.hide(lease.key)
    backend = Backend.at(lease.url, "sandbox")
    return FalProvider(backend, SecretStr(lease.key), bookmarks=bookmarks, wishes=wishes)
