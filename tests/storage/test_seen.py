"""Which pictures of watched folders were seen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kling_desktop.storage.seen import SeenFiles

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.guards import LogGuard


async def test_a_folder_is_new_until_something_was_kept(tmp_path: Path) -> None:
    shelf = SeenFiles(tmp_path / "state")
    assert await shelf.load(tmp_path / "a") is None
    await shelf.keep(tmp_path / "a", {"1", "2"})
    assert await SeenFiles(tmp_path / "state").load(tmp_path / "a") == {"1", "2"}
    assert await shelf.load(tmp_path / "b") is None


def _spoil(folder: Path) -> None:
    (file,) = folder.glob("*.json")
    file.write_text("{", "utf-8")


async def test_a_damaged_memory_is_none_so_that_nothing_old_is_made(
    tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log("seen pictures cannot be read")
    shelf = SeenFiles(tmp_path)
    await shelf.keep(tmp_path / "a", {"1"})
    _spoil(tmp_path)
    assert await shelf.load(tmp_path / "a") is None


async def test_two_programs_that_watch_one_folder_forget_nothing_for_each_other(
    tmp_path: Path,
) -> None:
    watched = tmp_path / "watched"
    shelves = [SeenFiles(tmp_path / "state") for _ in range(8)]
    for number, shelf in enumerate(shelves):
        await shelf.keep(watched, {"old", str(number)})
    await asyncio.gather(
        *(shelf.keep(watched, {f"at once {number}"}) for number, shelf in enumerate(shelves))
    )
    expected = {"old", *map(str, range(8)), *(f"at once {number}" for number in range(8))}
    assert await shelves[0].load(watched) == expected
