"""Server-sent events, from bytes in pieces of any size to the data of each event.

The format is that of the HTML standard ("Server-sent events", 9.2.6): UTF-8 with an optional byte
order mark, lines that end in LF, CR or both, an empty line after each event, comments after a
colon. Names, ids and retry times are read over, because fal sends none (fal-protocol.md §5).
"""

from __future__ import annotations

from kling_desktop.domain.errors import ServiceDown

LARGEST_EVENT = 1024 * 1024
"""Bytes of one event; a status with all its logs has a few thousand."""
_MARK = b"\xef\xbb\xbf"


class EventParser:
    """Collects bytes and gives the events that they complete."""

    def __init__(self, largest: int = LARGEST_EVENT) -> None:
        self._largest = largest
        self._rest = bytearray()
        """What has come of the present line."""
        self._data: list[bytes] = []
        self._size = 0
        self._after_return = False
        """The last line ended in CR, so an LF that comes now belongs to it."""
        self._is_first = True

    def feed(self, piece: bytes) -> list[str]:
        """The data of all events that end in this piece.

        Raises:
            ServiceDown: an event is absurdly long.
        """
        events: list[str] = []
        for line in self._lines(piece):
            if line:
                self._take(line)
            elif self._data:
                events.append(b"\n".join(self._data).decode("utf-8", "replace"))
                self._data, self._size = [], 0
        if self._size + len(self._rest) > self._largest:
            raise ServiceDown("an event of the stream is too long")
        return events

    def _lines(self, piece: bytes) -> list[bytes]:
        if self._after_return and piece:
            piece = piece.removeprefix(b"\n")
            self._after_return = False
        self._after_return = piece.endswith(b"\r")
        # Only what is new is looked at: a long line may come in a great many pieces.
        start, *more = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest += start
        if not more:
            return []
        lines = [bytes(self._rest), *more[:-1]]
        self._rest = bytearray(more[-1])
        if self._is_first:
            lines[0] = lines[0].removeprefix(_MARK)
            self._is_first = False
        return lines

    def _take(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value) + 1
            if self._size > self._largest:
                raise ServiceDown("an event of the stream is too long")
