from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import (
    BadPicture,
    LedgerUnusable,
    MissingKey,
)
from kling_desktop.domain.events import JobAdded
from kling_desktop.paths import resource
from kling_desktop.ui.studio import NO_FOLDER, Studio
from tests.helpers.worlds import a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import generate_button, notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow

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
    await eventually(lambda: opened.paths == [str(tmp_path / "clips")])
    assert (tmp_path / "clips").is_dir()


async def test_the_folder_of_a_clip_can_be_shown(
    studio: Studio, window: MainWindow, opened: Opened, tmp_path: Path
) -> None:
    window.queue.folder_asked.emit(str(tmp_path / "a.mp4"))
    await eventually(lambda: opened.paths == [str(tmp_path)])


async def test_a_button_with_the_focus_is_pressed_by_space(
    studio: Studio, window: MainWindow, qtbot: QtBot
) -> None:
    window.show()
    window.activateWindow()
    button = next(e for e in window.compose.findChildren(QPushButton) if e.text() == "Standard")
    button.setFocus()
    await eventually(window.isActiveWindow)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.compose.endpoint.tier == "standard"


async def test_a_click_on_the_cross_cancels(
    studio: Studio, window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    window.show()
    studio.hear((JobAdded(a_job()),))
    place = window.queue.table.visualRect(window.queue.model.index(0, 0))
    cross = QPoint(place.right() - 23, place.top() + 21)
    QTest.mouseClick(window.queue.table.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    await eventually(lambda: engine.on_cancel.calls)


async def test_a_folder_that_is_gone_is_said(
    studio: Studio, window: MainWindow, opened: Opened, tmp_path: Path
) -> None:
    window.queue.folder_asked.emit(str(tmp_path / "gone" / "a.mp4"))
    await eventually(lambda: NO_FOLDER.format(tmp_path / "gone") in notice(window))
    assert opened.paths == []
