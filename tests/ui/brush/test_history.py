from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QUndoView, QWidget

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import MotionDocument, PictureRef, RegionId
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.ui.brush.history import UndoActions, show_history
from kling_desktop.ui.canvas.history import History, Step, cost

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.canvas.session import Session

BIG = Size(1024, 1024)
TILE = 8192


class Bench:
    """A history over a document, as the session has it."""

    def __init__(self, limit: int) -> None:
        self.history = History(limit=limit)
        self.document = MotionDocument.blank(PictureRef(BIG))
        self.random = random.Random(7)

    def show(self, document: MotionDocument) -> None:
        self.document = document

    def step(self, tiles: int = 4, merges_with: str = "") -> None:
        """Scribble over so many tiles."""
        document = self.document
        for each in range(tiles):
            rect = Rect(each % 4 * 256, each // 4 * 256, each % 4 * 256 + 8, each // 4 * 256 + 8)
            noise = np.frombuffer(self.random.randbytes(64), np.uint8).reshape(8, 8) | 1
            region = edits.region_or_new(document, RegionId(1))
            mask = region.mask.written(
                rect, (noise & self.random.choice((1, 0xFF))).astype(np.uint8)
            )
            mask = mask.written(rect, (noise & (1 << self.random.randrange(8))).astype(np.uint8))
            document = document.with_region(replace(region, mask=mask))
        self.history.add(Step(self.show, Edit("Paint", document, merges_with), self.document))


def test_a_step_costs_the_tiles_that_it_replaced() -> None:
    blank = MotionDocument.blank(PictureRef(BIG))
    one = edits.paint(
        blank, RegionId(1), Mask.part(BIG, Rect(0, 0, 8, 8), np.ones((8, 8), np.uint8))
    )
    two = edits.paint(
        one, RegionId(1), Mask.part(BIG, Rect(8, 0, 16, 8), np.ones((8, 8), np.uint8))
    )
    assert cost(blank, one) < TILE
    assert TILE < cost(one, two) < 2 * TILE
    assert cost(one, edits.rename(one, RegionId(1), "a")) < TILE
    assert TILE < cost(one, edits.remove(one, RegionId(1))) < 2 * TILE


def test_the_oldest_steps_go_and_the_rest_can_be_undone() -> None:
    limit = 40 * TILE
    bench = Bench(limit)
    versions = [bench.document]
    for _ in range(60):
        bench.step()
        versions.append(bench.document)
        assert bench.history.bytes <= limit
    kept = bench.history.count()
    assert 4 < kept < 12
    for back in range(1, kept + 1):
        bench.history.undo()
        assert bench.document is versions[-1 - back]
    assert not bench.history.canUndo()
    for _ in range(kept):
        bench.history.redo()
    assert bench.document is versions[-1]
    assert bench.history.undoText() == "Paint"


def test_dropping_steps_shows_no_document() -> None:
    bench = Bench(20 * TILE)
    shown: list[MotionDocument] = []
    show = bench.show

    def note(document: MotionDocument) -> None:
        shown.append(document)
        show(document)

    bench.show = note  # type: ignore[method-assign]
    for _ in range(30):
        bench.step()
    assert len(shown) == 30


def test_one_step_stays_however_large_it_is() -> None:
    bench = Bench(TILE)
    bench.step(16)
    bench.step(16)
    assert bench.history.count() == 1
    assert bench.history.canUndo()


def test_steps_that_merge_count_once() -> None:
    bench = Bench(100 * TILE)
    first = bench.document
    for _ in range(50):
        bench.step(merges_with="nudge")
    assert bench.history.count() == 1
    assert bench.history.bytes < 10 * TILE
    bench.history.undo()
    assert bench.document is first


def test_steps_that_did_not_merge_stay_apart_when_others_are_dropped() -> None:
    bench = Bench(30 * TILE)
    for number in range(20):
        bench.step(merges_with=f"nudge {number}")
    apart = bench.history.count()
    assert apart > 2
    bench.step(merges_with="nudge 19")
    assert bench.history.count() == apart


def test_what_was_saved_stays_marked_as_long_as_it_is_there() -> None:
    bench = Bench(40 * TILE)
    for _ in range(8):
        bench.step()
    bench.history.setClean()
    saved = bench.document
    while bench.history.cleanIndex() == 8:
        bench.step()
    assert 0 < bench.history.cleanIndex() < 8
    bench.history.setIndex(bench.history.cleanIndex())
    assert bench.document is saved
    assert bench.history.isClean()


def test_what_was_saved_and_dropped_is_never_clean_again() -> None:
    bench = Bench(20 * TILE)
    bench.history.setClean()
    for _ in range(30):
        bench.step()
    while bench.history.canUndo():
        bench.history.undo()
        assert not bench.history.isClean()


def test_a_step_after_an_undo_forgets_what_could_be_redone() -> None:
    bench = Bench(100 * TILE)
    for _ in range(5):
        bench.step()
    before = bench.history.bytes
    for _ in range(3):
        bench.history.undo()
    bench.step()
    assert bench.history.count() == 3
    assert bench.history.bytes < before
    bench.history.clear()
    assert bench.history.bytes == 0


@pytest.fixture
def actions(qtbot: QtBot) -> tuple[QAction, QAction, UndoActions]:
    undo, redo = QAction("Undo"), QAction("Redo")
    return undo, redo, UndoActions(undo, redo, undo)


def test_the_edit_menu_says_what_would_be_undone(
    session: Session, actions: tuple[QAction, QAction, UndoActions]
) -> None:
    undo, redo, both = actions
    both.follow(session.history)
    both.show_in_sight(in_sight=True)
    assert not undo.isEnabled()
    session.apply(Edit("Paint", edits.add(session.document)))
    assert (undo.text(), redo.text()) == ("&Undo Paint", "&Redo")
    assert undo.isEnabled()
    undo.trigger()
    assert (undo.text(), redo.text()) == ("&Undo", "&Redo Paint")
    assert session.document.dynamic == ()
    redo.trigger()
    assert len(session.document.dynamic) == 1


def test_nothing_is_undone_out_of_sight(
    session: Session, actions: tuple[QAction, QAction, UndoActions]
) -> None:
    undo, _, both = actions
    both.follow(session.history)
    session.apply(Edit("Paint", edits.add(session.document)))
    assert not undo.isEnabled()
    both.show_in_sight(in_sight=True)
    assert undo.isEnabled()


def test_the_list_of_steps_goes_back_to_the_beginning(session: Session, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    for name in ("Paint", "Erase"):
        session.apply(Edit(name, edits.rename(edits.add(session.document), RegionId(1), name)))
    dialog = show_history(parent, session.history)
    view = dialog.findChild(QUndoView)
    assert isinstance(view, QUndoView)
    model = view.model()
    rows = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert rows == ["The picture as it came", "Paint", "Erase"]
    view.setCurrentIndex(model.index(0, 0))
    assert session.document.dynamic == ()
    dialog.reject()


# Kept as plain values, and brought back


def test_a_history_told_and_taken_is_the_same(qtbot: QtBot) -> None:
    bench, other = Bench(limit=100 * TILE), Bench(limit=100 * TILE)
    for number in range(6):
        bench.step(merges_with="a" if number in {2, 3} else "")
    bench.history.setIndex(3)
    told = bench.history.told(bench.document)
    assert (len(told.steps), told.done) == (5, 3)
    assert told.document is bench.document
    other.document = told.versions[-1]
    other.history.take(told, other.show)
    other.history.setIndex(told.done)
    assert other.history.told(other.document) == told
    assert not other.history.isClean()
    seen = []
    for index in range(6):
        other.history.setIndex(index)
        seen.append(other.document)
    assert all(one is two for one, two in zip(seen, told.versions, strict=True))
    assert other.history.bytes == bench.history.bytes


def test_only_the_newest_steps_are_told(qtbot: QtBot) -> None:
    bench = Bench(limit=100 * TILE)
    for _ in range(9):
        bench.step(1)
    bench.history.setIndex(8)
    told = bench.history.told(bench.document, most=4)
    assert len(told.steps) == 4
    assert told.document is bench.document
    assert told.versions[-1] is bench.history.told(bench.document).versions[-1]
