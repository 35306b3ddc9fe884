"""The log file: rotating, and redacted at the last inch so that no traceback can carry a secret."""

from __future__ import annotations

import logging
import logging.handlers
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = "[hidden]"
_PATTERNS = (
    re.compile(r"(?i)\b(key|bearer)\s+[A-Za-z0-9._~+/=:-]{8,}"),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
    re.compile(
        r"(?i)([?&](?:signature|sig|token|fal_jwt_token|x-(?:amz|goog)-[a-z-]+)=)[^&\s\"']+"
    ),
    re.compile(r"(?i)(FAL_KEY\w*\s*[=:]\s*)\S+"),
)
_secrets: set[str] = set()


def hide(secret: str) -> None:
    """Never let this value, nor one of its halves, into the log."""
    parts = [secret.strip(), *secret.strip().split(":")]
    _secrets.update(part for part in parts if len(part) >= 6)


def redact(text: str) -> str:
    """The text without registered secrets, keys, tokens and signatures."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    kept = match.group(1) if match.lastindex else ""
    return f"{kept}{HIDDEN}" if kept.endswith(("=", ":", " ")) else HIDDEN


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line: message, arguments and traceback alike."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def start(folder: Path, *, name: str = "kling-desktop") -> Path | None:
    """Send the program's log to a rotating file in ``folder``; its path, if there can be one.

    Whoever needs that folder for more than a log says what is wrong with it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.log"
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=1_000_000, backupCount=3, encoding="utf-8"
        )
    except OSError:
        return None
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for talkative in ("httpx", "qasync"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    return path
