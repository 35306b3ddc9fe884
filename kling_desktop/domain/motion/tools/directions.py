"""Angles and lengths, as tools snap to them and as they are said beside the pointer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.tools.pointer import Modifiers

if TYPE_CHECKING:
    from kling_desktop.domain.motion.tools.options import ToolOptions
    from kling_desktop.domain.motion.tools.pointer import Pointer

STEP = math.radians(15)


def aimed(start: Point, at: Pointer, options: ToolOptions) -> Point:
    """Where a line from a start to the pointer ends, snapped if Shift or the options say so."""
    is_snapped = options.snaps_angle or at.has(Modifiers.SHIFT)
    return snapped(start, at.point) if is_snapped else at.point


def snapped(start: Point, end: Point) -> Point:
    """The nearest place to an end in a direction of a multiple of 15 degrees."""
    way = end - start
    if not (math.isfinite(way.x) and math.isfinite(way.y)):
        return end
    angle = round(math.atan2(way.y, way.x) / STEP) * STEP
    along = Point(math.cos(angle), math.sin(angle))
    return start + along.scaled(way.x * along.x + way.y * along.y)


def length_and_angle(start: Point, end: Point) -> str:
    """Such as ``128 px, 45°``; 0 points right, and angles grow against the clock."""
    way = end - start
    if not (math.isfinite(way.x) and math.isfinite(way.y)):
        return ""
    angle = round(math.degrees(math.atan2(-way.y, way.x))) % 360
    return f"{round(start.distance(end))} px, {angle}°"


def extent(one: Point, other: Point) -> str:
    """Such as ``320 x 200 px``."""
    way = other - one
    if not (math.isfinite(way.x) and math.isfinite(way.y)):
        return ""
    return f"{round(abs(way.x))} x {round(abs(way.y))} px"
