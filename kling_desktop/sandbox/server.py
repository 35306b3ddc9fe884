"""The web server under the sandbox: uvicorn on a loopback socket, with its connections in reach."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import HANDLED_SIGNALS

from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

_SHUTDOWN = 2
"""Seconds that open connections get to finish."""
_KEEP_ALIVE = 75
"""Seconds; longer than a client keeps an idle connection, so that no submit meets a closing one."""


def listen(port: int) -> socket.socket:
    """A socket of our own on loopback; port 0 is any.

    Raises:
        InvalidParams: the port cannot be used.
    """
    # Without the protocol number asyncio does not set TCP_NODELAY, and every answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # on Windows it would let two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise InvalidParams((Problem("port", f"cannot be used: {error}", port),)) from error
    return listener


class Server(uvicorn.Server):
    """uvicorn, except that it says when it listens, and that a signal is a clean end."""

    def __init__(self, app: ASGIApp, listening: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            http=_Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_SHUTDOWN,
        )
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal; uvicorn's own would raise it again once it has stopped."""
        before = {each: signal.signal(each, self.handle_exit) for each in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


class _Connection(H11Protocol):
    """Lets an answer reach its connection, so that the weather can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}
