"""Which window is the first of a state folder, and where others can reach it.

A lock says who is first, because the system frees it however a program ends; the address of a
program that died is then taken over. The address lies in a folder that no other user may enter.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kling_desktop.storage.disk import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_ADDRESS = 88
"""Bytes; a socket's path may have 103, and Qt makes it in a folder of its own beside it."""


class First:
    """The claim of one program to be the first window of a state folder."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._folder = state / "window"
        self._lock = FileLock(self._folder / "first.lock", mode=0o600, thread_local=False)

    def claim(self) -> bool:
        """Whether this program is the first one now.

        Raises:
            OSError: nobody can tell, as nothing can be written there.
        """
        private_folder(self._folder)
        _make_private(self._folder)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let another one be the first."""
        self._lock.release()

    def address(self) -> str:
        """Where the first window listens: a socket's path, or the name of a pipe on Windows.

        Raises:
            OSError: there is no place that other users cannot enter.
        """
        named = f"{_user()}\0{self._state.resolve()}".encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(named).hexdigest()[:24]
        if sys.platform == "win32":
            return f"kling-desktop-{digest}"
        names = (f"{digest}.sock", "first.sock")
        for folder in _folders(self._folder):
            path = folder / names[folder == self._folder]
            if len(os.fsencode(path)) <= LONGEST_ADDRESS:
                _make_private(folder)
                return str(path)
        raise OSError("every path is too long for a socket")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _folders(own: Path) -> Iterator[Path]:
    """Ours; where its path is too long, that of the session, or a temporary one."""
    yield own
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if Path(runtime).is_absolute():
        with suppress(OSError):
            _make_private(Path(runtime) / "kling-desktop")
            yield Path(runtime) / "kling-desktop"
    yield Path(tempfile.gettempdir()) / f"kling-desktop-{_number()}"


def _number() -> int:
    return os.getuid() if sys.platform != "win32" else 0


def _make_private(folder: Path) -> None:
    """Make sure that it is a folder of this user alone. Raises OSError."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if sys.platform == "win32":
        return
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} is not ours")
    if found.st_mode & 0o077:
        folder.chmod(0o700)
