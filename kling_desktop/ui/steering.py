"""What the user wants of the whole line (pause, limit), and what is to be expected of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kling_desktop.domain.line import Steering
from kling_desktop.ui.answers import accepted
from kling_desktop.ui.queue.limit import LimitDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

OUTLOOK_EVERY = 5_000
"""Milliseconds between questions about what to expect."""


class SteeringWheel:
    """Connects the queue's head with the engine."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._steering = Steering()
        self._clock = QTimer(window, interval=OUTLOOK_EVERY)
        self._clock.timeout.connect(self.look_out)
        window.queue.pause_asked.connect(self.pause_or_go_on)
        window.queue.limit_asked.connect(self.ask_for_limit)

    def slots(self) -> dict[str, Callable[[], object]]:
        """The actions of the window that this is about."""
        return {"pause": self.pause_or_go_on, "limit": self.ask_for_limit}

    def show(self, steering: Steering) -> None:
        """Show how the line is steered; from now on the engine can be asked."""
        self._clock.start()
        self._steering = steering
        self._window.queue.show_steering(steering)
        text = "&Go on with all" if steering.paused else "&Pause all"
        self._window.actions_by_id["pause"].setText(text)

    def look_out(self) -> None:
        """Ask what to expect of the requests under way, if there are any."""
        if not self._tasks.is_closed and self._engine.is_open and self._window.queue.model.active():
            self._tasks.start(self._look_out(), group="outlook")

    def pause_or_go_on(self) -> None:
        """Send nothing new, or let the line go on."""
        self._tasks.start(self._pause_or_go_on(), group="pause")

    def ask_for_limit(self) -> None:
        """Ask how many jobs may run at once."""
        if not self._tasks.is_busy("limit"):
            self._tasks.start(self._ask_for_limit(), group="limit")

    async def _look_out(self) -> None:
        self._window.queue.model.show_outlooks(await self._engine.outlooks())

    async def _pause_or_go_on(self) -> None:
        engine, paused = self._engine, self._steering.paused
        self.show(await (engine.resume_all() if paused else engine.pause_all()))

    async def _ask_for_limit(self) -> None:
        dialog = LimitDialog(self._window, self._steering)
        try:
            if await accepted(dialog):
                self.show(await self._engine.set_limit(dialog.limit))
        finally:
            dialog.deleteLater()
