"""One program at a time changes a small file that all of them share.

Readers need no lock: such a file is replaced at once (``disk.write_document``).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.storage.disk import private_folder, writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 10.0
"""Seconds to wait for another program; a change takes some thousandths of one."""


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Change the file at ``path`` while no other program does; its folder is made if it is missing.

    A program that is stopped, or whose disk hangs, keeps its lock as long as it lives: nobody waits
    for it for ever.

    Raises:
        FolderUnusable: the disk refuses, or another program does not let go.
    """
    with writing():
        private_folder(path.parent)
        lock = FileLock(path.with_suffix(".lock"), mode=0o600)
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout:
            raise FolderUnusable(f"{path}: another program has been changing it too long") from None
        try:
            yield
        finally:
            lock.release()
