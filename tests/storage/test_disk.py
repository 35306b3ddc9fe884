"""Files that are whole or not there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.storage.disk import private_folder, sha256_of, write_whole, writing

if TYPE_CHECKING:
    from pathlib import Path


def test_folders_are_for_this_user_alone_all_the_way_down(tmp_path: Path) -> None:
    private_folder(tmp_path / "a" / "b")
    assert [(tmp_path / each).stat().st_mode & 0o777 for each in ("a", "a/b")] == [0o700, 0o700]


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    private_folder(tmp_path / "a")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o755


def test_a_file_is_replaced_as_a_whole_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"the old and longer content")
    write_whole(path, b"new", part=tmp_path / "part")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"new", part=tmp_path / "part")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_what_a_killed_program_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"a longer half of something")
    write_whole(tmp_path / "file", b"new", part=tmp_path / "part")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"file": b"new"}


def test_what_the_system_refuses_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(FolderUnusable, match=r"gone.*No such file"), writing():
        write_whole(tmp_path / "gone" / "file", b"", part=tmp_path / "gone" / "part")


def test_the_hash_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 1_000_000)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(b"x" * 1_000_000).hexdigest()
