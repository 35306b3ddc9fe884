"""What the canvas's keys do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.document import DYNAMIC, STATIC, RegionId
from kling_desktop.domain.motion.tools.brush import LARGEST_DIAMETER, SMALLEST_DIAMETER
from kling_desktop.domain.motion.tools.options import ToolName

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.ui.canvas.navigation import Navigation
    from kling_desktop.ui.canvas.painting import Painting
    from kling_desktop.ui.canvas.session import Session

_GROWTH = 1.15
_HARDNESS_STEP = 0.1


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
            "brush": lambda: session.choose_tool(ToolName.BRUSH),
            "eraser": lambda: session.choose_tool(ToolName.ERASER),
            "hand": lambda: session.choose_tool(ToolName.HAND),
            "swap": self._swap,
            "smaller": lambda: self.resize_brush(1 / _GROWTH),
            "larger": lambda: self.resize_brush(_GROWTH),
            "softer": lambda: self._harden(-_HARDNESS_STEP),
            "harder": lambda: self._harden(_HARDNESS_STEP),
            "previous_region": lambda: self._step_region(-1),
            "next_region": lambda: self._step_region(1),
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
        }
        for number in (STATIC, *DYNAMIC):
            self._do[f"region_{number}"] = self._chooser(number)

    def run(self, command: str) -> None:
        self._do[command]()

    def resize_brush(self, factor: float) -> None:
        """Make the brush larger or smaller, by a pixel at least."""
        old = self._session.options.brush.diameter
        new = round(old * factor)
        if new == round(old):
            new += 1 if factor > 1 else -1
        self.set_diameter(new)

    def set_diameter(self, diameter: float) -> None:
        options = self._session.options
        kept = min(max(diameter, SMALLEST_DIAMETER), LARGEST_DIAMETER)
        self._session.set_options(replace(options, brush=replace(options.brush, diameter=kept)))

    def _harden(self, by: float) -> None:
        options = self._session.options
        kept = round(min(max(options.brush.hardness + by, 0.0), 1.0), 2)
        self._session.set_options(replace(options, brush=replace(options.brush, hardness=kept)))

    def _swap(self) -> None:
        erases = self._session.tool is ToolName.ERASER
        self._session.choose_tool(ToolName.BRUSH if erases else ToolName.ERASER)

    def _step_region(self, by: int) -> None:
        there = [each.id for each in self._session.document.regions]
        if self._session.active not in there:
            there.insert(len(there) - 1, self._session.active)
        index = there.index(self._session.active)
        self._session.choose_region(there[(index + by) % len(there)])

    def _travel(self, step: Callable[[], None]) -> None:
        """Through the history; a stroke in progress is given up instead."""
        if self._painting.is_idle:
            step()
        else:
            self._painting.cancel()

    def _chooser(self, number: RegionId) -> Callable[[], None]:
        return lambda: self._session.choose_region(number)
