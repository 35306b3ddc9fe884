"""What is done about settings: each is kept where its truth is, and counts at once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.accounts import Period
from kling_desktop.domain.allowances import with_limit
from kling_desktop.domain.budgets import Budgets, Kind
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain
from kling_desktop.domain.reports import By
from kling_desktop.domain.settings.table import ITEMS, Home, Item, item
from kling_desktop.ui.settings.dialog import SettingsDialog
from kling_desktop.ui.settings.watching import PAUSE, Rest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from kling_desktop.domain.settings.kinds import Value
    from kling_desktop.domain.settings.values import Settings
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

log = logging.getLogger(__name__)

GROUP, WATCH = "settings", "settings: watch"
WEATHER = "sandbox.weather"


class Known(Protocol):
    """What a look at the disk has told."""

    @property
    def settings(self) -> Settings: ...
    @property
    def news(self) -> tuple[str, ...]: ...


class Book(Protocol):
    """The file of settings; the calls block."""

    @property
    def path(self) -> Path: ...
    @property
    def current(self) -> Settings: ...
    def load(self) -> Known: ...
    def change(self, item: Item, value: Value) -> Settings: ...


class SettingsDesk(QObject):
    """Opens the page, one at a time, and changes what it is asked to."""

    applied = Signal(str)
    """The item of that key counts in another way from now on."""
    engine_changed = Signal()
    """What budgets allow, or how the line is steered."""

    def __init__(
        self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope, book: Book
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._book = book
        self._shown = book.current
        """What the program acts on."""
        self.change_weather: Callable[[str], Awaitable[object]] | None = None
        """Tries a sky, and puts the sandbox under it."""
        self.usual_clips = ""
        """The folder of those who have chosen none."""
        self.running: dict[str, Value] = {}
        """What counts in this run of the items that change with the next."""
        self.dialog: SettingsDialog | None = None
        self.marks: Callable[[], object] | None = None
        """Something that is another as soon as any program has set something; the call blocks."""
        self.pause = PAUSE
        self._told: tuple[str, ...] = ()
        self._wishes: dict[str, list[Value]] = {}
        """For each item that is being set, the value that came meanwhile."""

    @property
    def settings(self) -> Settings:
        """What counts now."""
        return self._shown

    def open(self) -> None:
        """Show everything that can be set."""
        if self.dialog is None and not self._tasks.is_busy(GROUP):
            self._tasks.start(self._open(), group=GROUP)

    def put(self, key: str, value: Value) -> None:
        """Set an item from anywhere in the window, such as its menus.

        Of values that come faster than they are kept, as from an arrow that is held, the last
        one counts.
        """
        if key in self._wishes:
            self._wishes[key][:] = [value]
        else:
            self._wishes[key] = [value]
            self._tasks.start(self._grant(item(key)))

    async def look(self) -> tuple[str, ...]:
        """Ask the disk, apply what another program has changed; what is to be told about it."""
        known = await asyncio.to_thread(self._book.load)
        # Not what was read: somebody here may have changed it since.
        self._follow(self._book.current)
        return known.news

    def watch(self) -> None:
        """From now on, hear what other programs set, such as ``settings set``."""
        self._tasks.start(self._watch(), group=WATCH)

    async def _watch(self) -> None:
        rest = Rest()
        while self.marks is not None:
            if rest.is_new(await asyncio.to_thread(self.marks)):
                await self._hear()
            elif self.dialog is not None:
                self.dialog.follow({})
            await asyncio.sleep(self.pause)

    async def _hear(self) -> None:
        """Something was set, here or elsewhere: show it, and act on it."""
        news = await self.look()
        try:
            of_engine = await self._of_engine() if self.dialog is not None else {}
        except KlingDesktopError as error:  # It may be closing; the next look tells.
            log.info("the engine cannot be asked code=%s", error.code)
            of_engine = {}
        self.engine_changed.emit()
        if self.dialog is not None:
            self.dialog.show_news(news)
            self.dialog.follow(self._settled(_of_file(self._shown) | of_engine))
        elif news and news != self._told:
            self._window.stage.notice.tell(" ".join(news))
        self._told = news

    async def _open(self) -> None:
        news = self._told = await self.look()
        of_engine = await self._of_engine()
        dialog = self.dialog = SettingsDialog(self._window, self.running)
        dialog.show_news(news)
        dialog.place.show_text(f"Kept in {self._book.path}")
        dialog.rows["files.clips"].editor.show_usual(self.usual_clips)
        dialog.show_values(_of_file(self._shown) | of_engine)
        dialog.show_backend(self._window.backend if of_engine else "")
        dialog.change_asked.connect(self.put)
        dialog.open_asked.connect(self._go)
        dialog.finished.connect(self._close)
        dialog.open()

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None

    def _go(self, action: str) -> None:
        """To the window where that is set; two of them at once would stand in each other's way."""
        if self.dialog is None or self.dialog.leave():
            self._window.actions_by_id[action].trigger()

    async def _grant(self, which: Item) -> None:
        wishes = self._wishes[which.key]
        try:
            while wishes:
                await self._change(which, wishes.pop())
        finally:
            del self._wishes[which.key]
            if wishes:  # What came before it could not be kept; that is no reason to forget it.
                self.put(which.key, *wishes)

    async def _change(self, which: Item, value: Any) -> None:
        try:
            await self._keep(which, value)
        except KlingDesktopError as error:
            if self.dialog is None:
                raise
            if not self._wishes[which.key]:
                self.dialog.show_problem(which.key, explain(error).what)

    async def _keep(self, which: Item, value: Any) -> None:
        match which.home:
            case Home.FILE:
                if which.key == WEATHER and self.change_weather is not None:
                    await self.change_weather(value)
                await asyncio.to_thread(self._book.change, which, value)
                self._follow(self._book.current)
            case Home.LINE:
                await self._engine.set_limit(value)
                self.engine_changed.emit()
            case _:
                kind = Kind(which.key.removeprefix("budget."))
                await self._engine.change_budgets(lambda known: with_limit(known, kind, value))
                self.engine_changed.emit()
        if self.dialog is not None:
            now = _of_file(self._shown)
            if not self._wishes[which.key]:
                self.dialog.show_values({which.key: now.get(which.key, value)})
            self.dialog.follow(self._settled(now))

    def _settled(self, values: dict[str, Value]) -> dict[str, Value]:
        """Without those that are just being set: their rows show what comes."""
        return {key: value for key, value in values.items() if key not in self._wishes}

    def _follow(self, settings: Settings) -> None:
        """Have the program act on what has changed."""
        before, self._shown = self._shown, settings
        for each in ITEMS:
            if each.field and getattr(before, each.field) != getattr(settings, each.field):
                self.applied.emit(each.key)
        if self.dialog is not None:
            self.dialog.restyle()

    async def _of_engine(self) -> dict[str, Value]:
        """What the engine's files say; nothing before it is there."""
        if not self._engine.is_open or not self._window.backend:
            return {}
        steering = await self._engine.steering()
        budgets = (await self._engine.accounts(Period.DAY, By.DAY)).budgets or Budgets()
        limits: dict[str, Value] = {
            f"budget.{k}": getattr(budgets, k) for k in ("job", "day", "month")
        }
        return {"jobs.limit": steering.limit, **limits}


def _of_file(settings: Settings) -> dict[str, Value]:
    return {each.key: getattr(settings, each.field) for each in ITEMS if each.field}
