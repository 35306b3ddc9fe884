"""One sandbox for all programs that share a state folder: found if it runs, started if not."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from kling_desktop.domain.errors import ServiceDown
from kling_desktop.sandbox import locks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from filelock import FileLock

START_TIMEOUT = 30.0
"""Seconds for a new server to say where it is."""
_HEALTH_TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class Lease:
    """The use of a running sandbox, until it is released or the program ends."""

    url: str
    key: str
    pid: int
    _user: FileLock = field(repr=False)

    def release(self) -> None:
        """Let the sandbox leave, once nobody else uses it either."""
        self._user.release()


async def ensure_running(
    folder: Path, *, command: Sequence[str], options: Sequence[str] = ()
) -> Lease:
    """The sandbox of a state folder; ``command`` starts this program again.

    ``options`` of the command ``sandbox`` count only if this call is the one that starts it.

    Raises:
        ServiceDown: it could not be started.
    """
    user = locks.lock(folder / "users" / f"{uuid4().hex}.lock")
    async with locks.holding(locks.start_lock(folder)):
        user.acquire()
        try:
            address = await _running(folder) or await _start(
                folder, [*command, "sandbox", *options]
            )
        except BaseException:
            user.release()
            raise
    return Lease(address.url, address.key, address.pid, user)


async def _running(folder: Path) -> locks.Address | None:
    try:
        text = locks.address_file(folder).read_bytes()
    except OSError:
        return None
    address = locks.parse_address(text)
    return address if address and await _healthy(address) else None


async def _healthy(address: locks.Address) -> bool:
    """Whether a sandbox answers there; by hand, as this runs before httpx is needed."""
    place = urlsplit(address.url)
    question = (
        f"GET /health HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Authorization: Key {address.key}\r\nConnection: close\r\n\r\n"
    )
    try:
        async with asyncio.timeout(_HEALTH_TIMEOUT):
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
            try:
                writer.write(question.encode())
                reply = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return reply.startswith(b"HTTP/1.1 200 ")


async def _start(folder: Path, command: Sequence[str]) -> locks.Address:
    where = ["--state", str(folder), "--users", str(folder / "users")]
    process = _spawn([*command, *where], folder / "sandbox.log")
    try:
        async with asyncio.timeout(START_TIMEOUT):
            first_line = await asyncio.to_thread(_first_line, process)
    except BaseException as error:
        process.kill()  # which also ends the thread that reads
        if isinstance(error, TimeoutError):
            raise ServiceDown("the sandbox did not start in time") from error
        raise
    finally:
        threading.Thread(target=process.wait, name="sandbox-reaper", daemon=True).start()
    address = locks.parse_address(first_line)
    if address is None:
        raise ServiceDown(f"the sandbox did not start; see {folder / 'sandbox.log'}")
    return address


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    with process.stdout as out:
        return out.readline()


def _spawn(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    try:
        with log.open("ab") as errors:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                creationflags=flags,
                # A server that answers strangers has no business with the key of fal.
                env={
                    name: each for name, each in os.environ.items() if not name.startswith("FAL_")
                },
            )
    except OSError as error:
        raise ServiceDown(f"the sandbox could not be started: {error}") from error
