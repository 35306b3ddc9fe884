"""A job as a row: what is searched for in columns of its own, the rest in one JSON document."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.history import JobEvent
from kling_desktop.domain.jobs import Clip, Job, JobId, JobState, Trouble
from kling_desktop.domain.spending import counted, counts, counts_from
from kling_desktop.storage.damage import Damaged

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    Row = Mapping[str, Any] | sqlite3.Row

_PLAIN = (
    "params",
    "out_dir",
    "uploads",
    "body",
    "status_url",
    "response_url",
    "cancel_url",
    "queue_position",
    "result_url",
    "result_size",
    "inference_seconds",
    "brush",
    "origin",
    "regions",
    "purpose",
    "draft_for",
    "promoted_from",
    "batch",
    "made_from",
    "cancel_answer",
    "over_budget",
    "profile",
)
"""Fields that are JSON as they are."""
_TIMES = ("sent_at", "run_at", "billed_at", "ended_at")
IN_DOCUMENT_ALONE = frozenset((*_PLAIN, *_TIMES, "clips")) - {"body"}
"""Fields that no column follows from."""
_plain_of = attrgetter(*_PLAIN)
_times_of = attrgetter(*_TIMES)
_TEXTS = ("id", "backend", "endpoint", "account", "project", "fingerprint")
_PLACE = "queue_position"
_but_its_place = attrgetter(
    *(each.name for each in fields(Job) if each.name not in {_PLACE, "updated_at"})
)
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def to_row(job: Job) -> dict[str, Any]:
    """The columns of a job, by name; ``owner`` is not the job's to tell.

    ``counts`` and ``spent`` follow from the job, for sums that need not read it.
    """
    is_counted = counts(job)
    amount = counted(job) if is_counted else None
    return {
        "id": job.id,
        "backend": job.backend,
        "endpoint": job.endpoint,
        "state": job.state.value,
        "created_at": time_to_text(job.created_at),
        "updated_at": time_to_text(job.updated_at),
        "cancel_asked": job.cancel_asked,
        "request_id": job.request_id,
        "account": job.account,
        "project": job.project,
        "fingerprint": job.fingerprint,
        "place": job.place,
        "counts": is_counted,
        "counts_from": time_to_text(counts_from(job)),
        "spent": None if amount is None else float(amount),
        "document": to_json(_document(job)),
    }


def from_row(row: Row) -> Job:
    """The job of a row.

    Raises:
        Damaged: this program did not write the row, or something changed it since.
    """
    try:
        return _read(row, parsed(row["document"]))
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise Damaged(f"the record of job {row['id']} is damaged: {error!r}") from error


def job_of(row: Row) -> Job:
    """The job of a row that was asked for with the last event that the row does not know of.

    Raises:
        Damaged: this program did not write them, or something changed them since.
    """
    job, news = from_row(row), row["news"]
    if news is None:
        return job
    if not isinstance(news, str):
        raise Damaged(f"the history of job {row['id']} is damaged: it is no text")
    at, brace, facts = news.partition("{")
    return with_place(job, at, brace + facts)


def with_place(job: Job, at: str, facts: str) -> Job:
    """The job with what an event told of its place in the queue. Raises Damaged."""
    try:
        place, heard = parsed(facts)[_PLACE], datetime.fromisoformat(at)
    except (ValueError, TypeError, LookupError) as error:
        raise Damaged(f"the history of job {job.id} is damaged: {error!r}") from error
    return replace(job, queue_position=place, updated_at=heard)


def is_place_alone(before: Job, after: Job) -> bool:
    """Whether a job in the queue is what it was, except for its place and when that was heard.

    This is what many jobs tell at once and all the time, so it must be quick to see.
    """
    return (
        before.queue_position != after.queue_position
        and after.state is JobState.QUEUED
        and _but_its_place(before) == _but_its_place(after)
    )


def place_row(job: Job, cause: str) -> tuple[str, str, str, str]:
    """Its place in the queue as an event, by the order of its columns."""
    place = "null" if job.queue_position is None else job.queue_position
    return (job.id, time_to_text(job.updated_at), cause, f'{{"{_PLACE}":{place}}}')


def event_to_row(job_id: JobId, event: JobEvent) -> dict[str, Any]:
    """The columns of an event; they are numbered by the ledger."""
    return {
        "job_id": job_id,
        "at": time_to_text(event.at),
        "state": event.state.value,
        "cause": event.cause,
        "facts": to_json(event.facts),
    }


def event_from_row(row: Row) -> JobEvent:
    """The event of a row.

    Raises:
        Damaged: this program did not write the row, or something changed it since.
    """
    try:
        facts = dict(parsed(row["facts"]).items())
        at = datetime.fromisoformat(row["at"])
        return JobEvent(at, JobState(row["state"]), row["cause"], facts)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise Damaged(f"the history of job {row['job_id']} is damaged: {error!r}") from error


def to_json(value: Any) -> str:
    """As short as JSON gets."""
    return _ENCODER.encode(value)


@lru_cache(maxsize=4096)
def time_to_text(time: datetime) -> str:
    """ISO 8601 in UTC, always of one length, so that text sorts as time does."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _document(job: Job) -> dict[str, Any]:
    return dict(zip(_PLAIN, _plain_of(job), strict=True)) | {
        "id": job.id,  # once more: a job must not come back under a name that it never had
        "clips": [asdict(clip) for clip in job.clips],
        "trouble": job.trouble and asdict(job.trouble),
        "estimate_usd": _amount_to_text(job.estimate_usd),
        "cost_usd": _amount_to_text(job.cost_usd),
        **{
            name: each and time_to_text(each)
            for name, each in zip(_TIMES, _times_of(job), strict=True)
        },
    }


def _read(row: Row, document: dict[str, Any]) -> Job:
    trouble = document["trouble"]
    if not all(isinstance(row[name], str) for name in _TEXTS):
        raise TypeError("a text is missing")
    if document.get("id", row["id"]) != row["id"]:
        raise ValueError("its name was changed")
    return Job(
        id=JobId(row["id"]),
        backend=row["backend"],
        endpoint=row["endpoint"],
        state=JobState(row["state"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        cancel_asked=bool(row["cancel_asked"]),
        request_id=row["request_id"],
        account=row["account"],
        project=row["project"],
        fingerprint=row["fingerprint"],
        place=row["place"],
        clips=tuple(Clip(**each) for each in document["clips"]),
        trouble=trouble and Trouble(**trouble),
        estimate_usd=_amount(document["estimate_usd"]),
        cost_usd=_amount(document["cost_usd"]),
        sent_at=_time(document.get("sent_at")),
        run_at=_time(document.get("run_at")),
        billed_at=_time(document.get("billed_at")),
        ended_at=_time(document.get("ended_at")),
        # A field that is younger than the row keeps its default.
        **{name: document[name] for name in _PLAIN if name in document},
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _amount_to_text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
