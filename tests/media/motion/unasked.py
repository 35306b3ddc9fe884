"""Clips that do not show what was asked for, of five kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.scenes import fill
from tests.media.motion.clips import raw_frames
from tests.media.motion.documents import WRONG_WAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.media.motion.scene import Picture, Points
    from tests.media.motion.clips import Asked


def _still(asked: Asked) -> list[Picture]:
    """Nothing moves, or the whole comes slowly nearer as the sandbox makes it without a brush."""
    if asked.scene.static is None:
        return [fill(asked.scene.picture, asked.size)] * asked.scene.frames
    return raw_frames(asked.going([each.points[:1] for each in asked.scene.moving]))


def _turned(across: float, down: float) -> Callable[[Asked], list[Picture]]:
    def made(asked: Asked) -> list[Picture]:
        ways = [each.points for each in asked.scene.moving]
        turned: list[Points] = [np.rint(way[0] + (way - way[0]) * (across, down)) for way in ways]
        return raw_frames(asked.going(turned))

    return made


def _drifting(asked: Asked) -> list[Picture]:
    """The whole picture goes the way that the first region was asked to go."""
    way = asked.scene.moving[0].points
    at = np.linspace(0, len(way) - 1, asked.scene.frames)
    picture, (width, height) = fill(asked.scene.picture, asked.size), asked.size
    made = []
    for each in at:
        x, y = ((way[round(each)] - way[0]) * asked.scale).tolist()
        matrix = np.array([[1, 0, x], [0, 1, y]], np.float64)
        frame = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
        made.append(np.asarray(frame, np.uint8))
    return made


def _elsewhere(asked: Asked) -> list[Picture]:
    """The right regions move, each by a way of its own."""
    height, width = asked.scene.picture.shape[:2]
    wrong = WRONG_WAYS[asked.key.split(",", 1)[0]] * (width, height)
    ways: list[Points] = [np.rint(each.points[0] + wrong) for each in asked.scene.moving]
    return raw_frames(asked.going(ways))


UNASKED: dict[str, Callable[[Asked], list[Picture]]] = {
    "no motion": _still,
    "opposite": _turned(-1, -1),
    "y flipped": _turned(1, -1),
    "all drifting": _drifting,
    "wrong path": _elsewhere,
}
