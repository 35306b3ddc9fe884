"""Says beside the big button that a budget would be passed, before anybody presses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from kling_desktop.domain.events import Event, JobAdded, JobChanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.domain.accounts import Foresight
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

GROUP = "foresight"
SETTLES = 250
"""Milliseconds after a job has changed; of many changes together the last one is enough."""
LOOK_EVERY = 10_000
"""Milliseconds: another program may change a budget, and a day ends by itself."""


class BudgetWatch(QObject):
    """Asks the engine, whose rule it is, whenever the answer may have become another one."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._compose = window.compose
        self._engine = engine
        self._tasks = tasks
        self._is_play = False
        self._soon = QTimer(self, singleShot=True, interval=SETTLES)
        self._soon.timeout.connect(self.look)
        self._clock = QTimer(self, interval=LOOK_EVERY)
        self._clock.timeout.connect(self._tick)
        self._compose.price_changed.connect(self.look)

    def show_backend(self, name: str) -> None:
        """From now on the engine can be asked."""
        self._is_play = name == "sandbox"
        self._clock.start()
        self.look()

    def hear(self, events: Iterable[Event]) -> None:
        """Every job that is sent leaves less of a budget."""
        if any(isinstance(each, JobAdded | JobChanged) for each in events):
            self._soon.start()

    def _tick(self) -> None:
        if self._compose.window().isVisible():  # else nobody reads it
            self.look()

    def look(self) -> None:
        """Ask now."""
        if self._engine.is_open and not self._tasks.is_closed:
            self._tasks.start(self._look(), group=GROUP, exclusive=True)

    async def _look(self) -> None:
        told = await self._engine.foresee(self._compose.price)
        self._compose.show_foresight(sentence(told, is_play=self._is_play))


def sentence(told: Foresight, *, is_play: bool) -> str:
    """What would become of the clip, and why; empty if it would be sent."""
    why = str(told)
    if not why:
        return ""
    money = " The budgets of the sandbox are of play money." if is_play else ""
    return f"This clip would wait here, unsent: {why}.{money}"
