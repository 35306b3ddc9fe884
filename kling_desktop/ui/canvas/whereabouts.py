"""Says where the pointer is, now and then: a mouse moves a thousand times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kling_desktop.ui.canvas.navigation import device_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.ui.canvas.input import Input
    from kling_desktop.ui.canvas.surface import Surface

PAUSE = 40
"""Milliseconds between two words."""


class Whereabouts:
    """Is told of every movement, and tells of some."""

    def __init__(
        self, surface: Surface, hand: Input, parent: QObject,
        tell: Callable[[Point | None], None],
    ) -> None:  # fmt: skip
        """``tell`` hears the place of the picture below the pointer; None where it is elsewhere."""
        self._surface, self._hand, self._say = surface, hand, tell
        self._waits = False
        self._timer = QTimer(parent, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._tell)

    def moved(self) -> None:
        if not self._waits:
            self._waits = True
            self._timer.start()

    def _tell(self) -> None:
        self._waits = False
        hover, surface, place = self._hand.hover, self._surface, None
        if hover is not None and surface.content is not None:
            view, (width, height) = surface.view, surface.size
            there = view.from_device(device_point(hover, view.ratio))
            place = there if 0 <= there.x < width and 0 <= there.y < height else None
        self._say(place)
