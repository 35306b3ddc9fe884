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
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.of_document import Scenes
from kling_desktop.media.motion.plates import Plates
from kling_desktop.media.motion.scene import Mode, Scene
from tests.media.motion.pictures import textured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

SIZE = Size(3840, 2160)
"""Of the picture that is painted on."""
RADII = Point(260, 260)


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


def six_regions(by: float = 500) -> MotionDocument:
    document = MotionDocument.blank(PictureRef(SIZE))
    for index, number in enumerate(DYNAMIC):
        middle = Point(600 + 1200 * (index % 3), 560 + 1000 * (index // 3))
        mask = ellipse(SIZE, middle - RADII, middle + RADII)
        document = edits.paint(document, number, mask)
        way = Trajectory.through([middle, middle + Point(by, -150), middle + Point(by, 100)])
        document = edits.give_trajectory(document, number, way)
    corner = Rect(0, 1700, 400, 2100)
    pixels = np.full((corner.height, corner.width), 255, np.uint8)
    return edits.paint(document, STATIC, Mask.part(SIZE, corner, pixels))


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
    assert frame < 6 * warp, "a frame costs more than a few warps of the whole picture"
    assert first < whole / 3, "to begin takes a good part of what the whole clip takes"


def _whole_warp(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    height, width = picture.shape[:2]
    matrix = np.array([[1, 0.01, 2], [-0.01, 1, 3]], np.float32)
    cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)
