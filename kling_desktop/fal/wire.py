"""HTTP as the rest of this room sees it: answers, or our own errors, and the key where it belongs.

httpx is imported and built on first use, because its import and its certificates cost start-up
time. Its exceptions hold the request with its headers, so none of them gets past this module.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kling_desktop import __version__
from kling_desktop.domain import errors as e
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from ssl import SSLContext

    import httpx

    from kling_desktop.fal.backend import Backend
    from kling_desktop.fal.key import ApiKey

log = logging.getLogger(__name__)

CONNECTIONS = 4
"""For each lane: httpx takes time in the square of its connections, and 4 cost the least."""
SLOWEST = 4096
"""Bytes per second below which an upload is given up; there will be another try."""
LARGEST_ANSWER = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait for what, in seconds."""

    connect: float = 15.0
    read: float = 60.0
    write: float = 60.0
    answer: float = 120.0
    """For the head of an answer, and again for its body, however evenly they drip."""
    block: float = 120.0
    """For the next block of a file."""


class Lane(StrEnum):
    """Connections that do not wait for one another."""

    CALLS = "calls"
    SUBMITS = "submits"
    """Every request on a connection of its own: one that was kept alive may turn out to be dead
    only after the POST was written, and then nobody knows whether it arrived."""
    FILES = "files"


class Wire:
    """The connections to one backend."""

    def __init__(
        self,
        backend: Backend,
        key: ApiKey,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.backend = backend
        self.patience = patience or Patience()
        self._key = key
        self._transport = transport
        self._certificates: SSLContext | None = None
        self._clients: dict[Lane, httpx.AsyncClient] = {}
        self._room = {lane: asyncio.Semaphore(CONNECTIONS) for lane in Lane}

    async def call(
        self,
        method: str,
        url: str,
        *,
        body: Mapping[str, Any] | None = None,
        lane: Lane = Lane.CALLS,
    ) -> Answer:
        """Ask the API, with the key.

        Raises:
            ForeignOrigin: the key must not go there; nothing was sent.
            NetworkDown: nothing was sent.
            KeyRefused: the key cannot be sent at all.
            Transient: it was sent, but no answer came back.
        """
        if not self.backend.takes_key(url):
            raise e.ForeignOrigin(str(Origin.of(url)))
        headers = {"Authorization": self._key.header()}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = _encoded(body)
        async with self._exchange(lane, method, url, headers=headers, content=content) as response:
            return await self.read(response)

    @asynccontextmanager
    async def transfer(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: AsyncIterator[bytes] | bytes | None = None,
        longer: float = 0.0,
    ) -> AsyncIterator[httpx.Response]:
        """Exchange a file, without the key; the caller has checked where it goes.

        Raises:
            NetworkDown: nothing was sent.
            Transient: the connection failed, also while the response is read.
        """
        async with self._exchange(
            Lane.FILES, method, url, headers=headers, content=content, longer=longer
        ) as response:
            yield response

    async def read(self, response: httpx.Response) -> Answer:
        """The whole answer, as long as it comes in time and is of a sensible size."""
        body = bytearray()
        async with asyncio.timeout(self.patience.answer):
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise e.ServiceDown("the answer is too long")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, bytes(body))

    async def aclose(self) -> None:
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()

    @asynccontextmanager
    async def _exchange(
        self, lane: Lane, method: str, url: str, *, longer: float = 0.0, **request: Any
    ) -> AsyncIterator[httpx.Response]:
        async with self._room[lane]:
            with _own_errors():
                client = self._client(lane)
                asked = client.build_request(method, url, **request)
                async with asyncio.timeout(self.patience.answer + longer):
                    response = await client.send(asked, stream=True)
                try:
                    _note(asked, response)
                    yield response
                finally:
                    await response.aclose()

    def _client(self, lane: Lane) -> httpx.AsyncClient:
        import httpx

        if lane not in self._clients:
            try:
                self._clients[lane] = self._build(lane)
            except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
                # A proxy or certificate of the environment; its text may hold a password.
                what = f"proxy or certificate settings: {type(error).__name__}"
                raise e.NetworkDown(what) from None
        return self._clients[lane]

    def _build(self, lane: Lane) -> httpx.AsyncClient:
        import httpx

        # A proxy cannot reach our own computer, so a loopback server is always spoken to directly.
        trust_env = not self.backend.is_loopback
        if self._certificates is None:
            self._certificates = httpx.create_ssl_context(trust_env=trust_env)
        kept = 0 if lane is Lane.SUBMITS else CONNECTIONS
        wait = self.patience
        return httpx.AsyncClient(
            headers={"User-Agent": f"kling-desktop/{__version__}"},
            verify=self._certificates,
            trust_env=trust_env,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=kept),
            timeout=httpx.Timeout(
                connect=wait.connect, read=wait.read, write=wait.write, pool=wait.connect
            ),
            transport=self._transport,
        )


@contextmanager
def _own_errors() -> Iterator[None]:
    """Turn httpx's exceptions into ours; NetworkDown only where no byte of the request left."""
    import httpx

    before = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
    )
    try:
        yield
    except before as error:
        raise e.NetworkDown(str(error) or type(error).__name__) from None
    except (httpx.TimeoutException, TimeoutError) as error:
        raise e.TimedOut(type(error).__name__) from None
    except httpx.HTTPError as error:
        raise e.Transient(f"the connection broke off: {type(error).__name__}") from None


def _encoded(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, TypeError):
        raise e.InputRefused("it cannot be written as JSON") from None


def _note(asked: httpx.Request, response: httpx.Response) -> None:
    """A line for the log; the query stays out, because signatures are in it."""
    level = logging.INFO if response.status_code >= 400 else logging.DEBUG
    number = response.headers.get("x-fal-request-id", "-")
    status, path = response.status_code, asked.url.path
    log.log(level, "%s path=%s status=%d fal=%s", asked.method, path, status, number)
