"""The window's program: builds every object, starts and stops the loops, knows every room."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import os
import signal
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from kling_desktop import log, tuning, wiring, workrooms
from kling_desktop.cabinet import KeyCabinet
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.events import LedgerSalvaged
from kling_desktop.engine.remote import RemoteEngine
from kling_desktop.paths import HOME_VARIABLE, Places, places
from kling_desktop.storage import remembered
from kling_desktop.storage.dictionary import SystemDictionary
from kling_desktop.storage.wording import WordingFile
from kling_desktop.ui import icons, locale, theme
from kling_desktop.ui.bridge import Bridge
from kling_desktop.ui.key.desk import KeyDesk
from kling_desktop.ui.main_window import MainWindow
from kling_desktop.ui.project.last import Last, load_heavy
from kling_desktop.ui.rubbish import Rubbish
from kling_desktop.ui.selftest import SelfTest
from kling_desktop.ui.settings.desk import SettingsDesk
from kling_desktop.ui.spelling.desk import SpellingDesk
from kling_desktop.ui.studio import Studio
from kling_desktop.watch import Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.alarm import Alarm
    from kling_desktop.domain.salvage import Salvage
    from kling_desktop.engine.engine import Engine

NO_DISPLAY = (
    "There is no display to open the window on. Start it from a desktop session, "
    "or use the commands: kling-desktop --help"
)

SLOW_START = 3.0
"""Seconds; what takes longer is a keyring that asks something, most likely."""


class Program:
    """One window on one engine, from first paint to an orderly end."""

    _starting: asyncio.Task[None] | None = None
    _brought: Path | None = None
    """A picture or project that the start is to open."""

    def __init__(
        self, app: QApplication, wish: wiring.Wish, where: Places, *, greets: bool = False
    ) -> None:
        """``greets``: whoever is here for the first time is shown the sample and the hints."""
        self._app = app
        self._wish = wish
        self._where = where
        self._stop = asyncio.Event()
        self._notes = where.window
        self._book = tuning.settings_file(where)
        self._scheme = theme.named(self._book.current.theme)
        # Called as soon as it is certain that the window closes.
        self.leaving: Callable[[], None] = lambda: None
        self._bridge = Bridge()
        self._cabinet = KeyCabinet(where.profiles, os.environ, tuning.wishes_of(where))
        self.engine = RemoteEngine(self._open_engine, self._bridge.push)
        notes = remembered.load(self._notes)
        self.greets = greets and not notes
        # Whether the sandbox was chosen for the next window as well, with a key at hand.
        self._stays = notes.get("backend") == "sandbox"
        if self._stays and wish is wiring.Wish.AUTO:
            self._wish = wiring.Wish.SANDBOX
        self.window = self._make_window()
        _equip(self.window)
        self.window.restore(notes)
        self.studio = Studio(self.window, self.engine, tuning.clips_folder(where))
        self.studio.projects.last = Last.of(notes.get("project"))
        self.studio.prompts.book = WordingFile(where.wording)
        self.settings = self._settings_desk()
        self.spelling = self._spelling_desk(notes.get("spelling"))
        self.keys = KeyDesk(self.window, self._cabinet, self.studio.tasks, self._go)
        self._connect()
        theme.dress(app)

    def _make_window(self) -> MainWindow:
        locale.use(self._book.current.language)
        theme.choose(self._app, self._scheme)
        return MainWindow(load_catalog())

    def _spelling_desk(self, notes: object) -> SpellingDesk:
        desk = SpellingDesk(self.window, self.studio.tasks, SystemDictionary(self._where.words))
        desk.restore(notes)
        return desk

    def _settings_desk(self) -> SettingsDesk:
        desk = SettingsDesk(self.window, self.engine, self.studio.tasks, self._book)
        desk.change_weather = functools.partial(tuning.change_weather, self._where.sandbox)
        desk.usual_clips = str(self._where.clips)
        desk.running = {"appearance.scale": tuning.scale_of(os.environ)}
        desk.marks = functools.partial(tuning.marks, self._where)
        return desk

    async def run(self, picture: Path | None = None) -> None:
        """Show the window, start the engine behind it, and stay until somebody closes it."""
        rubbish = Rubbish(self.window)
        try:
            await self._live(picture)
        finally:
            rubbish.stop()

    async def _live(self, picture: Path | None) -> None:
        self.window.show()
        self._tell_settings()
        self.settings.watch()
        self._starting = self.studio.tasks.start(self._start(picture))
        self.studio.tasks.start(self.spelling.start())
        slow = asyncio.get_running_loop().call_later(SLOW_START, self._tell_slow_start)
        await self._stop.wait()
        slow.cancel()
        await self._rest()

    def stop(self) -> None:
        """End :meth:`run`."""
        self.leaving()
        self._stop.set()

    async def _start(self, picture: Path | None) -> None:
        if picture is not None:
            self.studio.projects.last = None
        self._brought = picture
        try:
            await self.studio.start()
        except KlingDesktopError:
            return  # The window shows it, and stays open.
        self.keys.show_backend(self.studio.backend)
        await self._has_started()

    async def _has_started(self) -> None:
        """The first engine is open, whichever way it came."""
        if self._brought is not None:
            self.studio.take_file(self._brought)
        elif self.greets and self.studio.backend == "sandbox":
            await self.studio.first.begin()
        self._brought, self.greets = None, False
        self.window.stage.warm_up()
        icons.warm_up(self.window)
        # Nobody waits for it; whoever turns to the brush would, for most of a second.
        self.studio.tasks.start(asyncio.to_thread(load_heavy))

    def _close(self) -> None:
        """Stop, unless somebody would rather keep what is not saved."""
        if not self.studio.tasks.is_busy("close"):
            self.studio.tasks.start(self._close_if_nothing_is_lost(), group="close")

    async def _close_if_nothing_is_lost(self) -> None:
        if await self.studio.projects.may_close():
            self.stop()

    async def _rest(self) -> None:
        self.window.setEnabled(False)
        notes = self.window.remember()
        notes["project"] = self.studio.projects.notes()
        notes["spelling"] = self.spelling.notes()
        notes |= {"backend": "sandbox" if self._stays else ""}
        await asyncio.to_thread(remembered.save, self._notes, notes)
        try:
            await self.studio.tasks.aclose()
            await self.engine.close()
        finally:
            self.window.close_now()

    async def _go(self, live: bool) -> str:  # noqa: FBT001 - a question of yes or no
        """Put another backend to work, or the same one with another key."""
        if self._starting is not None and not self.engine.is_open:
            # It may wait for a keyring that nobody opens.
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        is_start = not self.engine.is_open
        before, self._wish = self._wish, wiring.Wish.LIVE if live else wiring.Wish.SANDBOX
        try:
            name = await self.studio.switch()
        except BaseException:
            self._wish = before
            raise
        self._stays = not live
        self.keys.show_backend(name)
        if is_start:
            await self._has_started()
        return name

    def _tell_slow_start(self) -> None:
        if not self.engine.is_open and self._starting is not None and not self._starting.done():
            self.window.banner.show_slow_start()

    def _note_key(self) -> None:
        """A key alone takes nobody out of the sandbox: that is a step of its own."""
        self._stays = self._stays or self.studio.backend == "sandbox"

    def _connect(self) -> None:
        self.window.actions_by_id["key"].triggered.connect(self.keys.open)
        self.window.actions_by_id["settings"].triggered.connect(self.settings.open)
        self.settings.applied.connect(self._heed)
        self.settings.engine_changed.connect(self.studio.budgets.look)
        self.keys.kept.connect(self._note_key)
        self.window.banner.change_asked.connect(self.keys.change)
        self._bridge.events.connect(self.studio.hear)
        self.window.closing.connect(self._close)
        for scheme in theme.Scheme:
            choose = functools.partial(self._choose_scheme, scheme)
            action = self.window.actions_by_id[scheme.value]
            action.setChecked(scheme is self._scheme)
            action.triggered.connect(choose)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def _heed(self, key: str) -> None:
        """What the window itself does about a setting; engine and wire ask for theirs anew."""
        match key:
            case "appearance.theme":
                scheme = theme.named(self.settings.settings.theme)
                if scheme is not self._scheme:
                    self._redress(scheme)
            case "appearance.language":
                locale.use(self.settings.settings.language, self.window)
            case "files.clips":
                self.studio.clips = tuning.clips_folder(self._where)
            case _:
                pass

    def _tell_settings(self) -> None:
        """Say what is wrong with the file of settings, if anything is."""
        if news := self._book.news:
            self.window.stage.notice.tell(" ".join(news))

    def _dress(self, scheme: theme.Scheme) -> None:
        self._scheme = scheme
        theme.apply(self._app, scheme)

    def _choose_scheme(self, scheme: theme.Scheme) -> None:
        """The eye does not wait for the disk."""
        self._redress(scheme)
        self.settings.put("appearance.theme", scheme.value)

    def _redress(self, scheme: theme.Scheme) -> None:
        self._dress(scheme)
        self.window.actions_by_id[scheme.value].setChecked(True)
        self.window.restyle()

    def _follow_system(self) -> None:
        if self._scheme is theme.Scheme.SYSTEM:
            self._redress(self._scheme)

    @asynccontextmanager
    async def _open_engine(self) -> AsyncIterator[Engine]:
        """On the engine's thread."""
        asyncio.get_running_loop().set_exception_handler(self.studio.trouble.of_loop)
        choice = await wiring.choose(self._wish, os.environ, self._cabinet)
        async with wiring.open_engine(choice, self._where, on_salvage=self._tell_salvage) as engine:
            yield engine

    def _tell_salvage(self, news: Salvage) -> None:
        """On the engine's thread."""
        self._bridge.push(LedgerSalvaged(news))


def _equip(window: MainWindow) -> None:
    """Give the panels what they show of pictures and videos; each loads what it needs by itself."""
    window.stage.make_motion = workrooms.make_motion
    window.stage.export_motion = workrooms.export_motion
    window.compose.scenes.samples.make = _make_sample


def _make_sample(scene: str, group: str, /, *, two: bool) -> Sequence[NDArray[np.uint8]]:
    """A hint at an effect, for their browser; called on a thread, as it loads much."""
    from kling_desktop.media.effect_sample import sample_frames

    return sample_frames(scene, group, two=two)


def run_window(words: Sequence[str], alarm: Alarm) -> int:
    """Open the window and return the exit code once it is closed."""
    args = _parse(words)
    if not _has_display():
        if not args.self_test:
            print(NO_DISPLAY, file=sys.stderr)  # noqa: T201 - there is no window to say it in
            return 2
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")
    with contextlib.ExitStack() as stack:
        if args.self_test and HOME_VARIABLE not in os.environ:
            # The user's own ledger is not the place for a test.
            os.environ[HOME_VARIABLE] = stack.enter_context(
                tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
            )
        where = places()
        log.start(where.logs)
        log.hide(os.environ.get("FAL_KEY", ""))
        tuning.scale(os.environ, tuning.settings_file(where).current)
        app = make_app()
        watch = Watch(alarm, where)
        if not args.self_test:
            stack.callback(watch.end)
            if not watch.begin(args.picture, args.wish):
                return 0
        return _run(app, args, watch)


def make_app() -> QApplication:
    """The one QApplication, with our name and icon."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("kling-desktop")
    app.setDesktopFileName("kling-desktop")
    app.setWindowIcon(icons.app_icon())
    # A closing dialog must not stop the loop: closing is a coroutine of ours.
    app.setQuitOnLastWindowClosed(False)
    return app


def _run(app: QApplication, args: argparse.Namespace, watch: Watch) -> int:
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        return runner.run(_main(app, args, watch))


async def _main(app: QApplication, args: argparse.Namespace, watch: Watch) -> int:
    wish = wiring.Wish.SANDBOX if args.self_test else wiring.Wish(args.wish)
    program = Program(app, wish, watch.where, greets=not args.self_test)
    watch.over(program.window, program.studio)
    program.leaving = watch.leave
    _stop_on_signals(program)
    if not args.self_test:
        await program.run(args.picture)
        return 0
    test = SelfTest(program.window, program.studio)
    async with asyncio.TaskGroup() as group:
        group.create_task(program.run())
        verdict = await test.run()
        program.stop()
    print(verdict.text)  # noqa: T201 - the verdict is what was asked for
    return 0 if verdict.passed else 1


def _stop_on_signals(program: Program) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, program.stop)


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kling-desktop")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--sandbox", dest="wish", action="store_const", const="sandbox")
    which.add_argument("--live", dest="wish", action="store_const", const="live")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument(
        "picture", nargs="?", type=Path, help="a picture or a project to start from"
    )
    parser.set_defaults(wish="auto")
    return parser.parse_args(words)


def _has_display() -> bool:
    """Qt aborts the process where there is none, with a text that misleads."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return any(os.environ.get(name) for name in names)
