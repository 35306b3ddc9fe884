from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import (
    AccountLocked,
    BadPicture,
    InvalidParams,
    LedgerUnusable,
    MissingKey,
    Problem,
)
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.paths import resource
from kling_desktop.ui.studio import Studio
from tests.helpers.clips import write_clip
from tests.helpers.fakes import a_clip
from tests.helpers.worlds import I2V, T2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from tests.helpers.guards import LogGuard

BOAT = resource("samples/boat.jpg")


def some_pixels() -> QMimeData:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    made = QMimeData()
    made.setImageData(image)
    return made


def a_file(path: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path))])
    return made


def from_text(window: MainWindow) -> None:
    window.compose.choose(Task.TEXT_TO_VIDEO.value, "pro")
    window.compose.set_values({"prompt": "the boat drifts"})


def problems_shown(window: MainWindow) -> list[str]:
    labels = window.compose.findChildren(QLabel)
    return [e.text() for e in labels if e.property("problem") and not e.isHidden()]


def generate_button(window: MainWindow) -> QPushButton:
    return next(e for e in window.compose.findChildren(QPushButton) if e.property("primary"))


def notice(window: MainWindow) -> str:
    return window.stage.notice.text


# What comes in


async def test_a_dropped_file_is_kept_and_shown(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    event = QDropEvent(
        QPointF(500, 400),
        Qt.DropAction.CopyAction,
        mime := a_file(BOAT),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    assert event.isAccepted()
    assert mime.hasUrls()
    await eventually(lambda: not window.stage.picture.is_empty)
    assert engine.on_keep.calls == [(BOAT,)]


async def test_a_picture_that_comes_while_text_is_the_task_changes_the_task(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.choose(Task.TEXT_TO_VIDEO.value, "standard")
    studio.take_file(BOAT)
    await eventually(lambda: not window.stage.picture.is_empty)
    assert window.compose.endpoint.task is Task.IMAGE_TO_VIDEO
    assert window.compose.endpoint.tier == "standard"


async def test_pasted_pixels_become_a_file_that_does_not_stay(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    seen: list[Path] = []

    def keep(path: Path) -> Path:
        seen.append(path)
        kept = tmp_path / "kept.png"
        kept.write_bytes(path.read_bytes())
        return kept

    engine.on_keep.habit = keep
    QGuiApplication.clipboard().setMimeData(some_pixels())
    window.actions_by_id["paste"].trigger()
    await eventually(lambda: not window.stage.picture.is_empty)
    await turns()
    assert len(seen) == 1
    assert not seen[0].exists()
    QGuiApplication.clipboard().clear()


async def test_a_picture_dropped_on_the_prompt_is_the_windows(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    prompt = window.compose.findChild(QPlainTextEdit)
    assert isinstance(prompt, QPlainTextEdit)
    prompt.insertFromMimeData(a_file(BOAT))
    await eventually(lambda: not window.stage.picture.is_empty)
    assert engine.on_keep.calls == [(BOAT,)]


async def test_of_two_pictures_in_a_row_the_later_one_counts(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    astronaut = resource("samples/astronaut.jpg")
    studio.take_file(BOAT)
    studio.take_file(astronaut)
    await eventually(lambda: not window.stage.picture.is_empty)
    window.compose.set_values({"prompt": "a"})
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].values["image_url"] == str(astronaut)


async def test_a_picture_that_comes_before_the_engine_is_open_waits_for_it(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    studio = Studio(window, engine, tmp_path)
    studio.take_file(BOAT)
    await turns()
    assert notice(window) == ""
    await studio.start()
    await eventually(lambda: not window.stage.picture.is_empty)
    await studio.tasks.aclose()


@pytest.mark.parametrize("text", ["", "just words"])
async def test_what_holds_no_picture_is_answered_with_a_sentence(
    studio: Studio, window: MainWindow, text: str
) -> None:
    mime = QMimeData()
    mime.setText(text)
    studio.take_mime(mime)
    assert notice(window) == "There is no picture in what you gave."


async def test_a_picture_that_cannot_be_used_is_explained(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_keep.then(BadPicture("boat.jpg", "it is only 10 pixels wide"))
    studio.take_file(BOAT)
    await eventually(lambda: notice(window))
    assert "boat.jpg: it is only 10 pixels wide." in notice(window)
    assert window.stage.picture.is_empty


# What goes out


async def test_without_a_picture_nothing_is_sent_and_the_notice_says_so(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.compose.set_values({"prompt": "the boat drifts"})
    studio.generate()
    await eventually(lambda: notice(window))
    assert notice(window).startswith("A picture is needed.")
    assert "Nothing was sent" in notice(window)
    assert engine.drafts == []


async def test_a_draft_has_what_the_panels_show(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_file(BOAT)
    await eventually(lambda: not window.stage.picture.is_empty)
    window.compose.set_values({"prompt": "the boat drifts", "duration": "10"})
    generate_button(window).click()
    await eventually(lambda: engine.drafts)
    (draft,) = engine.drafts
    assert draft.endpoint == I2V
    assert draft.values == window.compose.values() | {"image_url": str(BOAT)}


async def test_text_needs_no_picture(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    window.actions_by_id["generate"].trigger()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].endpoint == T2V
    assert "image_url" not in engine.drafts[0].values


async def test_a_second_press_while_the_first_is_on_its_way_orders_nothing(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    gate = asyncio.Event()

    async def slowly(draft: Any) -> Job:
        await gate.wait()
        return a_job(endpoint=draft.endpoint)

    engine.on_generate.habit = slowly
    from_text(window)
    studio.generate()
    await eventually(lambda: engine.drafts)
    studio.generate()
    await turns()
    gate.set()
    await turns()
    assert len(engine.drafts) == 1
    studio.generate()
    await eventually(lambda: len(engine.drafts) == 2)


async def test_invalid_values_are_shown_at_their_fields(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(InvalidParams((Problem("prompt", "is empty"),)))
    studio.generate()
    await eventually(lambda: problems_shown(window))
    assert problems_shown(window) == ["Is empty"]
    assert notice(window) == ""


async def test_a_problem_without_a_field_lands_in_the_notice(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(InvalidParams((Problem("dynamic_masks", "needs a path"),)))
    studio.generate()
    await eventually(lambda: notice(window))
    assert notice(window).startswith("dynamic_masks needs a path. Nothing was sent")


async def test_a_new_try_takes_the_old_complaints_away(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(
        InvalidParams((Problem("prompt", "is odd"), Problem("image_url", "is missing")))
    )
    studio.generate()
    await eventually(lambda: notice(window) and not studio.tasks.is_busy("generate"))
    studio.generate()
    await eventually(lambda: len(engine.drafts) == 2)
    assert notice(window) == ""
    assert problems_shown(window) == []


async def test_other_errors_land_in_the_notice_with_what_they_mean_for_money(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(AccountLocked())
    studio.generate()
    await eventually(lambda: notice(window))
    assert "out of credit" in notice(window)
    assert "nothing will be charged" in notice(window)


async def test_an_unexpected_error_says_where_to_look(
    studio: Studio, window: MainWindow, engine: FakeEngine, expected_log: LogGuard
) -> None:
    expected_log("task failed")
    from_text(window)
    engine.on_generate.then(ZeroDivisionError())
    studio.generate()
    await eventually(lambda: notice(window))
    assert "the log has more" in notice(window)


# What is heard

# Said once a process where there is no graphics card, which a test has not.
playing = pytest.mark.qt_log_ignore("No RHI backend", extend=True)


def finished(folder: Path, job_id: str = "mine") -> Job:
    clip = write_clip(folder / f"{job_id}.mp4", frames=20)
    return a_job(JobState.DONE, id=JobId(job_id), clips=(a_clip(str(clip)),))


@playing
async def test_a_finished_job_of_this_window_plays(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    from_text(window)
    studio.generate()
    await turns()
    studio.hear((JobAdded(a_job(id=JobId("mine"))), JobChanged(finished(tmp_path))))
    assert window.queue.chosen is not None
    assert window.queue.chosen.id == "mine"
    player = window.stage.player
    assert player is not None
    await eventually(lambda: player.view.frames_shown)
    player.rest()


async def test_a_finished_job_of_another_window_does_not_interrupt(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    studio.hear((JobChanged(finished(tmp_path, "other")),))
    assert window.queue.model.rowCount() == 1
    assert window.stage.player is None


@playing
async def test_choosing_a_job_with_a_clip_plays_it_and_space_pauses_it(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    studio.hear((JobAdded(finished(tmp_path, "other")),))
    window.queue.choose(JobId("other"))
    player = window.stage.player
    assert player is not None
    await eventually(lambda: player.is_playing)
    window.actions_by_id["play"].trigger()
    await eventually(lambda: not player.is_playing)


async def test_choosing_a_job_without_a_clip_shows_nothing_new(
    studio: Studio, window: MainWindow
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.queue.choose(JobId("job-1"))
    assert window.stage.player is None


@pytest.mark.parametrize("keys", [("X", True), ("Delete", False)], ids=str)
async def test_the_keys_cancel_the_chosen_job(
    studio: Studio, window: MainWindow, engine: FakeEngine, qtbot: QtBot, keys: tuple[str, bool]
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.show()
    window.activateWindow()
    window.queue.choose(JobId("job-1"))
    window.queue.table.setFocus()
    await eventually(window.isActiveWindow)
    name, shift = keys
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(window.queue.table, getattr(Qt.Key, f"Key_{name}"), modifier)
    await eventually(lambda: engine.on_cancel.calls)
    assert engine.on_cancel.calls == [(JobId("job-1"),)]


@pytest.mark.parametrize("job", [None, a_job(JobState.DONE)])
async def test_what_is_over_or_not_there_is_not_cancelled(
    studio: Studio, engine: FakeEngine, job: Job | None
) -> None:
    studio.cancel(job)
    await turns()
    assert engine.on_cancel.calls == []


async def test_the_keys_of_the_queue_write_in_the_prompt_as_ever(
    studio: Studio, window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.show()
    window.activateWindow()
    window.queue.choose(JobId("job-1"))
    prompt = window.compose.findChild(QPlainTextEdit)
    assert isinstance(prompt, QPlainTextEdit)
    prompt.setFocus()
    await eventually(window.isActiveWindow)
    QTest.keyClicks(prompt, "a X")
    QTest.keyClick(prompt, Qt.Key.Key_Left)
    QTest.keyClick(prompt, Qt.Key.Key_Delete)
    await turns()
    assert prompt.toPlainText() == "a "
    assert engine.on_cancel.calls == []


# Start


async def test_a_start_shows_the_backend_and_its_jobs(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.on_open.habit, engine.on_jobs.habit = "live", lambda: [a_job()]
    await Studio(window, engine, tmp_path).start()
    assert window.windowTitle().endswith("live")
    assert window.queue.model.rowCount() == 1
    assert generate_button(window).isEnabled()


@pytest.mark.parametrize("error", [MissingKey(), LedgerUnusable("x")])
async def test_a_start_that_fails_leaves_nothing_to_press(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path, error: Exception
) -> None:
    engine.on_open.then(error)
    studio = Studio(window, engine, tmp_path)
    with pytest.raises(type(error)):
        await studio.start()
    assert not generate_button(window).isEnabled()
    assert not window.actions_by_id["generate"].isEnabled()


# Folders


class Opened(QObject):
    """Stands in for the file manager, by Qt's own hook for it."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.paths.append(url.toLocalFile())


@pytest.fixture
def opened(qapp: object) -> Iterator[Opened]:
    made = Opened()
    QDesktopServices.setUrlHandler("file", made, "take")  # type: ignore[arg-type]
    yield made
    QDesktopServices.unsetUrlHandler("file")


async def test_the_folder_of_the_clips_can_be_shown_before_there_is_one(
    studio: Studio, window: MainWindow, tmp_path: Path, opened: Opened
) -> None:
    window.actions_by_id["folder"].trigger()
    assert opened.paths == [str(tmp_path / "clips")]
    assert (tmp_path / "clips").is_dir()


async def test_the_folder_of_a_clip_can_be_shown(
    studio: Studio, window: MainWindow, opened: Opened
) -> None:
    window.queue.folder_asked.emit("/clips/here/a.mp4")
    assert opened.paths == ["/clips/here"]


async def test_a_button_with_the_focus_is_pressed_by_space(
    studio: Studio, window: MainWindow, qtbot: QtBot
) -> None:
    window.show()
    window.activateWindow()
    button = next(e for e in window.compose.findChildren(QPushButton) if "From text" in e.text())
    button.setFocus()
    await eventually(window.isActiveWindow)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.compose.endpoint.task is Task.TEXT_TO_VIDEO


async def test_a_click_on_the_cross_cancels(
    studio: Studio, window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    window.show()
    studio.hear((JobAdded(a_job()),))
    place = window.queue.table.visualRect(window.queue.model.index(0, 0))
    cross = QPoint(place.right() - 23, place.top() + 21)
    QTest.mouseClick(window.queue.table.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    await eventually(lambda: engine.on_cancel.calls)
