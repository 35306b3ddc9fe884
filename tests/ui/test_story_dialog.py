"""The window that tells what happened to a job, and goes on telling."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QToolButton

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobState, Trouble
from kling_desktop.domain.story import Line
from kling_desktop.ui import theme
from kling_desktop.ui.story.dialog import StoryDialog
from kling_desktop.ui.story.facts import as_text, facts_of, times
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import T2V, a_job
from tests.ui.fakes import FakeEngine, eventually
from tests.ui.layouts import cut_off, tab_order
from tests.ui.test_layout import SIZES, settle, show

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
LINES = (Line(START, "Asked for."), Line(START + timedelta(days=1), "It cost $0.49."))
PATH = "/home/somebody/Videos/" + "a-folder-with-a-rather-long-name/" * 5 + "clip.mp4"
DONE = a_job(
    S.DONE, backend="live", request_id="r-9", clips=(a_clip(PATH),),
    estimate_usd=Decimal("0.49"), cost_usd=Decimal("0.49"),
)  # fmt: skip
ENDPOINT = load_catalog().endpoint(T2V)


def texts(dialog: StoryDialog) -> str:
    labels = [each.text() for each in dialog.findChildren(QLabel)]
    return "\n".join([*labels, dialog.lines.toPlainText()])


def press(dialog: StoryDialog, text: str) -> None:
    (button,) = [e for e in dialog.findChildren(QPushButton) if e.text() == text]
    button.click()


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot, dressed: QApplication) -> StoryDialog:
    show(window, qtbot, SIZES[0])
    made = StoryDialog(window)
    made.tell(DONE, LINES, ENDPOINT)
    made.open()
    settle(dressed)
    return made


async def opened(window: MainWindow) -> StoryDialog:
    await eventually(lambda: window.findChildren(StoryDialog))
    (found,) = window.findChildren(StoryDialog)
    return found


def test_the_facts_and_every_line_can_be_read(dialog: StoryDialog) -> None:
    said = texts(dialog)
    for part in ("the boat drifts", T2V, "r-9", "About $0.49", "$0.098 a second", "as of 20",
                 "$0.49, as the service says", "Asked for.", "It cost $0.49."):  # fmt: skip
        assert part in said
    dialog.reject()


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
@pytest.mark.parametrize("number", [1, 3, 400])
def test_nothing_is_cut_off_and_a_long_life_scrolls(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, scheme: theme.Scheme, number: int
) -> None:
    theme.apply(dressed, scheme)
    show(window, qtbot, SIZES[0])
    dialog = StoryDialog(window)
    prompt = {"prompt": "a very long prompt " * 100}
    lines = [Line(START, "The upload is made anew; free. " * 4)] * number
    dialog.tell(a_job(S.DONE, params=prompt, clips=(a_clip(PATH),)), lines, ENDPOINT)
    dialog.open()
    settle(dressed)
    assert cut_off(dialog) == []
    assert dialog.height() < SIZES[0][1]
    assert dialog.width() < SIZES[0][0]
    assert (dialog.lines.verticalScrollBar().maximum() > 0) is (number == 400)
    assert dialog.lines.verticalScrollBar().value() == 0
    dialog.reject()


def test_everything_in_it_has_a_name_and_is_reached_by_tab(dialog: StoryDialog) -> None:
    buttons = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible()]
    assert len(buttons) == 4
    assert all(each.accessibleName() or each.text() for each in buttons)
    reached = {id(e) for e in tab_order(dialog) if e.focusPolicy() & Qt.FocusPolicy.TabFocus}
    assert {id(each) for each in (*buttons, dialog.lines)} <= reached
    dialog.reject()


def test_the_request_id_and_all_of_it_can_be_copied(dialog: StoryDialog) -> None:
    (copy,) = dialog.findChildren(QToolButton)
    copy.click()
    assert QGuiApplication.clipboard().text() == "r-9"
    press(dialog, "Copy as text")
    copied = QGuiApplication.clipboard().text()
    for part in ("job-1 (done)", "Backend: live", T2V, "Request id: r-9", PATH, "Asked for."):
        assert part in copied
    dialog.reject()


def test_its_file_is_shown_in_its_folder(dialog: StoryDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.folder_asked) as signal:
        press(dialog, "Show in folder")
    assert signal.args == [PATH]
    dialog.reject()


def test_who_reads_further_up_is_left_there_when_more_comes(
    dialog: StoryDialog, dressed: QApplication
) -> None:
    many = [Line(START, f"step {number}") for number in range(200)]
    dialog.tell(DONE, many, ENDPOINT)
    bar = dialog.lines.verticalScrollBar()
    bar.setValue(100)
    dialog.tell(DONE, [*many, Line(START, "one more")], ENDPOINT)
    settle(dressed)
    assert bar.value() == 100
    bar.setValue(bar.maximum())
    dialog.tell(DONE, [*many, Line(START, "two more"), Line(START, "three more")], ENDPOINT)
    settle(dressed)
    assert bar.value() == bar.maximum()
    dialog.reject()


def test_words_from_elsewhere_are_never_markup(window: MainWindow) -> None:
    dialog = StoryDialog(window)
    trick = "<b>bold</b>"
    dialog.tell(a_job(params={"prompt": trick}), [Line(START, trick)], None)
    assert dialog.lines.toPlainText().count(trick) == 1
    assert all(e.textFormat() is Qt.TextFormat.PlainText
               for e in dialog.findChildren(QLabel) if e.text() == trick)  # fmt: skip
    dialog.reject()


def story_button(window: MainWindow) -> QToolButton:
    found = window.queue.findChildren(QToolButton)
    (button,) = (each for each in found if "What happened" in each.accessibleName())
    return button


@pytest.mark.parametrize("way", ["Ctrl+I", "Return", "button", "wish"])
async def test_every_way_opens_the_story_of_the_chosen_job(
    studio: Studio, window: MainWindow, engine: FakeEngine, way: str
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.show()
    window.activateWindow()
    window.queue.choose(a_job().id)
    window.queue.table.setFocus()
    await eventually(window.isActiveWindow)
    if way == "Ctrl+I":
        QTest.keyClick(window.queue.table, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    elif way == "Return":
        QTest.keyClick(window.queue.table, Qt.Key.Key_Return)
    elif way == "button":
        story_button(window).click()
    else:
        window.queue.wished.emit("story", a_job())
    dialog = await opened(window)
    assert dialog.isVisible()
    assert engine.on_story.calls == [(a_job().id,)]
    dialog.reject()


async def test_an_open_story_follows_its_job_and_one_that_is_closed_does_not(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.show()
    window.queue.choose(a_job().id)
    window.queue.wish_story()
    dialog = await opened(window)
    engine.on_story.then((a_job(S.RUNNING), (*LINES, Line(START, "The model works on it."))))
    studio.hear((JobChanged(a_job(S.RUNNING)),))
    await eventually(lambda: "The model works on it." in texts(dialog))
    dialog.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(dialog)
    studio.hear((JobChanged(a_job(S.DONE)),))
    assert len(engine.on_story.calls) == 2


async def test_without_a_chosen_job_there_is_no_story(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    button = story_button(window)
    assert not button.isEnabled()
    window.actions_by_id["story"].trigger()
    studio.hear((JobAdded(a_job()),))
    window.queue.choose(a_job().id)
    assert button.isEnabled()
    assert engine.on_story.calls == []


def test_the_day_stands_where_it_is_another_one() -> None:
    (first, _), (second, _) = times(LINES)
    assert len(first) == len(second) == len("2026-01-01 00:00:00")
    (_, same) = times((LINES[0], LINES[0]))
    assert len(same[0]) == len("00:00:00")


@pytest.mark.parametrize(
    ("job", "expected", "billed"),
    [
        (a_job(), "The price is not known.", "Nothing."),
        (a_job(estimate_usd=Decimal("0.49")), "About $0.49. Today's", "Nothing."),
        (DONE, "About $0.49. Today's", "$0.49, as the service says."),
        (a_job(S.UNCERTAIN, trouble=Trouble("uncertain")), "The price", "Not known; it counts"),
        (
            a_job(S.DONE, backend="sandbox", cost_usd=Decimal("0.49")),
            "The price",
            "$0.49 of play money, as",
        ),
    ],
)
def test_money_is_said_as_far_as_it_is_known(job: Job, expected: str, billed: str) -> None:
    facts = facts_of(job, ENDPOINT)
    assert facts["Expected"].startswith(expected)
    assert facts["Billed"].startswith(billed)


def test_the_times_of_the_text_name_their_zone() -> None:
    line = as_text(DONE, None, LINES).splitlines()[-2]
    assert line == f"{START.astimezone().isoformat(sep=' ', timespec='seconds')}  Asked for."
