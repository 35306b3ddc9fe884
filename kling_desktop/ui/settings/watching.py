"""When files that other programs write have changed, and are at rest again."""

from __future__ import annotations

PAUSE = 0.5
"""Seconds between two looks at when they were written."""
_NEVER = object()


class Rest:
    """Told again and again how files look from outside, knows when it is time to read them.

    Not before they look the same twice: whoever saves a file with an editor may be in the middle
    of it, and half a file is taken for a damaged one.
    """

    def __init__(self) -> None:
        self._last: object = _NEVER
        self._read: object = _NEVER

    def is_new(self, mark: object) -> bool:
        """Whether what they have come to rest at was not seen before; it counts as seen then."""
        is_still, self._last = mark == self._last, mark
        if not is_still or mark == self._read:
            return False
        self._read = mark
        return True
