from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from kling_desktop.ui.actions import ACTIONS
from kling_desktop.ui.brush.keys import CANVAS_GESTURES, ROWS
from kling_desktop.ui.canvas.fingers import TAPS
from kling_desktop.ui.keys_table import KeyTable, Scope, native, portable
from kling_desktop.ui.shortcuts import FIXED, HOW, ShortcutSheet, show_keys
from tests.ui.layouts import cut_off

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.ui.main_window import MainWindow

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def table(qtbot: QtBot) -> KeyTable:
    made = KeyTable()
    made.add((*ROWS, *CANVAS_GESTURES))
    return made


@pytest.fixture
def sheet(window: MainWindow, qtbot: QtBot) -> ShortcutSheet:
    with qtbot.waitExposed(window):
        window.show()
    return show_keys(window, window.shortcuts)


def press(
    sheet: ShortcutSheet, key: Qt.Key, held: Qt.KeyboardModifier = NONE, text: str = ""
) -> None:
    """As a keyboard does it; what it would do elsewhere is asked first."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        sheet.tree.event(QKeyEvent(kind, key, held, text))


def ask(sheet: ShortcutSheet, name: str) -> None:
    sheet.choose(name)
    sheet.tree.setFocus()
    QTest.keyClick(sheet.tree, Qt.Key.Key_Return)


# The table


def test_all_keys_are_written_as_qt_writes_them() -> None:
    rows = [row for row in KeyTable().rows + ROWS if not row.is_fixed]
    assert [key for row in rows for key in row.keys if not portable(key)] == []


def test_no_two_rows_of_a_scope_share_a_key(table: KeyTable) -> None:
    keys = Counter(
        (row.scope, portable(key)) for row in table.rows if not row.is_fixed for key in row.keys
    )
    assert [each for each, times in keys.items() if times > 1] == []


def test_the_brush_hides_only_keys_of_the_window_that_would_do_harm(table: KeyTable) -> None:
    taken = {
        row.id
        for row in table.rows
        if row.scope is Scope.WINDOW
        for key in row.keys
        if table.holder(portable(key), Scope.BRUSH)
    }
    # Delete clears a mask and must not cancel a job meanwhile; Alt+Up moves a region, not a job.
    assert taken == {"cancel", "up", "down"}


def test_keys_that_are_given_are_taken_from_who_had_them(table: KeyTable) -> None:
    table.give("tool.lasso", ("B",))
    assert table.keys_of("tool.lasso") == ("B",)
    assert table.keys_of("tool.brush") == ()
    assert table.notes() == {"tool.lasso": ["B"], "tool.brush": []}


def test_resetting_a_row_takes_its_keys_back(table: KeyTable) -> None:
    table.give("tool.lasso", ("B",))
    table.reset("tool.brush")
    assert table.keys_of("tool.brush") == ("B",)
    assert table.keys_of("tool.lasso") == ()
    table.reset("tool.lasso")
    assert table.notes() == {}


def test_resetting_all_leaves_nothing_to_remember(table: KeyTable) -> None:
    table.give("tool.lasso", ("B",))
    table.give("open", ("F3",))
    table.reset_all()
    assert table.notes() == {}
    assert table.keys_of("open") == ("Ctrl+O",)


def test_a_key_given_to_the_window_leaves_the_brush_its_own(table: KeyTable) -> None:
    table.give("open", ("B",))
    assert table.keys_of("tool.brush") == ("B",)


@pytest.mark.parametrize(
    "notes",
    [None, 5, [], {"tool.lasso": 5}, {"tool.lasso": ["Nonsense+"]}, {5: ["B"]},
     {"tool.lasso": ["B"] * 99}, {"tool.lasso": [["B"]], "open": "B"}],
)  # fmt: skip
def test_odd_notes_leave_the_keys_as_they_are(table: KeyTable, notes: Any) -> None:
    table.restore(notes)
    assert table.keys_of("open") == ("Ctrl+O",)
    assert table.keys_of("tool.lasso") in {("L",), ()}


@pytest.mark.parametrize(
    ("key", "held", "text", "name"),
    [
        (Qt.Key.Key_B, NONE, "b", "tool.brush"),
        (Qt.Key.Key_3, Qt.KeyboardModifier.KeypadModifier, "3", "region.3"),
        (Qt.Key.Key_BraceLeft, SHIFT, "{", "brush.softer"),
        (Qt.Key.Key_V, SHIFT, "V", "mask.invert"),
        (Qt.Key.Key_Delete, NONE, "", "mask.clear"),
        (Qt.Key.Key_Delete, SHIFT, "", "region.remove"),
        (Qt.Key.Key_B, CTRL, "", None),
        (Qt.Key.Key_Q, NONE, "q", None),
    ],
)
def test_an_event_finds_its_row(
    table: KeyTable, key: Qt.Key, held: Qt.KeyboardModifier, text: str, name: str | None
) -> None:
    row = table.row_for(QKeyEvent(QEvent.Type.KeyPress, key, held, text))
    assert (row.id if row else None) == name


# In the window


def test_other_keys_reach_the_actions_and_the_next_window(
    window: MainWindow, catalog: Catalog, qtbot: QtBot
) -> None:
    from kling_desktop.ui.main_window import MainWindow

    window.shortcuts.give("open", ("F3",))
    assert [k.toString() for k in window.actions_by_id["open"].shortcuts()] == ["F3"]
    later = MainWindow(catalog)
    qtbot.addWidget(later)
    later.restore(window.remember())
    assert [k.toString() for k in later.actions_by_id["open"].shortcuts()] == ["F3"]
    later.shortcuts.reset_all()
    assert [k.toString() for k in later.actions_by_id["open"].shortcuts()] == ["Ctrl+O"]


# The sheet


def test_every_shortcut_is_on_the_sheet(sheet: ShortcutSheet) -> None:
    lines = dict(sheet.lines())
    for spec in ACTIONS:
        if spec.keys:
            shown = " or ".join(native(each) for each in spec.keys)
            assert lines[spec.text.replace("&", "")] == shown
    for row in ROWS:
        assert row.text in lines
    assert len(sheet.lines()) == len(ACTIONS) + len(ROWS) + len(CANVAS_GESTURES)


@pytest.mark.parametrize(
    ("words", "line"),
    [("lasso", ("Lasso", "L")), ("ctrl+q", ("Quit", "Ctrl+Q")), ("edit redo", None)],
)
def test_the_sheet_is_searched_by_words_keys_and_groups(
    sheet: ShortcutSheet, words: str, line: tuple[str, str] | None
) -> None:
    sheet.search.setText(words)
    assert len(sheet.lines()) == 1
    assert line is None or sheet.lines() == [line]
    sheet.search.clear()
    assert len(sheet.lines()) > 50


def test_the_sheet_says_what_fingers_do(sheet: ShortcutSheet) -> None:
    sheet.search.setText("touch screen")
    shown = {gesture: text for text, gesture in sheet.lines()}
    assert shown["Pinch"] == "Zoom in and out"
    taps = {2: shown["Tap with two fingers"], 3: shown["Tap with three fingers"]}
    assert {fingers: text.split()[0].lower() for fingers, text in taps.items()} == TAPS
    assert {"One finger", "Drag two fingers", "Turn two fingers"} < set(shown)


def test_a_row_takes_the_next_keys(sheet: ShortcutSheet, window: MainWindow) -> None:
    ask(sheet, "tool.lasso")
    assert "Press the new keys" in sheet.words.text()
    press(sheet, Qt.Key.Key_Control, CTRL)
    press(sheet, Qt.Key.Key_K, CTRL)
    assert window.shortcuts.keys_of("tool.lasso") == ("Ctrl+K",)
    assert sheet.words.text() == HOW
    assert ("Lasso", "Ctrl+K") in sheet.lines()


def test_keys_that_belong_to_another_row_change_hands_the_second_time(
    sheet: ShortcutSheet, window: MainWindow
) -> None:
    ask(sheet, "tool.lasso")
    press(sheet, Qt.Key.Key_B, NONE, "b")
    assert "belongs to \N{LEFT DOUBLE QUOTATION MARK}Brush" in sheet.words.text()
    assert window.shortcuts.notes() == {}
    press(sheet, Qt.Key.Key_B, NONE, "b")
    assert window.shortcuts.keys_of("tool.lasso") == ("B",)
    assert ("Brush", "none") in sheet.lines()


def test_escape_leaves_the_keys_and_then_the_sheet(
    sheet: ShortcutSheet, window: MainWindow
) -> None:
    ask(sheet, "tool.lasso")
    QTest.keyClick(sheet.tree, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    assert window.shortcuts.notes() == {}
    QTest.keyClick(sheet.tree, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
def test_keys_that_everything_needs_are_not_taken(
    sheet: ShortcutSheet, window: MainWindow, key: Qt.Key
) -> None:
    ask(sheet, "tool.lasso")
    press(sheet, key)
    assert "keeps its meaning everywhere" in sheet.words.text()
    assert window.shortcuts.notes() == {}


def test_a_gesture_cannot_be_changed(sheet: ShortcutSheet) -> None:
    ask(sheet, "hold.erase")
    assert sheet.words.text() == FIXED


def test_one_row_or_all_are_reset(sheet: ShortcutSheet, window: MainWindow) -> None:
    for name in ("tool.lasso", "open"):
        ask(sheet, name)
        press(sheet, Qt.Key.Key_F11 if name == "open" else Qt.Key.Key_F12)
    assert len(window.shortcuts.notes()) == 2
    sheet.choose("open")
    sheet.reset.click()
    assert set(window.shortcuts.notes()) == {"tool.lasso"}
    assert not sheet.reset.isEnabled()
    sheet.reset_all.click()
    assert window.shortcuts.notes() == {}
    assert not sheet.reset_all.isEnabled()


def test_nothing_in_the_sheet_is_cut_off(sheet: ShortcutSheet) -> None:
    ask(sheet, "path.numbers")
    press(sheet, Qt.Key.Key_B, NONE, "b")
    assert any(each.text().endswith("something else.") for each in sheet.findChildren(QLabel))
    assert cut_off(sheet) == []


@pytest.mark.parametrize("keys", ["F1", "?"])
def test_f1_and_a_question_mark_open_the_sheet(window: MainWindow, keys: str) -> None:
    assert keys in [each.toString() for each in window.actions_by_id["keys"].shortcuts()]
