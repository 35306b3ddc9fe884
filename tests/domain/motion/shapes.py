"""Paths for tests, drawn by hand and by chance."""

from __future__ import annotations

import math
import random

import numpy as np
from hypothesis import strategies as st

from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef, RegionId
from kling_desktop.domain.motion.edits import give_trajectory, paint
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Ease, Join, Node, Trajectory

SIZE = Size(640, 480)
ONE, TWO = DYNAMIC[:2]

coordinates = st.floats(-400, 1000, allow_nan=False, width=32)
anywhere = st.builds(Point, coordinates, coordinates)
_lengths = st.floats(-150, 150, allow_nan=False, width=32)
_handles = st.one_of(st.just(Point(0.0, 0.0)), st.builds(Point, _lengths, _lengths))
nodes = st.builds(Node, anywhere, _handles, _handles, st.sampled_from(Join))
eases = st.sampled_from(Ease)
paths = st.builds(
    Trajectory, st.lists(nodes, min_size=2, max_size=6).map(tuple), st.sampled_from(Ease)
)
wild_numbers = st.one_of(
    st.floats(-50, 700),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e9, -1e9, 1e308, 0.0, -0.0, 1e-300]),
)


def bent() -> Trajectory:
    """An S of three nodes, the middle one smooth."""
    return Trajectory(
        (
            Node(Point(100, 300), after=Point(60, -120)),
            Node(Point(300, 200), Point(-70, -30), Point(70, 30), Join.SMOOTH),
            Node(Point(520, 260), before=Point(-60, 100)),
        )
    )


def box(left: int, top: int, right: int, bottom: int, size: Size = SIZE) -> Mask:
    rect = Rect(left, top, right, bottom)
    return Mask.part(size, rect, np.full((rect.height, rect.width), 255, np.uint8))


def document(path: Trajectory | None = None, wanted: RegionId = ONE) -> MotionDocument:
    """One region of 100 by 100 pixels about (150, 250), with a path."""
    made = paint(MotionDocument.blank(PictureRef(SIZE)), wanted, box(100, 200, 200, 300))
    return made if path is None else give_trajectory(made, wanted, path)


def stroke(seed: int, sway: float = 0.0) -> tuple[list[Point], np.ndarray]:
    """A mouse stroke, and the true curve: 1.6 px of noise, whole pixels, 120 Hz.

    Noise of a hand sways: so much of it stays from one sample to the next.
    """
    chance = random.Random(seed)
    t = np.linspace(0, 1, 181)
    width, height = chance.uniform(250, 500), chance.uniform(60, 160)
    waves, phase = chance.uniform(0.6, 1.6), chance.uniform(0, math.tau)
    truth = np.stack([100 + width * t, 300 + height * np.sin(math.tau * waves * t + phase)], axis=1)
    drawn, noise = [], [0.0, 0.0]
    fresh = 1.6 * math.sqrt(1 - sway**2)
    for x, y in truth.tolist():
        noise = [sway * each + chance.gauss(0, fresh) for each in noise]
        drawn.append(Point(float(round(x + noise[0])), float(round(y + noise[1]))))
    return drawn, truth


def turning(line: np.ndarray) -> float:
    """Radians by which a line turns, all together."""
    steps = np.diff(line, axis=0)
    steps = steps[np.hypot(*steps.T) > 1e-9]
    angles = np.arctan2(steps[:, 1], steps[:, 0])
    return float(np.abs((np.diff(angles) + math.pi) % math.tau - math.pi).sum())


def misses(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """How far each point is from a line."""
    (left, top), (across, down) = line[:-1].T, np.diff(line, axis=0).T
    x, y = points[:, :1] - left, points[:, 1:] - top
    share = np.clip((x * across + y * down) / np.maximum(across**2 + down**2, 1e-18), 0, 1)
    return np.asarray(np.hypot(x - share * across, y - share * down).min(axis=1))
