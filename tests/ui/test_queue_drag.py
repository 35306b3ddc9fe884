"""Rows are dragged: waiting jobs among themselves, clips to other programs, and nothing else."""

from __future__ import annotations

import warnings
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.ui.incoming import OURS, offers_clip, offers_picture
from kling_desktop.ui.queue.delegate import HEIGHT
from kling_desktop.ui.queue.model import QueueModel
from kling_desktop.ui.queue.panel import QueuePanel
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow

S, ACTION = JobState, Qt.DropAction
NOWHERE = QModelIndex()


def numbered(number: int, state: JobState = S.HELD, **facts: object) -> Job:
    at = START + timedelta(seconds=number)
    return a_job(state, id=JobId(f"job-{number}"), place=float(number), created_at=at, **facts)


def a_queue() -> list[Job]:
    """Newest first, as the ledger has them: one runs, three wait, two are over."""
    done = {"clips": (a_clip("/clips/a.mp4"),)}
    line = [numbered(number) for number in (5, 4, 3)]
    return [numbered(6, S.RUNNING), *line, numbered(2, S.DONE, **done), numbered(1, S.FAILED)]


@pytest.fixture
def model(qtmodeltester: ModelTester) -> QueueModel:
    """A model that Qt's own tester watches through the whole test."""
    made = QueueModel(now=lambda: START)
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]
    made.reset(a_queue())
    return made


@pytest.fixture
def panel(qtbot: QtBot, dressed: QApplication) -> QueuePanel:
    made = QueuePanel()
    qtbot.addWidget(made)
    made.resize(300, 700)
    with qtbot.waitExposed(made):
        made.show()
    made.reset(a_queue())
    return made


def rows(model: QueueModel) -> list[str]:
    return [job.id for row in range(model.rowCount()) if (job := model.job_at(row))]


def pack(model: QueueModel, *numbers: int) -> QMimeData:
    return model.mimeData([model.index_of(JobId(f"job-{each}")) for each in numbers])


def drop(model: QueueModel, row: int, *numbers: int) -> list[tuple[Sequence[JobId], JobId | None]]:
    """What is asked for when these rows fall in front of that one."""
    asked: list[tuple[Sequence[JobId], JobId | None]] = []
    model.moved.connect(lambda ids, before: asked.append((ids, before)))
    mime = pack(model, *numbers)
    if model.canDropMimeData(mime, ACTION.MoveAction, row, 0, NOWHERE):
        assert model.dropMimeData(mime, ACTION.MoveAction, row, 0, NOWHERE)
    else:
        assert not model.dropMimeData(mime, ACTION.MoveAction, row, 0, NOWHERE)
        asked.append(((), None))
    return asked


REFUSED = [((), None)]


def test_the_line_is_shown_between_what_is_under_way_and_what_is_over(model: QueueModel) -> None:
    assert rows(model) == ["job-6", "job-3", "job-4", "job-5", "job-2", "job-1"]


def test_a_job_goes_from_block_to_block_as_it_lives(model: QueueModel) -> None:
    model.take(JobChanged(numbered(3, S.UPLOADING)))
    assert rows(model) == ["job-6", "job-3", "job-4", "job-5", "job-2", "job-1"]
    model.take(JobChanged(numbered(6, S.DONE)))
    assert rows(model) == ["job-3", "job-4", "job-5", "job-6", "job-2", "job-1"]
    model.take(JobChanged(numbered(5, S.CANCELLED)))
    assert rows(model) == ["job-3", "job-4", "job-6", "job-5", "job-2", "job-1"]
    model.take(JobAdded(numbered(7, S.INTENT)))
    assert rows(model) == ["job-3", "job-4", "job-7", "job-6", "job-5", "job-2", "job-1"]


def test_a_new_place_moves_the_row_both_ways(model: QueueModel) -> None:
    first = numbered(3)
    model.take(JobChanged(first.but(START, place=4.5)))
    assert rows(model)[1:4] == ["job-4", "job-3", "job-5"]
    model.take(JobChanged(first.but(START, place=9.0)))
    assert rows(model)[1:4] == ["job-4", "job-5", "job-3"]
    model.take(JobChanged(first.but(START, place=0.0)))
    assert rows(model)[1:4] == ["job-3", "job-4", "job-5"]


@pytest.mark.parametrize(
    ("row", "numbers", "asked"),
    [
        (1, (5,), [(["job-5"], "job-3")]),
        (2, (5,), [(["job-5"], "job-4")]),
        (4, (3,), [(["job-3"], None)]),
        (3, (3,), [(["job-3"], "job-5")]),
        (1, (5, 4), [(["job-4", "job-5"], "job-3")]),
        (4, (3, 4), [(["job-3", "job-4"], None)]),
        (2, (3, 5), [(["job-3", "job-5"], "job-4")]),
    ],
)
def test_a_drop_asks_for_the_place_in_front_of_the_row_below(
    model: QueueModel, row: int, numbers: tuple[int, ...], asked: list[object]
) -> None:
    assert drop(model, row, *numbers) == asked


@pytest.mark.parametrize(("row", "numbers"), [(1, (3,)), (2, (3,)), (2, (3, 4)), (4, (5,))])
def test_a_drop_where_the_rows_are_asks_for_nothing(
    model: QueueModel, row: int, numbers: tuple[int, ...]
) -> None:
    assert drop(model, row, *numbers) == []


@pytest.mark.parametrize(
    ("row", "numbers"), [(0, (4,)), (5, (4,)), (6, (4,)), (-1, (4,)), (2, (6,)), (2, (2,))]
)
def test_only_what_waits_moves_and_only_among_the_waiting(
    model: QueueModel, row: int, numbers: tuple[int, ...]
) -> None:
    assert drop(model, row, *numbers) == REFUSED


def test_what_was_sent_while_it_was_dragged_does_not_move(model: QueueModel) -> None:
    mime = pack(model, 4)
    model.take(JobChanged(numbered(4, S.SENDING)))
    assert not model.canDropMimeData(mime, ACTION.MoveAction, 2, 0, NOWHERE)


@pytest.mark.parametrize("data", [b"", b"nonsense", b"[1]", b'{"sender": "x", "ids": ["job-4"]}'])
def test_what_another_window_drags_does_not_fall_here(model: QueueModel, data: bytes) -> None:
    mime = QMimeData()
    mime.setData(OURS, data)
    assert not model.canDropMimeData(mime, ACTION.MoveAction, 2, 0, NOWHERE)


@pytest.mark.parametrize(
    ("number", "travels"), [(6, False), (3, True), (2, True), (1, False)], ids=str
)
def test_what_can_be_dragged(model: QueueModel, number: int, *, travels: bool) -> None:
    flags = model.flags(model.index_of(JobId(f"job-{number}")))
    assert bool(flags & Qt.ItemFlag.ItemIsDragEnabled) is travels
    assert not flags & Qt.ItemFlag.ItemIsDropEnabled


def test_a_finished_job_drags_its_file_and_is_no_picture_here(model: QueueModel) -> None:
    mime = pack(model, 2)
    assert mime.urls() == [QUrl.fromLocalFile("/clips/a.mp4")]
    assert not offers_picture(mime)
    assert pack(model, 3).urls() == []


def test_a_clip_is_taken_over_the_stage_and_left_to_the_queue_elsewhere(
    model: QueueModel, window: MainWindow
) -> None:
    """One of its frames is a picture; but whoever puts rows into order wants none."""
    window.show()
    mime = pack(model, 2)
    assert offers_clip(mime)
    assert not offers_clip(pack(model, 3))
    for panel, taken in ((window.stage, True), (window.queue, False)):
        there = panel.mapTo(window, panel.rect().center())
        button, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            event = QDragMoveEvent(there, ACTION.CopyAction, mime, button, no_keys)
        window.dragMoveEvent(event)
        assert event.isAccepted() is taken


# The view


def event_at(
    panel: QueuePanel, kind: type[QDragMoveEvent] | type[QDropEvent], y: int, mime: QMimeData
) -> QDropEvent:
    """Let something hang or fall over the table; Qt's constructors differ by version."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if issubclass(kind, QDragMoveEvent):
            event: QDropEvent = kind(QPoint(50, y), ACTION.MoveAction, mime, buttons, keys)
        else:
            event = kind(QPointF(50, y), ACTION.MoveAction, mime, buttons, keys)
    QApplication.sendEvent(panel.table.viewport(), event)
    return event


def test_a_drag_over_the_line_shows_the_gap_and_a_drop_moves(
    panel: QueuePanel, qtbot: QtBot
) -> None:
    mime, before = pack(panel.model, 3, 4), panel.table.grab().toImage()
    event_at(panel, QDragEnterEvent, 10, mime)
    assert event_at(panel, QDragMoveEvent, 4 * HEIGHT - 5, mime).isAccepted()
    assert panel.table.grab().toImage() != before
    with qtbot.waitSignal(panel.move_asked) as signal:
        assert event_at(panel, QDropEvent, 4 * HEIGHT - 5, mime).isAccepted()
    assert signal.args == [["job-3", "job-4"], None]
    assert panel.table._gap is None  # a picture would show how time goes on in other rows


@pytest.mark.parametrize("y", [5, 5 * HEIGHT, 6 * HEIGHT + 20])
def test_over_other_rows_a_drag_is_refused_and_nothing_moves(
    panel: QueuePanel, qtbot: QtBot, y: int
) -> None:
    mime = pack(panel.model, 3)
    event_at(panel, QDragEnterEvent, 10, mime)
    with qtbot.assertNotEmitted(panel.move_asked):
        assert not event_at(panel, QDragMoveEvent, y, mime).isAccepted()
        event_at(panel, QDropEvent, y, mime)
    assert panel.table._gap is None  # a picture would show how time goes on in other rows


def test_a_file_from_elsewhere_passes_to_the_window_behind(panel: QueuePanel) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/pictures/a.jpg")])
    assert not event_at(panel, QDragEnterEvent, 10, mime).isAccepted()


def select(panel: QueuePanel, *numbers: int) -> None:
    panel.choose(JobId(f"job-{numbers[0]}"))
    flags = panel.table.selectionModel().SelectionFlag
    for each in numbers[1:]:
        index = panel.model.index_of(JobId(f"job-{each}"))
        panel.table.selectionModel().select(index, flags.Select | flags.Rows)


@pytest.mark.parametrize(
    ("numbers", "carried"),
    [
        ((3, 5, 6, 2), ["job-3", "job-5"]),
        ((2, 3), ["job-2"]),
        ((6, 3), []),
        ((1,), []),
        ((4,), ["job-4"]),
    ],
)
def test_a_drag_carries_what_is_marked_and_of_the_same_kind(
    panel: QueuePanel, numbers: tuple[int, ...], carried: list[str]
) -> None:
    select(panel, *numbers)
    assert [job.id for job in panel.table.carried()] == carried


def test_near_its_edge_a_drag_scrolls(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.reset([numbered(number) for number in range(30, 0, -1)])
    mime = pack(panel.model, 1)
    event_at(panel, QDragEnterEvent, 300, mime)
    event_at(panel, QDragMoveEvent, panel.table.viewport().height() - 5, mime)
    bar = panel.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 0)
    event_at(panel, QDropEvent, 300, mime)
