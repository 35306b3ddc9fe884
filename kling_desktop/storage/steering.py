"""How the user steers the line of each backend: one small file, read by every program."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.line import Steering
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.locking import alone_with

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


class SteeringFile:
    """Satisfies ``engine.disk_ports.Wheel``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, backend: str) -> Steering:
        """What was last wanted; the usual where there is nothing usable."""
        found = self._all().get(backend)
        return _steering(found) if isinstance(found, dict) else Steering()

    def change(self, backend: str, **changes: Any) -> Steering:
        """Change some of it; no change of another program is lost. Raises FolderUnusable."""
        with alone_with(self._path):
            steering = replace(self.load(backend), **changes)
            document = {**self._all(), backend: asdict(steering)}
            write_document(self._path, json.dumps(document, indent=1) + "\n")
        return steering

    def _all(self) -> dict[str, Any]:
        try:
            found = parsed(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.warning("steering cannot be read, the usual counts: %s", type(error).__name__)
            return {}
        return found if isinstance(found, dict) else {}


def _steering(found: dict[str, Any]) -> Steering:
    return Steering(
        paused=found.get("paused") is True,
        limit=_number(found.get("limit")),
        learned=_number(found.get("learned")),
    )


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
