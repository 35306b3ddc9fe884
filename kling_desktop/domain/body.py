"""A request's body as the bytes that are sent: who shows them and who sends them both ask here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import InputRefused
from kling_desktop.domain.literals import written

if TYPE_CHECKING:
    from collections.abc import Mapping


def encoded(body: Mapping[str, Any]) -> bytes:
    """The body as JSON, in ASCII and without a needless space.

    Raises:
        InputRefused: it cannot be written as JSON.
    """
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, TypeError):
        raise InputRefused("it cannot be written as JSON") from None


def pretty(body: Mapping[str, Any]) -> str:
    """The same for people: indented, and with the letters that they know."""
    return written(dict(body))
