"""Who uses the sandbox of a state folder, told by locks that the system frees with their holder.

start.lock        held while somebody finds or starts the server, and while the server leaves
serving.lock      held by the server for its whole life: one folder, one server
users/<id>.lock   held by every program that uses the server
address.json      where the server is, and its key
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from kling_desktop.domain.given_json import parsed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RETRY = 0.05
"""Seconds between two tries for a lock that somebody else holds."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, its key and its process."""

    url: str
    key: str
    pid: int

    def line(self) -> str:
        return json.dumps(asdict(self))


def parse_address(text: str | bytes) -> Address | None:
    """The address that a server wrote or printed, unless it is something else.

    The key goes there, and leaves to be rendered as well: so it must be on this computer.
    """
    with suppress(ValueError, TypeError):
        told = parsed(text)
        return Address(**told) if _is_ours(**told) else None
    return None


def _is_ours(url: Any, key: Any, pid: Any) -> bool:
    """Whether that can be a sandbox. Raises ValueError where the address is none."""
    if not (isinstance(url, str) and isinstance(key, str) and isinstance(pid, int)):
        return False
    place = urlsplit(url)
    is_near = place.scheme == "http" and place.hostname in {"127.0.0.1", "localhost"}
    return is_near and bool(place.port) and key.isascii() and key.isprintable() and pid > 0


def own_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user alone."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def lock(path: Path) -> FileLock:
    """A lock that any thread may release."""
    own_folder(path.parent)
    return FileLock(path, thread_local=False)


def start_lock(folder: Path) -> FileLock:
    return lock(folder / "start.lock")


def serving_lock(folder: Path) -> FileLock:
    return lock(folder / "serving.lock")


def address_file(folder: Path) -> Path:
    return folder / "address.json"


def taken(wanted: FileLock) -> bool:
    """Take a lock if nobody else holds it."""
    try:
        wanted.acquire(timeout=0)
    except Timeout:
        return False
    return True


@asynccontextmanager
async def holding(wanted: FileLock) -> AsyncIterator[None]:
    """Hold a lock that others hold for moments only.

    Tried again and again, not waited for in a thread: such a wait could not be cancelled.
    """
    while not taken(wanted):  # noqa: ASYNC110 - no event tells that another process let go
        await asyncio.sleep(RETRY)
    try:
        yield
    finally:
        wanted.release()


def anybody(users: Path) -> bool:
    """Whether a living program holds one of the locks in this folder."""
    for path in users.glob("*.lock"):
        probe = lock(path)
        if not taken(probe):
            return True
        probe.release()
    return False


def write_address(path: Path, address: Address) -> None:
    """Write for this user's eyes only: it has the key."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(address.line())
    part.replace(path)
