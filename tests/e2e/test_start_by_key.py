"""A start that the key holds up ends through the window about the key, with what it was given."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMessageBox

from kling_desktop import wiring
from kling_desktop.app import Program
from kling_desktop.fal.backend import Backend
from kling_desktop.paths import own_command, places
from kling_desktop.sandbox.process import ensure_running
from kling_desktop.storage import secrets
from kling_desktop.ui.key.dialog import KeyDialog
from tests.e2e.conftest import PICTURE, SMALL
from tests.helpers.programs import until
from tests.storage.test_secrets import Drawer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from kling_desktop.sandbox.process import Lease

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


class Silent(Drawer):
    """A keyring whose question for its password nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait()
        return super().get_password(service, username)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    made = Silent()
    monkeypatch.setattr(secrets, "_system_keyring", lambda: made)
    yield made
    made.answered.set()


@pytest.fixture
async def fal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lease]:
    """Another server in the place of fal."""
    lease = await ensure_running(tmp_path / "fal", command=own_command(), options=SMALL.split())
    monkeypatch.setattr(Backend, "live", lambda: Backend.at(lease.url, "live"))
    yield lease
    lease.release()


@asynccontextmanager
async def started_with(program: Program, picture: Path | None) -> AsyncIterator[KeyDialog]:
    """A program that was given a picture, and its window about the key."""
    task = asyncio.ensure_future(program.run(picture))
    try:
        await until(program.window.isVisible)
        program.keys.open()
        dialog = program.window.findChild(KeyDialog)
        assert dialog is not None
        yield dialog
    finally:
        program.stop()
        await task


async def test_a_picture_is_shown_once_the_sandbox_is_chosen_in_place_of_a_silent_keyring(
    qapp: QApplication, silent: Silent
) -> None:
    program = Program(qapp, wiring.Wish.AUTO, places())
    async with started_with(program, PICTURE) as dialog:
        assert not program.engine.is_open
        dialog.sandbox.click()
        await until(lambda: not program.window.stage.picture.is_empty)
        source = program.window.stage.source
        assert source is not None
        assert source.name == PICTURE.name
        assert program.window.windowTitle().endswith("Sandbox")


async def test_who_is_here_for_the_first_time_gets_the_sample_then_too(
    qapp: QApplication, silent: Silent
) -> None:
    program = Program(qapp, wiring.Wish.AUTO, places(), greets=True)
    async with started_with(program, None) as dialog:
        dialog.sandbox.click()
        await until(lambda: program.window.stage.brush is not None)
        assert not program.window.hints.isHidden()


async def test_a_picture_is_shown_once_a_live_start_has_the_key_that_it_lacked(
    qapp: QApplication, fal: Lease
) -> None:
    program = Program(qapp, wiring.Wish.LIVE, places())
    async with started_with(program, PICTURE) as dialog:
        tasks = program.studio.tasks
        await until(lambda: dialog.view is not None and not tasks.is_busy("key"))
        assert not program.engine.is_open
        assert program.window.stage.picture.is_empty
        dialog.field.setText(fal.key)
        dialog.use.click()
        await until(lambda: not tasks.is_busy("key"))
        dialog.live.click()
        await until(lambda: bool(dialog.findChildren(QMessageBox)))
        (box,) = dialog.findChildren(QMessageBox)
        next(each for each in box.buttons() if each.text() == "Go live").click()
        await until(lambda: not program.window.stage.picture.is_empty)
        assert program.window.windowTitle().endswith("live")
