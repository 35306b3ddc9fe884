"""Bucket and wand: areas of one colour, and the inside of an outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits, likeness, raster
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.parts import connected
from kling_desktop.domain.motion.tools.options import Combine, ToolName, ToolOptions
from kling_desktop.domain.motion.tools.pointer import Modifiers
from tests.domain.motion.desk import Desk
from tests.domain.motion.pictures import ONE, flat, scene_of

if TYPE_CHECKING:
    from kling_desktop.domain.motion.tools.tool import Scene

SIZE = Size(1400, 700)
BLUE, RED = (200, 40, 30), (30, 40, 200)


def box(left: int, top: int, right: int, bottom: int) -> Mask:
    return raster.rectangle(SIZE, Point(left, top), Point(right, bottom))


SQUARES = box(100, 100, 900, 400), box(1000, 500, 1300, 600)


def a_scene() -> Scene:
    """Two red squares on blue; the first is larger than what is looked at first."""
    pixels = flat(SIZE, BLUE)
    for each in SQUARES:
        pixels[each.bounds.slices] = (*RED, 255)
    return scene_of(pixels)


def a_desk(name: ToolName, **options: object) -> Desk:
    return Desk.of(a_scene(), name, ToolOptions(**options))  # type: ignore[arg-type]


def painted(desk: Desk, mask: Mask) -> Desk:
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, ONE, mask)))
    return desk


def test_the_wand_takes_what_hangs_together_or_all_of_a_colour() -> None:
    desk = a_desk(ToolName.WAND)
    desk.click(300, 200)
    assert desk.mask() == SQUARES[0]
    desk = a_desk(ToolName.WAND, is_contiguous=False)
    desk.click(300, 200)
    assert desk.mask() == SQUARES[0].united(SQUARES[1])


def test_around_the_squares_it_takes_the_rest() -> None:
    desk = a_desk(ToolName.WAND)
    desk.click(0, 0)
    assert desk.mask() == SQUARES[0].united(SQUARES[1]).inverted()


@pytest.mark.parametrize("name", [ToolName.WAND, ToolName.BUCKET])
def test_it_adds_takes_away_or_replaces(name: ToolName) -> None:
    desk = painted(a_desk(name), SQUARES[1])
    desk.click(300, 200)
    assert desk.mask() == SQUARES[0].united(SQUARES[1])
    desk.click(300, 200, Modifiers.ALT)
    assert desk.mask() == SQUARES[1]
    desk = painted(a_desk(name, combine=Combine.REPLACE), SQUARES[1])
    desk.click(300, 200)
    assert desk.mask() == SQUARES[0]


@pytest.mark.parametrize("name", [ToolName.WAND, ToolName.BUCKET])
@pytest.mark.parametrize("place", [(-1, 5), (5, 700), (float("nan"), 5)])
def test_beside_the_picture_there_is_nothing_to_take(
    name: ToolName, place: tuple[float, float]
) -> None:
    desk = a_desk(name)
    desk.click(*place)
    assert not desk.history


def test_the_bucket_fills_an_outline_whatever_the_picture_shows_in_it() -> None:
    outline = box(50, 50, 600, 600).without(box(60, 60, 590, 590))
    desk = painted(a_desk(ToolName.BUCKET), outline)
    desk.click(300, 200)  # on the red square, which goes on outside
    assert desk.mask() == box(50, 50, 600, 600)
    assert desk.history[-1].label == "Fill"


def test_through_a_gap_in_the_outline_it_pours_by_colour() -> None:
    outline = box(50, 50, 600, 600).without(box(60, 60, 600, 590))
    desk = painted(a_desk(ToolName.BUCKET), outline)
    desk.click(300, 200)
    assert desk.mask() == outline.united(SQUARES[0])


def test_of_two_holes_only_the_one_clicked_at_is_filled() -> None:
    holes = box(60, 60, 90, 90), box(200, 500, 400, 650)
    solid = box(50, 50, 600, 690)
    desk = painted(a_desk(ToolName.BUCKET), solid.without(holes[0]).without(holes[1]))
    desk.click(300, 600)
    assert desk.mask() == solid.without(holes[0])


def test_taking_away_the_bucket_takes_the_part_clicked_at() -> None:
    desk = painted(a_desk(ToolName.BUCKET), box(0, 0, 50, 50).united(box(200, 0, 250, 50)))
    desk.click(20, 20, Modifiers.ALT)
    assert desk.mask() == box(200, 0, 250, 50)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 255), st.integers(0, 9), st.integers(0, 89), st.integers(0, 69))
def test_like_is_what_differs_in_no_channel_by_more_than_the_tolerance(
    tolerance: int, seed: int, x: int, y: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (70, 90, 4)).astype(np.uint8)
    apart = np.abs(pixels[:, :, :3].astype(int) - pixels[y, x, :3].astype(int)).max(axis=2)
    expected = np.where(apart <= tolerance, np.uint8(255), np.uint8(0))
    assert likeness.like(pixels, x, y, tolerance) == Mask.of(expected)
    around = likeness.like_around(pixels, x, y, tolerance)
    assert around == Mask.of(connected(expected, x, y, 4).copy())


def test_the_bytes_that_are_not_used_do_not_count() -> None:
    pixels = flat(SIZE)
    pixels[:, 700:, 3] = 0
    assert likeness.like(pixels, 5, 5, 0) == Mask.full(SIZE)
