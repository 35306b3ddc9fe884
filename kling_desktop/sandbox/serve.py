"""The server's process: listens on loopback, says where, and leaves when it is no longer needed."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import Timeout

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.sandbox import locks
from kling_desktop.sandbox.app import Site, build
from kling_desktop.sandbox.database import Database, own_key
from kling_desktop.sandbox.line import Pace
from kling_desktop.sandbox.server import Server, listen
from kling_desktop.sandbox.weather import Weather, load_weather

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from kling_desktop.sandbox.line import Line

GRACE = 2.0
"""Seconds without any user after which a server that has users leaves."""
_LOOK_EVERY = 1.0
_LEAVING = 5
"""Seconds that an earlier server gets to leave the folder."""


def run_from(arguments: argparse.Namespace, *, folder: Path) -> int:
    """Serve as the command line says; ``folder`` is the memory unless ``--state`` names one."""
    return run(
        folder=arguments.state or folder,
        port=arguments.port,
        key=arguments.key,
        speed=arguments.speed,
        weather=arguments.weather,
        users=arguments.users,
    )


def run(
    *,
    folder: Path,
    port: int = 0,
    key: str | None = None,
    speed: float = 1.0,
    weather: Path | None = None,
    users: Path | None = None,
) -> int:
    """Serve until a signal, or until the last user has gone; returns the exit code.

    Raises:
        InvalidParams: the weather, the speed or the port cannot be used, or the folder is in use.
    """
    if not speed > 0:
        raise InvalidParams((Problem("speed", "must be more than 0", speed),))
    _give_way()
    forecast = load_weather(weather) if weather else Weather()
    with _alone_in(folder), Database(folder) as database, listen(port) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        address = locks.Address(origin, key or own_key(database), os.getpid())
        site = Site(origin, address.key, Pace.at(speed), forecast)
        app, line = build(database, folder, site)
        server = Server(app, lambda: _announce(folder, address))
        watch = Watch(users, folder) if users else None
        try:
            asyncio.run(_serve(server, line, listener, watch))
        finally:
            locks.address_file(folder).unlink(missing_ok=True)
    return 0


def _give_way() -> None:
    """Rendering must never make a window stutter that runs beside it."""
    if hasattr(os, "nice"):
        os.nice(5)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    serving = locks.serving_lock(folder)
    try:
        # A server that is just leaving needs a moment for its last answers.
        serving.acquire(timeout=_LEAVING)
    except Timeout:
        raise InvalidParams(
            (Problem("state", "is in use by another sandbox", str(folder)),)
        ) from None
    try:
        yield
    finally:
        serving.release()


def _announce(folder: Path, address: locks.Address) -> None:
    locks.write_address(locks.address_file(folder), address)
    sys.stdout.write(address.line() + "\n")
    sys.stdout.flush()


async def _serve(server: Server, line: Line, listener: socket.socket, watch: Watch | None) -> None:
    line.resume()
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(line.run())]
        if watch:
            beside.append(group.create_task(watch.run(server)))
        await server.serve(sockets=[listener])
        for task in beside:
            task.cancel()


class Watch:
    """Ends the server when no program holds a lock among its users any more."""

    def __init__(self, users: Path, folder: Path) -> None:
        self._users = users
        self._folder = folder
        self._start = locks.start_lock(folder)

    async def run(self, server: Server) -> None:
        now = asyncio.get_running_loop().time
        last_seen = now()
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if locks.anybody(self._users):
                last_seen = now()
            elif now() - last_seen >= GRACE and self._may_leave():
                server.should_exit = True
                return

    def _may_leave(self) -> bool:
        """Look once more while nobody can come; then keep the door shut until the process ends."""
        if not locks.taken(self._start):
            return False
        if locks.anybody(self._users):
            self._start.release()
            return False
        for stale in self._users.glob("*.lock"):
            stale.unlink()
        locks.address_file(self._folder).unlink(missing_ok=True)
        return True
