"""One-colour SVG icons, tinted for the scheme in use."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from kling_desktop.paths import resource
from kling_desktop.ui.theme import tokens

APP_ICON = "icons/kling-desktop.svg"
INK = "#000"
"""The one colour in which the icons are drawn."""
_SIZES = (16, 24, 32, 48)


def icon(name: str) -> QIcon:
    """The icon of that name in the text colour, muted where it is disabled."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, size, tokens().text), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, tokens().muted), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(resource(APP_ICON)))


def pixmap(name: str, size: int, colour: str) -> QPixmap:
    """The icon as a square picture of ``size`` logical pixels in one colour.

    Rows are painted many times a second, so a file is read and drawn only the first time.
    """
    key, kept = f"{name} {size} {colour}", QPixmap()
    if not QPixmapCache.find(key, kept):
        kept = _drawn(name, size, colour)
        QPixmapCache.insert(key, kept)
    return kept


def _drawn(name: str, size: int, colour: str) -> QPixmap:
    svg = resource(f"icons/{name}.svg").read_text("utf-8").replace(INK, colour)
    drawn = QPixmap(QSize(size, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn
