"""The sandbox that the lives of one worker talk to: a process of its own, with its own memory."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from kling_desktop.sandbox.app import Sandbox, Site
from kling_desktop.sandbox.clock import Clock
from kling_desktop.sandbox.database import Database
from kling_desktop.sandbox.line import Pace
from kling_desktop.sandbox.server import Server, listen
from kling_desktop.sandbox.weather import Weather
from tests.helpers.crashes.forks import forked
from tests.helpers.studios import CopyingStudio

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from pathlib import Path

    from kling_desktop.sandbox.weather import Rule

KEY = "ground-key-id:ground-key-secret"
PACE = Pace(0.01, 0.03)
"""Long enough that a request is seen running."""
_MANY = 40


SPEED = 50.0
"""How much faster time goes, for programs and for the service: pauses are what takes time."""


def hasty_now() -> datetime:
    """The real time, faster; the same in all processes."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=time.monotonic() * SPEED)


class _Clock(Clock):
    def now(self) -> float:
        return hasty_now().timestamp()


class Ground:
    """A running sandbox; it ends with the process that made it."""

    def __init__(self, folder: Path, clip: Path, clock: Clock | None = None) -> None:
        self._folder = folder
        with listen(0) as listener:
            self.port: int = listener.getsockname()[1]
            self.origin = f"http://127.0.0.1:{self.port}"
            listener.listen()
            mine, theirs = os.pipe()
            # What it says of clients that die in the middle of a word is no news here.
            self.pid = forked(
                lambda: _serve(_site(self.origin, clock), folder, clip, listener, (mine, theirs)),
                log=folder.with_name("sandbox.log"),
            )
        os.close(mine)
        self._lifeline = theirs

    def change_weather(self, rules: Sequence[Rule]) -> None:
        """Other weather from now on."""
        asked = json.dumps([each.model_dump(mode="json") for each in rules])
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            head = {"Authorization": f"Key {KEY}", "Content-Type": "application/json"}
            connection.request("PUT", "/sandbox/weather", asked, head)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()

    def close(self) -> None:
        os.close(self._lifeline)
        os.waitpid(self.pid, 0)


def read_bill(folder: Path) -> dict[str, list[tuple[str, int]]]:
    """By prompt, every request that was ever accepted: its id, and the seconds that it cost."""
    found: dict[str, list[tuple[str, int]]] = {}
    with closing(sqlite3.connect(folder / "sandbox.sqlite3")) as db:
        for request_id, asked, units in db.execute("SELECT id, input, units FROM requests"):
            found.setdefault(json.loads(asked)["prompt"], []).append((request_id, units))
    return found


def _site(origin: str, clock: Clock | None) -> Site:
    """Time goes fast there unless it is another clock that the programs go by."""
    return Site(
        origin=origin,
        key=KEY,
        pace=PACE,
        weather=Weather(),
        concurrency=_MANY,
        clock=clock or _Clock(),
    )


def _serve(
    site: Site, folder: Path, clip: Path, listener: socket.socket, pipe: tuple[int, int]
) -> None:
    os.close(pipe[1])
    studio = CopyingStudio(clip)
    with Database(folder) as database:
        studio.sandbox = Sandbox(database, folder, site, produce=studio.produce)
        asyncio.run(_until_alone(studio.sandbox, listener, pipe[0]))


async def _until_alone(sandbox: Sandbox, listener: socket.socket, lifeline: int) -> None:
    server = Server(sandbox.app(), lambda: None)
    beside = [asyncio.ensure_future(each) for each in (sandbox.line.run(), sandbox.webhooks.run())]

    def leave() -> None:
        server.should_exit = server.force_exit = True

    asyncio.get_running_loop().add_reader(lifeline, leave)
    await server.serve([listener])
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
