"""Which running program works on a job: a lock that the system frees when its holder dies."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kling_desktop.storage.disk import private_folder, writing

if TYPE_CHECKING:
    from pathlib import Path


class Owner:
    """This running program, as other running programs see it; alive until :meth:`release`."""

    def __init__(self, folder: Path, owner_id: str | None = None) -> None:
        """Take a name that nobody had before and hold its lock.

        Raises:
            FolderUnusable: the lock cannot be written.
        """
        self.id = owner_id or uuid.uuid4().hex
        self._folder = folder
        self._lock = self._lock_of(self.id)
        with writing():
            private_folder(folder)
            self._lock.acquire(timeout=0)

    def is_alive(self, owner_id: str) -> bool:
        """Whether a program that owns jobs is still running, however it may have ended."""
        if owner_id == self.id:
            return True
        # The lock is taken before its name is written anywhere: no file means dead for good.
        if not self._path_of(owner_id).exists():
            return False
        lock = self._lock_of(owner_id)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        self._remove(owner_id)
        return False

    def release(self) -> None:
        """Give up all jobs: to other programs this one is dead now."""
        self._lock.release()
        self._remove(self.id)

    def _path_of(self, owner_id: str) -> Path:
        return self._folder / f"{owner_id}.lock"

    def _lock_of(self, owner_id: str) -> FileLock:
        # Not bound to a thread: the engine's thread may give up what the first thread took.
        return FileLock(self._path_of(owner_id), mode=0o600, thread_local=False)

    def _remove(self, owner_id: str) -> None:
        with suppress(OSError):  # on Windows another program may be probing it just now
            self._path_of(owner_id).unlink(missing_ok=True)
