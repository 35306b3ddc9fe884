"""What the canvas's keys do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.tools.brush import LARGEST_DIAMETER, SMALLEST_DIAMETER
from kling_desktop.ui.canvas.path_commands import PathCommands

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.ui.canvas.navigation import Navigation
    from kling_desktop.ui.canvas.painting import Painting
    from kling_desktop.ui.canvas.session import Session


class Commands:
    """By the ids of ``keys.CANVAS_KEYS``."""

    def __init__(
        self,
        session: Session,
        painting: Painting,
        navigation: Navigation,
        turn_overlay: Callable[[], None],
    ) -> None:
        self._session = session
        self._painting = painting
        self._do: dict[str, Callable[[], None]] = {
            "cancel": painting.cancel,
            "accept": painting.accept,
            "step_back": painting.step_back,
            "zoom_in": lambda: navigation.zoom_step(1),
            "zoom_out": lambda: navigation.zoom_step(-1),
            "fit": navigation.fit,
            "actual": navigation.actual,
            "turn_left": lambda: navigation.turn_step(-1),
            "turn_right": lambda: navigation.turn_step(1),
            "upright": navigation.upright,
            "mirror": navigation.mirror,
            "overlay": turn_overlay,
            "undo": lambda: self._travel(session.history.undo),
            "redo": lambda: self._travel(session.history.redo),
            **PathCommands(session, painting).table(),
        }

    def run(self, command: str) -> None:
        self._do[command]()

    def set_diameter(self, diameter: float) -> None:
        options = self._session.options
        kept = min(max(diameter, SMALLEST_DIAMETER), LARGEST_DIAMETER)
        self._session.set_options(replace(options, brush=replace(options.brush, diameter=kept)))

    def _travel(self, step: Callable[[], None]) -> None:
        """Through the history; a stroke in progress is given up instead."""
        if self._painting.is_idle:
            step()
        else:
            self._painting.cancel()
