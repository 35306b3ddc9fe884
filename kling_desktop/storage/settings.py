"""The settings, in one small file that every program of a state folder reads.

Only what somebody has set is in it, so that what is usual may change with the program. A file that
cannot be understood is moved aside, never written over; one of a newer program is left alone.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import FolderUnusable, InvalidParams, Problem
from kling_desktop.domain.settings.kinds import BadValue
from kling_desktop.domain.settings.table import ITEMS, Home, Item
from kling_desktop.domain.settings.values import Settings
from kling_desktop.storage import remembered
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.locking import alone_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from kling_desktop.domain.settings.kinds import Value

log = logging.getLogger(__name__)

LARGEST = 256 * 1024
"""Bytes; what is longer is not ours."""
NEWER = (
    "were written by a newer version of this program ({}), and are left as they are; the usual "
    "ones count here. Use that version, or move {} away"
)
DAMAGED = "The settings could not be read. They were moved to {}, and the usual ones count."
DAMAGED_STAYS = "damaged, and cannot be moved aside: {}"
UNREADABLE = "cannot be read ({}), and are not written over; the usual ones count"

_NONSENSE = (ValueError, RecursionError)


def _from_window_notes(document: dict[str, Any]) -> dict[str, Any]:
    """Version 0: there was no such file, and the window's notes held the colours."""
    scheme = document.get("scheme")
    known = isinstance(scheme, str) and scheme in {"light", "dark"}
    return {"version": 1, "values": {"appearance.theme": scheme} if known else {}}


MIGRATIONS: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (_from_window_notes,)
"""The step from each version to the next."""
VERSION = len(MIGRATIONS)


@dataclass(frozen=True, slots=True)
class Known:
    """What a file says: the values that make sense, all that it holds, and what is to be told."""

    settings: Settings = field(default_factory=Settings)
    raw: Mapping[str, Any] = field(default_factory=dict)
    news: tuple[str, ...] = ()
    locked: str = ""
    """Why it is not to be written."""


class SettingsFile:
    """What counts now, for any thread; whatever touches the disk blocks."""

    def __init__(self, path: Path, notes: Path) -> None:
        """``notes`` are those of the window, which knew the colours before there were settings."""
        self._path = path
        self._notes = notes
        self._guard = threading.Lock()
        self._known: Known | None = None
        self._news: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return self._path

    @property
    def current(self) -> Settings:
        """What counts; the disk is asked the first time only."""
        known = self._known
        return self.load().settings if known is None else known.settings

    @property
    def news(self) -> tuple[str, ...]:
        """What was wrong with the file when it was read first."""
        return self._news

    def load(self) -> Known:
        """Ask the disk what counts now."""
        with self._guard:
            first = self._known is None
            self._known = self._loaded()
            self._news = self._known.news if first else self._news
            return self._known

    def change(self, item: Item, value: Value) -> Settings:
        """Set an item of the file; no change of another program is lost.

        Raises:
            InvalidParams: the file is that of a newer program, or cannot be read.
            FolderUnusable: it cannot be written.
        """
        assert item.home is Home.FILE
        with self._guard, alone_with(self._path):
            known = self._read_alone()
            if known.locked:
                raise InvalidParams((Problem("settings", known.locked),))
            raw = {key: each for key, each in known.raw.items() if key != item.key}
            if value != item.default:
                raw[item.key] = value
            self._write(raw)
            self._known = _understood(raw)
            return self._known.settings

    def _loaded(self) -> Known:
        """What the file says; one that is missing or damaged is looked at again under the lock.

        Another program may just be writing it anew.
        """
        try:
            return self._read()
        except FileNotFoundError:
            if not (noted := self._noted()):
                return Known()
        except _NONSENSE:
            noted = {}
        try:
            with alone_with(self._path):
                return self._read_alone()
        except FolderUnusable as error:  # It is tried again, and counts all the same.
            log.info("settings are not written yet: %s", error.detail)
            return _understood(noted) if noted else _left(DAMAGED_STAYS.format(error.detail))

    def _read_alone(self) -> Known:
        """What the file says, made or set aside if it must be; only while no other can write it."""
        try:
            return self._read()
        except FileNotFoundError:
            return self._begin()
        except _NONSENSE as error:
            return self._set_aside(type(error).__name__)

    def _read(self) -> Known:
        """Raises FileNotFoundError, and ``_NONSENSE``: nobody can tell what it says."""
        try:
            with self._path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except FileNotFoundError:
            raise
        except OSError as error:
            log.warning("settings cannot be read: %s", type(error).__name__)
            return _left(error.strerror or type(error).__name__)
        return self._parsed(data)

    def _parsed(self, data: bytes) -> Known:
        """Raises ValueError: nobody can tell what it says."""
        document = json.loads(data) if len(data) <= LARGEST else None
        if not isinstance(document, dict):
            raise ValueError("not an object")  # noqa: TRY004 - of the document
        version = document.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise ValueError("no version")
        if version > VERSION:
            reason = NEWER.format(f"its version {version}, ours {VERSION}", self._path)
            return Known(news=(f"The settings {reason}.",), locked=reason)
        document = migrated(document)
        if not isinstance(document.get("values"), dict):
            raise ValueError("no values")  # noqa: TRY004 - of the document
        return _understood(document["values"])

    def _begin(self) -> Known:
        """Where there is no file yet, take over what the window has noted."""
        if raw := self._noted():
            self._write(raw)
        return _understood(raw)

    def _noted(self) -> dict[str, Any]:
        """What the window has noted; the version in those notes is that of a model."""
        values: dict[str, Any] = migrated({**remembered.load(self._notes), "version": 0})["values"]
        return values

    def _set_aside(self, why: str) -> Known:
        log.warning("settings are damaged: %s", why)
        aside = next(each for each in _asides(self._path) if not each.exists())
        try:
            self._path.rename(aside)
        except OSError as error:
            return _left(DAMAGED_STAYS.format(error.strerror))
        return Known(news=(DAMAGED.format(aside),))

    def _write(self, raw: Mapping[str, Any]) -> None:
        document = {"version": VERSION, "values": dict(raw)}
        write_document(self._path, json.dumps(document, indent=1) + "\n")


def _left(why: str) -> Known:
    """A file that is left as it is, and counts for nothing."""
    reason = UNREADABLE.format(why)
    return Known(news=(f"The settings {reason}.",), locked=reason)


def migrated(document: dict[str, Any]) -> dict[str, Any]:
    """A document of an older version as this one writes it."""
    for step in MIGRATIONS[int(document["version"]) :]:
        document = step(document)
    return document


def _understood(raw: Mapping[str, Any]) -> Known:
    """The values that make sense; one that does not stays in the file until it is set anew."""
    settings, news = Settings(), []
    for item in ITEMS:
        if item.home is Home.FILE and item.key in raw:
            try:
                change: dict[str, Any] = {item.field: item.kind.check(raw[item.key])}
            except BadValue as problem:
                news.append(f"The setting {item.key} {problem}; the usual one counts.")
            else:
                settings = replace(settings, **change)
    return Known(settings, dict(raw), tuple(news))


def _asides(path: Path) -> Iterator[Path]:
    yield path.with_name(f"{path.stem}.damaged.json")
    for number in count(2):
        yield path.with_name(f"{path.stem}.damaged-{number}.json")
