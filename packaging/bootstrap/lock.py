"""Lets one process at a time set up; the system frees the lock if its owner dies."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def acquire(file: IO[bytes]) -> None:
        while True:
            try:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:  # another process has it
                time.sleep(0.2)
            else:
                return
else:
    import fcntl

    def acquire(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this file; closing the file gives it back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        acquire(file)
        yield
