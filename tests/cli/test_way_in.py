"""Which words open the window, and which are a command, however badly typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.__main__ import opens_window

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("line", ["", "--sandbox", "--live", "--self-test", "--sandbox --live"])
def test_no_words_or_the_windows_own_options_open_the_window(line: str) -> None:
    assert opens_window(line.split())


def test_a_picture_opens_the_window(tmp_path: Path) -> None:
    (tmp_path / "boat.jpg").touch()
    assert opens_window([str(tmp_path / "boat.jpg")])
    assert opens_window(["--sandbox", str(tmp_path / "boat.jpg")])


@pytest.mark.parametrize(
    "line",
    ["models", "--sandbox generate E", "--help", "--sandbox -h", "--version", "frobnicate",
     "no-such-boat.jpg", "--frobnicate", "--self", "--json", ".", "x" * 5000],
)  # fmt: skip
def test_anything_else_is_for_the_command_line_to_judge(line: str) -> None:
    assert not opens_window(line.split())


def test_a_command_is_a_command_even_where_a_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jobs").touch()
    monkeypatch.chdir(tmp_path)
    assert not opens_window(["jobs"])
    assert opens_window(["./jobs"])
