"""Prompts are found by their words, newest first and each once; named things are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.wording import Preset, Snippet
from kling_desktop.storage.wording import PRESET, SNIPPET, WordingFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.guards import LogGuard


START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> WordingFile:
    return WordingFile(tmp_path / "state" / "wording.sqlite3")


def _note(book: WordingFile, *texts: str) -> None:
    book.note((each, START + timedelta(minutes=at)) for at, each in enumerate(texts))


def test_the_newest_comes_first_and_each_prompt_once(book: WordingFile) -> None:
    _note(book, "a boat", "a house", " a boat\n", "")
    assert book.search() == ["a boat", "a house"]


def test_an_old_sending_that_is_told_late_does_not_come_first(book: WordingFile) -> None:
    _note(book, "old", "new")
    book.note([("old", START - timedelta(days=1))])
    assert book.search() == ["new", "old"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("boat", ["A red boat drifts"]),
        ("DRI boa", ["A red boat drifts"]),
        ("cafe", ["Un café à Paris"]),
        ("小船", ["一只小船在海上"]),
        ("🚀", ["moon 🚀 👩‍🚀"]),
        ("boat paris", []),
        ('"boat', ["A red boat drifts"]),
        ("boat* OR", []),
        ("  ", ["moon 🚀 👩‍🚀", "一只小船在海上", "Un café à Paris", "A red boat drifts"]),
    ],
)
def test_words_find_by_their_beginnings_in_any_order_and_language(
    book: WordingFile, words: str, found: list[str]
) -> None:
    _note(book, "A red boat drifts", "Un café à Paris", "一只小船在海上", "moon 🚀 👩‍🚀")
    assert book.search(words) == found


def test_snippets_and_presets_are_kept_replaced_renamed_and_dropped(book: WordingFile) -> None:
    book.keep_snippet(Snippet("light", "golden hour"))
    book.keep_snippet(Snippet("light", "soft light"))
    book.keep_preset(Preset("light", "some/endpoint", {"cfg_scale": 0.7}))
    assert book.snippets() == [Snippet("light", "soft light")]
    assert book.presets() == [Preset("light", "some/endpoint", {"cfg_scale": 0.7})]
    book.keep_snippet(Snippet("Camera", "slow pan"))
    assert [each.name for each in book.snippets()] == ["Camera", "light"]
    assert not book.rename(SNIPPET, "light", "Camera")
    assert book.rename(SNIPPET, "light", "Lamp")
    book.drop(SNIPPET, "Camera")
    assert book.snippets() == [Snippet("Lamp", "soft light")]
    book.drop(PRESET, "light")
    assert book.presets() == []


def test_two_programs_see_each_others_words(book: WordingFile, tmp_path: Path) -> None:
    other = WordingFile(tmp_path / "state" / "wording.sqlite3")
    _note(book, "here")
    other.keep_snippet(Snippet("x", "y"))
    assert other.search() == ["here"]
    assert book.snippets() == [Snippet("x", "y")]


def test_a_damaged_file_is_set_aside_and_begun_anew(
    book: WordingFile, tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log("the record of prompts is damaged")
    path = tmp_path / "state" / "wording.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"no database, " * 400)
    assert book.search() == []
    assert path.with_suffix(".damaged").read_bytes().startswith(b"no database")


def test_a_disk_that_refuses_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnusable):
        WordingFile(tmp_path / "file" / "wording.sqlite3").search()
