"""Pictures that Kling would refuse: what is offered, and that the painting follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.domain.limits import MAX_RATIO, MIN_RATIO
from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.ui.project.crop_view import CropView, resized
from kling_desktop.ui.project.desk import UNFIT
from kling_desktop.ui.project.fit_dialog import SAME, FitDialog
from tests.ui.fakes import eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.looks import notice
from tests.ui.project.worlds import (
    a_file,
    a_project,
    button_of,
    is_asking,
    painted,
    the_dialog,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine


def an_image(width: int, height: int) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.darkCyan)
    return made


@pytest.fixture
def parent(dressed: QApplication, qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def wide(parent: QWidget, qtbot: QtBot) -> FitDialog:
    dialog = FitDialog(parent, an_image(1600, 400))
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def test_the_most_of_the_middle_is_suggested(wide: FitDialog) -> None:
    assert wide.view.crop == Rect(300, 0, 1300, 400)
    assert wide.fit is not None
    assert wide.fit.size == (1000, 400)
    assert button_of(wide, "Crop to 1000 x 400").isEnabled()
    assert cut_off(wide) == []


def test_the_box_is_dragged_and_never_leaves_the_limits(wide: FitDialog) -> None:
    view, start = wide.view, wide.view.crop
    middle = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(view, middle + QPoint(2000, 0))
    assert view.crop == Rect(600, 0, 1600, 400)
    QTest.mouseMove(view, middle)
    assert view.crop == start
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(view, middle + QPoint(50, 0))
    assert view.crop == start


def test_the_box_moves_by_keys(wide: FitDialog) -> None:
    QTest.keyClick(wide.view, Qt.Key.Key_Left)
    QTest.keyClick(wide.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert wide.view.crop == Rect(309, 0, 1309, 400)
    assert wide.numbers[0].value() == 309


def test_numbers_say_the_same(wide: FitDialog) -> None:
    wide.numbers[2].setValue(500)
    assert wide.view.crop == Rect(300, 0, 800, 400)
    wide.numbers[0].setValue(1000)
    assert wide.view.crop == Rect(1000, 0, 1500, 400)
    wide.numbers[2].setValue(1600)  # more than there is at that place, and than Kling takes
    crop = wide.view.crop
    assert [each.value() for each in wide.numbers] == [crop.left, crop.top, crop.width, crop.height]
    assert crop.width / crop.height <= MAX_RATIO


def test_a_picture_that_needs_nothing_changes_nothing(parent: QWidget) -> None:
    dialog = FitDialog(parent, an_image(640, 480))
    assert dialog.fit is None
    assert not button_of(dialog, SAME).isEnabled()
    dialog.view.set_crop(Rect(0, 0, 400, 400))
    assert button_of(dialog, "Crop to 400 x 400").isEnabled()


def test_a_small_picture_is_scaled_up(parent: QWidget) -> None:
    dialog = FitDialog(parent, an_image(200, 150))
    assert dialog.fit is not None
    assert dialog.fit.size == (400, 300)
    assert button_of(dialog, "Scale to 400 x 300").isEnabled()


@pytest.mark.parametrize(
    "grip", [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]
)
@pytest.mark.parametrize("way", [(900, 0), (-900, 0), (0, 900), (0, -900), (-350, 210), (33, -7)])
def test_any_edge_dragged_anywhere_leaves_a_box_that_can_be_sent(
    grip: tuple[int, int], way: tuple[int, int]
) -> None:
    size, box = Size(1000, 800), Rect(300, 250, 700, 550)
    made = resized(box, grip, *way, size)
    assert made == made.clipped(size.rect)
    assert made.width > 0
    assert MIN_RATIO <= made.width / made.height <= MAX_RATIO


def test_only_the_held_edge_moves() -> None:
    size, box = Size(1000, 800), Rect(300, 250, 700, 550)
    assert resized(box, (-1, 0), 50, 99, size) == Rect(350, 250, 700, 550)
    assert resized(box, (1, 1), 50, 60, size) == Rect(300, 250, 750, 610)


def test_edges_are_taken_hold_of_by_the_mouse(dressed: QApplication, qtbot: QtBot) -> None:
    view = CropView(an_image(640, 400), Rect(100, 100, 500, 300))
    qtbot.addWidget(view)
    view.resize(652, 412)  # one pixel of the screen for each of the picture
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(506, 200))
    QTest.mouseMove(view, QPoint(526, 260))
    assert view.crop == Rect(100, 100, 520, 300)
    assert not view.grab().isNull()


# In the window


async def test_a_picture_that_is_too_long_is_offered_with_a_box(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    studio.take_file(a_file(tmp_path, "teal.png", (1600, 400)))
    dialog = await the_dialog(FitDialog)
    button_of(dialog, "Crop to").click()
    await eventually(lambda: not window.stage.picture.is_empty)
    assert window.stage.picture.image_size.width() == 1000
    assert engine.on_keep.calls == []
    ((name, data),) = engine.on_keep_bytes.calls
    assert QImage.fromData(data).width() == 1000
    assert window.stage.source is not None
    assert (window.stage.source.name, window.stage.source.path.name) == ("teal.png", name)


async def test_without_an_answer_no_picture_comes(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    studio.take_file(a_file(tmp_path, "teal.png", (200, 200)))
    (await the_dialog(FitDialog)).reject()
    await eventually(lambda: not studio.tasks.is_busy("picture"))
    assert window.stage.picture.is_empty
    assert notice(window) == ""


async def test_a_project_whose_picture_would_be_refused_may_stay_or_follow(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    size = Size(1600, 400)
    for _ in range(2):
        engine.on_open_project.then(a_project(size))
    studio.take_file(tmp_path / "a.klproj")
    (await the_dialog(FitDialog)).reject()
    await eventually(lambda: notice(window) == UNFIT)
    assert window.stage.painted is not None
    assert window.stage.painted.size == size
    studio.take_file(tmp_path / "a.klproj")
    button_of(await the_dialog(FitDialog), "Crop to").click()
    await eventually(lambda: window.stage.painted and window.stage.painted.size == (1000, 400))
    assert window.stage.painted is not None
    assert window.stage.painted.dynamic[0].mask.bounds.left == 320 - 300
    await eventually(window.isWindowModified)


async def test_a_painted_picture_is_cropped_and_the_painting_follows(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png", (800, 600)))
    window.actions_by_id["crop"].trigger()
    dialog = await the_dialog(FitDialog)
    assert isinstance(dialog, FitDialog)
    dialog.view.set_crop(Rect(20, 0, 420, 400))
    button_of(dialog, "Crop to 400 x 400").click()
    await eventually(lambda: session.document.size == (400, 400))
    assert session.document.dynamic[0].mask.bounds == Rect(0, 10, 50, 50)
    assert session.picture is not None
    assert session.picture.shape == (400, 400, 4)
    await eventually(window.isWindowModified)
    await eventually(lambda: engine.on_keep_work.calls[-1][0].project.document.size == (400, 400))


async def test_without_a_picture_nothing_can_be_cropped(studio: Studio, window: MainWindow) -> None:
    window.actions_by_id["crop"].trigger()
    await eventually(lambda: notice(window))
    await turns()
    assert not is_asking()
