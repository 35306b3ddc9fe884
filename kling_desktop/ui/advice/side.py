"""The column beside the canvas: the regions, and below them what is to be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

SHARE = 0.55
"""Of the height, which the advice may have at most."""


NARROWEST = 248
"""Logical pixels that hold the buttons of a finding beside a scroll bar."""


class Side(QWidget):
    """The advice has the room that it needs, up to a share; the regions have the rest."""

    def __init__(self, regions: QWidget, advice: QWidget) -> None:
        super().__init__()
        self._advice = advice
        self.setMinimumWidth(NARROWEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(regions, 1)
        column.addWidget(advice)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._advice.setMaximumHeight(max(120, int(SHARE * event.size().height())))
