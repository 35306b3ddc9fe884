"""The log file: rotating, and redacted at the last inch so that no traceback can carry a secret."""

from __future__ import annotations

import base64
import json
import logging
import logging.handlers
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

HIDDEN = "[hidden]"
SHORTEST = 6
"""Characters; to hide what is shorter would blot out ordinary words."""

_ORDINARY = frozenset({"sandbox"})
"""Halves of keys that are words; the sandbox's own key begins with one."""
_PARAMETERS = (
    r"signature|sig|signed|token|access_token|fal_jwt_token|jwt|policy|key-pair-id|googleaccessid"
    r"|awsaccesskeyid|api_?key|key|secret|password|x-(?:amz|goog|ms)-[a-z-]+"
)
_NAMES = r"\w{0,40}(?:token|secret|password|passwd|api_?key|fal_key\w*|jwt|cookie)"
# Each begins where a word does, so that a long text without an end costs no more than its length.
_PATTERNS = (
    re.compile(r"(?i)\b(key|bearer|basic)(?:\s|%20)+[A-Za-z0-9._~+/=:-]{8,}"),
    re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*"),
    # The parameters of signed addresses, also where a serialiser has escaped the address.
    re.compile(
        rf"(?i)((?:[?&;]|\\u0026|%3f|%26)(?:{_PARAMETERS})(?:=|%3d))"
        r"(?:(?!%26|\\u0026)[^&;\s\"'<>])+"
    ),
    # Who signs in at a proxy or a server, inside its address.
    re.compile(r"(?i)((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}://)[^\s/@\"'<>]+@"),
    re.compile(r"(?i)(\b(?:set-)?cookie\s*:\s*)[^\r\n\"']+"),
    re.compile(rf"(?i)(\b{_NAMES}[\"']?\s*[=:]\s*[\"']?)(?!\[hidden\])[^\s\"',;}}&]+"),
    # What keys of fal look like, though nobody announced one.
    re.compile(r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:[0-9a-f]{16,}"),
)
_secrets: set[str] = set()


def hide(secret: str) -> None:
    """Never let this value, nor one of its halves, into the log; in base64 neither."""
    whole = secret.strip()
    parts = [each for each in (whole, *whole.split(":")) if len(each) >= SHORTEST]
    parts = [each for each in parts if each not in _ORDINARY]
    _secrets.update(form for part in parts for form in _forms(part) if len(form) >= SHORTEST)


def redact(text: str) -> str:
    """The text without registered secrets, keys, tokens and signatures."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(_blank, text)
    return text


def _forms(part: str) -> Iterator[str]:
    """How a secret may be written: as it is, escaped, and anywhere inside something in base64."""
    data = part.encode(errors="surrogatepass")
    yield from (part, quote(data, safe=""), json.dumps(part)[1:-1], repr(part)[1:-1])
    for before in range(3):
        # Of the letters at both ends some bits belong to what stands before and after.
        first, last = (before * 8 + 5) // 6, (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + data).decode()[first:last]


def _blank(match: re.Match[str]) -> str:
    kept = match.group(1) if match.lastindex else ""
    is_name = kept.lower() not in {"key", "bearer", "basic"}
    return f"{kept if is_name else ''}{HIDDEN}"


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line: message, arguments and traceback alike."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def start(folder: Path, *, name: str = "kling-desktop") -> Path | None:
    """Send the program's log to a rotating file in ``folder``; its path, if there can be one.

    Whoever needs that folder for more than a log says what is wrong with it.
    """
    root = logging.getLogger()
    try:
        for each in (*reversed(folder.parents), folder):
            # One by one: with ``parents`` only the last would be for this user alone.
            if not each.exists():
                each.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{name}.log"
        handler: logging.Handler = _PrivateFile(
            path, maxBytes=1_000_000, backupCount=3, encoding="utf-8"
        )
    except OSError:
        # Without any handler Python itself would print records, which nobody has redacted.
        root.addHandler(logging.NullHandler())
        return None
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for talkative in ("httpx", "qasync"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    return path


def current() -> Path | None:
    """The file that the log is written to now."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _PrivateFile):
            return Path(handler.baseFilename)
    return None


def where_to_look() -> str:
    """What is said where nobody knows what to say."""
    where = current()
    more = f"; the log has the details: {where}" if where else ", and there is no log."
    return f"Something unexpected happened{more}"


def is_kept() -> bool:
    """Whether anything takes the records; if not, Python prints them on the terminal."""
    return bool(logging.getLogger().handlers)


def to_errors() -> None:
    """Send complaints to the standard error, where somebody has turned that into a file."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)


def last_lines(folder: Path, count: int, *, name: str = "kling-desktop") -> list[str]:
    """The newest lines of the log, redacted once more; blocks."""
    lines: list[str] = []
    for path in (folder / f"{name}.log", folder / f"{name}.log.1"):
        try:
            older = path.read_text("utf-8", "replace").splitlines()
        except OSError:
            break
        lines = older[-(count - len(lines)) :] + lines
        if len(lines) >= count:
            break
    return redact("\n".join(lines)).splitlines()


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Nobody else's business: the file is this user's alone, whatever the umask says."""

    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - its type is private to logging
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8")
