"""Painting the widget: the frame as it is kept, and over it what is drawn anew each time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QPainter

from kling_desktop.domain.motion.tools.tool import NO_GUIDE
from kling_desktop.ui.canvas import overlay

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.canvas.input import Input, Parts
    from kling_desktop.ui.canvas.overlay import Overlay
    from kling_desktop.ui.canvas.pointing import Pointing
    from kling_desktop.ui.canvas.surface import Surface

_WORKING, _OPENING = "Working\N{HORIZONTAL ELLIPSIS}", "Opening\N{HORIZONTAL ELLIPSIS}"
_CORNER = QPoint(0, 0)


class Show:
    """Answers each wish of the window to see something."""

    def __init__(self, widget: QWidget, parts: Parts, hand: Input, pointing: Pointing) -> None:
        self.overlays: list[Overlay] = []
        self.is_busy = False
        """Whether something is being worked out elsewhere, which is said then."""
        self.instead: MotionDocument | None = None
        """A version to show that is not made yet; None: the one at work."""
        self._widget, self._parts, self._surface = widget, parts, parts.surface
        self._hand, self._cursor = hand, pointing.cursor
        self._painter = QPainter()
        """Used again: to make one takes longer than to show a dab."""

    def paint(self, event: QPaintEvent) -> None:
        surface, painter = self._surface, self._painter
        surface.catch_up()
        painter.begin(self._widget)
        try:
            if surface.is_sketched or surface.view.ratio != 1:
                self._paint_frame(painter, surface)
            else:
                painter.drawImage(_CORNER, surface.frame.image)
            if surface.content is not None:
                self._paint_over(painter, event.rect())
            if self.is_busy:
                words = _WORKING if surface.content is not None else _OPENING
                widget = self._widget
                overlay.paint_words(painter, words, QPointF(-12, widget.height()), widget.rect())
        finally:
            painter.end()

    def _paint_frame(self, painter: QPainter, surface: Surface) -> None:
        ratio = surface.view.ratio
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        if surface.is_sketched:
            surface.paint_draft(painter)
        else:
            painter.drawImage(_CORNER, surface.frame.image)
        painter.restore()

    def _paint_over(self, painter: QPainter, part: QRect) -> None:
        surface = self._surface
        view = surface.view
        if view.scale >= overlay.GRID_FROM:
            overlay.paint_grid(painter, view, surface.size, part)
        if not surface.is_draft and not surface.inside.contains(part):
            overlay.paint_edge(painter, view, surface.size)
        scene = self._parts.session.scene if self.overlays else None
        if scene is not None:
            if self.instead is not None:
                scene = replace(scene, document=self.instead)
            for each in self.overlays:
                each.paint(painter, view, scene)
        guide = self._parts.painting.guide
        if guide is not NO_GUIDE:
            overlay.paint_guide(painter, view, guide)
            within = self._widget.rect()
            at = self._hand.hover or QPointF(within.center())
            overlay.paint_words(painter, guide.words, at, within)
        self._cursor.paint(painter)
