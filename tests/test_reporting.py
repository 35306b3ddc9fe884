"""The report tells what helps, and nothing of what is secret or private."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop import log, reporting
from kling_desktop.cli.main import main
from kling_desktop.domain.bug_report import Crash, Failure, without_home, without_prompts
from kling_desktop.domain.jobs import JobId, JobState, Trouble
from kling_desktop.paths import Places
from kling_desktop.reporting import Told, compose
from tests.cli.conftest import keep
from tests.fal.fakes import content
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
KEY = "6ba7b810-9dad-11d1-80b4-00c04fd430c8:00c04fd430c8aabbccddeeff"
PROMPT = "A secret boat, drifting"


@pytest.fixture
def where(home: Path) -> Places:
    return Places(home, home / "clips")


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    before = set(log._secrets)
    log._secrets.clear()
    for each in logging.getLogger().handlers[:]:  # what a program of an earlier test left
        if isinstance(each, log._PrivateFile):
            logging.getLogger().removeHandler(each)
            each.close()
    yield
    log._secrets.clear()
    log._secrets.update(before)


def _log(where: Places, *lines: str) -> None:
    where.logs.mkdir(parents=True, exist_ok=True)
    (where.logs / "kling-desktop.log").write_text("\n".join(lines), "utf-8")


def test_it_has_everything_that_helps(where: Places, home: Path) -> None:
    keep(home, a_job(JobState.FAILED, trouble=Trouble("provider-failed")))
    _log(where, "12:00 INFO something happened")
    failure = Failure("ValueError: in a task", "Traceback\nValueError: x", NOON)
    text = compose(
        where, Told(["ok  qt PySide6"], [failure], [Crash(NOON, "Segfault")]), with_prompts=False
    )
    for each in (
        "Kling Desktop 0.", "Python 3.", "PySide6 ", "av ", "ok  qt PySide6",
        "2026-11-25 12:30:00 +0000 ValueError: in a task", "ValueError: x", "Segfault",
        "job-1 failed provider-failed", "12:00 INFO something happened",
    ):  # fmt: skip
        assert each in text


def test_no_key_is_in_it_wherever_it_stood(where: Places) -> None:
    log.hide(KEY)
    _log(where, f"key={KEY}", "GET /x?Signature=abcdefgh1234 200")
    failure = Failure(f"ValueError: {KEY}", KEY, NOON)
    text = compose(where, Told([KEY], [failure], [Crash(None, KEY)]), with_prompts=True)
    for each in (*KEY.split(":"), "abcdefgh1234"):
        assert each not in text
    assert log.HIDDEN in text


def test_prompts_are_in_it_only_where_somebody_wants_it(where: Places, home: Path) -> None:
    keep(home, a_job(id=JobId("job-1"), params={"prompt": PROMPT, "negative_prompt": "fog bank"}))
    _log(where, f"cannot write 2026-11-25-a-secret-boat-drifting-job-1.mp4, {PROMPT!r}, fog bank")
    without = compose(where, Told([]), with_prompts=False)
    for each in ("secret", "drifting", "fog bank"):
        assert each not in without
    assert "job-1 intent" in without
    assert PROMPT in compose(where, Told([]), with_prompts=True)


def test_the_name_of_the_home_folder_is_not_in_it(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/mary"))
    _log(where, "cannot open /home/mary/pictures/x.png")
    text = compose(where, Told([]), with_prompts=False)
    assert "~/pictures/x.png" in text
    assert "mary" not in text


def test_a_root_folder_is_no_home_to_hide() -> None:
    assert without_home("/a/b", Path("/")) == "/a/b"


def test_a_short_prompt_does_not_blot_out_the_report() -> None:
    assert without_prompts("a table", ["a"]) == "a table"


def test_a_ledger_that_cannot_be_read_costs_its_section_and_no_more(where: Places) -> None:
    where.ledger.mkdir(parents=True)
    text = compose(where, Told(["ok"]), with_prompts=False)
    assert "They cannot be read" in text


async def test_what_doctor_found_is_asked_of_a_child_that_has_no_key(
    where: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = tmp_path / "environment"
    script = tmp_path / "doctor.py"
    finding = {"name": "qt", "ok": False, "needed": True, "what": "broken", "todo": "mend it"}
    script.write_text(
        f"import os, json; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))\n"
        f"print(json.dumps({{'findings': [{finding!r}]}}))"
    )
    monkeypatch.setattr(reporting, "own_command", lambda *_: [sys.executable, str(script)])
    lines = await reporting.findings({**os.environ, "FAL_KEY": KEY})
    assert lines == ["!!  qt        broken", "              mend it"]
    assert KEY not in content(seen).decode()


async def test_a_doctor_that_cannot_be_asked_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "own_command", lambda *_: ["/no/such/program"])
    assert await reporting.findings({}) == ["doctor could not be asked: FileNotFoundError"]


def test_doctor_writes_the_report_into_a_file(
    where: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    keep(home, a_job(params={"prompt": PROMPT}))
    level = logging.getLogger().level
    handlers = list(logging.getLogger().handlers)
    try:
        assert main(("doctor", "--json", "--report", str(tmp_path / "r.txt"))) == 0
        told = json.loads(capsys.readouterr().out)
        text = Path(told["report"]).read_text("utf-8")
        assert "What doctor found" in text
        assert "python" in text
        assert PROMPT not in text
        assert main(("doctor", "--report", str(tmp_path / "r.txt"), "--with-prompts")) == 0
        assert PROMPT in (tmp_path / "r.txt").read_text("utf-8")
        assert main(("doctor", "--report", str(tmp_path / "none" / "r.txt"))) == 2
    finally:
        logging.getLogger().setLevel(level)
        for each in [each for each in logging.getLogger().handlers if each not in handlers]:
            logging.getLogger().removeHandler(each)
            each.close()
