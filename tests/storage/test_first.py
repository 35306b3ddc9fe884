"""One window is the first of a state folder; its address is in a place of this user alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from kling_desktop.storage.first import LONGEST_ADDRESS, First, _make_private

pytestmark = pytest.mark.skipif(os.name == "nt", reason="on Windows it is a name, not a path")


def test_only_one_is_the_first_until_it_lets_go(tmp_path: Path) -> None:
    one, two = First(tmp_path), First(tmp_path)
    assert one.claim()
    assert not two.claim()
    one.release()
    assert two.claim()
    two.release()


def test_each_state_folder_has_its_own_first_window(tmp_path: Path) -> None:
    one, two = First(tmp_path / "a"), First(tmp_path / "b")
    assert one.claim()
    assert two.claim()
    assert one.address() != two.address()
    one.release()
    two.release()


def test_the_address_lies_in_a_folder_that_nobody_else_may_enter(tmp_path: Path) -> None:
    (tmp_path / "window").mkdir(mode=0o755)
    with tempfile.TemporaryDirectory() as short:
        for state in (tmp_path, Path(short)):
            first = First(state)
            assert first.claim()
            folder = Path(first.address()).parent
            first.release()
            assert folder.stat().st_mode & 0o077 == 0


def test_a_short_path_stays_in_the_state_folder() -> None:
    with tempfile.TemporaryDirectory() as short:
        first = First(Path(short))
        assert first.claim()
        assert Path(first.address()).is_relative_to(short)
        first.release()


def test_a_long_path_goes_to_the_folder_of_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as session:
        monkeypatch.setenv("XDG_RUNTIME_DIR", session)
        one, two = (First(tmp_path / ("x" * 80) / each) for each in "ab")
        assert one.claim()
        assert two.claim()
        for each in (one, two):
            assert Path(each.address()).is_relative_to(session)
            assert len(os.fsencode(each.address())) <= LONGEST_ADDRESS
        assert one.address() != two.address()
        one.release()
        two.release()


def test_without_a_session_it_is_a_temporary_folder_of_this_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with tempfile.TemporaryDirectory() as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        first = First(tmp_path / ("x" * 90))
        assert first.claim()
        assert Path(first.address()).parent == Path(temporary) / f"kling-desktop-{os.getuid()}"
        first.release()


def test_a_link_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        _make_private(tmp_path / "link")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, 12345)
    with pytest.raises(PermissionError):
        _make_private(tmp_path / "theirs")
