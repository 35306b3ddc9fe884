"""Money from the outside: budgets that stop the third job, bills that arrive, sums that agree."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.e2e.conftest import TEXT

if TYPE_CHECKING:
    from tests.e2e.conftest import Bill, Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

D = Decimal
WORDS = ("generate", TEXT, "--set", "prompt=a boat", "--label", "film", "--json")


def _billed(bill: Bill) -> Decimal:
    """What the sandbox itself says that it has billed."""
    answer = httpx.get(
        f"{bill.lease.url}/platform/v1/models/billing-events",
        headers={"Authorization": f"Key {bill.lease.key}"},
    )
    events = answer.raise_for_status().json()["billing_events"]
    return sum((D(str(each["cost_total"])) for each in events), D(0))


def _told(kling: Kling, *words: str) -> Any:
    run = kling.run(*words, "--json")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_budget_stops_the_third_clip_and_the_report_agrees_with_the_bill(
    kling: Kling, bill: Bill
) -> None:
    assert kling.run("budget", "set", "day=1.20", "project:film=50").returncode == 0
    assert kling.run(*WORDS).returncode == 0
    second = kling.run(*WORDS)
    assert second.returncode == 0, second.stderr
    assert "Left of this day's budget: $0.71 of $1.20." in second.stderr

    third = kling.run(*WORDS)
    assert third.returncode == 6, third.stderr
    held = json.loads(third.stdout)
    assert (held["status"], held["request_id"]) == ("held", None)
    assert held["error"]["code"] == "budget_reached"
    assert "$0.98 of it is spent or may be, this job would cost about $0.49" in third.stderr
    assert len(bill.requests(TEXT)) == 2

    _told(kling, "jobs", "bill")  # some bills have come on the side already
    day, project = _told(kling, "budget")["limits"]
    assert (D(day["spent_usd"]), D(project["spent_usd"])) == (D("0.98"), D("0.98"))
    total = _told(kling, "jobs", "report", "--by", "project")["total"]
    assert D(total["billed_usd"]) == D(total["spent_usd"]) == _billed(bill) == D("0.98")
    assert D(total["open_usd"]) == 0
    sheet = csv.DictReader(io.StringIO(kling.run("jobs", "report", "--csv").stdout))
    assert [D(each["billed_usd"]) for each in sheet] == [D("0.98"), D("0.98")]
    done_jobs = [each for each in kling.jobs() if each["status"] == "done"]
    assert all(each["billed_at"] and each["cost_usd"] == 0.49 for each in done_jobs)

    still = kling.run("jobs", "release", held["job_id"])
    assert still.returncode == 6, still.stderr
    released = kling.run("jobs", "release", held["job_id"], "--over-budget", "--json")
    assert released.returncode == 0, released.stderr
    assert json.loads(released.stdout)["status"] == "done"
    assert len(bill.requests(TEXT)) == 3
    assert _told(kling, "jobs", "doubtful") == []
