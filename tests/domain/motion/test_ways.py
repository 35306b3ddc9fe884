"""Whatever a region passes over on its path belongs to its way, with no gap in between."""

from __future__ import annotations

import numpy as np
import pytest

from kling_desktop.domain.motion.document import Region, RegionId
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.domain.motion.ways import way_of

SIZE = Size(400, 300)


def region(*points: tuple[float, float]) -> Region:
    pixels = np.zeros((SIZE.height, SIZE.width), np.uint8)
    pixels[100:160, 20:26] = 255
    path = Trajectory.through([Point(*each) for each in points])
    return Region(RegionId(1), Mask.of(pixels), trajectory=path)


def test_a_thin_region_on_a_straight_path_leaves_no_gap() -> None:
    way = way_of(region((23, 130), (323, 130))).read(SIZE.rect)
    assert way[100:160, 20:326].all()


def test_every_piece_of_a_bent_path_is_swept() -> None:
    way = way_of(region((23, 130), (223, 130), (223, 230))).read(SIZE.rect)
    assert way[100:160, 20:226].all()
    assert way[100:260, 220:226].all()


@pytest.mark.parametrize("far", [10.0**5, 10.0**9])
def test_a_path_that_leads_far_away_costs_no_more(far: float) -> None:
    way = way_of(region((23, 130), (far, 130)))
    assert way.size == SIZE
    assert way.read(Rect(20, 100, 26, 160)).all()
