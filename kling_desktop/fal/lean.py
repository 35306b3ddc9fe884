"""Questions that are asked again and again, at a fifth of what they cost through httpx.

A job in the queue is asked after hundreds of times, and there may be hundreds of jobs. httpx takes
some 1400 microseconds of processor time for a question (``tests/benchmarks/test_status_polls.py``),
most of it for what a plain GET on a kept connection needs none of: pools, redirects, cookies,
proxies. Here h11, which is what httpx itself reads and writes HTTP with, sits on a bare connection.

This way is only a short cut, and it is taken only where no proxy is set. Whatever is not plain
about an exchange ends it without an answer, and the question is asked once more on the ordinary
way, whose errors tell people what is wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from kling_desktop import __version__
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from ssl import SSLContext

AGENT = f"kling-desktop/{__version__}"
ROOM = 65536
"""Bytes read at once."""


class Silence(Exception):
    """A question was sent, and nothing came for too long."""


class Lean:
    """A few kept connections to one origin at a time, for GETs without a body."""

    def __init__(
        self, certificates: Callable[[], SSLContext], *, largest: int, connect: float, read: float
    ) -> None:
        """``largest`` is in bytes of an answer.

        ``connect`` is in seconds to come to a connection, ``read`` in those to the next sign of
        life of an answer.
        """
        self._certificates = certificates
        self._largest = largest
        self._connect = connect
        self._read = read
        self._idle: list[tuple[Origin, _Connection]] = []

    async def get(self, url: str, headers: Mapping[str, str]) -> Answer | None:
        """The answer, or None where the ordinary way must be asked; the caller has a deadline.

        Raises:
            Silence: nothing came for too long; the ordinary way would wait as long once more.
        """
        origin = Origin.of(url)
        assert origin is not None
        connection = None
        headers = {"Host": urlsplit(url).netloc, "User-Agent": AGENT, **headers}
        try:
            connection = self._kept(origin) or await self._opened(origin)
            answer = await connection.exchange(_target(url), headers, self._largest)
        except (OSError, EOFError, ValueError, _protocol_error()):
            answer = None
        finally:
            if connection is not None:
                self._keep(origin, connection)
        return answer

    async def aclose(self) -> None:
        idle, self._idle = self._idle, []
        for _, connection in idle:
            await connection.aclose()

    def _kept(self, origin: Origin) -> _Connection | None:
        """A connection that is still open; those that are not are dropped on the way."""
        while self._idle:
            at, connection = self._idle.pop()
            if at == origin and connection.is_open:
                return connection
            connection.close()
        return None

    def _keep(self, origin: Origin, connection: _Connection) -> None:
        if connection.is_open:
            self._idle.append((origin, connection))
        else:
            connection.close()

    async def _opened(self, origin: Origin) -> _Connection:
        certificates = self._certificates() if origin.scheme == "https" else None
        async with asyncio.timeout(self._connect):
            reader, writer = await asyncio.open_connection(
                origin.host.strip("[]"), origin.port, ssl=certificates
            )
        return _Connection(reader, writer, self._read)


class _Connection:
    """One connection, in the state that h11 keeps of it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float
    ) -> None:
        import h11

        self._h11 = h11
        self._state: Any = h11.Connection(h11.CLIENT)
        self._reader, self._writer = reader, writer
        self._patience = patience

    @property
    def is_open(self) -> bool:
        """Whether another exchange can follow."""
        is_between = self._state.our_state is self._state.their_state is self._h11.IDLE
        return is_between and not self._reader.at_eof() and not self._writer.is_closing()

    async def exchange(
        self, target: str, headers: Mapping[str, str], largest: int
    ) -> Answer | None:
        """Ask, and read the whole answer; None where it is not plain or too long."""
        h11, state = self._h11, self._state
        request = h11.Request(method="GET", target=target, headers=[*headers.items()])
        self._writer.write(state.send(request) + state.send(h11.EndOfMessage()))
        head, body = await self._event(), bytearray()
        told = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        is_plain = isinstance(head, h11.Response) and "content-encoding" not in told
        while is_plain and isinstance(data := await self._event(), h11.Data):
            body += data.data
            is_plain = len(body) <= largest
        if state.our_state is state.their_state is h11.DONE:
            state.start_next_cycle()
            return Answer(head.status_code, told, bytes(body))
        return None

    async def _event(self) -> Any:
        """What the other side says next. Raises Silence, OSError or h11's ProtocolError."""
        while (event := self._state.next_event()) is self._h11.NEED_DATA:
            self._state.receive_data(await self._heard())
        return event

    async def _heard(self) -> bytes:
        patience = asyncio.timeout(self._patience)
        try:
            async with patience:
                return await self._reader.read(ROOM)
        except TimeoutError:
            if patience.expired():
                raise Silence from None
            raise  # of the connection itself

    def close(self) -> None:
        self._writer.close()

    async def aclose(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def is_direct(*, is_loopback: bool) -> bool:
    """Whether nothing stands in between, as far as the environment and the system tell."""
    return is_loopback or not getproxies()


def _protocol_error() -> type[Exception]:
    import h11

    error: type[Exception] = h11.ProtocolError
    return error


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
