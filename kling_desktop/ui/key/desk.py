"""What is done about the key: it is looked for, kept, tried, forgotten; and who makes the clips."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pydantic import SecretStr
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog

from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.keys import Source
from kling_desktop.ui.key import words
from kling_desktop.ui.key.dialog import KeyDialog
from kling_desktop.ui.question import ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

    from kling_desktop.domain.keys import KeyView
    from kling_desktop.ui.key.ports import Keys
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

    Go = Callable[[bool], Awaitable[str]]

GROUP, ASKS = "key", "key: ask"
KEPT = "The key is in your keyring. "
USED = "The key is known until the window closes, and is written nowhere. "
NEXT = "Test it, or go live."
TAKEN = "It is in use from now on."


class KeyDesk(QObject):
    """Opens the window about the key, one at a time; what it waits for can always be given up."""

    kept = Signal()
    """Another key is known from now on."""

    def __init__(self, window: MainWindow, keys: Keys, tasks: TaskScope, go: Go) -> None:
        """``go`` puts live (True) or the sandbox to work, and says which backend it is now."""
        super().__init__(window)
        self._window = window
        self._keys = keys
        self._tasks = tasks
        self._go = go
        self._backend = ""
        self._going: asyncio.Future[str] | None = None
        """The change to another backend; one after the other, and each to its end."""
        self._dialog: KeyDialog | None = None
        self._wants_live = False
        """The window was opened to go live: that is asked as soon as a key is known."""

    def show_backend(self, name: str) -> None:
        """From now on that backend makes the clips."""
        self._backend = name
        if self._dialog is not None:
            self._dialog.show_backend(name)

    def change(self, live: bool) -> None:  # noqa: FBT001 - a signal's argument
        """Go live, which is asked with its prices as soon as a key is known; or come back."""
        self.open()
        self._wants_live = live
        if not live:
            self._sandbox()

    def open(self) -> None:
        """Show where the key comes from."""
        self._wants_live = False
        if self._dialog is not None:
            return
        dialog = self._dialog = KeyDialog(self._window, self._backend)
        dialog.keep_asked.connect(self._keep)
        dialog.use_asked.connect(self._use)
        dialog.test_asked.connect(self._test)
        dialog.forget_asked.connect(self._forget)
        dialog.look_asked.connect(self._look)
        dialog.stop_asked.connect(self._stop)
        dialog.live_asked.connect(self._live)
        dialog.sandbox_asked.connect(self._sandbox)
        dialog.profile_chosen.connect(self._choose)
        dialog.add_asked.connect(self._add)
        dialog.rename_asked.connect(self._rename)
        dialog.finished.connect(self._close)
        dialog.open()
        self._look()

    # What is done; each deed waits apart, and the window stays alive.

    def _look(self) -> None:
        self._start(words.LOOKING, self._look_now())

    def _keep(self) -> None:
        dialog = self._dialog
        if dialog is not None and dialog.view is not None and (secret := self._pasted()):
            profile = dialog.view.profiles.active
            self._start(words.LOOKING, self._take(self._keys.keep(secret, profile), KEPT))

    def _use(self) -> None:
        if secret := self._pasted():
            self._start(words.LOOKING, self._take(self._keys.use(secret), USED))

    def _test(self) -> None:
        self._start(words.TRYING, self._test_now(self._pasted()))

    def _choose(self, profile: str) -> None:
        self._start(words.LOOKING, self._change(self._keys.choose(profile)))

    def _forget(self) -> None:
        self._question(self._forget_now())

    def _add(self) -> None:
        self._question(self._add_now())

    def _rename(self) -> None:
        self._question(self._rename_now())

    def _live(self) -> None:
        self._question(self._live_now())

    def _sandbox(self) -> None:
        self._start(words.GOING, self._go_now(live=False), can_stop=False)

    def _stop(self) -> None:
        self._start("", self._give_up(), can_stop=False)

    async def _look_now(self) -> str:
        view = await self._keys.look()
        self._tell(view)
        if self._wants_live and self._backend != "live" and view.source is not None:
            self._wants_live = False
            self._live()
        return ""

    async def _change(self, work: Coroutine[Any, Any, KeyView]) -> str:
        view = await work
        self._tell(view)
        return await self._renew(view) if view.source is not Source.ENVIRONMENT else ""

    async def _take(self, work: Coroutine[Any, Any, KeyView], said: str) -> str:
        view = await work
        if self._dialog is not None:
            self._dialog.wipe()
        self._tell(view)
        self.kept.emit()
        return said + (await self._renew(view) or NEXT)

    async def _renew(self, view: KeyView) -> str:
        """Where clips are made live already, another key counts at once."""
        if self._backend != "live":
            return ""
        if view.source is None:
            return await self._go_now(live=False)
        await self._go_now(live=True)
        return TAKEN

    async def _test_now(self, pasted: SecretStr | None) -> str:
        return words.verdict(await self._keys.check(pasted))

    async def _give_up(self) -> str:
        return words.STOPPED

    async def _go_live(self) -> str:
        """The keyring is asked first, and may be given up; the rest goes to its end."""
        view = await self._keys.look()
        self._tell(view)
        return words.source(view) if view.source is None else await self._go_now(live=True)

    async def _go_now(self, *, live: bool) -> str:
        if self._dialog is not None:
            self._dialog.show_busy(words.GOING, can_stop=False)
        if self._going is not None:
            await asyncio.wait({self._going})
        going = self._going = asyncio.ensure_future(self._go(live))
        try:
            return words.backend(await asyncio.shield(going))
        except asyncio.CancelledError:
            # Half of a change would leave a window that says another backend than is at work.
            if self._tasks.is_closed:
                going.cancel()
                await asyncio.gather(going, return_exceptions=True)
            else:
                self._tasks.start(_ended(going))
            raise

    # What is asked first

    async def _forget_now(self) -> None:
        dialog = self._dialog
        if dialog is None or (view := dialog.view) is None:
            return
        name = view.profiles.active
        where = "this session" if view.source is Source.SESSION else f"your keyring (“{name}”)"
        live = " Clips are made in the sandbox from then on." if self._backend == "live" else ""
        text = (
            f"Forget the key of {where}?\n\nAt fal it stays as it is; you can paste it again.{live}"
        )
        if await ask(dialog, "Forget the key", text, yes="Forget"):
            self._start(words.LOOKING, self._change(self._keys.forget(name)))

    async def _add_now(self) -> None:
        if name := await self._name("New profile", "A name for another key:", ""):
            self._choose(name)

    async def _rename_now(self) -> None:
        if (view := self._view) is None:
            return
        old = view.profiles.active
        name = await self._name("Rename profile", f"Another name for “{old}”:", old)
        if name and name != old:
            self._start(words.LOOKING, self._change(self._keys.rename(old, name)))

    async def _live_now(self) -> None:
        if (dialog := self._dialog) is None:
            return
        compose = self._window.compose
        text = (
            "Let fal.ai make the clips from now on?\n\nEvery clip costs money then, billed to "
            f"your fal account. {words.price(compose.endpoint, compose.price)} “Money” in the "
            "menu File has all prices, and budgets.\n\nJobs of the sandbox stay in the sandbox. "
            "You can go back at any time."
        )
        if await ask(dialog, "Go live", text, yes="Go live", no="Stay in the sandbox"):
            self._start(words.LOOKING, self._go_live())

    async def _name(self, title: str, text: str, before: str) -> str:
        """A name; empty if there is to be none."""
        box = QInputDialog(self._dialog)
        box.setWindowTitle(title)
        box.setLabelText(text)
        box.setTextValue(before)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def answered(result: int) -> None:
            if not answer.done():
                answer.set_result(box.textValue().strip() if result else "")

        box.finished.connect(answered)
        box.open()
        try:
            return await answer
        finally:
            box.deleteLater()

    # How it is done

    @property
    def _view(self) -> KeyView | None:
        return None if self._dialog is None else self._dialog.view

    def _pasted(self) -> SecretStr | None:
        text = "" if self._dialog is None else self._dialog.field.text().strip()
        return SecretStr(text) if text else None

    def _tell(self, view: KeyView) -> None:
        if self._dialog is not None:
            self._dialog.tell(view)

    def _question(self, work: Coroutine[Any, Any, None]) -> None:
        if self._tasks.is_busy(ASKS):
            work.close()
        else:
            self._tasks.start(work, group=ASKS)

    def _start(self, text: str, work: Coroutine[Any, Any, str], *, can_stop: bool = True) -> None:
        """Whatever was waited for before is given up."""
        dialog = self._dialog
        if dialog is None:
            work.close()
            return
        if text:
            dialog.show_busy(text, can_stop=can_stop)
        task = self._tasks.start(self._do(dialog, work), group=GROUP, exclusive=True)
        # Given up before its first step it never came to await its work.
        task.add_done_callback(lambda _: work.close())

    async def _do(self, dialog: KeyDialog, work: Coroutine[Any, Any, str]) -> None:
        try:
            said, is_problem = await work, False
        except KlingDesktopError as error:
            said, is_problem = words.trouble(error), True
        if self._dialog is dialog:
            dialog.show_idle(said, is_problem=is_problem)

    def _close(self) -> None:
        self._dialog = None


async def _ended(going: Awaitable[str]) -> None:
    """Whoever waited for it does so no longer; what goes wrong is still told."""
    await going
