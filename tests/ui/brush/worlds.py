"""Regions to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.boxes import box
from kling_desktop.domain.motion.document import RegionId
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Trajectory

if TYPE_CHECKING:
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.ui.canvas.session import Session


def a_box(session: Session, x: float, y: float, width: float, height: float) -> Mask:
    return box(session.document.size, Point(x, y), width, height, is_ellipse=False)


def paint(session: Session, number: int, mask: Mask) -> None:
    made = edits.paint(session.document, RegionId(number), mask)
    session.apply(Edit("Paint", made))


def draw(session: Session, number: int, *points: tuple[float, float]) -> None:
    path = Trajectory.through([Point(*each) for each in points])
    made = edits.give_trajectory(session.document, RegionId(number), path)
    session.apply(Edit("Draw path", made))


def numbers(session: Session) -> list[int]:
    return [each.id for each in session.document.dynamic]
