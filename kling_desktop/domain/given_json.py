"""JSON that others wrote, or that a crash cut short: all nonsense is one kind of error."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str | bytes) -> Any:
    """What it says.

    Raises:
        ValueError: it is no JSON, or nested so deeply that nobody can have meant it.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
