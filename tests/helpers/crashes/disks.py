"""Disks that are full for a while: a small real one where that is allowed, or one that says so."""

from __future__ import annotations

import errno
import io
import os
import sqlite3
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = "1m"
_BLOCK = 64 * 1024
_WRITES = frozenset(("BEGIN IMMEDIATE", "COMMIT"))


class Disk(Protocol):
    """Where a folder is."""

    def prepare(self) -> None:
        """Be there; called before the life."""

    def watch(self) -> None:
        """Get ready in the process whose disk it is."""

    def fill(self) -> None: ...
    def free(self) -> None: ...
    def is_filled(self) -> bool:
        """Whether it was filled, at any time."""
        ...

    def remove(self) -> None: ...


class RealDisk:
    """A file system of its own, in memory, which only root can make."""

    def __init__(self, folder: Path, mark: Path) -> None:
        self._folder = folder
        self._ballast = folder / ".ballast"
        self._mark = mark

    def prepare(self) -> None:
        self._folder.mkdir(exist_ok=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(self._folder)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise PermissionError(done.stderr.decode(errors="replace"))

    def watch(self) -> None:
        """The system itself refuses."""

    def fill(self) -> None:
        """Leave not a byte: a file with an odd end takes the rest of the last page."""
        ballast = os.open(self._ballast, os.O_WRONLY | os.O_CREAT)
        for block in (_BLOCK, 4096):
            with suppress(OSError):
                while True:
                    os.write(ballast, bytes(block))
        os.close(ballast)
        self._mark.touch()

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def is_filled(self) -> bool:
        return self._mark.exists()

    def remove(self) -> None:
        subprocess.run(["umount", "-l", str(self._folder)], check=True)


def may_mount() -> bool:
    """Whether a real disk can be made here: by root, and not in every container."""
    if os.name != "posix" or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as name:
        disk = RealDisk(Path(name) / "disk", Path(name) / "mark")
        try:
            disk.prepare()
        except OSError:
            return False
        disk.remove()
    return True


class ImaginedDisk:
    """Every call that would take room on it is refused, as the system and SQLite refuse it."""

    def __init__(self, folder: Path, mark: Path) -> None:
        self._folder = folder
        self._mark = mark
        self._full = mark.with_suffix(".full")

    def prepare(self) -> None:
        self._folder.mkdir(exist_ok=True)

    def watch(self) -> None:
        self._refuse("mkdir")
        self._refuse("open", lambda flags=0, *_: bool(flags & os.O_CREAT))
        self._refuse_files()
        self._refuse_commits()

    def fill(self) -> None:
        self._full.touch()
        self._mark.touch()

    def free(self) -> None:
        self._full.unlink(missing_ok=True)

    def is_filled(self) -> bool:
        return self._mark.exists()

    def remove(self) -> None:
        self.free()

    def _check(self, path: Any) -> None:
        if not isinstance(path, int) and self._folder in Path(path).parents and self._full.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    def _refuse(self, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
        call = getattr(os, name)

        def refusing(path: Any, *args: Any, **kwargs: Any) -> Any:
            if when(*args):
                self._check(path)
            return call(path, *args, **kwargs)

        setattr(os, name, refusing)

    def _refuse_files(self) -> None:
        call = io.open

        def refusing(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if set(mode) & set("wa"):
                self._check(path)
            return call(path, mode, *args, **kwargs)

        io.open = refusing  # type: ignore[assignment]

    def _refuse_commits(self) -> None:
        connect, disk = sqlite3.connect, self

        class Refusing(sqlite3.Connection):
            def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
                if sql in _WRITES and disk._full.exists():
                    error = sqlite3.OperationalError("database or disk is full")
                    error.sqlite_errorcode = sqlite3.SQLITE_FULL
                    raise error
                return super().execute(sql, *args)

        def refusing(path: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
            if disk._folder in Path(path).parents:
                kwargs["factory"] = Refusing
            db: sqlite3.Connection = connect(path, *args, **kwargs)
            return db

        sqlite3.connect = refusing  # type: ignore[assignment]


def wait_for(holds: Callable[[], bool], seconds: float) -> bool:
    """Look until something is so, or the time is over."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
