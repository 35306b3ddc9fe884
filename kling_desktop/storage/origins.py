"""Where clips have shown that endpoints count from: one small file, read by every program.

Losing it costs another probe and harms nothing: what Kling has written counts again.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.calibration import Answer
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.given_json import parsed
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.locking import alone_with

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


class OriginFile:
    """Satisfies ``engine.disk_ports.Origins``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._known: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever shown, so that it does not matter which backend counts."""
        return not self._path.exists()

    def load(self, backend: str) -> tuple[Answer, ...]:
        """What is known of a backend's endpoints; cheap where nothing has changed."""
        if (stamp := self._look()) != self._stamp:
            self._known, self._stamp = self._all(), stamp
        entries = self._known.get(backend)
        if not isinstance(entries, dict):
            return ()
        found = (_answer(name, each) for name, each in entries.items())
        return tuple(each for each in found if each is not None)

    def keep(self, backend: str, answer: Answer) -> None:
        """Keep an answer in place of the one before. Raises FolderUnusable."""
        told = {"origin": answer.origin.value, "date": answer.date, "job": answer.job}
        self._change(backend, answer.endpoint, told)

    def forget(self, backend: str, endpoint: str) -> None:
        """Believe again what the catalog says. Raises FolderUnusable."""
        self._change(backend, endpoint, None)

    def _change(self, backend: str, endpoint: str, told: dict[str, str] | None) -> None:
        with alone_with(self._path):
            document = self._all()
            entries = document.get(backend)
            entries = dict(entries) if isinstance(entries, dict) else {}
            entries.pop(endpoint, None)
            if told is not None:
                entries[endpoint] = told
            document[backend] = entries
            write_document(self._path, json.dumps(document, indent=1) + "\n")

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _all(self) -> dict[str, Any]:
        try:
            found = parsed(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.warning("what clips have shown cannot be read: %s", type(error).__name__)
            return {}
        return found if isinstance(found, dict) else {}


def _answer(endpoint: str, told: object) -> Answer | None:
    """One entry; what makes no sense is passed over."""
    try:
        facts: Any = told
        return Answer(endpoint, Origin(facts["origin"]), str(facts["date"]), str(facts["job"]))
    except (TypeError, LookupError, ValueError):
        return None
