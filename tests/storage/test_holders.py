"""Accounts are known by marks and names; no key, half or part of one is in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.holders import EARLIER, ENVIRONMENT
from kling_desktop.storage.holders import HolderFile
from kling_desktop.storage.secrets import mark_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.guards import LogGuard

A, B, C = "a" * 16, "b" * 16, "c" * 16


@pytest.fixture
def book(tmp_path: Path) -> HolderFile:
    return HolderFile(tmp_path / "accounts.json")


def test_a_mark_is_that_of_the_half_which_names_the_key() -> None:
    mark = mark_of(SecretStr("key-id:secret"), "live")
    assert mark == mark_of(SecretStr("key-id:another secret"), "live")
    others = [mark_of(SecretStr("key-ie:secret"), "live"), mark_of(SecretStr("key-id:s"), "other")]
    assert mark not in others
    assert len(mark) == 16


def test_nothing_of_a_key_can_be_found_in_the_file(tmp_path: Path, book: HolderFile) -> None:
    book.note("live", mark_of(SecretStr("0123abcd:feed"), "live"), "work")
    text = (tmp_path / "accounts.json").read_text()
    assert "work" in text
    assert not any(part in text for part in ("0123abcd", "feed"))


def test_other_keys_are_other_accounts_until_they_are_joined(book: HolderFile) -> None:
    book.note("live", A, "home")
    holder = book.note("live", B, "work")
    assert (set(holder.marks), dict(holder.others)) == ({B}, {A: "home"})
    joined = book.join("live", B, A, "work")
    assert (set(joined.marks), len(joined.others)) == ({A, B}, 0)
    assert book.known("live", A, "home").marks == {A, B}
    assert book.names_of(B) == ["work", "home"]


def test_an_account_of_another_backend_is_no_other_account(book: HolderFile) -> None:
    book.note("https://fal.example", A, ENVIRONMENT)
    assert book.note("live", B, "work").others == {}


def test_the_key_that_a_profile_had_before_is_told_from_the_new_one(book: HolderFile) -> None:
    book.note("live", A, "work")
    assert book.note("live", B, "work").others == {A: f"{EARLIER}work"}


def test_a_key_of_a_profile_keeps_its_name_when_it_comes_from_the_environment(
    book: HolderFile,
) -> None:
    book.note("live", A, "work")
    book.note("live", A, ENVIRONMENT)
    assert book.name_of(A) == "work"
    book.note("live", C, ENVIRONMENT)
    book.note("live", C, "home")
    assert book.name_of(C) == "home"


def test_a_profile_is_followed_to_its_new_name(book: HolderFile) -> None:
    book.note("live", A, "work")
    book.note("live", B, "work")
    book.rename("work", "studio")
    assert (book.name_of(B), book.name_of(A)) == ("studio", f"{EARLIER}studio")


@pytest.mark.parametrize("text", ["{", "[]", '{"keys": [{"mark": 1}]}', '{"keys": 3}'])
def test_a_damaged_file_makes_jobs_wait_and_sends_none_elsewhere(
    tmp_path: Path, book: HolderFile, text: str, expected_log: LogGuard
) -> None:
    expected_log("accounts cannot be read")
    (tmp_path / "accounts.json").write_text(text)
    assert book.known("live", A, "work").others == {}
    assert book.note("live", A, "work").marks == {A}
    assert (tmp_path / "accounts.damaged").read_text() == text


def test_what_cannot_be_read_for_a_moment_is_not_written_over(
    tmp_path: Path, book: HolderFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.note("live", A, "home")
    before = (tmp_path / "accounts.json").read_bytes()

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "locked by a scanner")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.read_text", refuse)
        with pytest.raises(FolderUnusable):
            book.note("live", B, "work")
    assert (tmp_path / "accounts.json").read_bytes() == before
    assert book.note("live", B, "work").others == {A: "home"}
