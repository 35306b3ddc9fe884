from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.catalog import Field, FieldKind, load_catalog
from kling_desktop.ui.forms import making
from kling_desktop.ui.forms.menu import Menu
from kling_desktop.ui.forms.numbers import CountEditor, NumberEditor
from kling_desktop.ui.forms.shelf import Shelf
from kling_desktop.ui.forms.widgets import (
    ListEditor,
    SegmentEditor,
    TextEditor,
)
from tests.helpers.worlds import T2V

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.forms.editor import Editor

PROMPT = load_catalog().endpoint(T2V).field("prompt")
CFG = load_catalog().endpoint(T2V).field("cfg_scale")
HALVES = Field(name="half", kind=FieldKind.NUMBER, help="", minimum=-10, maximum=10, default=0)


def make_editor(field: Field) -> Editor:
    return making.make_editor(field, Shelf())


def a_choice(number: int) -> Field:
    choices = tuple(str(each) for each in range(number))
    return Field(name="choice", kind=FieldKind.CHOICE, help="", required=True, choices=choices)


def some_pixels() -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    return image


def mime(*, text: str = "", urls: tuple[str, ...] = (), image: bool = False) -> QMimeData:
    made = QMimeData()
    if text:
        made.setText(text)
    if urls:
        made.setUrls([QUrl(each) for each in urls])
    if image:
        made.setImageData(some_pixels())
    return made


@pytest.fixture
def text(qtbot: QtBot) -> TextEditor:
    made = TextEditor(PROMPT)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture(autouse=True)
def _clean_clipboard(qapp: object) -> Iterator[None]:
    yield
    QGuiApplication.clipboard().clear()


def inner(editor: Editor) -> QPlainTextEdit:
    found = editor.findChild(QPlainTextEdit)
    assert isinstance(found, QPlainTextEdit)
    return found


@pytest.mark.parametrize(
    ("number", "kind"), [(2, SegmentEditor), (4, SegmentEditor), (5, ListEditor), (60, ListEditor)]
)
def test_few_choices_are_in_sight_and_many_are_in_a_list(
    qtbot: QtBot, number: int, kind: type[Editor]
) -> None:
    editor = make_editor(a_choice(number))
    assert editor is not None
    qtbot.addWidget(editor)
    assert isinstance(editor, kind)


def test_masks_have_no_editor_in_the_form() -> None:
    with pytest.raises(ValueError, match="the stage edits masks"):
        make_editor(Field(name="x", kind=FieldKind.MASKS, help=""))


@pytest.mark.parametrize("number", [3, 9])
def test_a_choice_can_be_set_and_read_and_told(qtbot: QtBot, number: int) -> None:
    editor = make_editor(a_choice(number))
    assert editor is not None
    qtbot.addWidget(editor)
    assert editor.value() == "0"
    with qtbot.waitSignal(editor.changed):
        editor.set_value("2")
    assert editor.value() == "2"


@pytest.mark.parametrize("number", [3, 9])
def test_a_choice_that_does_not_exist_changes_nothing(qtbot: QtBot, number: int) -> None:
    editor = make_editor(a_choice(number))
    assert editor is not None
    qtbot.addWidget(editor)
    editor.set_value("1")
    editor.set_value("never")
    assert editor.value() == "1"


def test_of_the_segments_exactly_the_clicked_one_is_down(qtbot: QtBot) -> None:
    editor = SegmentEditor("Task", ("a", "b", "c"), ("One", "Two", "Three"))
    qtbot.addWidget(editor)
    buttons = editor.findChildren(QPushButton)
    assert [each.text() for each in buttons] == ["One", "Two", "Three"]
    told: list[str] = []
    editor.changed.connect(lambda: told.append(editor.value()))
    buttons[1].click()
    buttons[1].click()
    assert [each.isChecked() for each in buttons] == [False, True, False]
    assert told == ["b"]


def test_a_list_can_be_chosen_from_by_hand(qtbot: QtBot) -> None:
    editor = ListEditor(a_choice(9))
    qtbot.addWidget(editor)
    box = editor.findChild(QComboBox)
    assert isinstance(box, QComboBox)
    with qtbot.waitSignal(editor.changed):
        box.setCurrentIndex(7)
    assert editor.value() == "7"


@pytest.mark.parametrize(
    ("field", "step", "value"),
    [(CFG, 0, 0.0), (CFG, 37, 0.37), (CFG, 100, 1.0), (HALVES, 0, -10.0), (HALVES, 75, 5.0)],
)
def test_the_slider_moves_the_box_and_the_box_the_slider(
    qtbot: QtBot, field: Field, step: int, value: float
) -> None:
    editor = NumberEditor(field)
    qtbot.addWidget(editor)
    slider, box = editor.findChild(QSlider), editor.findChild(QDoubleSpinBox)
    assert isinstance(slider, QSlider)
    assert isinstance(box, QDoubleSpinBox)
    slider.setValue(50)
    slider.setValue(step)
    assert editor.value() == value == box.value()
    slider.setValue(50)
    box.setValue(value)
    assert slider.value() == step


def test_a_number_is_told_once_whichever_half_was_moved(qtbot: QtBot) -> None:
    editor = NumberEditor(CFG)
    qtbot.addWidget(editor)
    told: list[float] = []
    editor.changed.connect(lambda: told.append(editor.value()))
    editor.findChild(QSlider).setValue(40)  # type: ignore[union-attr]
    editor.findChild(QDoubleSpinBox).setValue(0.7)  # type: ignore[union-attr]
    assert told == [0.4, 0.7]


def test_the_number_has_its_room_in_the_box_under_our_style(
    qtbot: QtBot, dressed: QApplication
) -> None:
    editor = NumberEditor(CFG)
    qtbot.addWidget(editor)
    editor.set_value(0.25)
    editor.show()
    box = editor.findChild(QDoubleSpinBox)
    assert isinstance(box, QDoubleSpinBox)
    text = box.lineEdit()
    assert box.rect().contains(text.geometry())
    assert text.width() > text.fontMetrics().horizontalAdvance("0.25") + 12


def test_a_number_stays_in_its_range(qtbot: QtBot) -> None:
    editor = NumberEditor(CFG)
    qtbot.addWidget(editor)
    editor.set_value(7)
    assert editor.value() == 1.0


@pytest.mark.parametrize("odd", ["much", None, [], 10**400, "0.25.1"])
def test_what_is_no_number_changes_none(odd: object, qtbot: QtBot) -> None:
    editor = NumberEditor(CFG)
    qtbot.addWidget(editor)
    editor.set_value(0.25)
    editor.set_value(odd)
    assert editor.value() == 0.25


@pytest.mark.parametrize(
    ("given", "shown"), [(7, 7), (float("nan"), 3), ("7", 3), (10**400, 9), (float("-inf"), 1)]
)
def test_a_whole_number_stays_in_its_range(given: object, shown: int, qtbot: QtBot) -> None:
    field = Field(name="count", kind=FieldKind.COUNT, help="", minimum=1, maximum=9, default=3)
    editor = CountEditor(field)
    qtbot.addWidget(editor)
    editor.set_value(3)
    editor.set_value(given)
    assert editor.value() == shown


@pytest.mark.parametrize(
    "given",
    [
        {"image": True},
        {"urls": ("file:///pictures/boat.jpg",)},
        {"urls": ("file:///pictures/boat.jpg",), "text": "file:///pictures/boat.jpg"},
    ],
)
def test_a_picture_pasted_into_text_is_passed_on(
    text: TextEditor, qtbot: QtBot, given: dict[str, object]
) -> None:
    QGuiApplication.clipboard().setMimeData(mime(**given))  # type: ignore[arg-type]
    with qtbot.waitSignal(text.mime_given):
        inner(text).paste()
    assert text.value() == ""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"text": "a boat"}, "a boat"),
        ({"text": "a boat", "image": True}, "a boat"),
        ({"text": "https://x.test/a"}, "https://x.test/a"),
    ],
)
def test_text_pasted_into_text_is_just_text(
    text: TextEditor, qtbot: QtBot, given: dict[str, object], expected: str
) -> None:
    QGuiApplication.clipboard().setMimeData(mime(**given))  # type: ignore[arg-type]
    with qtbot.assertNotEmitted(text.mime_given):
        inner(text).paste()
    assert text.value() == expected


def test_tab_leaves_the_text_instead_of_writing_into_it(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    text, after = TextEditor(PROMPT), QPushButton("After")
    column = QVBoxLayout(host)
    column.addWidget(text)
    column.addWidget(after)
    with qtbot.waitExposed(host):
        host.show()
    QTest.keyClicks(inner(text), "ab")
    QTest.keyClick(inner(text), Qt.Key.Key_Tab)
    assert text.value() == "ab"
    assert host.focusWidget() is after


def test_setting_the_same_text_again_keeps_the_cursor_and_tells_nobody(
    text: TextEditor, qtbot: QtBot
) -> None:
    text.set_value("ab")
    with qtbot.assertNotEmitted(text.changed):
        text.set_value("ab")


@pytest.mark.parametrize("field", [PROMPT, CFG, a_choice(9)])
def test_focus_given_to_an_editor_reaches_something_that_takes_keys(
    qtbot: QtBot, field: Field
) -> None:
    editor = make_editor(field)
    assert editor is not None
    qtbot.addWidget(editor)
    with qtbot.waitExposed(editor):
        editor.show()
    editor.activateWindow()
    editor.setFocus()
    focused = editor.focusWidget()
    assert focused is not None
    assert focused.focusPolicy() != Qt.FocusPolicy.NoFocus


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_a_line_that_is_too_long_for_its_box_ends_in_dots_and_is_whole_in_its_list_and_its_tip(
    qtbot: QtBot, dressed: QApplication
) -> None:
    box = Menu()
    qtbot.addWidget(box)
    long = "Kling 3.0 turbo with everything that there is"
    box.addItems([long, "short"])
    box.resize(120, 28)
    with qtbot.waitExposed(box):
        box.show()
    assert box.shown_text.endswith("\N{HORIZONTAL ELLIPSIS}")
    where = box.rect().center()
    QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, where, box.mapToGlobal(where)))
    assert QToolTip.text() == long
    box.showPopup()
    assert box.view().viewport().width() >= box.view().sizeHintForColumn(0)
    box.hidePopup()
    box.setCurrentIndex(1)
    assert box.shown_text == "short"
