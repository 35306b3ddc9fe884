"""The dictionaries of the system, and the user's own words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.storage.dictionary import SystemDictionary

if TYPE_CHECKING:
    from pathlib import Path


def _english(own: Path) -> SystemDictionary:
    pytest.importorskip("enchant", exc_type=ImportError)
    found = SystemDictionary(own)
    if "en_US" not in found.languages():
        pytest.skip("there is no dictionary of English here")
    return found


def test_words_of_the_system_are_known_and_others_are_not(tmp_path: Path) -> None:
    book = _english(tmp_path / "words.txt")
    assert book.unknown("en_US", ["boat", "boaat", "don't"]) == {"boaat"}
    assert "boat" in book.suggest("en_US", "boaat")


def test_own_words_are_right_from_now_on_and_in_the_next_program(tmp_path: Path) -> None:
    path = tmp_path / "state" / "words.txt"
    book = _english(path)
    book.add("Klingonia")
    assert book.unknown("en_US", ["klingonia", "boaat"]) == {"boaat"}
    assert SystemDictionary(path).unknown("en_US", ["Klingonia"]) == set()
    assert path.read_text("utf-8") == "klingonia\n"


def test_own_words_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnusable):
        SystemDictionary(tmp_path / "file" / "words.txt").add("x")


def test_a_language_that_has_gone_calls_nothing_wrong(tmp_path: Path) -> None:
    book = _english(tmp_path / "words.txt")
    assert book.unknown("tlh", ["boaat"]) == set()
    assert book.suggest("tlh", "boaat") == []


def test_without_the_library_there_is_no_language_and_no_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "enchant", None)
    assert SystemDictionary(tmp_path / "words.txt").languages() == ()
