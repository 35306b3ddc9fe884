"""Where an upload in parts stopped, on disk, so that a later try sends only what is missing.

A bookmark is a convenience: whatever is wrong with one, the file is sent from its beginning. It
holds no key, but its address takes parts from anybody who knows it; so it is for its user alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.given_json import parsed
from kling_desktop.fal.promise import Promise
from kling_desktop.fal.threads import to_the_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kling_desktop.fal.backend import Backend

log = logging.getLogger(__name__)

LIFE = 24 * 3600.0
"""Seconds; how long fal keeps the parts of a file that is not complete is documented nowhere."""
_FOR_WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An upload that has begun."""

    upload_url: str
    file_url: str
    began: float
    """Seconds since the epoch."""
    etags: Mapping[int, str] = field(default_factory=dict)
    """What fal called the parts that it has."""

    @property
    def promise(self) -> Promise:
        return Promise(self.upload_url, self.file_url)


class Bookmarks:
    """The bookmarks of one backend, by what is in a file; without a folder nothing is kept."""

    def __init__(
        self, folder: Path | None, backend: Backend, *, now: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._backend = backend
        self._now = now
        self._writing = asyncio.Lock()

    def begin(self, promise: Promise) -> Bookmark:
        """A bookmark at the beginning of a file."""
        return Bookmark(promise.upload_url, promise.file_url, self._now())

    async def find(self, name: str) -> Bookmark | None:
        """The bookmark of that name, if there is one that can be used."""
        return await asyncio.to_thread(self._find, name)

    async def keep(self, name: str, mark: Bookmark) -> None:
        async with self._writing:
            await to_the_end(lambda: self._keep(name, mark))

    async def drop(self, name: str) -> None:
        async with self._writing:
            await to_the_end(lambda: self._drop(name))

    def _find(self, name: str) -> Bookmark | None:
        path = self._path(name)
        if path is None:
            return None
        try:
            mark = _read(parsed(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
            log.info("a bookmark cannot be read; the upload begins anew")
            return None
        # Addresses were checked when they came; a disk is no reason to trust them more.
        is_young = 0 <= self._now() - mark.began < LIFE
        return mark if is_young and mark.promise.is_kept_by(self._backend) else None

    def _keep(self, name: str, mark: Bookmark) -> None:
        path = self._path(name)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, json.dumps(asdict(mark)))
        except OSError as error:
            log.info("no bookmark is kept reason=%s", error.strerror)

    def _drop(self, name: str) -> None:
        path = self._path(name)
        with contextlib.suppress(OSError):
            if path is not None:
                path.unlink(missing_ok=True)
                self._sweep(path.parent)

    def _sweep(self, folder: Path) -> None:
        """Remove what was left by uploads that nobody will go on with."""
        for each in folder.iterdir():
            if each.is_file() and self._now() - each.stat().st_mtime > LIFE:
                each.unlink(missing_ok=True)

    def _path(self, name: str) -> Path | None:
        if self._folder is None or not name:
            return None
        key = hashlib.sha256(f"{self._backend.name}\n{name}".encode()).hexdigest()[:32]
        return self._folder / f"{key}.json"


def _read(told: Any) -> Bookmark:
    """What is written in a bookmark. Raises ValueError and its like where that is nonsense."""
    etags = {int(number): etag for number, etag in told["etags"].items()}
    mark = Bookmark(told["upload_url"], told["file_url"], float(told["began"]), etags)
    if not all(isinstance(each, str) for each in (mark.upload_url, mark.file_url, *etags.values())):
        raise TypeError("text was expected")
    return mark


def _write(path: Path, text: str) -> None:
    """Readers find the old bookmark or the new one, never half of it."""
    fresh = path.with_name(f"{path.stem}.{uuid.uuid4().hex}.new")
    try:
        with os.fdopen(os.open(fresh, _FOR_WRITING, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
