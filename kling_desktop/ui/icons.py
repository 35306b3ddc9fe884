"""One-colour SVG icons, tinted for the scheme in use."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from kling_desktop.paths import resource
from kling_desktop.ui.theme import tokens

_APP = "kling-desktop"
APP_ICON = f"icons/{_APP}.svg"
INK = "#000"
"""The one colour in which the icons are drawn."""
_SIZES = (16, 24, 32, 48)


def icon(name: str) -> QIcon:
    """The icon of that name in the text colour, muted where it is disabled."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(_kept(name, size, tokens().text), QIcon.Mode.Normal)
        made.addPixmap(_kept(name, size, tokens().muted), QIcon.Mode.Disabled)
    return made


def warm_up(parent: QObject) -> None:
    """Draw all icons, one whenever there is nothing else to do, so that no page has to wait."""
    names = sorted(each.stem for each in resource("icons").glob("*.svg") if each.stem != _APP)
    timer = QTimer(parent)

    def draw_one() -> None:
        if names:
            icon(names.pop())
        else:
            timer.deleteLater()

    timer.timeout.connect(draw_one)
    timer.start(0)


def app_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(resource(APP_ICON)))


def pixmap(name: str, size: int, colour: str, ratio: float | None = None) -> QPixmap:
    """The icon as a square picture of ``size`` logical pixels in one colour.

    It is as sharp as the first screen, unless ``ratio`` says how many pixels make a logical one.
    """
    ratio = QGuiApplication.primaryScreen().devicePixelRatio() if ratio is None else ratio
    if ratio == 1:
        return _kept(name, size, colour)
    made = QPixmap(_kept(name, round(size * ratio), colour))
    made.setDevicePixelRatio(ratio)
    return made


def _kept(name: str, size: int, colour: str) -> QPixmap:
    """Rows are painted many times a second, so a file is read and drawn only the first time."""
    key, kept = f"{name} {size} {colour}", QPixmap()
    if not QPixmapCache.find(key, kept):
        kept = _drawn(name, size, colour)
        QPixmapCache.insert(key, kept)
    return kept


def _drawn(name: str, size: int, colour: str) -> QPixmap:
    drawn = QPixmap(QSize(size, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    _renderer(name, colour).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn


@lru_cache(maxsize=4)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    """One icon is asked for in several sizes at once."""
    return QSvgRenderer(QByteArray(_written(name).replace(INK, colour).encode()))


@lru_cache(maxsize=256)
def _written(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text("utf-8")
