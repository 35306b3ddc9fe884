"""The window's work goes to the disk on a thread of its own, in order, and not for every dab."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.history import History, Running
from kling_desktop.domain.motion.project import Project
from kling_desktop.engine.workshop import PATIENCE, Workshop
from tests.helpers.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Disk:
    """Notes what is asked of it, and by which thread."""

    def __init__(self) -> None:
        self.kept: list[Running] = []
        self.asked: list[str] = []
        self.threads: set[str] = set()
        self.refuses = False

    def _note(self, what: str) -> None:
        self.asked.append(what)
        self.threads.add(threading.current_thread().name)

    def journal(self) -> Disk:
        self._note("journal")
        return self

    def keep(self, running: Running) -> None:
        self._note("keep")
        if self.refuses:
            raise FolderUnusable("No space left on device")
        self.kept.append(running)

    def abandoned(self) -> list[Any]:
        self._note("abandoned")
        return []

    def recent(self) -> list[Any]:
        self._note("recent")
        return []

    def end(self) -> None:
        self._note("end")

    def release(self) -> None:
        self._note("release")


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
async def workshop(disk: Disk) -> AsyncIterator[Workshop]:
    made = Workshop(lambda: (disk, disk), FakeClock())  # type: ignore[arg-type, return-value]
    yield made
    await made.aclose()


def at_work(name: str) -> Running:
    document = MotionDocument.blank(PictureRef(Size(8, 8), name))
    return Running(Project(document=document), History(document), b"picture")


async def test_a_stroke_is_on_the_disk_when_the_call_returns(
    disk: Disk, workshop: Workshop
) -> None:
    await workshop.keep(at_work("a"))
    assert disk.kept == [at_work("a")]
    assert PATIENCE < 2


async def test_strokes_in_a_hurry_are_kept_in_one_go_with_the_last_word(
    disk: Disk, workshop: Workshop
) -> None:
    await asyncio.gather(*(workshop.keep(at_work(str(number))) for number in range(50)))
    assert disk.kept[-1] == at_work("49")
    assert len(disk.kept) <= 2


async def test_only_one_thread_works_and_it_is_not_ours(disk: Disk, workshop: Workshop) -> None:
    await asyncio.gather(workshop.recent(), workshop.keep(at_work("a")), workshop.abandoned())
    (name,) = disk.threads
    assert name.startswith("workshop")


async def test_a_disk_that_refuses_is_told_and_asked_again(disk: Disk, workshop: Workshop) -> None:
    disk.refuses = True
    with pytest.raises(FolderUnusable):
        await workshop.keep(at_work("a"))
    disk.refuses = False
    await workshop.keep(at_work("b"))
    assert disk.kept == [at_work("b")]


async def test_a_closed_document_ends_its_journal_and_the_next_has_its_own(
    disk: Disk, workshop: Workshop
) -> None:
    await workshop.keep(at_work("a"))
    await workshop.end()
    await workshop.keep(at_work("b"))
    assert disk.asked == ["journal", "keep", "end", "journal", "keep"]


async def test_a_document_that_is_closed_meanwhile_is_not_kept_any_more(
    disk: Disk, workshop: Workshop
) -> None:
    keeping = asyncio.create_task(workshop.keep(at_work("a")))
    await asyncio.sleep(0)  # it waits for further strokes now
    await workshop.end()
    await keeping
    assert disk.kept == []


async def test_a_stroke_of_the_last_moment_is_kept_when_the_program_closes(disk: Disk) -> None:
    workshop = Workshop(lambda: (disk, disk), FakeClock())  # type: ignore[arg-type, return-value]
    keeping = asyncio.create_task(workshop.keep(at_work("a")))
    await asyncio.sleep(0)
    keeping.cancel()
    await workshop.aclose()
    assert disk.kept == [at_work("a")]
    assert disk.asked[-1] == "release"


async def test_closing_the_program_leaves_what_was_kept(disk: Disk) -> None:
    workshop = Workshop(lambda: (disk, disk), FakeClock())  # type: ignore[arg-type, return-value]
    await workshop.keep(at_work("a"))
    await workshop.aclose()
    assert disk.asked[-1] == "release"


async def test_nothing_is_loaded_before_it_is_wanted() -> None:
    def fails() -> Any:
        raise AssertionError

    await Workshop(fails, FakeClock()).aclose()
