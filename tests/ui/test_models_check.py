"""What has changed at fal is asked behind the window, said in a dialog, and used from then on."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QScrollArea

from kling_desktop.domain import errors as e
from kling_desktop.domain.catalog import Catalog, Price
from kling_desktop.domain.differences import Change, ChangeKind, Difference
from kling_desktop.ui import theme
from kling_desktop.ui.differences import TALLEST, show_differences, show_no_answer
from tests.helpers.worlds import EFFECTS, I2V, T2V
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.looks import from_text, generate_button
from tests.ui.test_layout import SIZES, settle, show, unfold

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

DEARER = Change(I2V, ChangeKind.PRICE, "price is now $0.14 a second (was $0.095)")
LONGER = Change(I2V, ChangeKind.CHOICES, "duration also takes 15")
GONE = Change(T2V, ChangeKind.RETIRED, "fal has retired this endpoint")
TRICK = Change(EFFECTS, ChangeKind.CHOICES, "effect_scene also takes <b>bold</b> & more")


def found(*changes: Change, backend: str = "live") -> Difference:
    return Difference(backend, "2026-12-01", changes)


@pytest.fixture
def changed(catalog: Catalog) -> Catalog:
    """A catalog as it may become: text to video is gone, longer, dearer, with another default."""
    old = catalog.endpoint(T2V)
    news: dict[str, dict[str, Any]] = {
        "duration": {"choices": ("5", "10", "15")},
        "cfg_scale": {"default": 0.7},
    }
    fields = tuple(e.model_copy(update=news.get(e.name, {})) for e in old.fields)
    price = Price(usd_per_second=Decimal("0.2"), date="2026-12-01", source="fal")
    new = old.model_copy(update={"fields": fields, "price": price, "retired": True})
    rest = tuple(new if each.id == T2V else each for each in catalog.endpoints)
    return catalog.model_copy(update={"endpoints": rest})


def texts(dialog: QDialog) -> list[str]:
    return [each.text() for each in dialog.findChildren(QLabel) if each.text() != "\N{BULLET}"]


def dialog_of(window: MainWindow) -> QDialog:
    (dialog,) = window.findChildren(QDialog)
    return dialog


def retired_line(window: MainWindow) -> str:
    labels = [e for e in window.compose.findChildren(QLabel) if "retired" in e.text()]
    return "".join(each.text() for each in labels if each.isVisible())


async def ask(window: MainWindow) -> QDialog:
    window.show()
    window.actions_by_id["models"].trigger()
    await eventually(lambda: window.findChildren(QDialog))
    return dialog_of(window)


async def test_what_has_changed_is_listed_by_endpoint(
    studio: Studio, window: MainWindow, engine: FakeEngine, catalog: Catalog
) -> None:
    engine.on_refresh.then(found(DEARER, LONGER, GONE))
    dialog = await ask(window)
    assert dialog.isVisible()
    assert texts(dialog) == [
        catalog.endpoint(I2V).title, DEARER.message, LONGER.message,
        catalog.endpoint(T2V).title, GONE.message,
        "Asked fal on 2026-12-01.",
    ]  # fmt: skip
    dialog.reject()


async def test_where_nothing_has_changed_that_is_said(studio: Studio, window: MainWindow) -> None:
    dialog = await ask(window)
    assert texts(dialog) == [
        "Everything is as this program knows it.", "Asked the sandbox on 2026-12-01.",
    ]  # fmt: skip
    dialog.reject()


async def test_why_there_is_no_answer_is_said_and_no_money_is_in_question(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_refresh.then(e.KeyRefused("no"))
    dialog = await ask(window)
    first, last = texts(dialog)
    assert first == "fal did not accept the API key. (no) Check the key in your fal dashboard."
    assert last == "The models and prices are as they were."
    assert window.stage.notice.text == ""
    dialog.reject()


async def test_the_window_goes_on_while_it_asks_and_asks_once(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    answered = asyncio.Event()

    async def slow() -> Difference:
        await answered.wait()
        return found(DEARER)

    engine.on_refresh.habit = slow
    window.show()
    window.actions_by_id["models"].trigger()
    await turns()
    window.actions_by_id["models"].trigger()
    await turns()
    pointer = QGuiApplication.overrideCursor()
    assert pointer is not None
    assert pointer.shape() is Qt.CursorShape.BusyCursor
    from_text(window)
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert window.findChildren(QDialog) == []
    answered.set()
    await eventually(lambda: window.findChildren(QDialog))
    assert len(engine.on_refresh.calls) == 1
    assert QGuiApplication.overrideCursor() is None
    dialog_of(window).reject()


async def test_closing_the_window_while_it_asks_leaves_nothing_behind(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_refresh.habit = asyncio.Event().wait
    window.actions_by_id["models"].trigger()
    await turns()
    await studio.tasks.aclose()
    assert QGuiApplication.overrideCursor() is None


async def test_price_form_and_retirement_are_the_new_ones_afterwards(
    studio: Studio, window: MainWindow, engine: FakeEngine, changed: Catalog
) -> None:
    from_text(window)
    window.show()
    before = generate_button(window).text(), retired_line(window)
    assert before == ("Generate  \N{MIDDLE DOT}  $0.49", "")
    engine.on_refresh.then(found(GONE))
    engine.known = changed
    (await ask(window)).reject()
    assert generate_button(window).text() == "Generate  \N{MIDDLE DOT}  $1.00"
    assert retired_line(window).startswith("fal has retired this endpoint.")
    assert window.compose.values()["cfg_scale"] == 0.7
    assert window.compose.values()["prompt"] == "the boat drifts"
    window.compose.set_values({"duration": "15"})
    assert generate_button(window).text() == "Generate  \N{MIDDLE DOT}  $3.00"
    window.compose.choose("image-to-video", "pro")
    assert retired_line(window) == ""


async def test_what_was_chosen_stays_though_the_default_changes(
    studio: Studio, window: MainWindow, engine: FakeEngine, changed: Catalog
) -> None:
    from_text(window)
    window.compose.set_values({"cfg_scale": 0.5})
    engine.known = changed
    (await ask(window)).reject()
    assert window.compose.values()["cfg_scale"] == 0.5


async def test_the_window_starts_with_what_fal_told_an_earlier_one(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, changed: Catalog, studio: Studio
) -> None:
    window.restore({"values": {"duration": "15", "prompt": "a"}, "task": "text-to-video",
                    "tier": "pro"})  # fmt: skip
    assert window.compose.values()["duration"] == "5"  # The shipped catalog has no 15.
    assert window.remember()["values"]["duration"] == "15"
    engine.known = changed
    await studio.start()
    assert window.compose.values()["duration"] == "15"
    assert generate_button(window).text() == "Generate  \N{MIDDLE DOT}  $3.00"


def test_who_is_writing_goes_on_writing_when_the_form_changes(
    window: MainWindow, qtbot: QtBot, changed: Catalog
) -> None:
    from_text(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    window.compose.focus_prompt()
    window.compose.show_catalog(changed)
    (prompt,) = [
        each
        for each in window.compose.findChildren(QPlainTextEdit)
        if each.accessibleName() == "Prompt" and each.isVisible()
    ]
    qtbot.waitUntil(prompt.hasFocus)
    QTest.keyClicks(prompt, " on")
    assert window.compose.values()["prompt"] == "the boat drifts on"


def test_a_form_whose_fields_stay_the_same_is_left_alone(
    window: MainWindow, catalog: Catalog
) -> None:
    from_text(window)
    before = window.compose.findChildren(QPlainTextEdit)
    dearer = catalog.model_copy(
        update={"endpoints": tuple(e.model_copy(update={"price": None}) for e in catalog.endpoints)}
    )
    window.compose.show_catalog(dearer)
    assert window.compose.findChildren(QPlainTextEdit) == before
    assert generate_button(window).text().endswith("price unknown")


def test_nobody_can_be_asked_before_the_backend_is_known(window: MainWindow) -> None:
    assert not window.actions_by_id["models"].isEnabled()
    window.show_backend("sandbox")
    assert window.actions_by_id["models"].isEnabled()


# The dialog


def test_words_from_elsewhere_are_never_taken_for_markup(
    window: MainWindow, catalog: Catalog
) -> None:
    window.show()
    dialog = show_differences(window, catalog, found(TRICK))
    (line,) = [each for each in dialog.findChildren(QLabel) if each.text() == TRICK.message]
    assert line.textFormat() is Qt.TextFormat.PlainText
    dialog.reject()


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
@pytest.mark.parametrize("number", [0, 1, 3, 60])
def test_nothing_in_the_list_is_cut_off_and_a_long_one_scrolls(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    catalog: Catalog,
    scheme: theme.Scheme,
    number: int,
) -> None:
    theme.apply(dressed, scheme)
    show(window, qtbot, SIZES[0])
    long = "fal's schema no longer lists dynamic_masks; it is kept, as the founding document has it"
    ids = [each.id for each in catalog.endpoints]
    changes = [
        Change(ids[each // 6], ChangeKind.MISSING_FIELD, f"{each}: {long}")
        for each in range(number)
    ]
    dialog = show_differences(window, catalog, found(*changes, backend="http://127.0.0.1:9"))
    settle(dressed)
    assert cut_off(dialog) == []
    assert dialog.height() < SIZES[0][1]
    for area in dialog.findChildren(QScrollArea):
        assert area.height() <= TALLEST
        scrolls = area.verticalScrollBar().maximum() > 0
        assert scrolls is (number == 60)
    dialog.reject()


def test_a_long_reason_is_not_cut_off(
    window: MainWindow, qtbot: QtBot, dressed: QApplication
) -> None:
    show(window, qtbot, SIZES[0])
    dialog = show_no_answer(window, "There is no connection to the service. " * 12)
    settle(dressed)
    assert cut_off(dialog) == []
    dialog.reject()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_with_a_retired_endpoint_nothing_in_the_window_is_cut_off(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    changed: Catalog,
    size: tuple[int, int],
) -> None:
    show(window, qtbot, size)
    window.compose.show_catalog(changed)
    window.compose.choose("text-to-video", "pro")
    unfold(window)
    settle(dressed)
    assert retired_line(window)
    assert cut_off(window) == []
    assert [e.text() for e in window.compose.findChildren(QPushButton) if e.text() == "15"] == [
        "15"
    ]
