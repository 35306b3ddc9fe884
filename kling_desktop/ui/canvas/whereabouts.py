"""Says where the pointer is, now and then: a mouse moves a thousand times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kling_desktop.ui.canvas.navigation import device_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPointF

    from kling_desktop.ui.canvas.surface import Surface

PAUSE = 40
"""Milliseconds between two words."""


class Whereabouts(QObject):
    """Is told of every movement, and tells of some."""

    told = Signal(object)
    """The place of the picture below the pointer, a ``Point``; None where it is elsewhere."""

    def __init__(
        self, surface: Surface, hover: Callable[[], QPointF | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._surface, self._hover = surface, hover
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._tell)

    def moved(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        hover, surface, place = self._hover(), self._surface, None
        if hover is not None and surface.content is not None:
            view, (width, height) = surface.view, surface.size
            there = view.from_device(device_point(hover, view.ratio))
            place = there if 0 <= there.x < width and 0 <= there.y < height else None
        self.told.emit(place)
