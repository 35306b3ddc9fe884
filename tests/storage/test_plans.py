"""No query that runs at a start, every second or before a sending looks at every job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.storage import queries as q
from tests.storage.some_jobs import a_job

if TYPE_CHECKING:
    from kling_desktop.storage.ledger import SqliteLedger

SOME = ("live", *q.UNDER_WAY)
QUERIES = {
    "one": (q.JOB, ("x",), "(id=?)"),
    "beginning": (q.BEGINNING_WITH, ("a", "b", 2), "(id>? AND id<?)"),
    "newest": (q.NEWEST, (50,), "jobs_by_age"),
    "older": (q.OLDER, ("2026", 1, 50), "jobs_by_age (created_at<?)"),
    "older at backend": (
        q.OLDER_AT_BACKEND, ("live", "2026", 1, 50), "jobs_by_age_at_backend (backend=? AND cr",
    ),
    "in order": (q.IN_ORDER, ("live",), "jobs_by_place (backend=?)"),
    "in flight": (
        q.IN_FLIGHT, ("live", *q.IN_FLIGHT_STATES), "jobs_by_state (state=? AND backend=?)",
    ),
    "alike": (q.ALIKE, ("x", "live"), "jobs_by_fingerprint (fingerprint=? AND backend=?)"),
    "of project": (
        q.OF_PROJECT, ("live", "x"), "spent_by_project (backend=? AND project=? AND spent_at>?)",
    ),
    "under way": (q.JOBS_UNDER_WAY, SOME, "jobs_by_state (state=? AND backend=?)"),
    "uncertain": (q.UNCERTAIN, ("live",), "jobs_by_state (state=? AND backend=?)"),
    "of request": (q.OF_REQUEST, ("x", "live"), "jobs_by_request (request_id=? AND backend=?)"),
    "wishes": (q.WISHES, (*SOME, "uncertain"), "jobs_by_wish (backend=? AND state=?)"),
    "changed": (q.CHANGED, (1, 9), "(id=?)"),
    "last event": (q.LAST_EVENT, (), "SEARCH job_events"),
    "given up": (
        q.GIVEN_UP, ("live", "x", "2026", "2027"), "spent_by_endpoint (backend=? AND endpoint=?",
    ),
    "timings": (
        q.TIMINGS, ("live", "x", 100), "job_events_by_job (job_id=?)",
    ),
    "history": (q.HISTORY, ("x",), "job_events_by_job (job_id=?)"),
    "unbilled": (q.UNBILLED, ("live", "2026", 9), "spent_by_day (backend=? AND spent_at>?)"),
    "unseen": (
        q.UNSEEN, ("live", "2026", 9), "jobs_by_age_at_backend (backend=? AND created_at>?)",
    ),
    "counting": (
        q.SPENT + " AND spent_at >= ?" + q.SPENT_IN_ORDER, ("live", "2026"), "spent_by_day (",
    ),
    "spent": (q.SPENDING, ("live",), "COVERING INDEX spent_by"),
    "spent today": (
        q.SPENDING + " AND spent_at >= ?", ("live", "2026"), "COVERING INDEX spent_by_day (",
    ),
    "spent on a project": (
        q.SPENDING + " AND spent_at >= ? AND project = ?", ("live", "2026", "x"),
        "COVERING INDEX spent_by_project (backend=? AND project=? AND spent_at>?)",
    ),
    "spent at an endpoint": (
        q.SPENDING + " AND spent_at >= ? AND endpoint = ?", ("live", "2026", "x"),
        "COVERING INDEX spent_by_endpoint (backend=? AND endpoint=? AND spent_at>?)",
    ),
}  # fmt: skip
SORTED = {
    "newest",
    "older",
    "older at backend",
    "in order",
    "history",
    "unbilled",
    "unseen",
    "counting",
}
"""Their order comes from the index; the others have few rows to sort."""


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_finds_its_rows_by_an_index(ledger: SqliteLedger, name: str) -> None:
    ledger.add(a_job(), "new")
    query, values, index = QUERIES[name]
    plan = [row["detail"] for row in ledger._db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
    assert index in plan[0], plan
    assert name == "newest" or plan[0].startswith("SEARCH"), plan
    assert not any(each.startswith("SCAN") for each in plan[1:]), plan
    assert name not in SORTED or not any("TEMP B-TREE" in each for each in plan), plan
