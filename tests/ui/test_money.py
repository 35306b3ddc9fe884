"""The window about money says what is known, and how well, and never calls play money real."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTableWidget,
)

from kling_desktop.domain.accounts import Accounts, Period, Span
from kling_desktop.domain.allowances import Standing
from kling_desktop.domain.budgets import Budgets, Kind, Limit
from kling_desktop.domain.errors import FolderUnusable, LedgerUnusable
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.domain.refusals import KeyLacksScope
from kling_desktop.domain.reports import By, report
from kling_desktop.domain.spending import Spending
from kling_desktop.ui import theme
from kling_desktop.ui.money.dialog import PAGES, MoneyDialog
from tests.helpers.fakes import START
from tests.helpers.worlds import I2V, T2V, a_job
from tests.ui.fakes import FakeEngine, eventually, nothing_spent, turns
from tests.ui.layouts import cut_off, tab_order
from tests.ui.test_layout import SCHEMES, SIZES, settle, show

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
D = Decimal
DONE = a_job(
    S.DONE, id=JobId("done"), endpoint=I2V, body={}, request_id="r-1", project="film",
    estimate_usd=D("0.475"), cost_usd=D("0.475"), billed_at=START,
)  # fmt: skip
DOUBT = a_job(
    S.UNCERTAIN, id=JobId("doubt"), estimate_usd=D("0.49"), sent_at=START,
    trouble=Trouble("uncertain", "the answer was lost", "maybe"),
)  # fmt: skip
LOST = a_job(
    S.FAILED, id=JobId("lost"), body={}, request_id="r-7", sent_at=START,
    trouble=Trouble("took_too_long", charge="maybe"),
)  # fmt: skip
HELD = a_job(
    S.HELD, id=JobId("held"), estimate_usd=D("0.98"),
    trouble=Trouble("budget_reached", "this day's budget is $2.00", "no"),
)  # fmt: skip
LIMITS = (
    Standing(Limit(Kind.DAY, D(2), START), Spending(D("1.50"), 3, 1)),
    Standing(Limit(Kind.PROJECT, D(5), project="film"), Spending(D(5), 3)),
)


def accounts(backend: str = "live", jobs: tuple[Job, ...] = (DONE, DOUBT, LOST)) -> Accounts:
    made = report([(START, job) for job in jobs], By.ENDPOINT)
    total = made.total
    return Accounts(
        backend=backend, today=total, month=total, ever=total, by=By.ENDPOINT, span=Span(),
        report=made, doubtful=(LOST, DOUBT), held=(HELD,), standings=LIMITS,
        budgets=Budgets(day=D(2), projects={"film": D(5)}), projects=("film", "other"),
    )  # fmt: skip


@pytest.fixture
def backend() -> str:
    return "live"


@pytest.fixture
async def dialog(
    studio: Studio, window: MainWindow, engine: FakeEngine, qtbot: QtBot, backend: str
) -> MoneyDialog:
    engine.on_accounts.habit = accounts(backend)
    studio._money.show_backend(backend)
    window.show()
    window.actions_by_id["money"].trigger()
    return await opened(window)


async def opened(window: MainWindow) -> MoneyDialog:
    await eventually(lambda: window.findChildren(MoneyDialog))
    (found,) = window.findChildren(MoneyDialog)
    await eventually(found.isVisible)
    return found


def said(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if not each.isHidden())


def cells(sheet: QTableWidget) -> list[list[str]]:
    rows = []
    for row in range(sheet.rowCount()):
        items = [sheet.item(row, column) for column in range(sheet.columnCount())]
        rows.append([each.text() if each else "" for each in items])
    return rows


def press(widget: QWidget, text: str) -> None:
    (button,) = [e for e in widget.findChildren(QPushButton) if e.text().replace("&", "") == text]
    assert button.isEnabled()
    button.click()


def write(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


# Sums


async def test_sums_say_what_is_billed_open_uncertain_and_unknown(dialog: MoneyDialog) -> None:
    text = said(dialog.spent)
    assert "$0.965 or more" in text
    assert "3 jobs: $0.475 billed, $0.49 not billed yet. Expected: $0.965." in text
    assert "$0.49 is uncertain. 1 job of unknown price." in text
    assert cells(dialog.spent.sheet) == [
        ["v1.6/pro/image-to-video", "1", "$0.475", "$0.475", "$0.00", "$0.00", "$0.475", "-"],
        ["v1.6/pro/text-to-video", "2", "$0.49", "$0.00", "$0.49", "$0.49", "$0.49", "1"],
        ["Together", "3", "$0.965", "$0.475", "$0.49", "$0.49", "$0.965", "1"],
    ]
    dialog.reject()


async def test_what_nobody_knows_is_not_shown_as_nothing(dialog: MoneyDialog) -> None:
    dialog.tell(accounts(jobs=(LOST,)))
    assert "Unknown" in said(dialog.spent)
    assert "$0.00 or more" not in said(dialog.spent)
    dialog.tell(nothing_spent())
    assert "Nothing was sent." in said(dialog.spent)
    dialog.reject()


async def test_another_part_of_the_past_is_asked_for(
    dialog: MoneyDialog, engine: FakeEngine
) -> None:
    engine.on_accounts.habit = replace(accounts(), by=By.PROJECT, report=report([], By.PROJECT))
    dialog.spent.choose(Period.YEAR, By.PROJECT)
    await eventually(lambda: engine.on_accounts.calls[-1] == (Period.YEAR, By.PROJECT))
    await eventually(lambda: len(cells(dialog.spent.sheet)) == 1)
    dialog.reject()


async def test_an_open_window_follows_the_jobs_and_a_closed_one_does_not(
    dialog: MoneyDialog, studio: Studio, engine: FakeEngine
) -> None:
    engine.on_accounts.habit = accounts(jobs=(DONE,))
    studio.hear((JobChanged(DONE),))
    await eventually(lambda: "1 job: $0.475 billed" in said(dialog.spent))
    asked = len(engine.on_accounts.calls)
    dialog.reject()
    studio.hear((JobChanged(DONE),))
    await turns()
    assert len(engine.on_accounts.calls) == asked


async def test_the_bill_is_asked_for_and_what_came_is_said(
    dialog: MoneyDialog, engine: FakeEngine
) -> None:
    engine.on_bill.then([DONE])
    press(dialog.spent, "Ask for the bill")
    await eventually(lambda: "The bill of 1 more job is known now." in said(dialog.spent))
    press(dialog.spent, "Ask for the bill")
    await eventually(lambda: "No further bill has come." in said(dialog.spent))
    dialog.reject()


async def test_a_bill_that_cannot_be_read_is_explained_where_it_was_asked_for(
    dialog: MoneyDialog, engine: FakeEngine
) -> None:
    engine.on_bill.then(KeyLacksScope("usage"))
    press(dialog.spent, "Ask for the bill")
    await eventually(lambda: "The API key is not allowed to do this." in said(dialog))
    assert dialog.isVisible()
    dialog.reject()


# Whose money


@pytest.mark.parametrize("backend", ["sandbox"])
async def test_play_money_says_so_on_every_page(dialog: MoneyDialog) -> None:
    assert "play money" in dialog.windowTitle()
    assert "Play money: the sandbox" in said(dialog)
    assert "play $0.965" in said(dialog.spent)
    head = dialog.spent.sheet.horizontalHeaderItem(0)
    assert head is not None
    assert head.text() == "Endpoint (play money)"
    assert "play $1.50 spent" in said(dialog.budgets)
    assert "perhaps play $0.49 (estimate)" in cells(dialog.doubts.sheet)[1]
    dialog.reject()


@pytest.mark.parametrize(
    ("backend", "text"),
    [("live", "Real money: fal.ai bills"), ("http://x.test", "http://x.test may bill")],
)
async def test_real_money_says_so(dialog: MoneyDialog, text: str) -> None:
    assert text in said(dialog)
    assert "play" not in said(dialog).lower()
    dialog.reject()


# Budgets


async def test_budgets_say_what_is_left_and_what_waits(dialog: MoneyDialog) -> None:
    text = said(dialog.budgets)
    assert "$1.50 spent or perhaps spent, and 1 of unknown price; $0.50 left." in text
    assert "$5.00 spent or perhaps spent; $0.00 left." in text
    assert "1 clip waits because of a budget" in text
    assert dialog.budgets.row(Kind.DAY).edit.text() == "2.00"
    assert dialog.budgets.row(Kind.MONTH).edit.text() == ""
    dialog.reject()


async def test_enter_in_a_line_sets_its_budget_and_the_window_stays(
    dialog: MoneyDialog, engine: FakeEngine
) -> None:
    dialog.turn_to("budgets")
    edit = dialog.budgets.row(Kind.MONTH).edit
    write(edit, "20")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    await eventually(lambda: engine.budgets == Budgets(month=D(20)))
    assert dialog.isVisible()
    dialog.reject()


async def test_a_budget_is_removed_by_its_button_and_by_an_empty_line(
    dialog: MoneyDialog, engine: FakeEngine
) -> None:
    engine.budgets = Budgets(day=D(2), projects={"film": D(5)})
    dialog.turn_to("budgets")
    press(dialog.budgets.row(Kind.PROJECT, "film"), "Remove")
    await eventually(lambda: not engine.budgets.projects)
    edit = dialog.budgets.row(Kind.DAY).edit
    edit.clear()
    QTest.keyClick(edit, Qt.Key.Key_Return)
    await eventually(lambda: engine.budgets == Budgets())
    dialog.reject()


@pytest.mark.parametrize("text", ["much", "-1"])
async def test_what_is_no_amount_is_said_at_its_line_and_nothing_changes(
    dialog: MoneyDialog, engine: FakeEngine, text: str
) -> None:
    dialog.turn_to("budgets")
    row = dialog.budgets.row(Kind.DAY)
    write(row.edit, text)
    press(row, "Set")
    await turns()
    assert text in said(row)
    assert engine.budgets == Budgets()
    dialog.reject()


async def test_news_leaves_alone_what_is_being_written(dialog: MoneyDialog) -> None:
    dialog.turn_to("budgets")
    edit = dialog.budgets.row(Kind.DAY).edit
    write(edit, "7.5")
    dialog.tell(accounts())
    assert edit.text() == "7.5"
    dialog.reject()


async def test_a_project_gets_a_budget(dialog: MoneyDialog, engine: FakeEngine) -> None:
    dialog.turn_to("budgets")
    (box,) = dialog.budgets.findChildren(QComboBox)
    assert [box.itemText(n) for n in range(box.count())] == ["other"]
    box.setEditText(" new film ")
    dialog.budgets._new_amount.setText("$12")
    press(dialog.budgets, "Add project budget")
    await eventually(lambda: engine.budgets == Budgets(projects={"new film": D(12)}))
    dialog.reject()


@pytest.mark.parametrize(("project", "amount", "why"), [("", "1", "Name a"), ("a", "x", "amount")])
async def test_a_project_budget_needs_a_name_and_an_amount(
    dialog: MoneyDialog, engine: FakeEngine, project: str, amount: str, why: str
) -> None:
    dialog.turn_to("budgets")
    (box,) = dialog.budgets.findChildren(QComboBox)
    box.setEditText(project)
    dialog.budgets._new_amount.setText(amount)
    press(dialog.budgets, "Add project budget")
    await turns()
    assert why in said(dialog.budgets)
    assert engine.budgets == Budgets()
    dialog.reject()


async def test_whether_unknown_prices_may_be_sent_is_chosen(
    dialog: MoneyDialog, engine: FakeEngine
) -> None:
    dialog.turn_to("budgets")
    (box,) = dialog.budgets.findChildren(QCheckBox)
    box.click()
    await eventually(lambda: engine.budgets.allows_unknown)
    dialog.reject()


async def test_a_budget_that_cannot_be_written_is_explained(
    dialog: MoneyDialog, engine: FakeEngine
) -> None:
    engine.budget_errors.append(FolderUnusable("budgets.json: No space left on device"))
    dialog.turn_to("budgets")
    press(dialog.budgets.row(Kind.DAY), "Remove")
    await eventually(lambda: "No space left on device" in said(dialog))
    dialog.reject()


async def test_budgets_that_cannot_be_read_cannot_be_changed_and_say_what_that_means(
    dialog: MoneyDialog,
) -> None:
    broken = replace(accounts(), budgets=None, standings=(), trouble="budgets.json: Invalid JSON")
    dialog.tell(broken)
    assert "every clip waits here and nothing is sent" in said(dialog.budgets)
    assert not dialog.budgets.row(Kind.DAY).edit.isEnabled()
    dialog.reject()


@pytest.mark.parametrize("backend", ["sandbox"])
async def test_the_question_about_play_money_says_that_it_is(dialog: MoneyDialog) -> None:
    dialog.turn_to("budgets")
    press(dialog.budgets, "Send for play $0.98")
    await eventually(lambda: dialog.findChildren(QMessageBox))
    (box,) = dialog.findChildren(QMessageBox)
    assert "play money; nothing is charged" in box.text()
    next(each for each in box.buttons() if each.text() == "Cancel").click()
    await turns()
    dialog.reject()


@pytest.mark.parametrize("answer", ["Send for $0.98", "Cancel"])
async def test_a_clip_that_waits_is_sent_over_the_budget_only_after_a_question(
    dialog: MoneyDialog, engine: FakeEngine, answer: str
) -> None:
    dialog.turn_to("budgets")
    press(dialog.budgets, "Send for $0.98")
    await eventually(lambda: dialog.findChildren(QMessageBox))
    (box,) = dialog.findChildren(QMessageBox)
    assert "This day's budget is $2.00." in box.text()
    assert engine.on_release.calls == []
    next(each for each in box.buttons() if each.text() == answer).click()
    await turns()
    assert engine.on_release.calls == ([] if answer == "Cancel" else [(HELD.id,)])
    assert engine.over_budget == ([] if answer == "Cancel" else [HELD.id])
    dialog.reject()


# Doubts


async def test_jobs_in_doubt_are_listed_with_what_support_needs(dialog: MoneyDialog) -> None:
    dialog.turn_to("doubts")
    first, second = cells(dialog.doubts.sheet)
    assert first[0] == "r-7"
    assert first[3] == "perhaps unknown"
    assert (second[0], second[3]) == ("none known", "perhaps $0.49 (estimate)")
    press(dialog.doubts, "Copy request id")
    assert QGuiApplication.clipboard().text() == "r-7"
    press(dialog.doubts, "Copy all request ids")
    assert QGuiApplication.clipboard().text() == "r-7"
    press(dialog.doubts, "Copy for support")
    text = QGuiApplication.clipboard().text()
    assert f"Request r-7, {T2V}, sent {START.isoformat(timespec='seconds')}" in text
    assert "the boat drifts" not in text
    dialog.doubts.sheet.setCurrentCell(1, 0)
    assert not dialog.doubts._copy_id.isEnabled()
    dialog.reject()


async def test_without_doubts_that_is_said(dialog: MoneyDialog) -> None:
    dialog.tell(replace(accounts(), doubtful=()))
    assert "No job without a clip may have been charged." in said(dialog.doubts)
    assert not dialog.doubts._export.isEnabled()
    dialog.reject()


# Prices


async def test_prices_have_their_date_and_source(dialog: MoneyDialog) -> None:
    rows = cells(dialog.prices.sheet)
    assert len(rows) == len(FakeEngine().known.endpoints)
    for row, endpoint in zip(rows, FakeEngine().known.endpoints, strict=True):
        if endpoint.price is None:
            assert tuple(row[1:]) == ("unknown", "", "")
        else:
            assert row[1].startswith("$")
            assert row[2].startswith("20")
            assert row[3]
    dialog.reject()


async def test_prices_can_be_asked_for_anew(dialog: MoneyDialog, engine: FakeEngine) -> None:
    dialog.turn_to("prices")
    press(dialog.prices, "Check models and prices\N{HORIZONTAL ELLIPSIS}")
    assert not dialog.isVisible()
    await eventually(lambda: engine.on_refresh.calls)


# Files


async def export(dialog: MoneyDialog, page: QWidget, path: Path) -> None:
    press(page, "Export\N{HORIZONTAL ELLIPSIS}")
    (chooser,) = dialog.findChildren(QFileDialog)
    assert chooser.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    await eventually(lambda: str(path) in said(page))


async def test_a_report_becomes_a_sheet(dialog: MoneyDialog, tmp_path: Path) -> None:
    await export(dialog, dialog.spent, path := tmp_path / "money.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    assert [row["endpoint"] for row in rows] == [I2V, T2V, "total"]
    assert rows[-1]["spent_usd"] == "0.965"
    assert [each for each in os.listdir(tmp_path) if each.startswith(".")] == []  # noqa: PTH208
    dialog.reject()


async def test_a_report_becomes_a_document(dialog: MoneyDialog, tmp_path: Path) -> None:
    await export(dialog, dialog.spent, path := tmp_path / "money.json")
    document = json.loads(path.read_text("utf-8"))
    assert (document["backend"], document["by"]) == ("live", "endpoint")
    assert document["total"]["uncertain_usd"] == "0.49"
    dialog.reject()


@pytest.mark.parametrize("ending", ["csv", "json"])
async def test_doubts_become_a_file(dialog: MoneyDialog, tmp_path: Path, ending: str) -> None:
    dialog.turn_to("doubts")
    await export(dialog, dialog.doubts, path := tmp_path / f"doubts.{ending}")
    text = path.read_text("utf-8")
    rows = json.loads(text) if ending == "json" else list(csv.DictReader(io.StringIO(text)))
    assert [row["job_id"] for row in rows] == ["doubt", "lost"]
    dialog.reject()


@pytest.mark.parametrize("backend", ["sandbox"])
async def test_a_file_about_play_money_is_called_so(dialog: MoneyDialog) -> None:
    press(dialog.spent, "Export\N{HORIZONTAL ELLIPSIS}")
    (chooser,) = dialog.findChildren(QFileDialog)
    assert "play-money" in chooser.selectedFiles()[0]
    chooser.reject()
    dialog.reject()


async def test_a_place_that_cannot_be_written_is_explained(
    dialog: MoneyDialog, tmp_path: Path
) -> None:
    await export(dialog, dialog.spent, tmp_path / "not there" / "money.csv")
    assert "cannot be written" in said(dialog.spent)
    dialog.reject()


# The window itself


async def test_a_record_that_cannot_be_read_is_explained_in_the_main_window(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_accounts.then(LedgerUnusable("disk I/O error"))
    window.actions_by_id["money"].trigger()
    await eventually(lambda: "disk I/O error" in window.stage.notice.text)
    assert all(not each.isVisible() for each in window.findChildren(MoneyDialog))


async def test_its_shortcut_opens_one_window_only(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    window.activateWindow()
    await eventually(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    window.actions_by_id["money"].trigger()
    dialog = await opened(window)
    await turns()
    assert len(engine.on_accounts.calls) == 1
    dialog.reject()


@pytest.mark.parametrize("page", PAGES)
async def test_everything_on_a_page_has_a_name_and_is_reached_by_tab(
    dialog: MoneyDialog, page: str
) -> None:
    dialog.turn_to(page)
    kinds: tuple[type[QWidget], ...] = (QAbstractButton, QLineEdit, QComboBox, QTableWidget)
    found = [e for kind in kinds for e in dialog.findChildren(kind) if _counts(e)]
    assert found
    nameless = [e for e in found if not (e.accessibleName() or getattr(e, "text", str)())]
    assert nameless == []
    reached = {id(e) for e in tab_order(dialog) if e.focusPolicy() & Qt.FocusPolicy.TabFocus}
    # Arrow keys go from one choice of a switch to the next, as everywhere.
    asked = [e for e in found if e.isEnabled() and not (e.property("segment") and not _on(e))]
    assert {id(each) for each in asked} <= reached
    dialog.reject()


def _on(widget: QWidget) -> bool:
    return isinstance(widget, QAbstractButton) and widget.isChecked()


def _counts(widget: QWidget) -> bool:
    own = not isinstance(widget.parentWidget(), QComboBox | QTableWidget)
    return widget.isVisible() and own


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("told", [accounts, nothing_spent], ids=["much", "nothing"])
@pytest.mark.parametrize("size", [(860, 620), (940, 650), (1600, 1000)])
def test_nothing_is_cut_off(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    scheme: theme.Scheme,
    page: str,
    told: Callable[[], Accounts],
    size: tuple[int, int],
) -> None:
    theme.apply(dressed, scheme)
    show(window, qtbot, SIZES[0])
    dialog = MoneyDialog(window, "sandbox")
    dialog.tell(told())
    dialog.prices.tell(window.compose.catalog)
    dialog.show_problem("Something did not work, and here is a long sentence about it. " * 3)
    dialog.turn_to(page)
    dialog.resize(*size)
    dialog.open()
    settle(dressed)
    assert cut_off(dialog) == []
    assert (dialog.width(), dialog.height()) == size
    dialog.reject()
