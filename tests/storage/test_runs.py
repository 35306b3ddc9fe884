"""A program that ends in good order leaves nothing; one that dies is told of once."""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.storage.runs import Run

ROOT = Path(__file__).parents[2]
BEGIN = (
    "from pathlib import Path; from kling_desktop.storage.runs import Run; run = Run(Path({!r})); "
)


def _program(folder: Path, end: str) -> int:
    code = BEGIN.format(str(folder)) + end
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode


@pytest.fixture(autouse=True)
def _faults() -> object:
    """pytest has a fault handler of its own."""
    was = faulthandler.is_enabled()
    yield
    if was:
        faulthandler.enable()


def test_a_program_that_ends_in_good_order_leaves_nothing(tmp_path: Path) -> None:
    assert _program(tmp_path, "run.end()") == 0
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_was_killed_is_told_of_once(tmp_path: Path) -> None:
    _program(tmp_path, "import os; os._exit(9)")
    run = Run(tmp_path)
    try:
        (crash,) = run.crashed()
        assert crash.began is not None
        assert crash.trace == ""
        assert run.crashed() == []
    finally:
        run.end()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows shows a dialog of its own")
def test_a_program_that_broke_down_says_where(tmp_path: Path) -> None:
    _program(tmp_path, "import faulthandler; faulthandler._sigsegv()")
    run = Run(tmp_path)
    try:
        (crash,) = run.crashed()
        assert "Segmentation fault" in crash.trace
        assert 'File "<string>", line 1' in crash.trace
    finally:
        run.end()


def test_a_program_that_still_runs_is_none_that_died(tmp_path: Path) -> None:
    one, two = Run(tmp_path), Run(tmp_path)
    try:
        assert one.crashed() == two.crashed() == []
    finally:
        two.end()
        one.end()


def test_a_damaged_note_is_a_crash_of_unknown_time(tmp_path: Path) -> None:
    (tmp_path / "0123.run").write_bytes(b"\xff\xfe[1]\n" + b"x" * 1_000_000)
    run = Run(tmp_path)
    try:
        (crash,) = run.crashed()
        assert crash.began is None
        assert len(crash.trace) <= 64 * 1024
    finally:
        run.end()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderUnusable):
        Run(tmp_path / "file")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_note_is_for_nobody_else(tmp_path: Path) -> None:
    run = Run(tmp_path / "runs")
    try:
        (note,) = (tmp_path / "runs").glob("*.run")
        assert note.stat().st_mode & 0o077 == note.parent.stat().st_mode & 0o077 == 0
    finally:
        run.end()
