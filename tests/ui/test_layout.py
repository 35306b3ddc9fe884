from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import FolderUnusable, LedgerUnusable, Problem
from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.domain.messages import explain
from kling_desktop.ui import theme
from kling_desktop.ui.forms.menu import Menu
from kling_desktop.ui.forms.strip import PicturesEditor
from kling_desktop.ui.forms.widgets import TextField
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.queue import words
from kling_desktop.ui.queue.facts import facts_line
from tests.helpers.examples import example
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import a_job
from tests.ui.fakes import eventually
from tests.ui.layouts import cut_off, tab_order

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.main_window import MainWindow

SIZES = [(1024, 700), (1280, 800), (1920, 1080), (3840, 2160)]
SCHEMES = [theme.Scheme.LIGHT, theme.Scheme.DARK]
PATH = "/home/somebody/Videos/" + "a-folder-with-a-rather-long-name/" * 5 + "clip.mp4"
NOTICE = str(explain(FolderUnusable(f"{PATH}: No space left on device")))
at_every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def show(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    """For tests that are no tasks: no task may begin or go on inside of another one."""
    window.show_backend("sandbox")
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()


async def come_up(window: MainWindow, size: tuple[int, int]) -> None:
    """The same for those that are."""
    window.show_backend("sandbox")
    window.resize(*size)
    window.show()
    await eventually(window.windowHandle().isExposed)


def settle(app: QApplication) -> None:
    """Layouts ask for another round when a text wraps; three are plenty. No task may ask this."""
    for _ in range(3):
        app.processEvents()


def unfold(window: MainWindow) -> None:
    for each in window.compose.findChildren(QPushButton):
        if each.text() == "More settings":
            each.click()


@at_every_size
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("task", [Task.IMAGE_TO_VIDEO, Task.TEXT_TO_VIDEO])
def test_nothing_is_cut_off(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    size: tuple[int, int],
    scheme: theme.Scheme,
    task: Task,
) -> None:
    theme.apply(dressed, scheme)
    window.restyle()
    show(window, qtbot, size)
    window.compose.choose(task.value, "pro")
    unfold(window)
    window.stage.notice.tell(NOTICE)
    window.compose.show_problems([Problem(name, NOTICE) for name in window.compose.values()])
    settle(dressed)
    assert cut_off(window) == []
    assert (window.width(), window.height()) == size


@pytest.mark.parametrize("task", Task)
def test_no_form_is_cut_off_in_the_smallest_window(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, task: Task
) -> None:
    show(window, qtbot, SIZES[0])
    window.compose.choose(task.value, "pro")
    unfold(window)
    window.compose.set_values(example(window.compose.endpoint, full=True))
    settle(dressed)
    assert cut_off(window) == []
    for area in window.compose.findChildren(QScrollArea):
        inner = area.widget()
        assert inner is not None
        assert inner.minimumSizeHint().width() <= area.viewport().width()


@pytest.mark.parametrize("pictures", range(4))
def test_no_words_beside_the_pictures_of_an_effect_make_its_form_too_wide(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, pictures: int
) -> None:
    show(window, qtbot, SIZES[0])
    window.compose.choose(Task.EFFECTS.value, "pro")
    window.compose.set_values({"effect_scene": "hug"})
    strip = window.compose.findChild(PicturesEditor)
    assert strip is not None
    strip.add([f"/kept/{each}.png" for each in range(pictures)])
    settle(dressed)
    assert cut_off(window) == []
    for area in window.compose.findChildren(QScrollArea):
        inner = area.widget()
        assert inner is not None
        assert inner.width() <= area.viewport().width()


@pytest.mark.parametrize("task", Task)
def test_every_model_fits_into_its_box_in_the_smallest_window(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, task: Task
) -> None:
    show(window, qtbot, SIZES[0])
    window.compose.choose(task.value, "pro")
    unfold(window)
    settle(dressed)
    (model,) = (e for e in window.compose.findChildren(Menu) if e.accessibleName() == "Model")
    for line in range(model.count()):
        model.setCurrentIndex(line)
        assert model.shown_text == model.currentText()


def test_how_much_is_written_stands_over_the_end_of_its_field(
    window: MainWindow, qtbot: QtBot, dressed: QApplication
) -> None:
    show(window, qtbot, SIZES[0])
    settle(dressed)
    field = window.compose.findChild(TextField)
    (count,) = (e for e in window.compose.findChildren(QLabel) if e.text() == "0 of 2500")
    assert field is not None
    ends = {each.mapToGlobal(each.rect().topRight()).x() for each in (field, count)}
    assert len(ends) == 1


@at_every_size
def test_a_picture_with_a_long_name_leaves_everything_in_its_place(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, size: tuple[int, int]
) -> None:
    show(window, qtbot, size)
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    window.stage.show_picture(image, Source(Path(PATH), "a very long name " * 20 + ".jpg"))
    settle(dressed)
    assert cut_off(window) == []


@at_every_size
def test_the_reason_for_no_clips_at_all_can_be_read(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, size: tuple[int, int]
) -> None:
    show(window, qtbot, size)
    window.banner.show_failure(str(explain(LedgerUnusable(f"{PATH}: file is not a database"))))
    settle(dressed)
    assert cut_off(window) == []


@at_every_size
def test_what_scrolls_scrolls_up_and_down_only(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, size: tuple[int, int]
) -> None:
    show(window, qtbot, size)
    unfold(window)
    settle(dressed)
    for area in window.findChildren(QScrollArea):
        inner, room = area.widget(), area.viewport().width()
        assert inner is not None
        assert max(inner.width(), inner.minimumSizeHint().width()) <= room


LOST = Trouble("uncertain", "the connection broke", "maybe")
IN_ROWS = [a_job(state) for state in JobState if state is not JobState.DRAFT]


@pytest.mark.parametrize(
    "job",
    [
        *IN_ROWS,
        a_job(JobState.QUEUED, queue_position=0),
        a_job(JobState.QUEUED, queue_position=99),
        a_job(JobState.DONE, cancel_asked=True),
        a_job(JobState.FETCHING, cancel_asked=True, cancel_answer="too_late"),
        a_job(JobState.QUEUED, cancel_asked=True, cancel_answer="asked"),
        a_job(JobState.CANCELLED, request_id=None, trouble=Trouble("cancelled")),
        a_job(JobState.UNCERTAIN, trouble=LOST),
        a_job(JobState.CANCELLED, trouble=LOST),
    ],
    ids=words.state_line,
)
def test_what_a_job_is_doing_fits_into_its_row_in_the_smallest_window(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, job: Job
) -> None:
    show(window, qtbot, SIZES[0])
    window.queue.reset([job])
    settle(dressed)
    assert width_of(window, words.state_line(job)) <= room_in_a_row(window)


@pytest.mark.parametrize("price", ["0.475", "0.98"])
def test_how_long_a_clip_is_and_took_fits_into_its_row_in_the_smallest_window(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, price: str
) -> None:
    show(window, qtbot, SIZES[0])
    job = a_job(JobState.DONE, clips=(a_clip(),), cost_usd=Decimal(price))
    window.queue.reset([job])
    settle(dressed)
    line = facts_line(job, START, lambda text: width_of(window, text) <= room_in_a_row(window))
    assert line == f"5 s clip   made in 0:00   ${price}"


def width_of(window: MainWindow, text: str) -> int:
    return window.queue.table.fontMetrics().horizontalAdvance(text)


def room_in_a_row(window: MainWindow) -> int:
    return window.queue.table.viewport().width() - 4 - 10 - 30 - 10


def test_everything_that_is_operated_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    show(window, qtbot, SIZES[1])
    unfold(window)
    kinds = (QAbstractButton, QPlainTextEdit, QComboBox, QAbstractSpinBox, QSlider)
    operated = [
        each
        for kind in kinds
        for each in window.findChildren(kind)
        if each.isVisible() and not each.objectName().startswith("qt_")
    ]
    assert len(operated) >= 15
    nameless = [each for each in operated if not (each.accessibleName() or _text(each))]
    assert nameless == []


def _text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton | QLineEdit) else ""


def test_everything_that_is_operated_can_be_reached_by_tab(
    window: MainWindow, qtbot: QtBot
) -> None:
    show(window, qtbot, SIZES[1])
    unfold(window)
    wanted = {id(each) for each in window.compose.findChildren(QPushButton) if each.isVisible()}
    reached = {id(e) for e in tab_order(window) if e.focusPolicy() & Qt.FocusPolicy.TabFocus}
    assert wanted <= reached


def test_the_helper_sees_a_button_that_is_cut_off(qtbot: QtBot, dressed: QApplication) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    button = QPushButton("A button with a long text", host)
    button.resize(20, 20)
    button.move(-5, 0)
    host.show()
    assert len(cut_off(host)) == 2


def test_the_helper_sees_a_text_whose_lines_have_no_room(
    qtbot: QtBot, dressed: QApplication
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    text = QLabel("many words " * 40)
    text.setWordWrap(True)
    text.setMaximumHeight(20)
    column.addWidget(text)
    host.resize(200, 100)
    host.show()
    assert cut_off(host)
