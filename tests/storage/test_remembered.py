"""What the window remembers: whole or not at all, and for nobody else, as prompts are in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kling_desktop.storage import remembered

if TYPE_CHECKING:
    from pathlib import Path

NOTES = {"prompt": "Ein Boot f\u00e4hrt hinaus", "scheme": "dark"}


def test_what_was_remembered_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "state" / "window.json"
    assert remembered.load(path) == {}
    remembered.save(path, NOTES)
    assert remembered.load(path) == NOTES
    assert [each.name for each in path.parent.iterdir()] == ["window.json"]


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"x"', "\0"])
def test_nonsense_is_as_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(text)
    assert remembered.load(path) == {}


def test_a_disk_that_refuses_loses_it_in_silence_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    remembered.save(path, NOTES)
    path.with_name(f".window.{os.getpid()}.part").mkdir()
    remembered.save(path, {"prompt": "another"})
    assert remembered.load(path) == NOTES


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folders from others")
def test_it_is_for_nobody_else_also_where_an_earlier_version_left_it_open(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text("{}")
    path.chmod(0o644)
    remembered.save(path, NOTES)
    assert path.stat().st_mode & 0o777 == 0o600
