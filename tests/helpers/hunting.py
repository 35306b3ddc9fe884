"""Looks for a secret everywhere that it could have been left: files, processes, the clipboard."""

from __future__ import annotations

import base64
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROC = Path("/proc")
TURN_INTO_ANOTHER = 2.0
"""Seconds that a process has from its birth, as a likeness of its parent, to its own program."""


def traces(key: str) -> tuple[bytes, ...]:
    """The key, its halves, and base64 of each at every offset, without what its ends depend on."""
    found = []
    for text in (key, *key.split(":")):
        found.append(text.encode())
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + text.encode())
            found.append(coded[4 if offset else 0 : -4])
    return tuple(dict.fromkeys(found))


@dataclass
class Hunt:
    """What was found of a secret."""

    key: str
    found: list[str] = field(default_factory=list)
    processes: set[int] = field(default_factory=set)
    """Those of which arguments and environment were read."""
    files: int = 0
    gives_key: bool = True
    """Whether the test itself gives the key to the programs that it starts."""
    _alike: dict[int, float] = field(default_factory=dict)
    """When a process was first seen that has its parent's arguments and environment."""

    def look_at(self, what: str, data: bytes) -> None:
        if any(each in data for each in traces(self.key)):
            self.found.append(what)

    def look_through(self, *folders: Path) -> None:
        """Every file, with its name."""
        for each in (path for folder in folders for path in folder.rglob("*")):
            self.look_at(f"name of {each}", os.fsencode(each))
            if each.is_file() and not each.is_symlink():
                self.files += 1
                self.look_at(str(each), each.read_bytes())

    @contextmanager
    def watching(self, *, but: Iterable[int] = ()) -> Iterator[set[int]]:
        """Read arguments of all that this test starts, and the environment of what *that* starts.

        Who is in the set that it yields was given the key in its environment on purpose.
        """
        given, over = set(but), threading.Event()

        def watch() -> None:
            while not over.wait(0.05):
                self._look_at_processes(given)

        thread = threading.Thread(target=watch, name="hunt")
        thread.start()
        try:
            yield given
        finally:
            over.set()
            thread.join()

    def _look_at_processes(self, given: set[int]) -> None:
        for pid, parent in _descendants(os.getpid()):
            arguments, environment = _read(pid, "cmdline"), _read(pid, "environ")
            if not arguments or pid in given or self._is_being_born(pid, parent, arguments):
                continue
            self.processes.add(pid)
            self.look_at(f"arguments of {arguments!r}", arguments)
            if parent != os.getpid() or not self.gives_key:
                self.look_at(f"environment of {arguments!r}", environment)

    def _is_being_born(self, pid: int, parent: int, arguments: bytes) -> bool:
        """Whether it may only not have come to its own program: till then it shows its parent's."""
        if parent == os.getpid() or arguments != _read(parent, "cmdline"):
            return False
        now = time.monotonic()
        return now - self._alike.setdefault(pid, now) < TURN_INTO_ANOTHER


def _descendants(root: int) -> Iterator[tuple[int, int]]:
    """Each child of a process and of its children, with its parent."""
    for each in PROC.glob(f"{root}/task/*/children"):
        try:
            children = [int(pid) for pid in each.read_text().split()]
        except OSError:  # The thread or the process has just ended.
            continue
        for pid in children:
            yield pid, root
            yield from _descendants(pid)


def _read(pid: int, name: str) -> bytes:
    try:
        return (PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""
