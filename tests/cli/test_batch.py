"""``batch``: what is said and asked before anything is sent, and how it ends."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli import batch, batch_words
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.main import main
from kling_desktop.cli.parser import parse
from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.engine.batch import Batch, Fate
from kling_desktop.paths import places
from kling_desktop.storage.budgets import BudgetFile
from tests.cli.conftest import keep
from tests.helpers.fakes import a_clip
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.jobs import Job

Said = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text("prompt;promt\na {red|blue} boat;x\n{oops;x\na red boat;x\n", "utf-8")
    return file


def run(file: Path, *words: str) -> int:
    return main(("--sandbox", "batch", str(file), T2V, *words))


def survey(file: Path, *words: str) -> Batch:
    args = parse(("--sandbox", "batch", str(file), T2V, *words))
    return asyncio.run(batch.survey(args, "sandbox"))


def test_a_dry_run_shows_the_priced_table_and_the_sum(sheet: Path, capsys: Said) -> None:
    assert run(sheet, "--dry-run") == Exit.BAD_INPUT
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line.split()[:4] for line in lines[1:5]] == [
        ["1", "2", "$0.49", "ready"], ["2", "2", "$0.49", "ready"],
        ["3", "3", "-", "bad"], ["4", "4", "-", "duplicate"],
    ]  # fmt: skip
    assert "prompt has a { at character 1 that is never closed" in lines[3]
    assert lines[-1] == "Total: 2 clips, about $0.98. Nothing is sent."
    assert "The column 'promt' is used nowhere. Was prompt meant?" in said.err


def test_json_tells_the_same_and_needs_a_yes(sheet: Path, capsys: Said) -> None:
    assert run(sheet, "--json") == Exit.BAD_INPUT
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["sent"], told["to_make"], told["estimate_usd"]) == (False, 2, 0.98)
    assert told["counts"] == {"ready": 2, "bad": 1, "duplicate": 1, "begun": 0, "later": 0}
    assert told["rows"][2]["problems"][0]["field"] == "prompt"
    assert told["rows"][3]["same_as_row"] == 1
    assert "Add --yes" in said.err


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yet\n"])
def test_a_terminal_is_asked_and_anything_but_yes_sends_nothing(
    sheet: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert run(sheet) == Exit.STOPPED
    said = capsys.readouterr().err
    assert "Begin 2 clips for about $0.98? [y/N]" in said
    assert said.endswith("Nothing was sent.\n")


def test_budgets_are_told_before_anything_is_asked(sheet: Path, capsys: Said) -> None:
    BudgetFile(places().budgets).change("sandbox", lambda _: Budgets(day=Decimal("0.5")))
    run(sheet)
    said = capsys.readouterr().err
    assert "Left of this day's budget: $0.50 of $0.50." in said
    assert "1 clip would wait here, unsent: this day's budget is $0.50" in said


def test_where_no_row_can_be_made_nothing_is_asked(tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("prompt,duration\na,7\n", "utf-8")
    assert run(file, "--yes") == Exit.BAD_INPUT
    said = capsys.readouterr().err
    assert "Row 1 (line 2): duration has a value that is not allowed (given: 7)" in said
    assert said.splitlines()[-1].endswith(": 1 bad.")


def test_settings_and_prompts_multiply_and_a_bad_word_is_refused(
    tmp_path: Path, capsys: Said
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("place\nRome\nOslo\n", "utf-8")
    words = ("--prompt", "in {place}", "--prompt", "at {place}", "--set", "duration={5|10}")
    assert len(survey(file, *words).of(Fate.READY)) == 8
    assert run(file, "--set", "duration") == Exit.BAD_INPUT
    assert "needs the form NAME=VALUE" in capsys.readouterr().err


def test_the_rows_of_an_earlier_run_are_told_and_not_made_again(
    sheet: Path, capsys: Said, tmp_path: Path
) -> None:
    plan = survey(sheet)
    first, second = plan.of(Fate.READY)
    facts = {"backend": "sandbox", "batch": f"{plan.id}:1"}
    job = a_job(JobState.DONE, id=plan.job_id(first, "sandbox"), clips=(a_clip(),), **facts)
    keep(places().state, job)
    assert run(sheet, "--json") == Exit.BAD_INPUT
    told = json.loads(capsys.readouterr().out)
    assert [each["status"] for each in told["rows"]] == ["begun", "ready", "bad", "duplicate"]
    assert told["rows"][0]["job"]["status"] == "done"
    assert second.entry.number == 2


def _ending(sheet: Path, *jobs: Job, left: Exit | None = None) -> int:
    plan = survey(sheet)
    good = replace(plan, rows=tuple(plan.of(Fate.READY)))
    numbers = (each.entry.number for each in good.rows)
    return batch_words.ending(good, dict(zip(numbers, jobs, strict=True)), left=left, as_json=False)


DONE = a_job(JobState.DONE, clips=(a_clip("/clips/a.mp4"),))


@pytest.mark.parametrize(
    ("changes", "left", "code"),
    [
        ({"state": JobState.DONE}, None, Exit.DONE),
        ({"state": JobState.FAILED, "trouble": Trouble("model_broke")}, None, Exit.PROVIDER),
        ({"state": JobState.HELD, "trouble": Trouble("budget_reached")}, None, Exit.STOPPED),
        ({"state": JobState.UNCERTAIN}, None, Exit.UNCERTAIN),
        ({"state": JobState.INTENT}, Exit.NETWORK, Exit.NETWORK),
        ({"state": JobState.QUEUED}, Exit.STOPPED, Exit.STOPPED),
    ],
)
def test_it_ends_as_its_worst_row(
    sheet: Path, capsys: Said, changes: dict[str, Any], left: Exit | None, code: Exit
) -> None:
    assert _ending(sheet, DONE, replace(DONE, **changes), left=left) == code
    said = capsys.readouterr()
    assert "/clips/a.mp4" in said.out
    assert ("The same command goes on" in said.err) is (code in {Exit.NETWORK, Exit.STOPPED})


def test_watching_needs_a_budget_and_one_prompt(tmp_path: Path, capsys: Said) -> None:
    assert run(tmp_path, "--watch", "--prompt", "a", "--prompt", "b") == Exit.BAD_INPUT
    assert "one --prompt at most" in capsys.readouterr().err
