"""The server's process: listens on loopback, says where, and leaves when it is no longer needed."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, fields
from importlib import resources
from typing import TYPE_CHECKING

from filelock import Timeout

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.sandbox import locks
from kling_desktop.sandbox.app import Sandbox, Site
from kling_desktop.sandbox.arguments import FEWEST_PIXELS, PIXELS
from kling_desktop.sandbox.database import Database, own_key
from kling_desktop.sandbox.line import LIMITS, Pace
from kling_desktop.sandbox.server import Server, listen
from kling_desktop.sandbox.weather import Weather, load_weather
from kling_desktop.sandbox.webhooks import PAUSE

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Iterator
    from decimal import Decimal
    from pathlib import Path

GRACE = 2.0
"""Seconds without any user after which a server that has users leaves."""
_LOOK_EVERY = 1.0
_LEAVING = 5
"""Seconds that an earlier server gets to leave the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to serve."""

    folder: Path
    port: int = 0
    key: str | None = None
    speed: float = 1.0
    weather: Path | None = None
    users: Path | None = None
    concurrency: int = LIMITS[0]
    credit: Decimal | None = None
    pixels: int = PIXELS
    validate_at_submit: bool = False


def run_from(arguments: argparse.Namespace, *, folder: Path) -> int:
    """Do as the command line says; ``folder`` is the memory unless ``--state`` names one."""
    if arguments.faults:
        sys.stdout.write(resources.files(__package__).joinpath("WEATHER.md").read_text("utf-8"))
        return 0
    said = {
        each.name: getattr(arguments, each.name)
        for each in fields(Options)
        if each.name != "folder"
    }
    return run(Options(folder=arguments.state or folder, **said))


def run(options: Options) -> int:
    """Serve until a signal, or until the last user has gone; returns the exit code.

    Raises:
        InvalidParams: the weather, the speed or the port cannot be used, or the folder is in use.
    """
    _check(options)
    _give_way()
    folder = options.folder
    forecast = load_weather(options.weather) if options.weather else Weather()
    with _alone_in(folder), Database(folder) as database, listen(options.port) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        address = locks.Address(origin, options.key or own_key(database), os.getpid())
        sandbox = Sandbox(database, folder, _site(options, address, forecast))
        server = Server(sandbox.app(), lambda: _announce(folder, address))
        watch = Watch(options.users, folder) if options.users else None
        try:
            asyncio.run(_serve(server, sandbox, listener, watch))
        finally:
            locks.address_file(folder).unlink(missing_ok=True)
    return 0


def _check(options: Options) -> None:
    if not options.speed > 0:
        raise InvalidParams((Problem("speed", "must be more than 0", options.speed),))
    if options.concurrency not in LIMITS:
        allowed = (f"{LIMITS[0]} to {LIMITS[-1]}",)
        problem = Problem("concurrency", "is out of range", options.concurrency, allowed)
        raise InvalidParams((problem,))
    if not FEWEST_PIXELS <= options.pixels <= PIXELS:
        allowed = (f"{FEWEST_PIXELS} to {PIXELS}",)
        raise InvalidParams((Problem("pixels", "is out of range", options.pixels, allowed),))


def _site(options: Options, address: locks.Address, forecast: Weather) -> Site:
    return Site(
        origin=address.url,
        key=address.key,
        pace=Pace.at(options.speed),
        weather=forecast,
        concurrency=options.concurrency,
        credit=options.credit,
        pixels=options.pixels,
        validates_early=options.validate_at_submit,
        webhook_pause=PAUSE / options.speed,
    )


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


async def _serve(
    server: Server, sandbox: Sandbox, listener: socket.socket, watch: Watch | None
) -> None:
    sandbox.line.resume()
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(each) for each in (sandbox.line.run(), sandbox.webhooks.run())]
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
