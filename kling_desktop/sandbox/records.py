"""The requests that the sandbox accepted: what is asked, where it is, how it ended, what it cost.

The bill is a view of the same rows, so a request cannot be on it twice.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.requests import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kling_desktop.sandbox.database import Database
    from kling_desktop.sandbox.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended: a clip, or the answer that the result address replays."""

    status_code: int
    body: dict[str, Any] | None = None
    error_type: str | None = None
    clip: str | None = None
    """Id of the file that was made."""
    units: float = 0
    """Seconds billed; 0 unless a clip was made."""


@dataclass(frozen=True, slots=True)
class Record:
    """One request; a row of the table, column for column."""

    seq: int
    """Order of acceptance."""
    id: str
    endpoint: str
    """The full endpoint id, which status and result addresses do not keep."""
    input: str
    """The body of the submit, as JSON."""
    phase: str
    sent_at: float
    """Seconds since the epoch, as all times here."""
    started_at: float | None
    ended_at: float | None
    status_code: int | None
    output: str | None
    error_type: str | None
    clip: str | None
    units: float
    logs: str
    """What the model wrote so far: a JSON list in fal's shape."""
    is_low: int
    deadline: float | None
    """When it must have started, or it ends."""
    is_stored: int
    file_life: int | None
    """Seconds that its file is kept."""
    file_access: str
    webhook: str | None

    @property
    def log_lines(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = json.loads(self.logs)
        return lines

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, or None while it waits or runs."""
        if self.status_code is None:
            return None
        body = None if self.output is None else json.loads(self.output)
        return Outcome(self.status_code, body, self.error_type, self.clip, self.units)

    @property
    def seconds(self) -> float | None:
        """How long it ran."""
        if self.started_at is None or self.ended_at is None:
            return None
        return round(self.ended_at - self.started_at, 3)


@dataclass(frozen=True, slots=True)
class Search:
    """Which requests to list, newest first."""

    endpoints: Sequence[str] = ()
    ids: Sequence[str] = ()
    start: float | None = None
    end: float | None = None
    before: int | None = None
    """Only those accepted before this one's ``seq``."""
    limit: int = 50
    billed: bool = False
    """Only those that made a clip."""
    status: str | None = None
    """``success``, ``user_error`` (4xx) or ``error`` (5xx)."""
    by_duration: bool = False
    """Longest first, instead of newest first."""

    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL, and the values for its marks."""
        parts, values = ["units > 0" if self.billed else "1"], list[Any]()
        for column, wanted in (("endpoint", self.endpoints), ("id", self.ids)):
            if wanted:
                parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values += wanted
        limits = (("sent_at >= ?", self.start), ("sent_at < ?", self.end), ("seq < ?", self.before))
        for condition, limit in limits:
            if limit is not None:
                parts.append(condition)
                values.append(limit)
        if self.status is not None:
            parts.append(_STATUS[self.status])
        return " AND ".join(parts), values

    @property
    def order(self) -> str:
        return "ended_at - started_at DESC, seq DESC" if self.by_duration else "seq DESC"


_STATUS = {
    "success": "status_code < 400",
    "user_error": "status_code BETWEEN 400 AND 499",
    "error": "status_code >= 500",
}
LONG_LIFE = 30 * 24 * 3600.0
SHORT_LIFE = 3600.0
"""Seconds that a result is there after its completion, with its payload stored and without it
(``fal-protocol.md`` §11)."""

_SELECT = f"SELECT {', '.join(each.name for each in fields(Record))} FROM requests WHERE "  # noqa: S608


class Requests:
    """All of them, past and present."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self.now = now

    def accept(self, request_id: str, endpoint: str, body: str, wishes: Wishes) -> Record:
        now = self.now()
        deadline = None if wishes.starts_within is None else now + wishes.starts_within
        self._database.write(
            "INSERT INTO requests (id, endpoint, input, phase, sent_at, is_low, deadline,"
            " is_stored, file_life, file_access, webhook) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(request_id, endpoint, body, Phase.QUEUED, now, wishes.is_low, deadline),
            *(wishes.is_stored, wishes.file_life, wishes.file_access, wishes.webhook),
        )
        return self.get(request_id)

    def write_log(self, request_id: str, message: str) -> None:
        """Add a line to what the model says while it works."""
        at = dt.datetime.fromtimestamp(self.now(), dt.UTC).isoformat()
        line = {"message": message, "level": "INFO", "source": "USER", "timestamp": at}
        lines = [*self.get(request_id).log_lines, line]
        self._database.write(
            "UPDATE requests SET logs = ? WHERE id = ?", json.dumps(lines), request_id
        )

    def begin(self, request_id: str) -> Record:
        self._database.write(
            "UPDATE requests SET phase = ?, started_at = ? WHERE id = ?",
            *(Phase.RUNNING, self.now(), request_id),
        )
        return self.get(request_id)

    def send_back(self, request_id: str) -> None:
        """Let it wait again: whoever ran it is gone."""
        self._database.write(
            "UPDATE requests SET phase = ?, started_at = NULL WHERE id = ?",
            *(Phase.QUEUED, request_id),
        )

    def finish(self, request_id: str, outcome: Outcome) -> None:
        output = None if outcome.body is None else json.dumps(outcome.body)
        self._database.write(
            "UPDATE requests SET phase = ?, ended_at = ?, status_code = ?, output = ?,"
            " error_type = ?, clip = ?, units = ? WHERE id = ?",
            *(Phase.COMPLETED, self.now(), outcome.status_code, output),
            *(outcome.error_type, outcome.clip, outcome.units, request_id),
        )
        self._database.write(
            "UPDATE requests SET input = 'null' WHERE id = ? AND NOT is_stored", request_id
        )

    def forget_payloads(self, request_id: str) -> None:
        """Keep no longer what it took and made."""
        self._database.write(
            "UPDATE requests SET input = 'null', is_stored = 0 WHERE id = ?", request_id
        )

    def is_forgotten(self, record: Record) -> bool:
        """Whether its status and result are no longer there for anybody."""
        life = LONG_LIFE if record.is_stored else SHORT_LIFE
        return record.ended_at is not None and self.now() >= record.ended_at + life

    def by_phase(self) -> dict[str, int]:
        """How many there are in each phase."""
        return dict(self._database.all("SELECT phase, count(*) FROM requests GROUP BY phase"))

    def billed_units(self) -> dict[str, float]:
        """Seconds billed in all, by endpoint."""
        query = "SELECT endpoint, sum(units) FROM requests WHERE units > 0 GROUP BY endpoint"
        return dict(self._database.all(query))

    def billed_count(self, endpoint: str) -> tuple[int, int]:
        """Seconds billed for an endpoint, and for how many requests."""
        query = (
            "SELECT coalesce(sum(units), 0), count(*) FROM requests"
            " WHERE units > 0 AND endpoint = ?"
        )
        units, count = self._database.one(query, endpoint)
        return units, count

    def get(self, request_id: str) -> Record:
        """The request of that id.

        Raises:
            KeyError: there is none.
        """
        return Record(*self._database.one(_SELECT + "id = ?", request_id))

    def that_made(self, file_id: str) -> Record:
        """The request whose clip this file is.

        Raises:
            KeyError: it was uploaded.
        """
        return Record(*self._database.one(_SELECT + "clip = ?", file_id))

    def unfinished(self) -> list[Record]:
        """Those that wait or run, in order of acceptance."""
        query = _SELECT + "phase != ? ORDER BY seq"
        return [Record(*row) for row in self._database.all(query, Phase.COMPLETED)]

    def search(self, search: Search) -> list[Record]:
        where, values = search.where()
        query = f"{_SELECT}{where} ORDER BY {search.order} LIMIT ?"
        return [Record(*row) for row in self._database.all(query, *values, search.limit)]
