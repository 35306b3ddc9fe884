"""How large a window may begin: as large as is good for it, and never larger than its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

FRAME = QSize(8, 36)
"""What the system draws around a window, about; it is not known before the window is seen."""
_BOUNDLESS = QSize(16_777_215, 16_777_215)


def fit(
    window: QWidget,
    size: tuple[int, int],
    *,
    smallest: tuple[int, int] | None = None,
    room: QSize | None = None,
) -> None:
    """Give a window its first size, and its smallest one, within the room of its screen.

    A button below the edge of the screen cannot be pressed: at 150 % many a screen has less than
    a thousand pixels to offer.
    """
    room = _room(window) if room is None else room
    if smallest is not None:
        window.setMinimumSize(QSize(*smallest).boundedTo(room))
    window.resize(QSize(*size).boundedTo(room))


def _room(window: QWidget) -> QSize:
    if QGuiApplication.platformName() == "offscreen":  # It makes up a screen that nobody sees.
        return _BOUNDLESS
    return window.screen().availableGeometry().size() - FRAME
