"""Lists of jobs by what the brush did, and in other orders."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli.parser import parse
from kling_desktop.cli.sifting import sifted
from kling_desktop.cli.table import table
from kling_desktop.domain.jobs import JobId, JobState
from tests.helpers.fakes import START
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job


def numbered(number: int, took: str = "", **facts: Any) -> Job:
    brush = {"took": took, "score": 0.5} if took else None
    made = START + timedelta(minutes=number)
    return a_job(JobState.DONE, id=JobId(f"job-{number}"), created_at=made, brush=brush, **facts)


JOBS = [
    numbered(4, "no", estimate_usd=Decimal("0.4"), backend="live"),
    numbered(3, "yes", estimate_usd=Decimal("0.9"), backend="live"),
    numbered(2, estimate_usd=Decimal("5"), backend="sandbox"),
    numbered(1, "yes", cost_usd=Decimal("2"), estimate_usd=Decimal("0.1"), backend="live"),
]


@pytest.mark.parametrize(
    ("standing", "sort", "limit", "ids"),
    [
        (None, "newest", None, "4321"), (None, "oldest", None, "1234"),
        (None, "oldest", 2, "12"), ("took", "newest", None, "31"), ("took", "newest", 1, "3"),
        ("not", "newest", 9, "4"), ("partly", "newest", 9, ""), (None, "brush", None, "3142"),
        (None, "cost", None, "1342"),
    ],
)  # fmt: skip
def test_jobs_are_chosen_ordered_and_then_limited(
    standing: str | None, sort: str, limit: int | None, ids: str
) -> None:
    assert "".join(job.id[-1] for job in sifted(JOBS, standing, sort, limit)) == ids


def test_the_table_has_a_column_for_the_brush_where_there_is_one() -> None:
    header, *lines = table(JOBS)
    assert header.split() == ["ID", "CREATED", "STATE", "BRUSH", "BACKEND", "COST", "PROMPT"]
    column = header.index("BRUSH")
    assert [line[column : column + 5].strip() for line in lines] == ["not", "took", "", "took"]


def test_the_terminal_knows_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    args = parse(["jobs", "--brush", "not", "--sort", "brush"])
    assert (args.brush, args.sort) == ("not", "brush")
    assert (parse(["jobs"]).brush, parse(["jobs"]).sort) == (None, "newest")
    with pytest.raises(SystemExit):
        parse(["jobs", "--brush", "perhaps"])
    assert "partly" in capsys.readouterr().err
