"""The window about the key says where it comes from, and waits for nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QInputDialog, QLineEdit, QMessageBox

from kling_desktop.domain.errors import (
    AccountLocked,
    InvalidParams,
    KeyRefused,
    KlingDesktopError,
    MissingKey,
    NetworkDown,
    Problem,
)
from kling_desktop.domain.keys import KeyVerdict, KeyView, Profiles, Source
from kling_desktop.domain.refusals import KeyLacksScope, KeyMalformed
from kling_desktop.ui.key import words
from kling_desktop.ui.key.desk import KeyDesk
from kling_desktop.ui.key.dialog import KeyDialog
from kling_desktop.ui.tasks import TaskScope
from tests.ui.fakes import eventually
from tests.ui.key.fakes import KEYRING, FakeKeys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kling_desktop.ui.main_window import MainWindow

D = TypeVar("D", bound=QDialog)
KEY = "0a1b2c3d-aaaa-bbbb:0123456789abcdef"
SEVERAL = Profiles("work", ("default", "work"))


class Room:
    """A window with a desk, and what was put to work."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.keys = FakeKeys()
        self.went: list[bool] = []
        self.reported: list[Exception] = []
        self.tasks = TaskScope(self.reported.append)
        self.desk = KeyDesk(window, self.keys, self.tasks, self._go)
        self.desk.show_backend("sandbox")
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def open(self) -> KeyDialog:
        self.desk.open()
        dialog = self.window.findChild(KeyDialog)
        assert dialog is not None
        if not self.keys.stuck:
            await eventually(lambda: dialog.view is not None)
            await self.idle()
        return dialog

    async def idle(self) -> None:
        await eventually(lambda: not self.tasks.is_busy("key"))

    async def _go(self, live: bool) -> str:
        self.went.append(live)
        await self.may_go.wait()
        name = "live" if live else "sandbox"
        self.desk.show_backend(name)
        return name


async def _shown(dialog: KeyDialog, kind: type[D]) -> D:
    """The question over the dialog; an answered one may not be gone yet."""

    def open_ones() -> list[D]:
        return [each for each in dialog.findChildren(kind) if each.isVisible()]

    await eventually(lambda: bool(open_ones()))
    (box,) = open_ones()
    return box


@pytest.fixture
async def room(window: MainWindow) -> AsyncIterator[Room]:
    made = Room(window)
    yield made
    await made.tasks.aclose()
    assert made.reported == []


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (KeyView(Source.ENVIRONMENT, KEYRING), "comes from the environment (FAL_KEY)"),
        (KeyView(Source.KEYRING, KEYRING, profiles=SEVERAL), "your keyring, profile “work”"),
        (KeyView(Source.KEYRING, KEYRING), KEYRING),
        (KeyView(Source.SESSION, None), "for this session only"),
        (KeyView(None, KEYRING), "No key is known"),
        (KeyView(None, None), "never written to a file here"),
        (KeyView(None, KEYRING, "the keyring is locked"), "The keyring is locked"),
    ],
)
async def test_it_always_says_where_the_key_comes_from(
    room: Room, view: KeyView, told: str
) -> None:
    room.keys.view = view
    dialog = await room.open()
    assert told in dialog.source
    assert dialog.keep.isHidden() is (view.keyring is None)


async def test_a_key_that_is_kept_leaves_the_field_and_changes_no_backend(room: Room) -> None:
    dialog = await room.open()
    dialog.field.setText(f"export FAL_KEY={KEY}")
    dialog.keep.click()
    await room.idle()
    assert dialog.field.text() == ""
    assert not dialog.field.isUndoAvailable()
    (given,) = room.keys.given
    assert given is not None
    assert KEY in given.get_secret_value()
    assert "from your keyring" in dialog.source
    assert room.went == []


async def test_without_a_keyring_enter_uses_a_key_for_this_session(room: Room) -> None:
    room.keys.view = KeyView(None, None)
    dialog = await room.open()
    dialog.field.setText(KEY)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await room.idle()
    assert room.keys.view.source is Source.SESSION
    assert "for this session only" in dialog.source


async def test_another_key_counts_at_once_where_clips_are_made_live(room: Room) -> None:
    room.desk.show_backend("live")
    dialog = await room.open()
    dialog.field.setText(KEY)
    dialog.keep.click()
    await room.idle()
    assert room.went == [True]
    assert "in use from now on" in dialog.status


async def test_a_keyring_that_does_not_answer_is_given_up_by_hand(room: Room) -> None:
    room.keys.stuck = True
    dialog = await room.open()
    await asyncio.sleep(0)  # the question has begun
    assert dialog.status == words.LOOKING
    dialog.stop.click()
    await room.idle()
    assert (room.keys.given_up, dialog.status) == (1, words.STOPPED)
    assert dialog.field.isEnabled()


async def test_the_sandbox_needs_no_keyring_that_has_answered(room: Room) -> None:
    room.keys.stuck = True
    room.desk.show_backend("")
    dialog = await room.open()
    await asyncio.sleep(0)
    dialog.sandbox.click()
    await room.idle()
    assert (room.went, room.keys.given_up) == ([False], 1)


async def test_going_live_states_the_price_and_asks(room: Room) -> None:
    room.keys.view = KeyView(Source.KEYRING, KEYRING)
    dialog = await room.open()
    for wanted in (False, True):
        dialog.live.click()
        box = await _shown(dialog, QMessageBox)
        assert "costs about $" in box.text()
        next(each for each in box.buttons() if (each.text() == "Go live") is wanted).click()
        await eventually(lambda: not room.tasks.is_busy("key: ask"))
        await room.idle()
        assert room.went == [True] * wanted
    assert dialog.status == words.LIVE
    assert not dialog.sandbox.isHidden()


async def test_a_change_that_has_begun_goes_to_its_end_whatever_is_looked_at_meanwhile(
    room: Room,
) -> None:
    room.keys.view = KeyView(Source.KEYRING, KEYRING)
    dialog = await room.open()
    room.may_go.clear()
    room.desk._start(words.LOOKING, room.desk._go_live())
    dialog.reject()  # The keyring is still asked, so nobody needs to wait for it here.
    await eventually(lambda: room.went == [True])
    room.desk.open()  # It asks the keyring anew, in the place of what was asked before.
    room.may_go.set()
    await eventually(lambda: room.desk._backend == "live")
    await room.idle()


async def test_a_change_back_waits_for_the_one_that_is_under_way(room: Room) -> None:
    room.keys.view = KeyView(Source.KEYRING, KEYRING)
    await room.open()
    room.may_go.clear()
    room.desk._start(words.LOOKING, room.desk._go_live())
    await eventually(lambda: room.went == [True])
    room.desk._sandbox()
    for _ in range(20):
        await asyncio.sleep(0)
    assert room.went == [True]
    room.may_go.set()
    await eventually(lambda: room.went == [True, False])
    await room.idle()
    assert room.desk._backend == "sandbox"


async def test_a_change_ends_with_the_window(room: Room) -> None:
    await room.open()
    room.may_go.clear()
    room.desk._start(words.LOOKING, room.desk._go_now(live=True))
    await eventually(lambda: room.went == [True])
    await room.tasks.aclose()
    assert not [each for each in asyncio.all_tasks() if "_go" in str(each.get_coro())]


async def test_without_a_key_nobody_can_go_live(room: Room) -> None:
    dialog = await room.open()
    assert not dialog.live.isEnabled()
    assert not dialog.test.isEnabled()


TROUBLES = {
    "does not take it": (KeyRefused("no user"), "fal did not accept the API key"),
    "malformed": (KeyMalformed("format"), "did not recognise the API key as one"),
    "no scope": (KeyLacksScope("scope"), "with the scope “API”"),
    "no credit": (AccountLocked("balance"), "locked or out of credit"),
    "no line": (NetworkDown("refused"), "connect"),
    "not a key": (InvalidParams((Problem("key", "must have the form id:secret"),)), words.FORM),
    "locked": (MissingKey("the keyring is locked"), "The keyring is locked."),
}


@pytest.mark.parametrize("what", TROUBLES)
async def test_what_is_wrong_with_a_key_is_said_without_a_word_about_money(
    room: Room, what: str
) -> None:
    error, told = TROUBLES[what]
    assert isinstance(error, KlingDesktopError)
    dialog = await room.open()
    room.keys.trouble = error
    dialog.field.setText(KEY)
    dialog.test.click()
    await room.idle()
    assert told in dialog.status
    assert "charge" not in dialog.status
    assert dialog.field.text() == KEY, "it can be mended"


async def test_a_good_key_is_said_to_be_good_with_what_the_account_has(room: Room) -> None:
    dialog = await room.open()
    room.keys.verdict = KeyVerdict(Decimal("24.5"))
    dialog.field.setText(KEY)
    dialog.test.click()
    await room.idle()
    assert "$24.50 of credit" in dialog.status


async def test_forgetting_is_asked_and_ends_live(room: Room) -> None:
    room.keys.view = KeyView(Source.KEYRING, KEYRING)
    room.desk.show_backend("live")
    dialog = await room.open()
    dialog.forget.click()
    box = await _shown(dialog, QMessageBox)
    next(each for each in box.buttons() if each.text() == "Forget").click()
    await eventually(lambda: room.went == [False])
    await room.idle()
    assert "No key is known" in dialog.source


async def test_profiles_are_added_renamed_and_chosen(room: Room) -> None:
    room.keys.view = KeyView(Source.KEYRING, KEYRING)
    dialog = await room.open()
    for button, name in ((dialog.add, "work"), (dialog.rename, "studio")):
        button.click()
        box = await _shown(dialog, QInputDialog)
        box.setTextValue(name)
        box.accept()
        await eventually(lambda name=name: dialog.profiles.currentText() == name)  # type: ignore[misc]
        await room.idle()
    dialog.profile_chosen.emit("default")
    await room.idle()
    assert room.keys.view.profiles == Profiles("default", ("default", "studio"))
    assert [dialog.profiles.itemText(i) for i in range(dialog.profiles.count())] == [
        "default", "studio",
    ]  # fmt: skip


async def test_the_key_reaches_no_clipboard_even_while_it_is_in_sight(room: Room) -> None:
    dialog = await room.open()
    board = QGuiApplication.clipboard()
    board.setText("before")
    field = dialog.field
    field.setText(KEY)
    for shown in (False, True):
        field.reveal(shown)
        field.selectAll()
        for keys in (Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Insert):
            QTest.keyClick(field, keys, Qt.KeyboardModifier.ControlModifier)
            field.setText(KEY)
        assert board.text() == "before"
        if board.supportsSelection():
            assert KEY not in board.text(QClipboard.Mode.Selection)
    assert field.selectedText() == ""


async def test_a_key_that_a_terminal_has_wrapped_is_pasted_whole(room: Room) -> None:
    dialog = await room.open()
    QGuiApplication.clipboard().setText(f"{KEY[:20]}\n{KEY[20:]}\n")
    QTest.keyClick(dialog.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert dialog.field.text() == KEY
    assert dialog.field.echoMode() is QLineEdit.EchoMode.Password


@pytest.mark.parametrize("way", ["escape", "close"])
async def test_however_it_is_closed_the_field_is_empty(room: Room, way: str) -> None:
    dialog = await room.open()
    dialog.field.setText(KEY)
    field = dialog.field
    if way == "escape":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    assert field.text() == ""
    assert not field.isUndoAvailable()


async def test_it_stays_open_while_one_backend_takes_the_place_of_another(room: Room) -> None:
    dialog = await room.open()
    dialog.show_busy(words.GOING, can_stop=False)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    dialog.show_idle("")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_view_says_nothing_of_a_key() -> None:
    view = replace(KeyView(Source.SESSION, KEYRING), profiles=SEVERAL)
    assert KEY not in repr(view)
