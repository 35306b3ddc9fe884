"""HTTP as the rest of this room sees it: answers, or our own errors, and the key where it belongs.

httpx is imported and built on first use, because its import and its certificates cost start-up
time. Its exceptions hold the request with its headers, so none of them gets past this module.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from kling_desktop.domain import errors as e
from kling_desktop.domain.body import encoded
from kling_desktop.domain.parcel import HIDDEN_KEY, Letter
from kling_desktop.domain.settings.values import Settings
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Origin
from kling_desktop.fal.errors import status_error
from kling_desktop.fal.lean import AGENT, Lean, Silence, is_direct
from kling_desktop.fal.packing import PACKING, unpacked
from kling_desktop.fal.way import Way

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
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
    silence: float = 40.0
    """For the next sign of life of a stream; fal sends one every 15 s (fal-protocol.md §5)."""
    news: float = 120.0
    """For the next status of a stream that gives signs of life: whoever sends them may have lost
    the request out of sight, so the status is asked for from time to time."""


class Lane(StrEnum):
    """Connections that do not wait for one another."""

    CALLS = "calls"
    SUBMITS = "submits"
    """Every request on a connection of its own: one that was kept alive may turn out to be dead
    only after the POST was written, and then nobody knows whether it arrived."""
    FILES = "files"
    STREAMS = "streams"
    """Answers that last as long as a request does; no more at a time than have room."""


class Wire:
    """The connections to one backend."""

    def __init__(
        self,
        backend: Backend,
        key: ApiKey,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
        wishes: Callable[[], Settings] = Settings,
    ) -> None:
        self.backend = backend
        self.wishes = wishes
        """What the user wants now: a proxy, and how long files are kept."""
        self.patience = patience or Patience()
        self._key = key
        self._transport = transport
        self._certificates: SSLContext | None = None
        self._pools: dict[Lane, _Pool] = {}
        wait = self.patience
        self._lean = Lean(
            self._trusted, largest=LARGEST_ANSWER, connect=wait.connect, read=wait.read
        )
        self._worn: list[_Pool] = []
        """Those of another proxy, until they are closed."""
        self._is_plain = is_direct(is_loopback=backend.is_loopback)
        self._room = {lane: asyncio.Semaphore(CONNECTIONS) for lane in Lane}

    async def call(
        self,
        method: str,
        url: str,
        *,
        body: Mapping[str, Any] | None = None,
        lane: Lane = Lane.CALLS,
        more: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask the API, with the key; ``more`` are headers that go along.

        Raises:
            ForeignOrigin: the key must not go there; nothing was sent.
            NetworkDown: nothing was sent.
            KeyRefused: the key cannot be sent at all.
            Transient: it was sent, but no answer came back.
        """
        if not self.backend.takes_key(url):
            raise e.ForeignOrigin(str(Origin.of(url)))
        headers, content = _dressed(self._key.header(), body, more)
        if method == "GET" and lane is Lane.CALLS and self._is_direct:
            answer = await self._ask_leanly(url, headers)
            if answer is not None:
                return answer
        async with self._exchange(lane, method, url, headers=headers, content=content) as response:
            return await self.read(response)

    def letter(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any],
        lane: Lane,
        *,
        more: Mapping[str, str] | None = None,
    ) -> Letter:
        """The head of what :meth:`call` would send; the key is not even read."""
        headers, content = _dressed(HIDDEN_KEY, body, more)
        authorization = headers.pop("Authorization")
        request = self._pool(lane).client.build_request(
            method, url, headers=headers, content=content
        )
        shown = {"Authorization": authorization} | dict(request.headers)
        return Letter(method, url, tuple((name.title(), shown[name]) for name in shown))

    async def _ask_leanly(self, url: str, headers: Mapping[str, str]) -> Answer | None:
        try:
            async with self._room[Lane.CALLS], asyncio.timeout(self.patience.answer):
                answer = await self._lean.get(url, headers)
        except (TimeoutError, Silence):
            raise e.TimedOut(f"{urlsplit(url).hostname} did not answer in time") from None
        if answer is not None:
            _note("GET", urlsplit(url).path, answer.status, answer.headers)
        return answer

    @asynccontextmanager
    async def stream(self, url: str) -> AsyncIterator[AsyncGenerator[bytes, None]]:
        """Open an answer of the API that goes on and on, with the key; gives its pieces.

        Raises:
            ForeignOrigin, NetworkDown: nothing was sent.
            Transient: it did not open, broke off or fell silent, or there are enough of them.
            KlingDesktopError: the answer is no stream; the status tells why.
        """
        if not self.backend.takes_key(url):
            raise e.ForeignOrigin(str(Origin.of(url)))
        if self._room[Lane.STREAMS].locked():
            raise e.Transient("enough streams are open")
        headers = {"Authorization": self._key.header(), "Accept": "text/event-stream"}
        async with self._exchange(Lane.STREAMS, "GET", url, headers=headers) as response:
            kind = response.headers.get("content-type", "")
            if response.status_code != 200 or not kind.startswith("text/event-stream"):
                raise status_error(await self.read(response))
            async with aclosing(self._pieces(response)) as pieces:
                yield pieces

    async def _pieces(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        async with _bytes_of(response) as pieces:
            while True:
                async with asyncio.timeout(self.patience.silence):
                    piece = await anext(pieces, None)
                if piece is None:
                    return
                yield piece

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
        async with asyncio.timeout(self.patience.answer), _bytes_of(response) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise e.ServiceDown("the answer is too long")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, bytes(body))

    async def aclose(self) -> None:
        pools = [*self._pools.values(), *self._worn]
        self._pools.clear()
        self._worn.clear()
        await self._lean.aclose()
        for pool in pools:
            await pool.client.aclose()

    @asynccontextmanager
    async def _exchange(
        self, lane: Lane, method: str, url: str, *, longer: float = 0.0, **request: Any
    ) -> AsyncIterator[httpx.Response]:
        way = Way(url)
        async with self._room[lane]:
            with way.own_errors():
                async with self._client(lane, way) as client:
                    asked = client.build_request(method, url, extensions={"trace": way}, **request)
                    async with asyncio.timeout(self.patience.answer + longer):
                        response = await client.send(asked, stream=True)
                    try:
                        status, told = response.status_code, response.headers
                        _note(method, asked.url.path, status, told)
                        if response.status_code == 407 and asked.url.scheme == "http":
                            raise way.sign_in()
                        yield response
                    finally:
                        await response.aclose()

    @asynccontextmanager
    async def _client(self, lane: Lane, way: Way) -> AsyncIterator[httpx.AsyncClient]:
        """The lane's client; the last to use a worn one closes it, for others may be paying on it.

        Where TLS fails inside a proxy's tunnel, httpcore 1.0 never gives the connection's place
        back (its issue 1023), so a few failures would end the lane for good.
        """
        pool = self._pool(lane)
        pool.users += 1
        try:
            await self._close_worn()
            yield pool.client
        finally:
            pool.users -= 1
            if way.in_tunnel and self._pools.get(lane) is pool:
                del self._pools[lane]
            if not pool.users and self._pools.get(lane) is not pool:
                await pool.client.aclose()

    async def _close_worn(self) -> None:
        """Those that somebody uses are closed by the last of them."""
        idle = [each for each in self._worn if not each.users]
        self._worn = []
        for each in idle:
            await each.client.aclose()

    @property
    def _proxy(self) -> str:
        """A proxy cannot reach our own computer: that is always spoken to directly."""
        return "direct" if self.backend.is_loopback else self.wishes().proxy

    @property
    def _is_direct(self) -> bool:
        proxy = self._proxy
        return self._transport is None and (
            proxy == "direct" or (proxy == "system" and self._is_plain)
        )

    def _pool(self, lane: Lane) -> _Pool:
        import httpx

        proxy = self._proxy
        if lane in self._pools and self._pools[lane].proxy != proxy:
            self._worn.append(self._pools.pop(lane))
        if lane not in self._pools:
            self._trusted()
            try:
                self._pools[lane] = _Pool(self._build(lane, proxy), proxy)
            except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
                # Its text may hold the proxy's password.
                raise e.NetworkDown(_about_proxy(error, proxy)) from None
        return self._pools[lane]

    def _trusted(self) -> SSLContext:
        if self._certificates is None:
            self._certificates = _trusted(trust_env=not self.backend.is_loopback)
        return self._certificates

    def _build(self, lane: Lane, proxy: str) -> httpx.AsyncClient:
        import httpx

        kept = 0 if lane is Lane.SUBMITS else CONNECTIONS
        wait = self.patience
        return httpx.AsyncClient(
            headers={"User-Agent": AGENT, "Accept-Encoding": PACKING},
            verify=self._certificates or True,
            trust_env=proxy == "system",
            proxy=None if proxy in {"system", "direct"} else proxy,
            follow_redirects=False,
            # A cookie that an answer sets is never sent back: the key alone says who we are.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=kept),
            timeout=httpx.Timeout(
                connect=wait.connect, read=wait.read, write=wait.write, pool=wait.connect
            ),
            transport=self._transport,
        )


@dataclass(slots=True, eq=False)
class _Pool:
    client: httpx.AsyncClient
    proxy: str = "system"
    users: int = 0


def _trusted(*, trust_env: bool) -> SSLContext:
    """The authorities that we believe; the environment may name others than the public ones."""
    import httpx

    try:
        return httpx.create_ssl_context(trust_env=trust_env)
    except OSError as error:
        if trust_env and os.environ.get("SSL_CERT_FILE"):
            what = "SSL_CERT_FILE does not name a file of certificates that can be read"
        else:
            what = f"the certificates to trust cannot be read: {type(error).__name__}"
        raise e.NetworkDown(what) from None


def _about_proxy(error: Exception, proxy: str) -> str:
    if proxy != "system":
        return "the proxy in the settings is not an address as it should be"
    if isinstance(error, ImportError):
        return "the settings name a SOCKS proxy, and only an HTTP proxy can be used"
    return "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY is not an address as it should be"


def _bytes_of(response: httpx.Response) -> aclosing[AsyncGenerator[bytes, None]]:
    """The bytes as they come; closed by whoever stops reading, not some time later."""
    if response.is_stream_consumed:
        return aclosing(_at_once(response.content))
    raw = cast("AsyncGenerator[bytes, None]", response.aiter_raw())
    return aclosing(unpacked(raw, response.headers.get("content-encoding", "")))


async def _at_once(content: bytes) -> AsyncGenerator[bytes, None]:
    """An answer that is there as a whole."""
    yield content


def _dressed(
    authorization: str, body: Mapping[str, Any] | None, more: Mapping[str, str] | None
) -> tuple[dict[str, str], bytes | None]:
    """The headers that are ours, and the bytes of the body."""
    headers = {"Authorization": authorization, **(more or {})}
    if body is None:
        return headers, None
    return headers | {"Content-Type": "application/json"}, encoded(body)


def _note(method: str, path: str, status: int, headers: Mapping[str, str]) -> None:
    """A line for the log; the query stays out, because signatures are in it."""
    level = logging.INFO if status >= 400 else logging.DEBUG
    number = headers.get("x-fal-request-id", "-")
    log.log(level, "%s path=%s status=%d fal=%s", method, path, status, number)
