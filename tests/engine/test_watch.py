"""A watched folder: new pictures become clips, and never without a budget for the day."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.watched import Watched
from kling_desktop.engine.batches import WATCHING
from kling_desktop.engine.watch import STEADY_LOOKS, Watch
from kling_desktop.engine.world import ForgottenPictures
from tests.helpers.fakes import FakeBudgets
from tests.helpers.worlds import I2V, T2V

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from kling_desktop.engine.engine import Engine
    from tests.helpers.worlds import Scene

PRICE = Decimal("0.475")


@pytest.fixture
def folder(scene: Scene, tmp_path: Path) -> Path:
    scene.budgets = FakeBudgets(Budgets(day=10 * PRICE))
    made = tmp_path / "watched"
    made.mkdir()
    (made / "old.png").write_bytes(b"old")
    return made


def _watch(engine: Engine, folder: Path, endpoint: str = I2V) -> Watch:
    return Watch(engine._world, engine, Watched(folder, endpoint, {"prompt": "it moves"}))


async def _looks(watch: Watch, number: int = STEADY_LOOKS) -> None:
    for _ in range(number):
        await watch.look()


async def test_only_pictures_that_come_later_and_are_complete_are_taken(
    scene: Scene, folder: Path
) -> None:
    async with scene.engine() as engine:
        watch = _watch(engine, folder)
        assert "The picture that was there already is left alone" in str(await watch.begin())
        new = folder / "new.png"
        for size in (1, 2):
            new.write_bytes(b"x" * size)
            await watch.look()
        assert watch.status.begun == 0
        await _looks(watch, 5)
        assert watch.status.begun == 1
    (job,) = scene.ledger.newest()
    assert job.params["image_url"] == new.as_uri()


async def test_a_picture_is_known_by_its_content_in_every_run(scene: Scene, folder: Path) -> None:
    world = scene.world()
    async with scene.engine(world=world) as engine:
        watch = _watch(engine, folder)
        await watch.begin()
        (folder / "new.png").write_bytes(b"new")
        await _looks(watch)
        (folder / "new.png").rename(folder / "renamed.png")
        (folder / "copy.png").write_bytes(b"old")
        await _looks(watch)
        assert watch.status.begun == 1
        later = _watch(engine, folder)
        assert (await later.begin()).left == 0
        (folder / "meanwhile.png").write_bytes(b"came while nobody looked")
        await _looks(later)
        assert later.status.begun == 1
    assert len(scene.ledger.newest()) == 2


@pytest.mark.parametrize(
    ("budgets", "said"),
    [
        (Budgets(), "no budget for a day"),
        (Budgets(month=Decimal(100)), "no budget for a day"),
        (Budgets(day=Decimal("0.1")), "this day's budget is \\$0.10"),
    ],
)
async def test_without_a_days_budget_nothing_is_watched(
    scene: Scene, folder: Path, budgets: Budgets, said: str
) -> None:
    scene.budgets = FakeBudgets(budgets)
    async with scene.engine() as engine:
        with pytest.raises(e.InvalidParams, match=said):
            await engine.watch(Watched(folder, I2V))


async def test_it_stops_at_the_budget_and_the_picture_is_taken_another_day(
    scene: Scene, folder: Path
) -> None:
    scene.budgets = FakeBudgets(Budgets(day=PRICE))
    world = scene.world()
    async with scene.engine(world=world) as engine:
        watch = _watch(engine, folder)
        await watch.begin()
        (folder / "1.png").write_bytes(b"1")
        await _looks(watch)
        (job,) = engine.jobs()
        await engine.wait(job.id)
        (folder / "2.png").write_bytes(b"2")
        await _looks(watch)
        assert watch.status.begun == 1
        assert "this day's budget is $0.475" in watch.status.stopped
        assert isinstance(scene.budgets, FakeBudgets)
        await engine.change_budgets(lambda _: Budgets(day=9 * PRICE))
        later = _watch(engine, folder)
        await later.begin()
        await _looks(later)
        assert later.status.begun == 1


async def test_a_budget_that_is_taken_away_ends_it(scene: Scene, folder: Path) -> None:
    async with scene.engine() as engine:
        watch = _watch(engine, folder)
        await watch.begin()
        await engine.change_budgets(lambda _: Budgets())
        (folder / "1.png").write_bytes(b"1")
        await _looks(watch)
        assert "no budget for a day" in watch.status.stopped
    assert scene.ledger.newest() == []


async def test_a_picture_that_cannot_be_used_is_told_once_and_the_next_is_taken(
    scene: Scene, folder: Path
) -> None:
    async with scene.engine() as engine:
        watch = _watch(engine, folder)
        await watch.begin()
        scene.files.on_keep.then(e.BadPicture("1.png", "is no picture"))
        (folder / "1.png").write_bytes(b"1")
        await _looks(watch, 4)
        assert "is no picture" in str(watch.status)
        (folder / "2.png").write_bytes(b"2")
        await _looks(watch)
        assert (watch.status.begun, watch.status.trouble) == (1, "")


async def test_an_endpoint_without_pictures_and_a_folder_that_is_not_there_are_refused(
    scene: Scene, folder: Path
) -> None:
    async with scene.engine() as engine:
        with pytest.raises(e.InvalidParams, match="takes no picture"):
            await engine.watch(Watched(folder, T2V))
        with pytest.raises(e.InvalidParams, match="cannot be read"):
            await engine.watch(Watched(folder / "gone", I2V))


async def test_watching_ends_with_a_word_and_with_the_engine(scene: Scene, folder: Path) -> None:
    async with scene.engine() as engine:
        assert (await engine.watch(Watched(folder, I2V))).folder == str(folder)
        assert (await engine.unwatch()).folder == ""
        await engine.watch(Watched(folder, I2V))


class GatedPictures(ForgottenPictures):
    """A memory that is read once its gate is open: a folder with much in it takes a while."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.asked = asyncio.Semaphore(0)

    async def load(self, watched: Path) -> set[str] | None:
        self.asked.release()
        await self.gate.wait()
        return await super().load(watched)


def _watchers() -> int:
    return sum(each.get_name() == WATCHING for each in asyncio.all_tasks())


async def test_of_two_overlapping_wishes_to_watch_one_counts(scene: Scene, folder: Path) -> None:
    memory = GatedPictures()
    async with scene.engine(world=replace(scene.world(), seen_pictures=memory)) as engine:
        first = asyncio.ensure_future(engine.watch(Watched(folder, I2V, {"prompt": "first"})))
        second = asyncio.ensure_future(engine.watch(Watched(folder, I2V, {"prompt": "second"})))
        await memory.asked.acquire()
        await memory.asked.acquire()
        memory.gate.set()
        await asyncio.gather(first, second)
        assert _watchers() == 1
        assert engine.watch_status.folder == str(folder)
        await engine.unwatch()
        assert _watchers() == 0


async def test_a_word_to_stop_counts_while_the_folder_is_still_looked_at(
    scene: Scene, folder: Path
) -> None:
    memory = GatedPictures()
    async with scene.engine(world=replace(scene.world(), seen_pictures=memory)) as engine:
        beginning = asyncio.ensure_future(engine.watch(Watched(folder, I2V)))
        await memory.asked.acquire()
        await engine.unwatch()
        memory.gate.set()
        assert (await beginning).folder == ""
        assert engine.watch_status.folder == ""
        assert _watchers() == 0


async def test_a_word_to_stop_counts_while_an_earlier_watch_ends(
    scene: Scene, folder: Path
) -> None:
    async with scene.engine() as engine:
        await engine.watch(Watched(folder, I2V))
        again = asyncio.ensure_future(engine.watch(Watched(folder, I2V)))
        await asyncio.sleep(0)  # It waits for the end of the earlier one now.
        await engine.unwatch()
        await again
        assert engine.watch_status.folder == ""
        assert _watchers() == 0


async def test_an_engine_that_closes_watches_nothing_any_more(scene: Scene, folder: Path) -> None:
    async with scene.engine() as engine:
        await engine.watch(Watched(folder, I2V))
    with pytest.raises(e.Closing):
        await engine.watch(Watched(folder, I2V))


async def test_a_picture_that_is_replaced_while_it_is_taken_becomes_one_clip(
    scene: Scene, folder: Path
) -> None:
    new = folder / "new.png"

    def replaced(path: Path) -> Path:
        new.write_bytes(b"the other one")
        return path

    async with scene.engine() as engine:
        watch = _watch(engine, folder)
        await watch.begin()
        new.write_bytes(b"one")
        scene.files.on_keep.then(replaced)
        await _looks(watch, 6)
        assert watch.status.begun == 1
    assert len(scene.ledger.newest()) == 1


class SlowlyKept(ForgottenPictures):
    """A memory on a slow disk: what it is told is there once its gate is open, come what may."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    async def keep(self, watched: Path, seen: Collection[str]) -> None:
        self.asked.set()
        writing = asyncio.create_task(self._write(watched, frozenset(seen)))
        await asyncio.shield(writing)  # As a thread, which goes on when nobody waits for it.

    async def _write(self, watched: Path, seen: Collection[str]) -> None:
        await self.gate.wait()
        await super().keep(watched, seen)


async def test_the_end_of_a_watch_waits_until_what_it_has_begun_is_remembered(
    scene: Scene, folder: Path
) -> None:
    memory = SlowlyKept()
    async with scene.engine(world=replace(scene.world(), seen_pictures=memory)) as engine:
        await engine.watch(Watched(folder, I2V, {"prompt": "first"}))
        memory.gate.clear()
        memory.asked.clear()
        (folder / "new.png").write_bytes(b"new")
        await memory.asked.wait()
        ending = asyncio.ensure_future(engine.unwatch())
        for _ in range(50):
            await asyncio.sleep(0)
        # Else the next watch would read what was seen before that is there.
        assert not ending.done()
        memory.gate.set()
        await ending
        second = Watch(engine._world, engine, Watched(folder, I2V, {"prompt": "second"}))
        await second.begin()
        await _looks(second, 4)
    assert [job.params["prompt"] for job in scene.ledger.newest()] == ["first"]
