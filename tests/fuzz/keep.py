"""The corpus: inputs that once broke the contract, as small as they could be made."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parent / "corpus"


def kept(target: str) -> list[Path]:
    """The files of a target."""
    folder = CORPUS / target
    return sorted(folder.iterdir()) if folder.is_dir() else []


def keep(target: str, data: bytes) -> Path:
    path = CORPUS / target / hashlib.sha256(data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def smaller(data: bytes, still: Callable[[bytes], bool], seconds: float = 10.0) -> bytes:
    """As small as can be made in so many seconds, while ``still`` holds."""
    until, size = time.monotonic() + seconds, max(1, len(data) // 2)
    while time.monotonic() < until:
        at, found = 0, False
        while at < len(data) and time.monotonic() < until:
            shorter = data[:at] + data[at + size :]
            if still(shorter):
                data, found = shorter, True
            else:
                at += size
        if size == 1 and not found:
            break
        size = max(1, size // 2)
    return data
