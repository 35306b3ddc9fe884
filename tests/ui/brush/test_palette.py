"""Regions can be told apart by everybody: in both schemes, and without red, green or blue."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from kling_desktop.domain.motion.document import DYNAMIC, STATIC
from kling_desktop.ui import theme
from kling_desktop.ui.brush.swatch import Swatch
from kling_desktop.ui.canvas.palette import LOOKS, look_of

# Machado et al. 2009, severity 1.0, for linear light
SEEN = {
    "everybody": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
LEAST_APART = {"everybody": 25.0, "no red": 10.0, "no green": 10.0, "no blue": 10.0}
"""CIE 1976; 2.3 is a difference that is just seen."""


def linear(name: str) -> np.ndarray:
    colour = QColor(name)
    part = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(light, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    high, low = sorted((float(TO_XYZ[1] @ linear(each)) for each in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_region_has_a_look_and_no_two_share_anything() -> None:
    assert set(LOOKS) == {*DYNAMIC, STATIC}
    assert len({look.colour for look in LOOKS.values()}) == 7
    assert len({look.hatch.angles for look in LOOKS.values()}) == 7
    assert len({look.hatch.words for look in LOOKS.values()}) == 7
    assert len({look.name for look in LOOKS.values()}) == 7


@pytest.mark.parametrize("ground", [theme.LIGHT.panel, theme.DARK.panel])
@pytest.mark.parametrize("region", LOOKS)
def test_a_colour_stands_out_from_its_ground(region: int, ground: str) -> None:
    assert contrast(LOOKS[region].colour, ground) >= 3  # type: ignore[index]


@pytest.mark.parametrize("region", LOOKS)
def test_a_number_can_be_read_on_its_colour(region: int) -> None:
    assert contrast(LOOKS[region].colour, LOOKS[region].ink) >= 4.5  # type: ignore[index]


@pytest.mark.parametrize("eyes", SEEN)
def test_colours_stay_apart_for_all_eyes(eyes: str) -> None:
    seen = {region: lab(SEEN[eyes] @ linear(look.colour)) for region, look in LOOKS.items()}
    near = {
        (one, other): float(np.linalg.norm(seen[one] - seen[other]))
        for one, other in combinations(seen, 2)
    }
    closest = min(near, key=lambda pair: near[pair])
    assert near[closest] >= LEAST_APART[eyes], (closest, near[closest])


def test_a_swatch_shows_colour_and_pattern(dressed: object, qtbot: object) -> None:
    images: list[QImage] = []
    for region in LOOKS:
        swatch = Swatch(region)
        image = swatch.grab().toImage()
        place = image.rect().center()
        colours = {
            image.pixelColor(x, y).name()
            for x in range(4, place.x() * 2 - 4) for y in range(4, place.y() * 2 - 4)
        }  # fmt: skip
        assert look_of(region).colour in colours
        assert len(colours) > 2
        images.append(image)
    assert all(one != other for one, other in combinations(images, 2))
