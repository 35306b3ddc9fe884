"""The names of the profiles and which one is in use: one small file without any secret."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.keys import DEFAULT, Profiles, profile_name
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.locking import alone_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)


class ProfileFile:
    """Read by every program, since they all use the same key."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Profiles:
        """What was last chosen; the usual one where there is nothing usable."""
        try:
            return self._read()
        except (OSError, ValueError) as error:
            log.warning("profiles cannot be read, the usual one counts: %s", type(error).__name__)
            return Profiles()

    def change(self, changed: Callable[[Profiles], Profiles]) -> Profiles:
        """Put others in place; no change of another program is lost.

        Raises FolderUnusable, and what ``changed`` raises.
        """
        with alone_with(self._path):
            profiles = changed(self._kept())
            write_document(self._path, json.dumps(asdict(profiles), indent=1) + "\n")
        return profiles

    def _read(self) -> Profiles:
        try:
            return _profiles(parsed(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return Profiles()

    def _kept(self) -> Profiles:
        """What is to be changed: names that cannot be read for a moment are not written over."""
        try:
            return self._read()
        except ValueError:
            self._path.replace(self._path.with_suffix(".damaged"))
            return Profiles()


def _profiles(found: Any) -> Profiles:
    """What makes sense of it."""
    told = found.get("names") if isinstance(found, dict) else None
    names = tuple(each for each in told if _is_name(each)) if isinstance(told, list) else ()
    names = tuple(dict.fromkeys((DEFAULT, *names) if DEFAULT not in names else names))
    active = found.get("active") if isinstance(found, dict) else DEFAULT
    return Profiles(str(active) if active in names else DEFAULT, names)


def _is_name(value: Any) -> bool:
    try:
        return isinstance(value, str) and profile_name(value) == value
    except InvalidParams:
        return False
