"""What single keys do to the brush itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.tools.brush import (
    LARGEST_DIAMETER,
    SMALLEST_DIAMETER,
    BrushOptions,
)
from kling_desktop.domain.motion.tools.options import ToolName

if TYPE_CHECKING:
    from kling_desktop.ui.canvas.session import Session

PART = 0.15
"""How much of its diameter one press takes or gives; a pixel at least."""
HARDER = 0.1


class BrushActs:
    """Changes the options of the session; remembers what was in use before the eraser."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before_erasing = ToolName.BRUSH

    def resize(self, sign: int) -> None:
        """Larger, or smaller with a negative sign."""
        brush = self._session.options.brush
        wanted = round(brush.diameter + sign * max(1.0, brush.diameter * PART))
        wanted = min(max(wanted, round(SMALLEST_DIAMETER)), round(LARGEST_DIAMETER))
        self._set(replace(brush, diameter=float(wanted)))

    def harden(self, sign: int) -> None:
        """Harder, or softer with a negative sign."""
        brush = self._session.options.brush
        wanted = min(max(brush.hardness + sign * HARDER, 0.0), 1.0)
        self._set(replace(brush, hardness=round(wanted, 2)))

    def reset(self) -> None:
        """The brush as it was at first."""
        self._set(BrushOptions())

    def swap(self) -> None:
        """To the eraser, and back to the tool before it."""
        erases = self._session.tool is ToolName.ERASER
        if not erases:
            self._before_erasing = self._session.tool
        self._session.choose_tool(self._before_erasing if erases else ToolName.ERASER)

    def _set(self, brush: BrushOptions) -> None:
        self._session.set_options(replace(self._session.options, brush=brush))
