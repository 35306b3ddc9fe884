"""The canvas at work, and the way in which one would write it at first."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.ui.canvas.canvas import Canvas
from kling_desktop.ui.canvas.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.view import View

UHD, EIGHT_K = Size(3840, 2160), Size(7680, 4320)
VIEWPORT = (1280, 800)
STEP = 12
"""Pixels of the picture between two mouse events."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one event, in milliseconds."""

    cpu: float
    p50: float
    p99: float

    def __str__(self) -> str:
        return f"CPU {self.cpu:8.3f}  p50 {self.p50:8.3f}  p99 {self.p99:8.3f} ms"


def scenery(size: Size) -> NDArray[np.uint8]:
    """Soft colours with some noise."""
    rows = np.full((size.height, size.width, 4), 255, np.uint8)
    x = np.linspace(0, 200, size.width).astype(np.uint8)
    y = np.linspace(0, 200, size.height).astype(np.uint8)
    rows[..., 0], rows[..., 1] = x, y[:, None]
    noise = np.random.default_rng(1).integers(0, 56, (512, 512), np.uint8)
    tall, wide = -(-size.height // 512), -(-size.width // 512)
    rows[..., 2] = np.tile(noise, (tall, wide))[: size.height, : size.width]
    return rows


def painted(size: Size) -> MotionDocument:
    """Six blots, a third of the picture in all."""
    document = MotionDocument.blank(PictureRef(size))
    radius = size.height // 5
    y, x = np.mgrid[-radius:radius, -radius:radius]
    disc = ((x * x + y * y < radius * radius) * 255).astype(np.uint8)
    for number in DYNAMIC:
        column, row = (number - 1) % 3, (number - 1) // 3
        left = size.width * (2 * column + 1) // 6 - radius
        top = size.height * (2 * row + 1) // 4 - radius
        rect = Rect(left, top, left + 2 * radius, top + 2 * radius)
        document = edits.paint(document, number, Mask.part(size, rect, disc))
    return document


def opened(size: Size) -> Canvas:
    """A canvas on screen with six regions."""
    session = Session()
    session.open(painted(size), scenery(size))
    canvas = Canvas(session)
    session.setParent(canvas)
    canvas.resize(*VIEWPORT)
    canvas.show()
    deadline = time.monotonic() + 30
    while not canvas.is_ready and time.monotonic() < deadline:
        QApplication.processEvents()
    assert canvas.is_ready
    QApplication.processEvents()
    return canvas


class Overlays(QWidget):
    """Six tinted images over the picture, all of which is painted again after each event."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self._rows = scenery(size)
        self._picture = QImage(self._rows.data, *size, QImage.Format.Format_RGB32)
        self._overlays = []
        for region in painted(size).dynamic:
            overlay = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
            rows = np.frombuffer(overlay.bits(), np.uint32).reshape(size.height, size.width)
            rows[:] = np.where(region.mask.read(size.rect), np.uint32(0x60402000), np.uint32(0))
            self._overlays.append(overlay)
        self.view: View | None = None
        self.resize(*VIEWPORT)
        self.setMouseTracking(True)

    def mouseMoveEvent(self, _event: QMouseEvent) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        assert self.view is not None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(self.view.offset.x, self.view.offset.y)
        painter.scale(self.view.scale, self.view.scale)
        painter.drawImage(0, 0, self._picture)
        for each in self._overlays:
            painter.drawImage(0, 0, each)
        painter.end()


class Floor(QWidget):
    """Shows a ready image again around the pointer, and does nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage(*VIEWPORT, QImage.Format.Format_RGB32)
        self._image.fill(Qt.GlobalColor.gray)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(*VIEWPORT)
        self.setMouseTracking(True)
        self.show()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self.update(int(at.x()) - 16, int(at.y()) - 16, 32, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.end()


def mouse(widget: QWidget, kind: QEvent.Type, at: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind is QEvent.Type.MouseMove else left
    held = none if kind is QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(kind, at, at, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def way(view: View, count: int) -> Iterator[QPointF]:
    """Places in the viewport, so many pixels of the picture apart, to and fro."""
    step = STEP * view.scale / view.ratio
    per_row = int(1000 / step)
    for index in range(count):
        row, place = divmod(index, per_row)
        x = place if row % 2 == 0 else per_row - place
        yield QPointF(140 + x * step, 150 + row * step)


def timed(actions: Iterator[Callable[[], None]]) -> Cost:
    """Each is done and painted; the first ones do not count."""
    walls: list[float] = []
    cpu = 0.0
    for number, act in enumerate(actions):
        before, used = time.perf_counter(), time.process_time()
        act()
        QApplication.processEvents()
        if number >= 5:
            cpu += time.process_time() - used
            walls.append((time.perf_counter() - before) * 1000)
    walls.sort()
    return Cost(cpu * 1000 / len(walls), walls[len(walls) // 2], walls[int(len(walls) * 0.99)])


def stroke(widget: QWidget, view: View, count: int) -> Cost:
    """A stroke of so many events."""
    places = list(way(view, count))
    mouse(widget, QEvent.Type.MouseButtonPress, places[0])
    QApplication.processEvents()
    cost = timed(partial(mouse, widget, QEvent.Type.MouseMove, at) for at in places)
    mouse(widget, QEvent.Type.MouseButtonRelease, places[-1])
    QApplication.processEvents()
    return cost


def middle() -> Point:
    return Point(VIEWPORT[0] / 2, VIEWPORT[1] / 2)
