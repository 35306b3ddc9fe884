"""A real keyring: kept, read after a restart, locked, absent, forgotten; window and commands."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from keyring import core
from keyring.backends.SecretService import Keyring
from PySide6.QtWidgets import QMessageBox

from kling_desktop import wiring
from kling_desktop.app import Program
from kling_desktop.fal.backend import Backend
from kling_desktop.paths import own_command, places
from kling_desktop.sandbox.process import ensure_running
from kling_desktop.ui.key import words
from kling_desktop.ui.key.dialog import KeyDialog
from tests.e2e.conftest import PICTURE
from tests.helpers.keyrings import SecretService, secret_service
from tests.helpers.programs import drop, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path
    from typing import Self

    from PySide6.QtWidgets import QApplication

    from kling_desktop.sandbox.process import Lease
    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough, pytest.mark.keyring]

KEY = "0a1b2c3d-aaaa-bbbb-cccc-ddddeeeeffff:0123456789abcdef0123456789abcdef"
OTHER = "ffffffff-cccc-dddd-eeee-000011112222:fedcba9876543210fedcba9876543210"
LINE = f'export FAL_KEY="{KEY}"\n'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    with secret_service(tmp_path_factory.mktemp("keyring")) as made:
        yield made


@pytest.fixture
def keyring(service: SecretService) -> Iterator[SecretService]:
    """Unlocked and empty at the begin of each test."""
    yield service
    service.stop()
    for each in service.folder.rglob("*.keyring"):
        each.unlink()
    service.start()


@dataclass(frozen=True)
class Commands:
    """The commands of one user with that keyring, or with none."""

    kling: Kling
    more: dict[str, str]

    def key(self, *given: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in self.kling.environment.items() if k != "PYTHON_KEYRING_BACKEND"}
        return subprocess.run(
            own_command("key", *given), env=kept | self.more, input=stdin,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def status(self) -> Any:
        done = self.key("status", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def commands(kling: Kling, keyring: SecretService) -> Commands:
    return Commands(kling, keyring.environment)


def test_a_key_is_kept_read_after_a_restart_and_forgotten(
    commands: Commands, keyring: SecretService
) -> None:
    kept = commands.key("set", stdin=LINE)
    assert (kept.returncode, kept.stderr) == (0, "The key is in your keyring.\n")
    assert commands.status() == {
        "known": True, "source": "keyring", "profile": "default", "profiles": ["default"],
    }  # fmt: skip
    keyring.stop()
    keyring.start()
    assert commands.status()["known"] is True
    assert not any(half.encode() in keyring.files() for half in KEY.split(":"))
    assert commands.key("forget").returncode == 0
    assert commands.status()["known"] is False
    assert commands.key("forget").returncode == 0, "it is gone, as was asked"


def test_profiles_are_listed_and_chosen(commands: Commands) -> None:
    commands.key("set", stdin=KEY)
    assert commands.key("set", "--profile", "work", stdin=OTHER).returncode == 0
    assert commands.status()["profile"] == "work"
    told = commands.key("use", "--profile", "empty")
    assert told.returncode == 0
    assert "No key is known, under “empty”." in told.stderr
    assert commands.status()["known"] is False
    told = commands.key("use", "--profile", "default")
    lines = [line.strip() for line in told.stderr.splitlines()[1:]]
    assert lines == ["* default", "work", "empty (no key)"]
    commands.key("forget", "--profile", "empty")
    assert commands.status()["profiles"] == ["default", "work"]


def test_a_locked_keyring_is_said_to_be_locked(commands: Commands, keyring: SecretService) -> None:
    commands.key("set", stdin=KEY)
    keyring.lock()
    for action in ("status", "forget"):
        done = commands.key(action)
        assert done.returncode == 3, done.stderr
        assert "locked" in done.stderr
    keyring.stop()
    keyring.start()
    assert commands.status()["known"] is True


def test_without_any_keyring_a_key_is_not_kept_and_the_environment_counts(
    kling: Kling, tmp_path: Path
) -> None:
    nothing = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "XDG_RUNTIME_DIR": "/none"}
    commands = Commands(kling, nothing)
    done = commands.key("set", stdin=KEY)
    assert done.returncode == 3
    assert "Use FAL_KEY for this session." in done.stderr
    assert Commands(kling, nothing | {"FAL_KEY": KEY}).status()["source"] == "environment"


# The window


@pytest.fixture
def at_home(keyring: SecretService, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """This process uses that keyring too."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, keyring.environment[name])
    monkeypatch.setattr(core, "_keyring_backend", Keyring())  # type: ignore[no-untyped-call]
    yield keyring
    with warnings.catch_warnings():
        # The library leaves its connection to a locked keyring to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


class Opened:
    """A program with the window about the key open."""

    def __init__(self, program: Program, dialog: KeyDialog) -> None:
        self.program = program
        self.dialog = dialog

    async def settled(self) -> None:
        await until(lambda: not self.program.studio.tasks.is_busy("key"))

    async def paste(self, key: str) -> None:
        self.dialog.field.setText(key)
        self.dialog.keep.click()
        await self.settled()

    async def order(self, prompt: str) -> None:
        """Order a clip, and see it in the queue."""
        self.program.window.compose.set_values({"prompt": prompt})
        self.program.studio.generate()
        await until(lambda: self.program.window.queue.model.rowCount() == 1)

    async def newest(self) -> tuple[str, str, bool]:
        """Backend, prompt and whether there is a clip, once the newest job is over."""
        model = self.program.window.queue.model
        await until(lambda: (job := model.job_at(0)) is not None and job.is_over)
        job = model.job_at(0)
        assert job is not None
        return job.backend, job.prompt, bool(job.clips)

    async def answer(self, button: str) -> None:
        await until(lambda: bool(self._boxes()))
        (box,) = self._boxes()
        next(each for each in box.buttons() if each.text() == button).click()
        await until(lambda: not self.program.studio.tasks.is_busy("key: ask"))
        await self.settled()

    def _boxes(self) -> list[QMessageBox]:
        return [each for each in self.dialog.findChildren(QMessageBox) if each.isVisible()]


class Windows:
    """Windows of one user, one after the other."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._open: list[tuple[Program, asyncio.Task[None]]] = []

    async def open(self, title: str = "Sandbox") -> Opened:
        program = Program(self._app, wiring.Wish.AUTO, places())
        self._open.append((program, asyncio.ensure_future(program.run())))
        await until(lambda: program.window.windowTitle().endswith(title))
        program.keys.open()
        dialog = program.window.findChild(KeyDialog)
        assert dialog is not None
        opened = Opened(program, dialog)
        await opened.settled()
        return opened

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every window in good order."""
        while self._open:
            program, task = self._open.pop()
            program.stop()
            await task


@pytest.mark.filterwarnings("ignore:unclosed <socket.*raddr=.*dbus-:ResourceWarning")  # see at_home
async def test_the_window_keeps_finds_and_forgets_a_key(
    qapp: QApplication, at_home: SecretService
) -> None:
    async with Windows(qapp) as windows:
        first = await windows.open()
        assert "No key is known." in first.dialog.source
        await first.paste(LINE)
        assert first.dialog.field.text() == ""
        assert "from your keyring, profile “default”" in first.dialog.source
        await windows.close()

        await asyncio.to_thread(_restart, at_home)
        second = await windows.open()  # a key alone takes nobody out of the sandbox
        assert "from your keyring, profile “default”" in second.dialog.source
        await asyncio.to_thread(at_home.lock)
        second.dialog.look.click()
        await second.settled()
        assert "The keyring is locked." in second.dialog.source
        second.dialog.field.setText(KEY)
        second.dialog.keep.click()
        await second.settled()
        assert "The keyring is locked." in second.dialog.status
        await asyncio.to_thread(_restart, at_home)
        second.dialog.look.click()
        await second.settled()
        second.dialog.forget.click()
        await second.answer("Forget")
        assert "No key is known." in second.dialog.source


def _restart(service: SecretService) -> None:
    service.stop()
    service.start()


@pytest.fixture
async def fal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lease]:
    """Another server in the place of fal."""
    lease = await ensure_running(tmp_path / "fal", command=own_command())
    monkeypatch.setattr(Backend, "live", lambda: Backend.at(lease.url, "live"))
    yield lease
    lease.release()


async def test_a_key_is_tried_at_fal_free_of_charge(
    qapp: QApplication, fal: Lease, at_home: SecretService
) -> None:
    async with Windows(qapp) as windows:
        opened = await windows.open()
        for key, told in (
            (KEY, "fal did not accept the API key."),
            (fal.key, "fal accepts the key."),
        ):
            await opened.paste(key)
            opened.dialog.test.click()
            await opened.settled()
            assert opened.dialog.status.startswith(told)


async def test_live_and_the_sandbox_take_each_others_place_and_jobs_never_cross(
    qapp: QApplication, fal: Lease, at_home: SecretService
) -> None:
    async with Windows(qapp) as windows:
        opened = await windows.open()
        window, dialog = opened.program.window, opened.dialog
        await opened.paste(fal.key)
        drop(window, PICTURE)
        await until(lambda: not window.stage.picture.is_empty)
        await opened.order("A clip of the sandbox")
        dialog.live.click()
        await opened.answer("Go live")
        assert dialog.status == words.LIVE
        assert window.windowTitle().endswith("live")
        assert window.banner.text.startswith("Live:")
        assert window.queue.model.rowCount() == 0
        assert not window.stage.picture.is_empty
        await opened.order("A clip of fal")
        assert await opened.newest() == ("live", "A clip of fal", True)
        dialog.sandbox.click()
        await opened.settled()
        assert window.windowTitle().endswith("Sandbox")
        assert await opened.newest() == ("sandbox", "A clip of the sandbox", True)


async def test_a_key_for_this_session_is_live_at_once_and_gone_with_the_window(
    qapp: QApplication, fal: Lease, at_home: SecretService
) -> None:
    async with Windows(qapp) as windows:
        opened = await windows.open()
        opened.dialog.field.setText(fal.key)
        opened.dialog.use.click()
        await opened.settled()
        opened.dialog.live.click()
        await opened.answer("Go live")
        assert opened.program.window.windowTitle().endswith("live")
        await windows.close()
        again = await windows.open()
        assert "No key is known." in again.dialog.source
        assert fal.key.partition(":")[2].encode() not in at_home.files()
