"""Draws the marks of a brush clip: outlines, the ways asked for and taken, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPolygonF

from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.ui.canvas.palette import look_of
from kling_desktop.ui.player.marks import at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.ui.player.marks import Line, Marks, RegionMark

PLATE, INK, CASING = QColor(16, 18, 24, 215), QColor(255, 255, 255), QColor(0, 0, 0, 170)
MARGIN, PAD, SWATCH, ROW_GAP = 10, 10, 26, 4
WIDEST = 420
"""Logical pixels of the legend."""
NARROWEST = 200
"""Below this a legend would hide the clip; its words are in the queue's tip as well."""
_DASH = [3.0, 2.5]
_HEAD = 9.0
_FOLD = Qt.TextFlag.TextWordWrap


def paint_marks(
    painter: QPainter, frame: QRect, marks: Marks, share: float, room: QRect | None = None
) -> None:
    """Draw over a frame that fills ``frame`` in a ``room``, after a share of the clip's time."""
    painter.save()
    painter.setClipRect(frame)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _outline(painter, frame, marks.static, QColor(look_of(STATIC).colour), QPointF())
    for region in marks.regions:
        _region(painter, frame, region, share)
    painter.setClipping(False)
    if frame.width() >= NARROWEST:
        _legend(painter, frame, marks, room or frame)
    painter.restore()


def _region(painter: QPainter, frame: QRect, region: RegionMark, share: float) -> None:
    colour = QColor(look_of(RegionId(region.number)).colour)
    moved = QPointF()
    if region.seen:
        moved = _point(frame, at(region.seen, share)) - _point(frame, region.seen[0])
    _outline(painter, frame, region.outline, colour, moved)
    for line, dashed in ((region.asked, True), (region.seen, False)):
        if line:
            _way(painter, [_point(frame, each) for each in line], colour, dashed=dashed)
    for line, filled in ((region.asked, False), (region.seen, True)):
        if line:
            _dot(painter, _point(frame, at(line, share)), colour, filled=filled)


def _point(frame: QRect, place: tuple[float, float]) -> QPointF:
    return QPointF(frame.x() + place[0] * frame.width(), frame.y() + place[1] * frame.width())


def _outline(
    painter: QPainter, frame: QRect, pieces: Iterable[Line], colour: QColor, moved: QPointF
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for piece in pieces:
        shape = QPolygonF([_point(frame, each) + moved for each in piece])
        for pen in (QPen(CASING, 3.5), QPen(colour, 1.75)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(shape)


def _way(painter: QPainter, points: list[QPointF], colour: QColor, *, dashed: bool) -> None:
    """A smooth line with an arrow head; dashed is what was asked for."""
    path = _smooth(points)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(CASING, 5.0), QPen(INK if dashed else colour, 2.5)):
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashed and pen.width() < 4:
            pen.setDashPattern(_DASH)
        painter.setPen(pen)
        painter.drawPath(path)
    if path.length() > 2 * _HEAD:
        _head(painter, points[-1], path.angleAtPercent(0.995), INK if dashed else colour)


def _smooth(points: list[QPointF]) -> QPainterPath:
    """Through all points, with the tangents that their neighbours give (Catmull-Rom)."""
    path = QPainterPath(points[0])
    padded = [points[0], *points, points[-1]]
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        path.cubicTo(start + (end - before) / 6, end - (after - start) / 6, end)
    return path


def _head(painter: QPainter, tip: QPointF, angle: float, colour: QColor) -> None:
    wings = [QLineF.fromPolar(_HEAD, angle + 180 + turn).translated(tip).p2() for turn in (28, -28)]
    painter.setPen(QPen(CASING, 1.0))
    painter.setBrush(QBrush(colour))
    painter.drawPolygon(QPolygonF([tip, *wings]))


def _dot(painter: QPainter, place: QPointF, colour: QColor, *, filled: bool) -> None:
    painter.setPen(QPen(CASING, 4.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(place, 5.0, 5.0)
    painter.setPen(QPen(INK, 2.0))
    painter.setBrush(QBrush(colour) if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(place, 5.0, 5.0)


def _legend(painter: QPainter, frame: QRect, marks: Marks, room: QRect) -> None:
    """What is what, and the verdict in words: below the frame, or hiding as little as can be."""
    metrics = painter.fontMetrics()
    width = min(WIDEST, frame.width() - 2 * MARGIN)
    rows = _rows(marks, metrics, width - 2 * PAD)
    widest = max(_needed(text, metrics, swatch=kind != "") for kind, text, _ in rows)
    width = min(width, widest + 2 * PAD)
    height = sum(tall for *_, tall in rows) + ROW_GAP * (len(rows) - 1) + 2 * PAD
    top = frame.bottom() + MARGIN // 2
    if top + height > room.bottom():
        top = room.bottom() - MARGIN - height
    plate = QRect(frame.left() + MARGIN, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 6, 6)
    y = plate.top() + PAD
    for kind, text, tall in rows:
        left = plate.left() + PAD + (SWATCH if kind else 0)
        if kind:
            _swatch(painter, QRectF(plate.left() + PAD, y, SWATCH - 8, metrics.height()), kind)
        painter.setPen(INK)
        painter.drawText(QRect(left, y, plate.right() - PAD - left + 1, tall), _FOLD, text)
        y += tall + ROW_GAP


def _rows(marks: Marks, metrics: QFontMetrics, width: int) -> list[tuple[str, str, int]]:
    """Kind of the sign (empty for none), text, and height of each row."""
    lines = [("", marks.headline)]
    lines += [(str(each.number), each.words) for each in marks.regions if each.words]
    lines += [("", each) for each in marks.rest]
    if any(each.asked for each in marks.regions):
        lines += [("asked", "The path asked for"), ("seen", "The way it went")]
    found = []
    for kind, text in lines:
        room = QRect(0, 0, width - (SWATCH if kind else 0), 10_000)
        found.append((kind, text, metrics.boundingRect(room, _FOLD, text).height()))
    return found


def _needed(text: str, metrics: QFontMetrics, *, swatch: bool) -> int:
    return metrics.horizontalAdvance(text) + (SWATCH if swatch else 0) + 2


def _swatch(painter: QPainter, room: QRectF, kind: str) -> None:
    middle = room.center().y()
    ends = QPointF(room.left(), middle), QPointF(room.right(), middle)
    if kind.isdigit():
        look = look_of(RegionId(int(kind)))
        side = min(room.height(), room.width())
        box = QRectF(room.left(), middle - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.colour))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(look.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, kind)
        return
    pen = QPen(INK, 2.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if kind == "asked":
        pen.setDashPattern(_DASH)
    painter.setPen(pen)
    painter.drawLine(*ends)
