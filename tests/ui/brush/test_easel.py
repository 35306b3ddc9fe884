"""The canvas in its page: every tool, every operation of the menus, and paths by keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.domain.motion.trajectory import Join, Trajectory
from kling_desktop.ui.brush import easel
from kling_desktop.ui.brush.asked import questions
from kling_desktop.ui.brush.deeds import OPAQUE, deeds
from kling_desktop.ui.brush.operations import ENTRIES
from kling_desktop.ui.brush.page import BrushPage
from kling_desktop.ui.canvas.canvas import Canvas
from kling_desktop.ui.canvas.session import Session
from kling_desktop.ui.keys_table import KeyTable, Scope
from tests.ui.brush.worlds import a_box, paint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


SIZE = Size(400, 300)
ELSEWHERE = {"mask.file"}
"""It needs something that the document does not have."""


@pytest.fixture
def table(qtbot: QtBot) -> KeyTable:
    return KeyTable()


@pytest.fixture
def page(qtbot: QtBot, dressed: QApplication, table: KeyTable) -> Iterator[BrushPage]:
    session, keys = Session(), table
    canvas = easel.make_canvas(session, keys)
    made = BrushPage(session, keys, canvas)
    easel.join(made, canvas)
    session.setParent(made)
    qtbot.addWidget(made)
    picture = np.random.default_rng(3).integers(0, 255, (*SIZE[::-1], 4), np.uint8)
    session.open(MotionDocument.blank(PictureRef(SIZE)), picture)
    made.resize(900, 640)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: canvas.is_ready)
    yield made
    made.questions.close_errands()
    canvas.close_errands()
    session.history.clear()


@pytest.fixture
def canvas(page: BrushPage) -> Canvas:
    assert isinstance(page.canvas, Canvas)
    return page.canvas


def nodes(page: BrushPage) -> list[Point]:
    return [each.point for each in page.session.document.dynamic[0].trajectory.nodes]


def test_no_key_of_the_brush_means_two_things(page: BrushPage, table: KeyTable) -> None:
    keys = [
        each
        for row in table.rows
        if row.scope is Scope.BRUSH and not row.is_fixed
        for each in row.keys
    ]
    assert sorted(keys) == sorted(set(keys))


def test_a_path_is_edited_by_keys_alone(page: BrushPage, canvas: Canvas) -> None:
    path = Trajectory.through([Point(100, 100), Point(200, 100), Point(300, 100)])
    document = page.session.document
    page.session.apply(Edit("Path", edits.give_trajectory(document, DYNAMIC[0], path)))
    QTest.keyClick(canvas, Qt.Key.Key_P)
    assert page.session.tool is ToolName.PEN
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert nodes(page) == [(100, 101), (200, 101), (300, 101)]
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_Up):
        QTest.keyClick(canvas, key)
    assert nodes(page)[1] == (200, 100)
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert nodes(page)[1] == (210, 100)
    QTest.keyClick(canvas, Qt.Key.Key_C)
    assert page.session.document.dynamic[0].trajectory.nodes[1].join is Join.SMOOTH
    QTest.keyClick(canvas, Qt.Key.Key_Insert)
    assert len(nodes(page)) == 4
    QTest.keyClick(canvas, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert nodes(page) == [(100, 101), (210, 100), (300, 101)]  # the new one was chosen
    QTest.keyClick(canvas, Qt.Key.Key_PageUp)
    QTest.keyClick(canvas, Qt.Key.Key_K)
    assert len(nodes(page)) == 2
    while page.session.history.canUndo():
        page.session.history.undo()
    assert page.session.document is document


def test_a_path_is_made_by_keys_alone(page: BrushPage, canvas: Canvas) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_P)
    for key in (Qt.Key.Key_Insert, Qt.Key.Key_Insert, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key)
    first, second = nodes(page)
    assert canvas.chosen_node() == 1
    assert second[0] > first[0]
    assert second[1] == first[1] + 1


def test_every_entry_of_the_menus_does_something(page: BrushPage) -> None:
    found = deeds(page.session)
    asked = questions()
    assert not found.keys() & asked.keys()
    assert {each.id for each in ENTRIES} - ELSEWHERE <= found.keys() | asked.keys()
    paint(page.session, 1, a_box(page.session, 100, 100, 80, 60))
    for name, deed in found.items():
        edit = deed(page.session.document, DYNAMIC[0])
        assert edit.label, name


@pytest.mark.parametrize("tool", ToolName)
def test_every_tool_can_be_taken_and_used_and_leaves_masks_apart(
    page: BrushPage, canvas: Canvas, qtbot: QtBot, tool: ToolName
) -> None:
    paint(page.session, 2, a_box(page.session, 0, 0, 200, 300))
    page.session.choose_tool(tool)
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 8):
        QTest.mouseMove(canvas, middle + middle * step / 40)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + middle / 5)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not canvas.is_busy)
    regions = page.session.document.regions
    for index, one in enumerate(regions):
        for other in regions[index + 1 :]:
            assert one.mask.common(other.mask).is_empty


def test_an_operation_that_cannot_do_anything_says_why(page: BrushPage, qtbot: QtBot) -> None:
    page.operate("mask.alpha")
    qtbot.waitUntil(lambda: page.status.words == OPAQUE)
    assert not page.session.history.canUndo()
