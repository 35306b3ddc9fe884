"""Tokens that stand for the key for a while: for browsers, and for uploads (§2, §10.2)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Tokens:
    """Tokens of one kind, kept in memory: a restart ends them all."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._ends: dict[str, float] = {}

    def mint(self, life: float) -> tuple[str, float]:
        """A new token, and when it ends in seconds since the epoch."""
        now = self._now()
        self._ends = {token: ends for token, ends in self._ends.items() if ends > now}
        token, ends = secrets.token_urlsafe(32), now + life
        self._ends[token] = ends
        return token, ends

    def is_valid(self, token: str) -> bool:
        return self._ends.get(token, 0.0) > self._now()
