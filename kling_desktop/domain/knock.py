"""What a second start says to the first: one line, believed only as far as it is well formed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kling_desktop.domain.given_json import parsed

LARGEST = 64 * 1024
"""Bytes of one line."""
MOST_FILES = 64
LONGEST_PATH = 4096
WISHES = ("auto", "sandbox", "live")
_NAMES = {"files", "wish"}


@dataclass(frozen=True, slots=True)
class Knock:
    """The arguments of a start."""

    files: tuple[str, ...] = ()
    """Absolute paths."""
    wish: str = "auto"

    def line(self) -> bytes:
        """As it is sent."""
        told = {"files": list(self.files), "wish": self.wish}
        return json.dumps(told).encode("ascii") + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Self:
        """What somebody sent.

        Raises:
            ValueError: it is not what a start of this program would say.
        """
        if len(line) > LARGEST:
            raise ValueError("too long")
        told = parsed(line)
        if not isinstance(told, dict) or set(told) != _NAMES:
            raise ValueError("not the names that a start says")
        files, wish = told["files"], told["wish"]
        if not isinstance(files, list) or len(files) > MOST_FILES or wish not in WISHES:
            raise ValueError("not the values that a start says")
        return cls(tuple(map(_path, files)), wish)


def _path(given: object) -> str:
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_PATH or "\0" in given:
        raise ValueError("not a path")
    if not Path(given).is_absolute():
        raise ValueError("not an absolute path")
    return given
