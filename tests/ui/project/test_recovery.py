"""Work of a window that died: offered, brought back with its history, or given up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import BadProject, FolderUnusable
from kling_desktop.domain.motion.document import MotionDocument
from kling_desktop.domain.motion.history import Abandoned, History, Running, Step
from kling_desktop.ui.project.recovery import sentence
from tests.ui.fakes import eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.looks import notice
from tests.ui.project.worlds import a_file, a_project, painted, png, stroke

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

NOON = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
LEFT = Abandoned("id-1", "boat.png", "", NOON.timestamp(), 999)


def running(path: str = "") -> Running:
    """Two steps, the second undone."""
    project = a_project().project
    blank = MotionDocument.blank(project.document.picture)
    steps = (Step("Paint", project.document), Step("Clear", blank))
    return Running(project, History(blank, steps, 1), png(), path)


@pytest.fixture
async def offered(studio: Studio, window: MainWindow, engine: FakeEngine) -> MainWindow:
    engine.on_abandoned.then([LEFT, Abandoned("id-2", "b.png", "", 1.0, 9)])
    await studio.projects.look_for_work()
    return window


async def test_what_was_left_is_offered_the_newest_first(offered: MainWindow) -> None:
    offered.show()
    await eventually(offered.windowHandle().isExposed)
    assert "boat.png was not saved" in offered.recovery.text
    assert "One more" in offered.recovery.text
    assert cut_off(offered.recovery) == []


async def test_an_engine_that_another_key_opens_starts_as_the_first_one_does(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    """The start may wait for a keyring that nobody opens, while a key is pasted."""
    studio._opened.clear()  # As a start leaves it that was given up.
    engine.was_opened = False
    engine.on_abandoned.then([LEFT])
    assert await studio.switch() == "live"
    await eventually(lambda: "boat.png was not saved" in window.recovery.text)
    engine.on_abandoned.then([Abandoned("id-2", "b.png", "", 1.0, 9)])
    engine.on_switch.then("sandbox")
    assert await studio.switch() == "sandbox"
    assert "b.png" not in window.recovery.text  # What was left is looked for once.


async def test_restored_work_is_as_it_was_with_every_step(
    offered: MainWindow, engine: FakeEngine
) -> None:
    work = running()
    engine.on_take_work.then(work)
    offered.recovery.restore.click()
    await eventually(lambda: offered.stage.painted is not None)
    assert engine.on_take_work.calls == [("id-1",)]
    assert offered.stage.brush is not None
    session = offered.stage.brush.session
    assert session.document is work.history.document
    assert [session.history.text(each) for each in range(2)] == ["Paint", "Clear"]
    session.history.redo()
    assert session.document is work.history.steps[1].document
    session.history.undo()
    session.history.undo()
    assert session.document is work.history.start
    session.history.redo()
    await eventually(offered.isWindowModified)
    await eventually(lambda: engine.on_keep_work.calls)
    assert "b.png" in offered.recovery.text
    kept = engine.on_keep_work.calls[-1][0]
    assert kept.history.versions == work.history.versions
    assert kept.history.start is work.history.start


async def test_restored_work_of_a_project_is_saved_where_that_was(
    offered: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.on_take_work.then(running(str(tmp_path / "a.klproj")))
    offered.recovery.restore.click()
    await eventually(lambda: offered.windowTitle().startswith("a.klproj[*]"))
    await eventually(offered.isWindowModified)
    offered.actions_by_id["save"].trigger()
    await eventually(lambda: engine.on_save_project.calls)
    assert engine.on_save_project.calls[0][0] == tmp_path / "a.klproj"


async def test_discarded_work_is_deleted_and_the_next_is_offered(
    offered: MainWindow, engine: FakeEngine
) -> None:
    offered.recovery.discard.click()
    await eventually(lambda: engine.discarded == ["id-1"])
    await eventually(lambda: "b.png" in offered.recovery.text)
    offered.recovery.discard.click()
    await eventually(lambda: not offered.recovery.text)
    assert engine.discarded == ["id-1", "id-2"]


async def test_work_that_another_window_took_is_offered_no_more(
    offered: MainWindow, engine: FakeEngine
) -> None:
    engine.on_take_work.then(BadProject("The work", "was taken by another window just now"))
    offered.recovery.restore.click()
    await eventually(lambda: "taken by another window" in notice(offered))
    assert "b.png" in offered.recovery.text
    assert offered.stage.picture.is_empty


def test_older_work_has_its_day() -> None:
    assert "2026-11-25" not in sentence(LEFT, 0, NOON)
    assert "2026-11-25" in sentence(LEFT, 0, datetime(2026, 11, 28, tzinfo=UTC))
    assert "2 more are offered" in sentence(LEFT, 2, NOON)


# Keeping


async def test_every_step_is_handed_to_the_engine(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    for number in range(3):
        stroke(session, 80 + 70 * number)
        await eventually(
            lambda: engine.on_keep_work.calls[-1][0].history.document is session.document
        )
    session.history.undo()
    await eventually(lambda: engine.on_keep_work.calls[-1][0].history.done == 3)
    assert len(engine.on_keep_work.calls[-1][0].history.steps) == 4


async def test_a_disk_that_refuses_is_told_once(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.on_keep_work.habit = FolderUnusable("No space left on device")
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    await eventually(lambda: "not being kept" in notice(window))
    window.stage.notice.hide()
    stroke(session, 99)
    await eventually(lambda: len(engine.on_keep_work.calls) >= 2)
    await turns()
    assert notice(window) == ""


async def test_work_that_is_undone_to_its_beginning_is_kept_no_longer(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    await eventually(lambda: engine.on_keep_work.calls)
    before = engine.ended
    session.history.undo()
    await eventually(lambda: engine.ended == before + 1)


async def test_a_picture_that_was_deleted_meanwhile_is_kept_as_it_is_seen(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    from PySide6.QtGui import QImage

    from kling_desktop.ui.incoming import Source

    image = QImage(320, 300, QImage.Format.Format_RGB32)
    image.fill(0xFF204060)
    window.stage.show_picture(image, Source(tmp_path / "gone.jpg", "gone.jpg"))
    window.stage.show_brush(wanted=True)
    assert window.stage.brush is not None
    stroke(window.stage.brush.session)
    await eventually(lambda: engine.on_keep_work.calls)
    kept = engine.on_keep_work.calls[-1][0]
    assert kept.project.suffix == ".png"
    assert QImage.fromData(kept.picture) == image
