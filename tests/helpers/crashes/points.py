"""Named points of a life: each is told when it is reached, and may be the last.

A name says which call of a port is under way, what is done within it, and on which side of that the
point lies: ``submit/sent``, ``save queued/COMMIT``, ``settle/replace part:after``. Names come from
the calls themselves, wrapped in the process that is to die, so that new code has points as well.
"""

from __future__ import annotations

import io
import os
import sqlite3
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from kling_desktop.fal import lean

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    Act = Callable[[str, int], None]

PORTS = {
    "ledger": ("add", "save", "save_if_within", "claim", "ask_cancel", "close"),
    "provider": (
        "upload",
        "submit",
        "status",
        "follow",
        "result",
        "cancel",
        "download",
        "past_requests",
    ),
    "files": ("keep_picture", "finished", "settle"),
}
"""The calls of the engine's ports that are points."""
SYSTEM = ("replace", "rename", "unlink", "remove", "mkdir", "fsync")
"""What changes the disk, by its name in ``os``; files that are opened for writing come on top."""
WIRE = {
    "connection.connect_tcp.complete": "connected",
    "http11.send_request_headers.complete": "head sent",
    "http11.send_request_body.complete": "sent",
    "http11.receive_response_headers.complete": "answered",
    "http11.receive_response_body.complete": "answer read",
}
"""Moments of an exchange, as httpcore calls them."""
_ALSO = {"save_if_within": "save"}
"""Calls that are the same moment of a life under another name."""
_WRITES = os.O_WRONLY | os.O_RDWR
_within: ContextVar[str] = ContextVar("within", default="start")


class Points:
    """Counts how often each point is reached, and does something about it."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._seen: Counter[str] = Counter()

    def reach(self, what: str) -> None:
        """Be at a point of the present call."""
        name = f"{_within.get()}{what}"
        self._seen[name] += 1
        self._act(name, self._seen[name])

    @contextmanager
    def around(self, what: str) -> Iterator[None]:
        """A point before something and one after it, unless it fails."""
        self.reach(f"/{what}:before")
        yield
        self.reach(f"/{what}:after")

    @contextmanager
    def within(self, call: str) -> Iterator[None]:
        """The same for a call of a port; what is done in it is named after it."""
        token = _within.set(call)
        try:
            self.reach(":before")
            yield
            self.reach(":after")
        finally:
            _within.reset(token)

    def watch_port(self, port: object, calls: tuple[str, ...]) -> None:
        """Let the calls of one object have points."""
        for each in calls:
            setattr(port, each, self._pointed(_ALSO.get(each, each), getattr(port, each)))

    def watch_process(self) -> None:
        """Let everything that this process does to the disk and on the wire have points."""
        for each in SYSTEM:
            setattr(os, each, self._pointed_system(each, getattr(os, each)))
        os.open = self._pointed_open(os.open)
        io.open = self._pointed_file(io.open)
        self._watch_sqlite()
        self._watch_wire()

    def _pointed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        if isasyncgenfunction(call):

            async def follow(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
                # A generator runs in the context of whoever asks: it cannot be "within".
                self._act_at(f"{name}:before")
                async for each in call(*args, **kwargs):
                    self._act_at(f"{name}:told")
                    yield each

            return follow
        if iscoroutinefunction(call):

            async def wait(*args: Any, **kwargs: Any) -> Any:
                with self.within(name):
                    return await call(*args, **kwargs)

            return wait

        def do(*args: Any, **kwargs: Any) -> Any:
            state = getattr(args[0], "state", "") if args else ""
            with self.within(f"{name} {state}".strip()):
                return call(*args, **kwargs)

        return do

    def _act_at(self, name: str) -> None:
        self._seen[name] += 1
        self._act(name, self._seen[name])

    def _pointed_system(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def pointed(what: Any, *args: Any, **kwargs: Any) -> Any:
            with self.around(f"{name} {_kind(what)}"):
                return call(what, *args, **kwargs)

        return pointed

    def _pointed_open(self, call: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
            if not flags & _WRITES:
                return call(path, flags, *args, **kwargs)
            with self.around(f"open {_kind(path)}"):
                return call(path, flags, *args, **kwargs)

        return opened

    def _pointed_file(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if not isinstance(path, str | Path) or not set(mode) & set("wa"):
                return call(path, mode, *args, **kwargs)
            kind = _kind(path)
            with self.around(f"open {kind}"):
                if "b" in mode:
                    return _Halting(path, mode, lambda: self.reach(f"/half written {kind}"))
                return call(path, mode, *args, **kwargs)

        return opened

    def _watch_sqlite(self) -> None:
        connect = sqlite3.connect

        def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            db: sqlite3.Connection = connect(*args, **kwargs)
            db.set_trace_callback(self._statement)
            return db

        sqlite3.connect = connected  # type: ignore[assignment]

    def _statement(self, text: str) -> None:
        """SQLite tells of a statement just before it runs it."""
        words = text.split()
        if words[0] not in {"SELECT", "PRAGMA"}:
            self.reach(f"/{' '.join(words[:3] if words[0] == 'CREATE' else words[:1])}")

    def _watch_wire(self) -> None:
        handle = httpx.AsyncHTTPTransport.handle_async_request

        async def trace(event: str, _facts: object) -> None:
            if event in WIRE:
                self.reach(f"/{WIRE[event]}")

        async def traced(
            transport: httpx.AsyncHTTPTransport, request: httpx.Request
        ) -> httpx.Response:
            if request.url.path.endswith("/stream"):
                return await handle(transport, request)
            own = request.extensions.get("trace")

            async def both(event: str, facts: Any) -> None:
                if own is not None:
                    await own(event, facts)
                await trace(event, facts)

            request.extensions = {**request.extensions, "trace": both}
            return await handle(transport, request)

        httpx.AsyncHTTPTransport.handle_async_request = traced  # type: ignore[method-assign,assignment]
        self._watch_short_cut()

    def _watch_short_cut(self) -> None:
        """Looks go past httpx: what comes first after the question is the head of the answer."""
        exchange, hear = lean._Connection.exchange, lean._Connection._event
        asked: set[object] = set()

        async def exchanged(connection: Any, *args: Any) -> Any:
            asked.add(connection)
            return await exchange(connection, *args)

        async def heard(connection: Any) -> Any:
            is_first = connection in asked
            asked.discard(connection)
            if is_first:
                self.reach("/sent")
            event = await hear(connection)
            if is_first:
                self.reach("/answered")
            return event

        lean._Connection.exchange = exchanged  # type: ignore[method-assign,assignment]
        lean._Connection._event = heard  # type: ignore[method-assign,assignment]


class _Halting(io.BufferedWriter):
    """A file that has a point in the middle of each write."""

    def __init__(self, path: str | Path, mode: str, halfway: Callable[[], None]) -> None:
        super().__init__(io.FileIO(path, mode.replace("b", "")))
        self._halfway = halfway

    def write(self, data: Any) -> int:
        half = len(data) // 2
        super().write(data[:half])
        self.flush()
        self._halfway()
        return half + super().write(data[half:])


def _kind(what: Any) -> str:
    """A name for a file that is the same in every life."""
    if isinstance(what, int):
        what = Path(f"/proc/self/fd/{what}").readlink()
    path = Path(what)
    for end in (".kling.json.part", ".kling.json", ".part.etag", ".part", ".mp4", ".lock"):
        if path.name.endswith(end):
            return "picture.part" if end == ".part" and "inputs" in path.parts else end[1:]
    return path.suffix[1:] or path.name if path.suffix else "folder"
