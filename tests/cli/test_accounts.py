"""``jobs report`` and ``jobs doubtful``: money for people, sheets and fal's support."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli import jobs as command
from kling_desktop.cli.parser import parse
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from tests.cli.conftest import keep
from tests.helpers.worlds import I2V, T2V, a_job

if TYPE_CHECKING:
    from pathlib import Path

S = JobState
D = Decimal
Said = pytest.CaptureFixture[str]


def run(*words: str) -> int:
    return asyncio.run(command.run(parse(("--sandbox", "jobs", *words))))


def at(day: int) -> datetime:
    """Noon of a day in November, where the user is."""
    return datetime(2026, 11, day, 12).astimezone()


def paid(number: int, day: int, state: JobState = S.DONE, **changes: Any) -> Job:
    facts = {
        "id": JobId(f"job-{number}"), "backend": "sandbox", "body": {}, "estimate_usd": D("0.475"),
        "request_id": f"request-{number}", "created_at": at(day), "updated_at": at(day),
        "sent_at": at(day),
    }  # fmt: skip
    return a_job(state, **facts | changes)


@pytest.fixture
def ledger(home: Path) -> None:
    maybe = Trouble("cancelled", "it ran", "maybe")
    keep(
        home,
        paid(1, 1, cost_usd=D("0.1000001"), billed_at=at(2), project="film"),
        paid(2, 2, project='ad, "big"', endpoint=I2V),
        paid(3, 2, S.CANCELLED, trouble=maybe),
        paid(4, 3, S.UNCERTAIN, request_id=None, estimate_usd=None),
        paid(5, 3, S.FAILED, trouble=Trouble("fal_broke", "", "no")),
        paid(6, 3, backend="live"),
    )


@pytest.mark.usefixtures("ledger")
def test_a_report_adds_up_to_the_last_digit_and_leaves_other_backends_out(capsys: Said) -> None:
    assert run("report", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["backend"], told["by"]) == ("sandbox", "day")
    assert [each["key"] for each in told["rows"]] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert told["total"] == {
        "key": "total", "jobs": 4, "estimate_usd": "1.425", "billed_usd": "0.1000001",
        "open_usd": "0.950", "uncertain_usd": "0.475", "spent_usd": "1.0500001", "unknown": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("ledger")
def test_a_report_is_about_whole_days_of_the_users_calendar(capsys: Said) -> None:
    assert run("report", "--since", "2026-11-02", "--until", "2026-11-02", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["key"], each["jobs"]) for each in told["rows"]] == [("2026-11-02", 2)]


@pytest.mark.usefixtures("ledger")
def test_a_report_is_a_sheet_whose_last_row_is_the_total(capsys: Said) -> None:
    assert run("report", "--by", "project", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [each["project"] for each in rows] == ["", 'ad, "big"', "film", "total"]
    assert sum(D(each["spent_usd"]) for each in rows[:-1]) == D(rows[-1]["spent_usd"])


@pytest.mark.usefixtures("ledger")
def test_a_report_reads_well_too(capsys: Said) -> None:
    assert run("report", "--by", "month") == 0
    said = capsys.readouterr()
    assert [line.split() for line in said.out.splitlines()] == [
        ["MONTH", "JOBS", "ESTIMATE", "BILLED", "OPEN", "UNCERTAIN", "SPENT", "UNKNOWN"],
        ["2026-11", "4", "$1.425", "$0.1000001", "$0.95", "$0.475", "$1.0500001", "1"],
        ["total", "4", "$1.425", "$0.1000001", "$0.95", "$0.475", "$1.0500001", "1"],
    ]
    assert said.err.startswith("Sandbox, play money: ")


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(("by", "keys"), [("endpoint", {I2V, T2V}), ("state", {"done"})])
def test_a_report_goes_by_endpoint_and_state(capsys: Said, by: str, keys: set[str]) -> None:
    assert run("report", "--by", by, "--json") == 0
    assert {each["key"] for each in json.loads(capsys.readouterr().out)["rows"]} >= keys


def test_a_report_of_an_empty_ledger_is_a_total_of_nothing(capsys: Said) -> None:
    assert run("report", "--csv") == 0
    header, total = capsys.readouterr().out.splitlines()
    assert header.startswith("backend,day,jobs,estimate_usd,billed_usd")
    assert total == "sandbox,total,0,0,0,0,0,0,0"


@pytest.mark.usefixtures("ledger")
def test_the_doubtful_are_listed_with_all_that_support_needs(capsys: Said) -> None:
    assert run("doubtful", "--json") == 0
    cancelled, uncertain = json.loads(capsys.readouterr().out)
    assert cancelled == {
        "job_id": "job-3", "request_id": "request-3", "status": "cancelled", "charge": "maybe",
        "sent_at": cancelled["sent_at"], "amount_usd": "0.475", "endpoint": T2V,
        "amount_from": "estimate", "ended_at": cancelled["ended_at"], "code": "cancelled",
        "detail": "it ran", "project": "", "backend": "sandbox",
    }  # fmt: skip
    assert datetime.fromisoformat(cancelled["sent_at"]) == at(2)
    assert (uncertain["job_id"], uncertain["request_id"]) == ("job-4", None)
    assert (uncertain["amount_usd"], uncertain["amount_from"]) == (None, "unknown")


@pytest.mark.usefixtures("ledger")
def test_the_doubtful_are_a_sheet_or_a_table_too(capsys: Said) -> None:
    assert run("doubtful", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [each["request_id"] for each in rows] == ["request-3", ""]
    assert run("doubtful") == 0
    said = capsys.readouterr()
    assert "request-3" in said.out
    assert "unknown" in said.out
    assert "support@fal.ai" in said.err


def test_where_nothing_is_doubtful_it_says_so(capsys: Said) -> None:
    assert run("doubtful") == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "No job without a clip may have been charged." in said.err
    assert run("doubtful", "--csv") == 0
    assert capsys.readouterr().out.startswith("job_id,request_id,")
