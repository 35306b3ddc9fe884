"""Files are read ahead, in blocks that suit the line."""

from __future__ import annotations

import asyncio
import gc
import math
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.fal.blocks import (
    FIRST,
    LARGEST,
    QUICK,
    SLOW,
    SMALLEST,
    Line,
    blocks,
    opened,
)
from kling_desktop.fal.threads import to_the_end
from tests.fal.fakes import content
from tests.fal.shelf import large_file

if TYPE_CHECKING:
    from pathlib import Path


async def read(path: Path, begin: int, size: int) -> tuple[list[bytes], list[int]]:
    moved: list[int] = []
    async with (
        opened(path, at=begin) as (file, _),
        aclosing(blocks(path, file, size, moved.append, Line())) as found,
    ):
        return [block async for block in found], moved


async def test_a_stretch_of_a_file_comes_whole_and_in_order(tmp_path: Path) -> None:
    path = large_file(tmp_path / "x", 5_000_000)
    found, moved = await read(path, 100_000, 4_000_000)
    assert b"".join(found) == content(path)[100_000:4_100_000]
    assert moved[-1] == 4_000_000


async def test_blocks_grow_while_they_go_out_quickly(tmp_path: Path) -> None:
    found, _ = await read(large_file(tmp_path / "x", 20_000_000), 0, 20_000_000)
    lengths = [len(each) for each in found]
    assert lengths[:2] == [FIRST, FIRST]
    assert lengths[2:-1] == sorted(lengths[2:-1])
    assert max(lengths) == LARGEST


@pytest.mark.parametrize(
    ("before", "seconds", "then"),
    [
        (FIRST, QUICK / 2, FIRST * 2),
        (FIRST, QUICK * 2, FIRST),
        (FIRST, SLOW * 2, FIRST // 2),
        (SMALLEST, 60.0, SMALLEST),
        (LARGEST, 0.0, LARGEST),
        (LARGEST, math.inf, SMALLEST),
    ],
)
def test_a_block_suits_the_line(before: int, seconds: float, then: int) -> None:
    line = Line()
    line.block = before
    line.took(before, seconds)
    assert line.block == then


def test_a_small_last_block_that_was_quick_says_little() -> None:
    line = Line()
    line.took(100, 0.0)
    assert line.block == FIRST


async def test_after_a_block_that_did_not_go_out_blocks_are_small(tmp_path: Path) -> None:
    path, line = large_file(tmp_path / "x", FIRST * 4), Line()
    async with (
        opened(path) as (file, size),
        aclosing(blocks(path, file, size, lambda _: None, line)) as found,
    ):
        await anext(found)
    assert line.block == SMALLEST


async def test_a_file_that_is_not_there_is_a_bad_picture(tmp_path: Path) -> None:
    with pytest.raises(e.BadPicture, match="No such file"):
        await read(tmp_path / "x", 0, 1)


async def test_a_block_counts_as_sent_when_the_next_one_is_asked_for(tmp_path: Path) -> None:
    path, moved = large_file(tmp_path / "x", FIRST * 2), list[int]()
    async with (
        opened(path) as (file, size),
        aclosing(blocks(path, file, size, moved.append, Line())) as found,
    ):
        await anext(found)
        assert moved == []
        await anext(found)
        assert moved == [FIRST]


async def test_a_file_that_was_opened_for_nobody_is_closed(tmp_path: Path) -> None:
    path = large_file(tmp_path / "x", 10)

    async def use() -> None:
        async with opened(path):
            raise AssertionError("it was cancelled before")

    task = asyncio.create_task(use())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    assert task.cancelled()
    gc.collect()  # complains of what is still open


async def test_work_in_a_thread_that_nobody_wants_comes_to_its_end_first() -> None:
    done: list[str] = []
    task = asyncio.create_task(to_the_end(lambda: done.append("work"), lambda _: done.append("un")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    assert done == ["work", "un"]
