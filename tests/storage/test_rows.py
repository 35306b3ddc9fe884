"""A job survives being a row."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from datetime import timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings

from kling_desktop.domain.errors import LedgerUnusable
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.storage.rows import from_row, to_row
from tests.storage.some_jobs import NOON, a_job, any_job


@settings(deadline=None)
@given(any_job)
def test_every_job_comes_back_from_sqlite_as_it_was(job: Job) -> None:
    row = to_row(job)
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    try:
        query = "SELECT " + ", ".join(f":{name} AS {name}" for name in row)
        assert from_row(dict(db.execute(query, row).fetchone())) == job
    finally:
        db.close()


def test_every_field_of_a_job_is_kept() -> None:
    row = to_row(a_job())
    assert {each.name for each in dataclasses.fields(Job)} == (
        set(row) | set(json.loads(row["document"]))
    ) - {"document", "counts", "counts_from", "spent"}


def test_amounts_keep_every_digit() -> None:
    assert from_row(to_row(a_job(cost_usd=Decimal("0.4750")))).cost_usd == Decimal("0.4750")


def test_the_order_of_a_request_body_is_kept() -> None:
    body = {"prompt": "x", "image_url": "y", "duration": "5", "aspect_ratio": "16:9"}
    job = from_row(to_row(a_job(body=body)))
    assert job.body is not None
    assert list(job.body) == list(body)


def test_text_of_times_sorts_as_time_does_whatever_their_zone() -> None:
    tokyo = timezone(timedelta(hours=9))
    early = to_row(a_job(created_at=NOON.astimezone(tokyo)))["created_at"]
    late = to_row(a_job(created_at=NOON + timedelta(microseconds=1)))["created_at"]
    assert early < late


def test_a_row_older_than_a_field_gives_its_default() -> None:
    row = to_row(a_job(cancel_answer="asked"))
    document = json.loads(row["document"])
    del document["cancel_answer"]
    assert from_row(row | {"document": json.dumps(document)}).cancel_answer is None


@pytest.mark.parametrize(
    "harm",
    [
        {"state": "asleep"},
        {"document": "{"},
        {"document": "[]"},
        {"document": "{}"},
        {"created_at": "yesterday"},
        {"created_at": None},
    ],
)
def test_a_damaged_row_says_which_job_it_was(harm: dict[str, object]) -> None:
    row = to_row(a_job(state=JobState.DONE)) | harm
    with pytest.raises(LedgerUnusable, match="000000000001"):
        from_row(row)
