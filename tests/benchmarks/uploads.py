"""Measures uploads over loopback and prints the figures as JSON; run by itself by the benchmark.

fal's client never closes its connections and has no way to, so it has this process to itself.
"""

from __future__ import annotations

import asyncio
import gc
import json
import mmap
import os
import socket
import sys
import time
import tracemalloc
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import fal_client
from fal_client import client as internals
from pydantic import SecretStr

from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.storage import LARGEST_WHOLE
from kling_desktop.storage.disk import sha256_of
from tests.helpers.sink import running_sink

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SIZE = 100_000_000
IN_PARTS = 110_000_000
assert SIZE <= LARGEST_WHOLE < IN_PARTS
BARE, THEIRS, OURS = "bare socket, sendall(mmap)", "fal_client.AsyncClient", "ours"
ROUNDS = 5
"""The machine may be busy with something else in some of them."""
KEY = "benchmark-key-id:benchmark-key-secret"
Figures = dict[str, tuple[float, float, float]]
"""Megabytes a second, seconds of this process for a gigabyte, megabytes of Python's at the most."""


async def _measure_all(folder: Path, port: int) -> Figures:
    file, large = _file(folder / "file.mp4", SIZE), _file(folder / "large.mp4", IN_PARTS)
    backend = Backend.at(f"http://127.0.0.1:{port}")
    ours = FalProvider(backend, SecretStr(KEY), bookmarks=folder / "bookmarks")
    theirs = fal_client.AsyncClient(key=KEY)
    digest = sha256_of(large)
    ways: dict[str, tuple[Path, Callable[[], Awaitable[object]]]] = {
        BARE: (file, partial(_bare, port, file)),
        THEIRS: (file, partial(theirs.upload_file, file)),
        OURS: (file, partial(ours.upload, file, _ignore)),
        f"{THEIRS}, in parts": (large, partial(theirs.upload_file, large)),
        f"{OURS}, in parts": (large, partial(ours.upload, large, _ignore, sha256=digest)),
        "sha256, once a file": (file, partial(_hash, file)),
    }
    rounds: dict[str, list[tuple[float, float]]] = defaultdict(list)
    # This round warms up as well: certificates, imports, connections, caches.
    memory = {name: await _peak(way) for name, (_, way) in ways.items()}
    for _ in range(ROUNDS):
        for name, (path, way) in ways.items():
            rounds[name].append(await _measure(way, path.stat().st_size))
    await ours.aclose()
    return {
        name: (max(rate for rate, _ in found), min(cpu for _, cpu in found), memory[name])
        for name, found in rounds.items()
    }


async def _measure(way: Callable[[], Awaitable[object]], size: int) -> tuple[float, float]:
    gc.collect()
    cpu, began = time.process_time(), time.perf_counter()
    await way()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return size / 1e6 / wall, cpu / size * 1e9


async def _peak(way: Callable[[], Awaitable[object]]) -> float:
    tracemalloc.start()
    try:
        await way()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


async def _bare(port: int, path: Path) -> None:
    with (
        socket.create_connection(("127.0.0.1", port)) as sender,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        sender.sendall(f"PUT / HTTP/1.1\r\nContent-Length: {len(content)}\r\n\r\n".encode())
        sender.sendall(content)
        assert sender.recv(4096).startswith(b"HTTP/1.1 200")


async def _hash(path: Path) -> None:
    sha256_of(path)


def _file(path: Path, size: int) -> Path:
    path.write_bytes((os.urandom(1_000_000) * (size // 1_000_000 + 1))[:size])
    return path


def _ignore(_done: int, _total: int | None) -> None:
    pass


def main(folder: Path) -> None:
    with running_sink() as port:
        internals.REST_URL = f"http://127.0.0.1:{port}/rest"
        internals.CDN_URL = f"http://127.0.0.1:{port}/cdn"
        print(json.dumps(asyncio.run(_measure_all(folder, port))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
