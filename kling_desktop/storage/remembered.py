"""What the window remembers from one day to the next: sizes, colours, the unsent draft."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.given_json import parsed

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
    """Remember; losing it is no disaster, so a full disk only reaches the log."""
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(remembered, ensure_ascii=False), "utf-8")
        fresh.replace(path)
    except OSError as error:
        log.info("not remembered reason=%s", error.strerror)
