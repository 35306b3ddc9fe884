"""Pictures and documents that nothing was tuned on, drawn by a number.

Regions lie where a picture has something to follow; their ways stay in the frame, and what is
static is not on them. A number gives the same cases ever again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from kling_desktop.media.encode import FPS
from kling_desktop.media.motion.scene import Moving, Scene
from tests.media.motion.clips import SMALL, Asked, raw_frames
from tests.media.motion.pictures import textured
from tests.media.motion.subjects import lifted
from tests.media.motion.unasked import UNASKED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.media.motion.scene import Bytes, Picture, Points

POINTS = 40
SIDE = 800
"""Pixels of a photograph's longer side."""
CONTRAST = 6.0
"""Levels by which the pixels of a region differ at least: else nobody sees it move."""
SHAPES = ("straight", "arc", "hook", "wave", "loop")
WRONG_PATH = "wrong path"
YES = "as asked"


@dataclass(frozen=True, slots=True)
class Case:
    """A clip, and whether it shows what was asked for."""

    kind: str
    asked: Asked

    @property
    def is_yes(self) -> bool:
        return self.kind == YES

    def frames(self, numbers: np.random.Generator) -> list[Picture]:
        if self.is_yes:
            return raw_frames(self.asked)
        if self.kind == WRONG_PATH:
            return raw_frames(self.asked.going(_elsewhere(self.asked, numbers)))
        return UNASKED[self.kind](self.asked)


def cases(pictures: tuple[str, ...], seed: int, documents: int = 4) -> Iterator[Case]:
    """For each picture some documents: each as asked, and as two things that were not."""
    numbers = np.random.default_rng(seed)
    kinds = list(UNASKED)
    turn = 0
    for name in pictures:
        for number in range(documents):
            asked = drawn(name, numbers, 1 + number % 3)
            yield Case(YES, asked)
            for _ in range(2):
                yield Case(kinds[turn % len(kinds)], asked)
                turn += 1


@cache
def picture(name: str) -> Picture:
    """A photograph that scikit-image ships, or ``noise``, ``stripes``, ``blobs`` and a number."""
    kind, _, seed = name.partition(" ")
    if seed:
        return lifted(_PAINTERS[kind](int(seed)))
    path = distribution("scikit-image").locate_file(f"skimage/data/{name}")
    with Image.open(str(path)) as image:
        image.thumbnail((SIDE, SIDE))
        return lifted(np.asarray(image.convert("RGB"), np.uint8))


def drawn(name: str, numbers: np.random.Generator, count: int) -> Asked:
    """A document of so many regions, with something static or without."""
    whole = picture(name)
    height, width = whole.shape[:2]
    masks: list[Bytes] = []
    moving: list[Moving] = []
    while len(moving) < count:
        mask, middle = _region(numbers, (width, height))
        way = _way(numbers, middle, (width, height))
        if way is None or any((mask & each).any() for each in masks):
            continue
        if float(whole[mask > 0].std(axis=0).mean()) < CONTRAST:
            continue
        masks.append(mask)
        moving.append(Moving(mask, way))
    static = _static(numbers, masks, moving) if numbers.random() < 0.6 else None
    scale = (SMALL / (width * height)) ** 0.5
    size = (2 * round(width * scale / 2), 2 * round(height * scale / 2))
    scene = Scene(_with_objects(name, masks), tuple(moving), static, FPS)
    return Asked(name, f"{count} drawn", scene, size)


def _region(numbers: np.random.Generator, size: tuple[int, int]) -> tuple[Bytes, Points]:
    """An ellipse or a box, turned by any angle."""
    short = min(size)
    middle = numbers.uniform(0.12, 0.88, 2) * size
    radius = numbers.uniform(0.07, 0.18) * short
    radii = (round(radius), round(radius * numbers.uniform(0.65, 1.0)))
    angle = float(numbers.uniform(0, 180))
    mask = np.zeros((size[1], size[0]), np.uint8)
    x, y = (round(float(each)) for each in middle)
    if numbers.random() < 0.5:
        cv2.ellipse(mask, (x, y), radii, angle, 0, 360, 255, -1)
    else:
        box = cv2.boxPoints(((x, y), (2 * radii[0], 2 * radii[1]), angle))
        cv2.fillPoly(mask, [np.rint(box).astype(np.int32)], 255)
    return mask, np.array([x, y], float)


def _way(numbers: np.random.Generator, start: Points, size: tuple[int, int]) -> Points | None:
    """One of five shapes, turned by any angle that is not level; None if it leaves the frame."""
    share = np.linspace(0, 1, POINTS)
    bend = numbers.uniform(0.15, 0.4) * numbers.choice([-1, 1])
    shape = SHAPES[int(numbers.integers(len(SHAPES)))]
    along, aside = {
        "straight": (share, 0 * share),
        "arc": (share, bend * np.sin(np.pi * share)),
        "hook": (np.minimum(1.6 * share, 1), 1.5 * bend * np.maximum(0, share - 0.6)),
        "wave": (share, 0.5 * bend * np.sin(2 * np.pi * share)),
        "loop": ((1 - np.cos(2 * np.pi * share)) / 2, bend * np.sin(2 * np.pi * share)),
    }[shape]
    angle = np.deg2rad(numbers.choice([25, 115, 205, 295]) + numbers.uniform(0, 40))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    length = numbers.uniform(0.12, 0.32) * np.hypot(*size)
    way: Points = np.rint(start + length * np.column_stack([along, aside]) @ turn)
    margin = 0.06 * min(size)
    is_in = (way >= margin).all() and (way <= np.array(size) - margin).all()
    return way if is_in else None


def _static(numbers: np.random.Generator, masks: list[Bytes], moving: list[Moving]) -> Bytes | None:
    """A disc that no region comes to, if there is room for one."""
    height, width = masks[0].shape
    swept = np.zeros((height, width), np.uint8)
    for mask, each in zip(masks, moving, strict=True):
        for x, y in each.points - each.points[0]:
            matrix = np.array([[1, 0, x], [0, 1, y]], np.float64)
            swept |= np.asarray(cv2.warpAffine(mask, matrix, (width, height)), np.uint8)
    for _ in range(50):
        x, y = (int(numbers.integers(each)) for each in (width, height))
        disc = np.zeros((height, width), np.uint8)
        cv2.circle(disc, (x, y), round(numbers.uniform(0.08, 0.13) * min(width, height)), 255, -1)
        if not (disc & swept).any():
            return disc
    return None


def _elsewhere(asked: Asked, numbers: np.random.Generator) -> list[Points]:
    """The way of each region turned by a right angle or more, and of another length."""
    ways: list[Points] = []
    for each in asked.scene.moving:
        angle = np.deg2rad(numbers.uniform(90, 180)) * numbers.choice([-1, 1])
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        moved = (each.points - each.points[0]) @ turn * numbers.uniform(0.6, 1.1)
        ways.append(np.rint(each.points[0] + moved))
    return ways


def _with_objects(name: str, masks: list[Bytes]) -> Picture:
    """An object under each region of a painted picture; photographs stay as they are."""
    found = picture(name).copy()
    if " " in name:
        for number, mask in enumerate(masks):
            height, width = mask.shape
            surface = textured(width, height, seed=900 + number).astype(np.float32)
            colour = np.array([(220, 190, 60), (90, 60, 200), (60, 190, 140)][number % 3])
            whole = np.clip(0.4 * surface + 0.6 * colour, 0, 255).astype(np.uint8)
            found[mask > 0] = lifted(whole)[mask > 0]
    return found


def _noise(seed: int) -> Picture:
    return textured(640, 400, seed=seed)


def _stripes(seed: int) -> Picture:
    """Waves that cross: a pattern that nearly repeats."""
    numbers = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(600.0), np.arange(420.0))
    whole = np.zeros((420, 600, 3))
    for _ in range(4):
        across, down, phase = numbers.uniform(-0.25, 0.25, 3)
        tint = numbers.uniform(20, 60, 3)
        whole += tint * np.sin(across * x + down * y + 20 * phase)[..., None]
    return np.clip(whole + 128, 0, 255).astype(np.uint8)


def _blobs(seed: int) -> Picture:
    """Discs of flat colours, over one another."""
    numbers = np.random.default_rng(seed)
    whole = np.full((480, 640, 3), 128, np.uint8)
    for _ in range(260):
        x, y, radius = (int(numbers.integers(each)) for each in (640, 480, 45))
        colour = tuple(int(each) for each in numbers.integers(0, 256, 3))
        cv2.circle(whole, (x, y), 4 + radius, colour, -1, cv2.LINE_AA)
    return whole


_PAINTERS = {"noise": _noise, "stripes": _stripes, "blobs": _blobs}
