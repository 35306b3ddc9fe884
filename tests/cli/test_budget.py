"""``budget``: limits as people type them, and how they stand."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli import budget, generate
from kling_desktop.cli.main import main
from kling_desktop.cli.parser import parse
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.jobs import JobState
from kling_desktop.paths import places
from kling_desktop.storage.budgets import BudgetFile
from kling_desktop.wiring import SystemClock
from tests.cli.conftest import keep
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    from pathlib import Path

D = Decimal
Said = pytest.CaptureFixture[str]


def run(*words: str) -> int:
    return asyncio.run(budget.run(parse(("--sandbox", "budget", *words))))


def shown(capsys: Said, *words: str) -> Any:
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def spent(home: Path, **changes: Any) -> None:
    now = SystemClock().now()
    facts = {"backend": "sandbox", "body": {}, "estimate_usd": D("0.475")}
    times = {"created_at": now, "updated_at": now}
    keep(home, a_job(JobState.UNCERTAIN, **facts | times | changes))


def test_without_budgets_it_says_so(capsys: Said) -> None:
    assert run() == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "", "No budget is set for sandbox; everything may be spent.\n",
    )  # fmt: skip


def test_budgets_are_set_kept_and_cleared(capsys: Said) -> None:
    told = shown(capsys, "set", "day=5", "month=$50", "job=0.95", "project:a film=20")
    limits = [(each["kind"], each["project"], each["limit_usd"]) for each in told["limits"]]
    assert limits == [
        ("job", None, "0.95"), ("day", None, "5"), ("month", None, "50"),
        ("project", "a film", "20"),
    ]  # fmt: skip
    assert shown(capsys) == told
    left = shown(capsys, "clear", "day", "project:a film")["limits"]
    assert [each["kind"] for each in left] == ["job", "month"]
    assert shown(capsys, "clear", "all")["limits"] == []


def test_what_is_uncertain_is_shown_as_spent(home: Path, capsys: Said) -> None:
    spent(home, project="film")
    (day, project) = shown(capsys, "set", "day=5", "project:film=0.4")["limits"]
    assert (day["spent_usd"], day["left_usd"], day["unknown_jobs"]) == ("0.475", "4.525", 0)
    assert (project["spent_usd"], project["left_usd"]) == ("0.475", "0")


def test_what_nobody_knows_is_shown_as_unknown(home: Path, capsys: Said) -> None:
    spent(home, estimate_usd=None)
    assert run("set", "day=5", "job=1") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "BUDGET  LIMIT  SPENT              LEFT",
        "job     $1.00  -                  -",
        "day     $5.00  $0.00 + 1 unknown  $5.00",
    ]
    assert said.err == "sandbox: play money; a job of unknown price is held back.\n"


def test_jobs_of_unknown_price_are_let_go_only_if_that_is_said(capsys: Said) -> None:
    assert shown(capsys, "set", "day=5")["allows_unknown"] is False
    assert shown(capsys, "set", "unknown=yes")["allows_unknown"] is True
    assert shown(capsys, "clear", "unknown")["allows_unknown"] is False


@pytest.mark.parametrize(
    "words",
    [
        ("set",), ("set", "day"), ("set", "day=x"), ("set", "day=-1"), ("set", "day=nan"),
        ("set", "day=1e9"), ("set", "day=0.0000001"), ("set", "week=1"), ("set", "project:=1"),
        ("set", "unknown=maybe"), ("clear",), ("clear", "week"), ("clear", "project:nobody"),
        ("show", "day"),
    ],
)  # fmt: skip
def test_a_word_that_makes_no_sense_changes_nothing(words: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParams):
        run(*words)
    assert not places().budgets.exists() or BudgetFile(places().budgets).load("sandbox").day is None


def test_of_several_words_all_are_taken_or_none() -> None:
    with pytest.raises(InvalidParams):
        run("set", "day=5", "month=x")
    assert BudgetFile(places().budgets).load("sandbox").day is None


def test_a_mistake_is_bad_input_and_a_damaged_file_is_told(home: Path, capsys: Said) -> None:
    assert main(("--sandbox", "budget", "set", "day=x", "--json")) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert "budget is no amount of dollars (given: x)" in error["message"]
    (home / "budgets.json").write_text("{")
    assert main(("--sandbox", "budget")) == 2
    assert "budgets.json" in capsys.readouterr().err


def test_a_dry_run_tells_the_price_its_date_and_source_and_what_is_left(
    home: Path, capsys: Said
) -> None:
    run("set", "day=5", "job=1")
    spent(home)
    capsys.readouterr()
    args = parse(("--sandbox", "generate", T2V, "--set", "prompt=a boat", "--dry-run"))
    assert asyncio.run(generate.run(args)) == 0
    said = capsys.readouterr().err
    assert "About $0.49: $0.098/s as of 2026-11-23 (fal pricing snapshot, mid-2026)." in said
    assert "The budget of one job: $1.00." in said
    assert "Left of this day's budget: $4.525 of $5.00." in said


@pytest.mark.parametrize(("prompt", "said"), [("a {red|blue} boat", True), ("a { boat", False)])
def test_alternatives_of_one_clip_are_never_sent_without_a_word(
    home: Path, capsys: Said, prompt: str, *, said: bool
) -> None:
    args = parse(("--sandbox", "generate", T2V, "--set", f"prompt={prompt}", "--dry-run"))
    assert asyncio.run(generate.run(args)) == 0
    assert ("as one clip it is sent as it stands" in capsys.readouterr().err) is said
