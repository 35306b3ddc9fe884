"""What no test may do: complain in the log, leave work behind, or reach another computer."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import logging
import re
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

GRACE = 2.0
"""Seconds that tasks which are on their way out may take for it."""


class LogGuard(logging.Handler):
    """Collects complaints; those that a test announces must come, all others must not."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._complaints: list[str] = []
        self._expected: list[str] = []

    def __call__(self, pattern: str) -> None:
        """Announce a complaint that matches ``pattern``."""
        self._expected.append(pattern)

    def emit(self, record: logging.LogRecord) -> None:
        self._complaints.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def verdict(self) -> str:
        """What is wrong; empty if nothing is."""
        missing = [each for each in self._expected if not _any([each], self._complaints)]
        surplus = [each for each in self._complaints if not _any(self._expected, [each])]
        lines = [f"expected in the log but not there: {each}" for each in missing]
        return "\n".join([*lines, *(f"not expected in the log: {each}" for each in surplus)])


def _any(patterns: list[str], texts: list[str]) -> bool:
    return any(re.search(pattern, text) for pattern in patterns for text in texts)


def leaving_no_task(
    test: Callable[..., Awaitable[None]], grace: float = GRACE
) -> Callable[..., Awaitable[None]]:
    """The same test, which fails if tasks that it started outlive it."""

    @functools.wraps(test)
    async def guarded(*args: Any, **kwargs: Any) -> None:
        before = asyncio.all_tasks()
        await test(*args, **kwargs)
        left = asyncio.all_tasks() - before
        if left:
            _, left = await asyncio.wait(left, timeout=grace)
        assert not left, f"tasks were left behind: {left}"

    return guarded


class LocalSocket(socket.socket):
    """Holds the connect methods that refuse to leave this computer."""

    def connect(self, address: Any) -> None:
        _stay_local(self, address)
        _CONNECT(self, address)

    def connect_ex(self, address: Any) -> int:
        _stay_local(self, address)
        return _CONNECT_EX(self, address)


_CONNECT = socket.socket.connect
_CONNECT_EX = socket.socket.connect_ex


def _stay_local(sock: socket.socket, address: Any) -> None:
    if sock.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
        raise AssertionError(f"a test wanted to connect to {address[0]}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
