"""What the window remembers from one day to the next: sizes, colours, the unsent draft."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.given_json import parsed
from kling_desktop.storage.disk import write_document

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


def load(path: Path) -> dict[str, Any]:
    """What was remembered, or nothing where there is nothing usable."""
    try:
        found = parsed(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        log.info("nothing remembered: the file cannot be read")
        return {}
    return found if isinstance(found, dict) else {}


def save(path: Path, remembered: dict[str, Any]) -> None:
    """Remember, for this user alone; to lose it is no disaster, so trouble only reaches the log."""
    try:
        write_document(path, json.dumps(remembered, ensure_ascii=False))
    except OSError as error:
        log.info("not remembered reason=%s", error.strerror)
