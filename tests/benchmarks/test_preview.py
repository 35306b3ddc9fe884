"""The preview keeps up with the clock and with the hand, on one core."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.raster import ellipse
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.media.encode import write_mp4
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.of_document import Scenes
from kling_desktop.media.motion.plates import Plates
from kling_desktop.media.motion.scene import Mode, Scene
from kling_desktop.media.render import motion_planes, render_motion
from tests.media.motion.pictures import textured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

SIZE = Size(3840, 2160)
"""Of the picture that is painted on."""
RADII = Point(260, 260)
SECONDS, FASTER = 5, 4
"""Of the sandbox's clip, and how much faster than it plays it must be made."""
TRIES = 5
CLOCK = 1000 / 30
"""Milliseconds that a frame may take if it is to play in time."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def spent(work: Callable[[], object], runs: int = 5) -> float:
    """Milliseconds of processor time."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return median(times)


def six_regions(by: float = 500, size: Size = SIZE) -> MotionDocument:
    scale = size.width / SIZE.width
    document = MotionDocument.blank(PictureRef(size))
    radii = Point(RADII.x * scale, RADII.y * scale)
    for index, number in enumerate(DYNAMIC):
        x, y = 600 + 1200 * (index % 3), 560 + 1000 * (index // 3)
        places = [Point(px * scale, py * scale) for px, py in ((x, y), (x + by, y - 150))]
        places.append(Point((x + by) * scale, (y + 100) * scale))
        document = edits.paint(
            document, number, ellipse(size, places[0] - radii, places[0] + radii)
        )
        document = edits.give_trajectory(document, number, Trajectory.through(places))
    corner = Rect(0, round(1700 * scale), round(400 * scale), round(2100 * scale))
    pixels = np.full((corner.height, corner.width), 255, np.uint8)
    return edits.paint(document, STATIC, Mask.part(size, corner, pixels))


def as_mode(scene: Scene, mode: Mode) -> Scene:
    moving = tuple(replace(each, mode=mode) for each in scene.moving)
    return Scene(scene.picture, moving, scene.static, scene.frames)


def after_an_edit(scenes: Scenes, document: MotionDocument, mode: Mode) -> None:
    """All that happens between an edit and the first frame that shows it."""
    Motion(as_mode(scenes.scene(document), mode), Plates()).frame(75)


@pytest.mark.parametrize("mode", [Mode.OBJECT, Mode.ELASTIC])
@pytest.mark.parametrize("long_side", [960, 1280])
def test_six_regions_play_in_time_and_follow_the_hand(long_side: int, mode: Mode) -> None:
    picture = cv2.resize(textured(960, 540), tuple(SIZE), interpolation=cv2.INTER_CUBIC)
    scenes, document = Scenes(np.asarray(picture, np.uint8), long_side), six_regions()
    scenes.scene(six_regions(by=520))  # the version before the edit
    motion = Motion(as_mode(scenes.scene(document), mode))
    whole = spent(lambda: list(motion), 1)  # what follows has its maps
    frame = spent(lambda: [motion.frame(number) for number in range(1, 150, 5)], 3) / 30
    first = spent(lambda: after_an_edit(scenes, document, mode), 3)
    still = np.asarray(scenes.scene(document).picture)
    warp = spent(lambda: _whole_warp(still))
    head = f"{'ms a frame':>11}{'fps':>6}{'ms to the first':>17}{'warps a frame':>15}"
    print(f"\n{'six regions, one core':28}{head}")
    row = f"{frame:11.1f}{1000 / frame:6.0f}{first:17.0f}{frame / warp:15.1f}"
    print(f"{f'{long_side} pixels, {mode.value}':28}{row}")
    assert frame < CLOCK, "one core does not play 30 frames a second"
    assert frame < 6 * warp, "a frame costs more than a few warps of the whole picture"
    assert first < whole / 3, "to begin takes a good part of what the whole clip takes"


def _whole_warp(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    height, width = picture.shape[:2]
    matrix = np.array([[1, 0.01, 2], [-0.01, 1, 3]], np.float32)
    cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)


@pytest.mark.parametrize("count", [2, 6])
@pytest.mark.parametrize("mode", [Mode.OBJECT, Mode.ELASTIC])
def test_the_sandbox_renders_a_clip_four_times_faster_than_it_plays_on_two_cores(
    tmp_path: Path, mode: Mode, count: int
) -> None:
    """The bound is the product's own: a quarter of the clip's length, of two cores."""
    size = (1280, 720)
    picture = np.asarray(cv2.resize(textured(960, 540), size), np.uint8)
    six = as_mode(Scenes(picture).scene(six_regions(size=Size(*size))), mode)
    scene, path = first_regions(six, count), tmp_path / "clip.mp4"
    frames = list(motion_planes(picture, scene.moving, scene.static, seconds=SECONDS, size=size))
    encode = spent(lambda: write_mp4(path, frames, size=size), 1) / 1000

    def clip() -> None:
        render_motion(path, picture, scene.moving, scene.static, seconds=SECONDS, size=size)

    whole, wall = least(clip, enough=2 * SECONDS / FASTER)
    head = f"{'s to encode':>13}{'s in all':>10}{'s on the clock':>16}{'times faster':>14}"
    print(f"\n{'5 s at 1280 x 720':20}{head}")
    row = f"{encode:13.2f}{whole:10.2f}{wall:16.2f}{2 * SECONDS / whole:14.1f}"
    print(f"{f'{count} regions, {mode.value}':20}{row}")
    assert whole / 2 <= SECONDS / FASTER


def first_regions(scene: Scene, count: int) -> Scene:
    """The first regions of a scene only."""
    return Scene(scene.picture, scene.moving[:count], scene.static, scene.frames)


def least(work: Callable[[], object], enough: float) -> tuple[float, float]:
    """Seconds of processor time, and on the clock: the cheapest of a few runs.

    Whoever shares the machine makes a run dearer, and never cheaper.
    """
    runs: list[tuple[float, float]] = []
    while not runs or (min(runs)[0] > enough and len(runs) < TRIES):
        start, clock = time.process_time(), time.perf_counter()
        work()
        runs.append((time.process_time() - start, time.perf_counter() - clock))
    return min(runs)
