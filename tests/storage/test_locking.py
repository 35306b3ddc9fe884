"""Small files that programs share are changed by one at a time, and nobody waits for ever."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from kling_desktop.domain.calibration import Answer
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.keys import Profiles
from kling_desktop.domain.settings.table import item
from kling_desktop.storage import locking
from kling_desktop.storage.budgets import BudgetFile
from kling_desktop.storage.holders import HolderFile
from kling_desktop.storage.locking import alone_with
from kling_desktop.storage.origins import OriginFile
from kling_desktop.storage.profiles import ProfileFile
from kling_desktop.storage.settings import SettingsFile
from kling_desktop.storage.steering import SteeringFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ANSWER = Answer("fal-ai/one", Origin.TOP_LEFT, "2026-11-25", "job-1")
CHANGES: Mapping[str, Callable[[Path], object]] = {
    "accounts": lambda path: HolderFile(path).note("live", "1" * 16, "work"),
    "budgets": lambda path: BudgetFile(path).change("live", lambda known: known),
    "origins": lambda path: OriginFile(path).keep("live", ANSWER),
    "profiles": lambda path: ProfileFile(path).change(lambda _: Profiles()),
    "settings": lambda path: SettingsFile(path, path.with_name("window.json")).change(
        item("appearance.theme"), "dark"
    ),
    "steering": lambda path: SteeringFile(path).change("live", limit=2),
}
"""A change of each file."""


@pytest.fixture(params=CHANGES)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"{request.param}.json"


def test_a_program_that_is_stuck_holds_nobody_up_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0.05)
    with FileLock(path.with_suffix(".lock")):
        with pytest.raises(FolderUnusable, match="another program has been changing it"):
            CHANGES[path.stem](path)
        assert not path.exists()
    CHANGES[path.stem](path)
    assert path.exists()


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing there")
def test_nobody_else_can_lock_it(path: Path) -> None:
    CHANGES[path.stem](path)
    assert path.with_suffix(".lock").stat().st_mode & 0o777 == 0o600


def test_who_fails_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    for _ in range(2):
        with pytest.raises(LookupError), alone_with(path):
            raise LookupError


def test_a_disk_that_refuses_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderUnusable), alone_with(tmp_path / "file" / "some.json"):
        pytest.fail("nothing is locked")
