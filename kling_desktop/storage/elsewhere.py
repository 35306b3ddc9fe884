"""Which events of the ledger other programs have written, told by numbers and never by a clock.

Writers take turns and events are numbered without gaps, so whatever lies between the numbers that
this program knows of is somebody else's.
"""

from __future__ import annotations


class Elsewhere:
    """The numbers of events that nobody has told here yet."""

    def __init__(self, known: int) -> None:
        self._known = known
        """The last event that needs no telling, and none before it does."""
        self._own: list[tuple[int, int]] = []
        """After which, and up to which number this program has written since."""

    def wrote(self, before: int, after: int) -> None:
        """This program has written the events between, in one transaction."""
        if before == after:
            return
        if not self._own and before == self._known:
            self._known = after
        elif self._own and self._own[-1][1] == before:
            self._own[-1] = (self._own[-1][0], after)
        else:
            self._own.append((before, after))

    def until(self, last: int) -> list[tuple[int, int]]:
        """After which, and up to which numbers others have written, up to the last there is."""
        gaps, start = [], self._known
        for before, after in self._own:
            if start < before:
                gaps.append((start, before))
            start = after
        if start < last:
            gaps.append((start, last))
        return gaps

    def told(self, last: int) -> None:
        """Everything up to this number is known here by now."""
        self._known, self._own = last, []
