"""The next window begins where the last one ended: with the project, or an empty desk."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import BadPicture, BadProject
from kling_desktop.domain.motion.history import Abandoned
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.project.last import Last
from kling_desktop.ui.studio import Studio
from tests.ui.fakes import eventually
from tests.ui.looks import notice
from tests.ui.project.test_recovery import running
from tests.ui.project.worlds import PRO_15, a_file, a_project, is_asking, painted, with_picture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from tests.ui.fakes import FakeEngine

    Start = Callable[[Last | None], Awaitable[Studio]]

BOATS = Last("/projects/boats.klproj", "boat.png", is_kept=False)
UNSAVED = Last("", "boat.png", is_kept=True)
KEPT = Abandoned("id-1", "boat.png", "", 20.0, 999)


@pytest.fixture
async def start(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> AsyncIterator[Start]:
    """Starts a studio that knows what was there last time, and its picture."""
    made: list[Studio] = []

    async def go(last: Last | None) -> Studio:
        window.restore({"picture": Source(a_file(tmp_path, "navy.png"), "boat.png").notes()})
        studio = Studio(window, engine, tmp_path / "clips")
        made.append(studio)
        studio.projects.last = last
        await studio.start()
        return studio

    yield go
    for each in made:
        await each.tasks.aclose()


def noted(studio: Studio) -> Last | None:
    """What the next window reads from the disk."""
    return Last.of(json.loads(json.dumps(studio.projects.notes())))


async def test_the_project_of_last_time_is_open_again(
    start: Start, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_open_project.then(a_project())
    studio = await start(BOATS)
    await eventually(lambda: "boats.klproj" in window.windowTitle())
    assert engine.on_open_project.calls == [(Path(BOATS.path),)]
    assert window.stage.painted is not None
    assert window.stage.is_brush_in_sight
    assert window.compose.endpoint.id == PRO_15
    assert not window.isWindowModified()
    await eventually(lambda: studio.projects.last is None)
    assert noted(studio) == BOATS
    assert notice(window) == ""


@pytest.mark.parametrize(
    "reason", ["does not exist", "is damaged or cut short: Bad magic number", "is not a project"]
)
async def test_one_that_is_gone_or_damaged_leaves_an_empty_desk_and_says_so(
    start: Start, window: MainWindow, engine: FakeEngine, reason: str
) -> None:
    engine.on_open_project.then(BadProject("boats.klproj", reason))
    studio = await start(BOATS)
    await eventually(lambda: notice(window))
    assert notice(window).startswith("The project of last time was not opened")
    assert f"boats.klproj: {reason}" in notice(window)
    assert window.stage.picture.is_empty
    assert window.stage.source is None
    assert not is_asking()
    await eventually(lambda: studio.projects.last is None)
    assert noted(studio) is None  # nor is it looked for again


async def test_one_whose_picture_cannot_be_read_does_the_same(
    start: Start, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_open_project.then(a_project())
    engine.on_decode.then(BadPicture("boat.png", "is cut short"))
    await start(BOATS)
    await eventually(lambda: "boat.png" in notice(window))
    assert window.stage.picture.is_empty


async def test_work_that_the_system_cut_short_is_back_without_a_question(
    start: Start, window: MainWindow, engine: FakeEngine
) -> None:
    other = Abandoned("id-2", "other.png", "", 30.0, 9)
    engine.on_abandoned.then([other, KEPT])
    engine.on_take_work.then(running())
    await start(UNSAVED)
    assert "boat.png" not in window.recovery.text
    await eventually(window.isWindowModified)
    assert engine.on_take_work.calls == [("id-1",)]
    assert window.stage.painted is not None
    assert "other.png" in window.recovery.text
    assert "not saved yet" in notice(window)


async def test_work_of_a_window_that_crashed_is_offered_and_not_opened(
    start: Start, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_abandoned.then([KEPT])
    await start(None)
    await eventually(lambda: "boat.png" in window.recovery.text)
    assert engine.on_take_work.calls == []
    assert window.stage.source is not None  # its picture is there as ever


async def test_unsaved_work_that_another_window_took_is_said_to_be_gone(
    start: Start, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_abandoned.then([KEPT])
    engine.on_take_work.then(BadProject("The work", "was taken by another window just now"))
    await start(UNSAVED)
    await eventually(lambda: "taken by another window" in notice(window))
    assert window.stage.picture.is_empty


async def test_what_comes_meanwhile_is_newer_than_the_project_of_last_time(
    start: Start, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.on_open_project.then(lambda _: asyncio.Event().wait())
    studio = await start(BOATS)
    await with_picture(studio, window, a_file(tmp_path, "teal.png"))
    await eventually(lambda: studio.projects.last is None)
    assert window.stage.source is not None
    assert window.stage.source.name == "teal.png"
    assert noted(studio) is None


async def test_what_is_noted_is_the_project_or_what_is_kept_and_not_a_bare_picture(
    start: Start, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    studio = await start(None)
    assert noted(studio) is None
    await painted(studio, window, a_file(tmp_path, "teal.png"))
    await eventually(lambda: engine.on_keep_work.calls)
    assert noted(studio) == Last("", "teal.png", is_kept=True)
    await studio.projects.keeper.end()  # as after “Discard”
    assert noted(studio) is None


async def test_a_window_that_never_began_passes_it_on(
    window: MainWindow, engine: FakeEngine, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = Studio(window, engine, tmp_path)
    studio.projects.last = BOATS
    assert noted(studio) == BOATS


def test_notes_that_make_no_sense_are_none() -> None:
    for each in (None, {}, {"path": 3, "name": "", "kept": True}, {"path": "a"}, "x",
                 {"path": "", "name": "a", "kept": False}):  # fmt: skip
        assert Last.of(each) is None
    assert Last.of(UNSAVED.notes()) == UNSAVED


def test_the_newest_work_of_the_same_picture_or_file_is_meant() -> None:
    older = Abandoned("id-3", "boat.png", "", 10.0, 1)
    saved = Abandoned("id-4", "boats.klproj", BOATS.path, 40.0, 1)
    assert UNSAVED.among([saved, KEPT, older]) is KEPT
    assert UNSAVED.among([saved]) is None
    assert Last(BOATS.path, "boat.png", is_kept=True).among([KEPT, saved]) is saved
    assert BOATS.among([saved]) is None
