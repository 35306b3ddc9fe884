"""The provider that the engine is given: fal's queue, storage and media behind one key."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.settings.values import Settings
from kling_desktop.fal.billing import Billing
from kling_desktop.fal.check import check_key
from kling_desktop.fal.key import ApiKey
from kling_desktop.fal.media import Media
from kling_desktop.fal.past import Past
from kling_desktop.fal.platform import Platform
from kling_desktop.fal.queue import Queue
from kling_desktop.fal.storage import Storage
from kling_desktop.fal.wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import httpx
    from pydantic import SecretStr

    from kling_desktop.domain.keys import KeyVerdict
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
    from kling_desktop.fal.backend import Backend
    from kling_desktop.fal.wire import Patience


class FalProvider:
    """fal, or a server like it; satisfies ``engine.ports.Provider``, where the errors are told.

    Every call tries once: when to try again is the engine's business.
    """

    def __init__(
        self,
        backend: Backend,
        key: SecretStr,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
        bookmarks: Path | None = None,
        wishes: Callable[[], Settings] = Settings,
    ) -> None:
        """``bookmarks`` is a folder for what is needed to go on with a large upload later.

        ``wishes`` says what the user wants now; it is asked again for every exchange.
        """
        self._key = ApiKey(key)
        self._wire = Wire(backend, self._key, transport=transport, patience=patience, wishes=wishes)
        self._queue = Queue(self._wire)
        self._storage = Storage(self._wire, bookmarks=bookmarks)
        self._media = Media(self._wire)
        self._past = Past(self._wire)
        self._platform = Platform(self._wire)
        self._billing = Billing(self._wire)

    @property
    def backend(self) -> Backend:
        return self._wire.backend

    async def upload(
        self, path: Path, on_progress: Callable[[int, int | None], None], *, sha256: str = ""
    ) -> str:
        with self._key.kept_out_of_errors():
            return await self._storage.upload(path, on_progress, sha256=sha256)

    async def is_there(self, url: str) -> bool:
        with self._key.kept_out_of_errors():
            return await self._storage.is_there(url)

    async def submit(self, endpoint: str, body: Mapping[str, Any]) -> Accepted:
        with self._key.kept_out_of_errors():
            return await self._queue.submit(endpoint, body)

    def letter(self, endpoint: str, body: Mapping[str, Any]) -> Letter:
        return self._queue.letter(endpoint, body)

    async def status(self, ref: RequestRef) -> RequestStatus:
        with self._key.kept_out_of_errors():
            return await self._queue.status(ref)

    async def follow(self, ref: RequestRef) -> AsyncGenerator[RequestStatus, None]:
        with self._key.kept_out_of_errors():
            async with aclosing(self._queue.follow(ref)) as statuses:
                async for status in statuses:
                    yield status

    async def result(self, ref: RequestRef) -> RequestResult:
        with self._key.kept_out_of_errors():
            return await self._queue.result(ref)

    async def cancel(self, ref: RequestRef) -> CancelAnswer:
        with self._key.kept_out_of_errors():
            return await self._queue.cancel(ref)

    async def past_requests(
        self, endpoint: str, since: datetime, until: datetime, *, request_id: str = ""
    ) -> list[PastRequest]:
        with self._key.kept_out_of_errors():
            return await self._past.requests(endpoint, since, until, request_id)

    async def billed(
        self, request_ids: Sequence[str], since: datetime, until: datetime
    ) -> list[BilledRequest]:
        with self._key.kept_out_of_errors():
            return await self._billing.billed(request_ids, since, until)

    async def download(
        self, url: str, part: Path, on_progress: Callable[[int, int | None], None]
    ) -> int:
        with self._key.kept_out_of_errors():
            return await self._media.download(url, part, on_progress)

    async def describe(self, endpoint_ids: Sequence[str]) -> tuple[ModelFacts, ...]:
        with self._key.kept_out_of_errors():
            return await self._platform.describe(endpoint_ids)

    async def check_key(self) -> KeyVerdict:
        """Whether the key is good, free of charge; raises as ``check.check_key``."""
        with self._key.kept_out_of_errors():
            return await check_key(self._wire)

    async def aclose(self) -> None:
        await self._wire.aclose()
