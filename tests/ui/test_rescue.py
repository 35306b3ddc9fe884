"""Lost clips are looked for, chosen and brought back in a window of their own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QWidget,
)

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import InvalidParams, NetworkDown, Problem, UnknownRequest
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import JobId, JobState, Trouble
from kling_desktop.domain.refusals import KeyLacksScope
from kling_desktop.domain.requests import PastRequest
from kling_desktop.engine.rescue import Found
from kling_desktop.ui import theme
from kling_desktop.ui.rescue import words
from kling_desktop.ui.rescue.dialog import RescueDialog
from kling_desktop.ui.rescue.model import Entry, RescueModel
from tests.helpers.fakes import START
from tests.helpers.worlds import I2V, T2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.layouts import cut_off, tab_order
from tests.ui.test_layout import SCHEMES, SIZES, settle, show

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
UUID = "0f7c1b52-6c0e-4a6e-9d0a-2f2d5e6f8a11"
BODY = {"prompt": "the boat drifts", "duration": "5", "image_url": "https://cdn.test/boat.png"}
LOST = Found(PastRequest(I2V, UUID, START, 200, BODY))
OLDER = Found(PastRequest(T2V, "r-2", START - timedelta(days=1), 200, {"prompt": "a storm"}))
FAILED = Found(PastRequest(T2V, "r-3", START, 422, {"prompt": "refused"}))
UNDER_WAY = Found(PastRequest(T2V, "r-4", START, None, {"prompt": "under way"}))
HERE = Found(
    PastRequest(T2V, "r-5", START, 200, {"prompt": "here"}),
    a_job(S.DONE, id=JobId("here"), request_id="r-5"),
)
GONE = Found(
    PastRequest(T2V, "r-6", START, 200, {"prompt": "its file was damaged"}),
    a_job(S.FAILED, id=JobId("gone"), request_id="r-6", trouble=Trouble("clip_damaged")),
)
BACK = a_job(S.DOWNLOADING, id=JobId("back"), request_id=UUID)


def entry(found: Found, *, ticked: bool = False) -> Entry:
    return Entry(found, "Kling 1.6 Pro", ticked=ticked)


@pytest.fixture
async def dialog(studio: Studio, window: MainWindow) -> RescueDialog:
    window.show()
    window.actions_by_id["rescue"].trigger()
    await eventually(lambda: window.findChildren(RescueDialog))
    (found,) = window.findChildren(RescueDialog)
    await eventually(found.isVisible)
    return found


def lists(engine: FakeEngine, *found: Found) -> None:
    """Let the account's list have these, each at its endpoint."""
    engine.on_listed.habit = lambda _, ids: [f for f in found if f.past.endpoint in ids]


def said(dialog: QWidget) -> str:
    return "\n".join(e.text() for e in dialog.findChildren(QLabel) if not e.isHidden())


def press(dialog: RescueDialog, start: str) -> None:
    buttons = [e for e in dialog.findChildren(QPushButton) if not e.isHidden()]
    (button,) = [e for e in buttons if e.text().replace("&", "").startswith(start)]
    assert button.isEnabled()
    button.click()


def rows(dialog: RescueDialog) -> list[tuple[str, str]]:
    shown = (dialog.model.entry(row) for row in range(dialog.model.rowCount()))
    return [(each.found.past.prompt, each.state) for each in shown if each is not None]


async def scan(dialog: RescueDialog, *, wait: str = "in no job here") -> None:
    press(dialog, "Look through")
    await eventually(lambda: wait in said(dialog))


# Looking up


async def test_a_pasted_request_is_shown_and_ticked_and_nothing_is_taken_in(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    engine.on_look_up.then(LOST)
    address = f"https://fal.ai/dashboard/requests/{UUID}"
    QGuiApplication.clipboard().setText(address)
    dialog.what.paste()
    QTest.keyClick(dialog.what, Qt.Key.Key_Return)
    await eventually(lambda: rows(dialog) == [("the boat drifts", "Finished")])
    assert engine.on_look_up.calls == [("", address)]
    assert dialog.isVisible()
    text = said(dialog)
    for part in ("the boat drifts", "duration: 5", I2V, UUID):
        assert part in text
    assert "image url" not in text
    assert [each.id for each in dialog.model.ticked()] == [UUID]
    assert engine.on_take_in.calls == []
    dialog.reject()


async def test_the_endpoint_that_is_named_goes_along(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    (endpoints,) = [e for e in dialog.findChildren(QComboBox) if "Endpoint" in e.accessibleName()]
    endpoints.setCurrentIndex(endpoints.findData(T2V))
    dialog.what.setText("r-9")
    press(dialog, "Look it up")
    await eventually(lambda: engine.on_look_up.calls == [(T2V, "r-9")])
    dialog.reject()


async def test_one_that_is_here_already_is_shown_as_such_and_cannot_be_ticked(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    engine.on_look_up.then(HERE)
    dialog.what.setText("r-5")
    press(dialog, "Look it up")
    await eventually(lambda: rows(dialog) == [("here", "Here: Done")])
    assert "It is in your jobs already." in said(dialog)
    assert dialog.model.ticked() == []
    dialog.reject()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (InvalidParams((Problem("request", "is neither"),)), words.NO_ID),
        (UnknownRequest("x is not in the list; say with --endpoint"), words.NOT_LISTED),
        (NetworkDown("no route"), "Looking is free."),
        (KeyLacksScope("requests"), "Make a key with the scope for it"),
    ],
)
async def test_what_cannot_be_looked_up_is_said_calmly(
    dialog: RescueDialog, engine: FakeEngine, error: Exception, text: str
) -> None:
    engine.on_look_up.then(error)
    dialog.what.setText("anything")
    press(dialog, "Look it up")
    await eventually(lambda: text in said(dialog))
    assert "--endpoint" not in said(dialog)
    assert dialog.findChildren(QProgressBar)[0].isHidden()
    dialog.reject()


# Looking through the list


async def test_the_whole_list_is_looked_through_endpoint_by_endpoint(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    lists(engine, LOST, OLDER, FAILED, UNDER_WAY, HERE, GONE)
    await scan(dialog)
    asked = [ids for _, ids in engine.on_listed.calls]
    assert asked == [[each.id] for each in engine.known.endpoints]
    assert "4 requests are in no job here; 2 in your jobs already." in said(dialog)
    assert ("here", "Here: Done") not in rows(dialog)
    assert ("refused", "Failed (HTTP 422), no clip") in rows(dialog)
    assert ("under way", "Under way") in rows(dialog)
    assert rows(dialog)[-1] == ("a storm", "Finished")
    assert dialog.model.ticked() == []
    dialog.reject()


async def test_how_far_back_is_chosen(dialog: RescueDialog, engine: FakeEngine) -> None:
    (span,) = [e for e in dialog.findChildren(QComboBox) if "far back" in e.accessibleName()]
    span.setCurrentIndex(2)
    await scan(dialog, wait="There is no request of that time")
    since = engine.on_listed.calls[0][0]
    assert timedelta(days=88) < datetime.now(UTC) - since < timedelta(days=90)
    dialog.reject()


async def test_those_that_are_here_already_are_shown_on_demand(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    lists(engine, LOST, HERE)
    await scan(dialog)
    (box,) = dialog.findChildren(QCheckBox)
    box.click()
    assert ("here", "Here: Done") in rows(dialog)
    box.click()
    assert ("here", "Here: Done") not in rows(dialog)
    dialog.reject()


async def test_the_look_tells_where_it_is_and_can_be_stopped(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    gate, many = asyncio.Event(), len(load_catalog().endpoints)

    async def slow(_: datetime, ids: list[str]) -> list[Found]:
        if ids == [T2V]:
            await gate.wait()
        return [LOST] if ids == [I2V] else []

    engine.on_listed.habit = slow
    press(dialog, "Look through")
    await eventually(lambda: f"text to video, 2 of {many}" in said(dialog))
    bar = dialog.findChildren(QProgressBar)[0]
    assert (bar.value(), bar.maximum(), bar.isHidden()) == (1, many, False)
    press(dialog, "Stop looking")
    assert "Stopped. 1 request is in no job here." in said(dialog)
    gate.set()
    await turns()
    assert len(engine.on_listed.calls) == 2
    press(dialog, "Look through")
    await eventually(lambda: "in no job here" in said(dialog) and bar.isHidden())
    dialog.reject()


async def test_a_list_that_cannot_be_read_leaves_what_was_found(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    engine.on_listed.then([LOST], NetworkDown("no route"))
    await scan(dialog, wait="There is no connection to the service.")
    assert rows(dialog) == [("the boat drifts", "Finished")]
    dialog.reject()


# Bringing back


async def test_what_is_ticked_comes_back_and_its_progress_is_told(
    dialog: RescueDialog, studio: Studio, engine: FakeEngine
) -> None:
    lists(engine, LOST, OLDER)
    await scan(dialog)
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    engine.on_take_in.then(BACK)
    press(dialog, "Bring back 1 clip")
    await eventually(lambda: "1 clip is on the way" in said(dialog))
    assert engine.on_take_in.calls == [(LOST.past,)]
    assert rows(dialog)[0] == ("the boat drifts", "Here: Downloading the clip")
    studio.hear((JobChanged(a_job(S.DONE, id=BACK.id, request_id=UUID)),))
    assert rows(dialog)[0] == ("the boat drifts", "Here: Done")
    assert "1 clip is back." in said(dialog)
    assert rows(dialog)[1] == ("a storm", "Finished")
    dialog.reject()


async def test_one_that_is_gone_stops_no_other_and_says_why(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    lists(engine, LOST, OLDER)
    await scan(dialog)
    press(dialog, "Tick all")
    why = f"{UUID} was finished, but its result has expired"
    engine.on_take_in.then(UnknownRequest(why))
    press(dialog, "Bring back 2 clips")
    await eventually(lambda: "1 could not be brought back" in said(dialog))
    assert len(engine.on_take_in.calls) == 2
    dialog.choose(UUID)
    assert why in said(dialog)
    assert rows(dialog)[0][1] == "Not brought back"
    assert rows(dialog)[1][1] == "Here: Waiting in the queue"
    dialog.reject()


async def test_closing_the_window_stops_nothing_that_was_asked_for(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    lists(engine, LOST, OLDER)
    await scan(dialog)
    press(dialog, "Tick all")
    gate = asyncio.Event()

    async def slow(past: PastRequest) -> Any:
        await gate.wait()
        return a_job(S.QUEUED, request_id=past.request_id)

    engine.on_take_in.habit = slow
    press(dialog, "Bring back 2 clips")
    await eventually(lambda: engine.on_take_in.calls)
    dialog.reject()
    gate.set()
    await eventually(lambda: len(engine.on_take_in.calls) == 2)
    await turns()


async def test_an_answer_that_comes_late_does_not_undo_the_news(
    dialog: RescueDialog, studio: Studio, engine: FakeEngine
) -> None:
    lists(engine, LOST)
    await scan(dialog)
    press(dialog, "Tick all")
    done = a_job(
        S.DONE, id=BACK.id, request_id=UUID, updated_at=START + timedelta(seconds=9)
    )  # fmt: skip

    def news(_: PastRequest) -> Any:
        studio.hear((JobAdded(BACK), JobChanged(done)))
        return BACK

    engine.on_take_in.habit = news
    press(dialog, "Bring back 1 clip")
    await eventually(lambda: "1 clip is back." in said(dialog))
    assert rows(dialog) == [("the boat drifts", "Here: Done")]
    dialog.reject()


async def test_how_it_ended_is_told_once_all_have(
    dialog: RescueDialog, studio: Studio, engine: FakeEngine
) -> None:
    lists(engine, LOST, OLDER)
    await scan(dialog)
    press(dialog, "Tick all")
    press(dialog, "Bring back 2 clips")
    await eventually(lambda: "2 clips are on the way" in said(dialog))
    studio.hear((JobChanged(a_job(S.DONE, request_id=UUID)),))
    assert "2 clips are on the way" in said(dialog)
    bad = a_job(S.FAILED, request_id="r-2", trouble=Trouble("clip_damaged"))
    studio.hear((JobChanged(bad),))
    assert "1 clip is back. 1 did not come back" in said(dialog)
    dialog.reject()


# Pictures


def png() -> bytes:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def picture(dialog: RescueDialog) -> QLabel:
    return dialog.details._picture


async def test_the_picture_of_the_chosen_request_is_shown(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    engine.on_glimpse.habit = png()
    lists(engine, LOST)
    await scan(dialog)
    dialog.choose(UUID)
    await eventually(lambda: not picture(dialog).pixmap().isNull())
    assert picture(dialog).accessibleName() == "The picture that it was made from"
    dialog.model.tick_all()
    await turns()
    assert engine.on_glimpse.calls == [(LOST.past,)]
    dialog.reject()


async def test_the_picture_of_a_job_is_taken_from_our_own_copy(
    dialog: RescueDialog, engine: FakeEngine, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.png"
    kept.write_bytes(png())
    job = a_job(S.DONE, request_id=UUID, params={"image_url": kept.as_uri()})
    engine.on_look_up.then(replace(LOST, job=job))
    dialog.what.setText(UUID)
    press(dialog, "Look it up")
    await eventually(lambda: not picture(dialog).pixmap().isNull())
    assert engine.on_glimpse.calls == []
    dialog.reject()


@pytest.mark.parametrize("data", [None, b"no picture at all"])
async def test_a_picture_that_cannot_be_had_is_no_trouble(
    dialog: RescueDialog, engine: FakeEngine, data: bytes | None
) -> None:
    engine.on_glimpse.habit = data
    lists(engine, LOST)
    await scan(dialog)
    dialog.choose(UUID)
    await eventually(lambda: picture(dialog).text() == "Its picture cannot be shown")
    dialog.reject()


# The window itself


async def test_its_shortcut_opens_one_window_only(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    window.activateWindow()
    await eventually(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    window.actions_by_id["rescue"].trigger()
    await eventually(lambda: window.findChildren(RescueDialog))
    await turns()
    (dialog,) = window.findChildren(RescueDialog)
    dialog.reject()


async def test_everything_in_it_has_a_name_and_is_reached_by_tab(
    dialog: RescueDialog, engine: FakeEngine
) -> None:
    lists(engine, LOST)
    await scan(dialog)
    press(dialog, "Tick all")
    dialog.choose(UUID)
    dialog.what.setText(UUID)
    kinds: tuple[type[QWidget], ...] = (QPushButton, QCheckBox, QComboBox, QTableView)
    found = [e for kind in kinds for e in dialog.findChildren(kind) if e.isVisible()]
    found += [dialog.what, dialog.details._copy]
    assert all(each.isEnabled() for each in found)
    assert all(e.accessibleName() or getattr(e, "text", str)() for e in found)
    reached = {id(e) for e in tab_order(dialog) if e.focusPolicy() & Qt.FocusPolicy.TabFocus}
    assert {id(each) for each in found} <= reached
    dialog.details._copy.click()
    assert QGuiApplication.clipboard().text() == UUID
    dialog.reject()


async def test_a_screen_reader_hears_whether_a_row_is_ticked(dialog: RescueDialog) -> None:
    dialog.model.take([entry(LOST, ticked=True), entry(FAILED)])
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = {dialog.model.index(row, 0).data(role) for row in range(2)}
    assert spoken == {
        "the boat drifts, Finished, ticked",
        "refused, Failed (HTTP 422), no clip, cannot be ticked",
    }
    dialog.reject()


def test_the_model_keeps_qts_rules(qtbot: QtBot) -> None:
    model = RescueModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.take([entry(LOST), entry(HERE), entry(GONE)])
    model.show_known(shown=True)
    model.tick_all()
    assert [each.id for each in model.ticked()] == [UUID, "r-6"]
    model.tick_all()
    assert model.ticked() == []
    model.mark_coming(entry(LOST))
    model.mark_problem(entry(LOST), "gone")
    assert model.follow(BACK) is not None
    assert model.follow(a_job(request_id="of somebody else")) is None
    assert not model.setData(model.index(0, 2), "x")
    model.clear()
    assert model.rowCount() == 0


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("number", [0, 1, 60])
@pytest.mark.parametrize("size", [(820, 640), (900, 660), (1600, 1000)])
def test_nothing_is_cut_off(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    scheme: theme.Scheme,
    number: int,
    size: tuple[int, int],
) -> None:
    theme.apply(dressed, scheme)
    show(window, qtbot, SIZES[0])
    dialog = RescueDialog(window, window.compose.catalog, is_sandbox=True)
    body = {"prompt": "a very long prompt " * 60, "negative_prompt": "blur " * 60}
    many = [replace(LOST.past, request_id=f"{UUID}{n}", body=body) for n in range(number)]
    dialog.model.take(
        replace(entry(Found(each), ticked=True), problem="It is gone for good. " * 6)
        for each in many
    )
    dialog.show_scanning(3, 10, "Kling 1.6 Standard, picture to video")
    if number:
        dialog.table.selectRow(0)
        shown = dialog.current
        assert shown is not None
        dialog.details.tell(shown, window.compose.catalog.endpoint(I2V))
        dialog.details.show_no_picture("Made from text, or its picture is not known")
    dialog.resize(*size)
    dialog.open()
    settle(dressed)
    assert cut_off(dialog) == []
    assert (dialog.width(), dialog.height()) == size
    dialog.reject()
