"""A few small frames that hint at a kind of effect: drawn here, in milliseconds, from no model.

fal publishes no pictures of its effects, and asking for one costs money. What moves here says what
an effect is about (two people who come together, a dance, snow), and no more.
"""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from kling_desktop.media.scenes import caption

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]
    Move = Callable[[Frame, float, np.random.Generator], Frame]

SIZE: Final = (224, 168)
FRAMES: Final = 16
"""Of a loop: its last frame leads back to its first."""
_FACT = "SAMPLE"


def sample_frames(scene: str, group: str, *, two: bool) -> list[Frame]:
    """A loop of frames (rows of red, green and blue) for a scene of a group."""
    seed = zlib.crc32(scene.encode())
    move = _MOVES.get(group, _breathe)
    frames = []
    for number in range(FRAMES):
        share = number / FRAMES
        near = _near(share) if two else 0.0
        still = _picture(seed, two=two, near=near, pet=group.startswith("Pets"))
        moved = move(still, share, np.random.default_rng(seed))
        frames.append(caption(moved, _FACT, at=0.93))
    return frames


def _picture(seed: int, *, two: bool, near: float, pet: bool) -> Frame:
    """A ground in the scene's colours, and who is on it."""
    width, height = SIZE
    tone = seed % 180
    ground = np.zeros((height, width, 3), np.uint8)
    ground[..., 0] = (tone + np.linspace(0, 24, height)[:, None]) % 180
    ground[..., 1], ground[..., 2] = 120, np.linspace(150, 90, height)[:, None]
    picture: Frame = np.asarray(cv2.cvtColor(ground, cv2.COLOR_HSV2RGB), np.uint8)
    middle = width / 2
    if two:
        gap = 52 - 24 * near
        _person(picture, middle - gap, (232, 176, 140), (52, 82, 140))
        _person(picture, middle + gap, (198, 140, 104), (150, 62, 84))
    elif pet:
        _pet(picture, middle)
    else:
        _person(picture, middle, (232, 176, 140), (52, 82, 140))
    return picture


def _person(
    picture: NDArray[np.uint8], x: float, skin: tuple[int, ...], coat: tuple[int, ...]
) -> None:
    at = round(x)
    cv2.ellipse(picture, (at, 158), (38, 62), 0, 180, 360, coat, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (at, 72), (20, 26), 0, 0, 360, skin, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (at, 60), (22, 20), 0, 180, 360, (54, 40, 36), -1, cv2.LINE_AA)
    _eyes(picture, at, 74, 8)


def _pet(picture: NDArray[np.uint8], x: float) -> None:
    at, fur = round(x), (214, 160, 96)
    cv2.ellipse(picture, (at, 154), (44, 46), 0, 180, 360, fur, -1, cv2.LINE_AA)
    for side in (-1, 1):
        ear = np.array([(at + side * 32, 44), (at + side * 8, 58), (at + side * 32, 78)])
        cv2.fillPoly(picture, [ear], (180, 124, 70), cv2.LINE_AA)
    cv2.ellipse(picture, (at, 84), (34, 30), 0, 0, 360, fur, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (at, 94), (6, 4), 0, 0, 360, (50, 36, 36), -1, cv2.LINE_AA)
    _eyes(picture, at, 80, 14)


def _eyes(picture: NDArray[np.uint8], x: int, y: int, apart: int) -> None:
    for side in (-1, 1):
        cv2.circle(picture, (x + side * apart, y), 3, (36, 30, 34), -1, cv2.LINE_AA)


def _near(share: float) -> float:
    """From apart to together and back."""
    return (1 - math.cos(2 * math.pi * share)) / 2


def _wave(share: float) -> float:
    return math.sin(2 * math.pi * share)


def _warped(still: Frame, matrix: list[list[float]]) -> Frame:
    moved = cv2.warpAffine(
        still, np.array(matrix), SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(moved, np.uint8)


def _scaled(still: Frame, across: float, down: float) -> Frame:
    """Around the middle of the lower edge, where people stand."""
    x, y = SIZE[0] / 2, SIZE[1]
    return _warped(still, [[across, 0, x * (1 - across)], [0, down, y * (1 - down)]])


def _breathe(still: Frame, share: float, _: np.random.Generator) -> Frame:
    scale = 1 + 0.05 * _near(share)
    return _scaled(still, scale, scale)


def _sway(still: Frame, share: float, _: np.random.Generator) -> Frame:
    lean, hop = 0.32 * _wave(share), 9 * abs(_wave(share))
    return _warped(still, [[1, lean, -lean * SIZE[1]], [0, 1, -hop]])


def _dash(still: Frame, share: float, _: np.random.Generator) -> Frame:
    moved = np.roll(still, round(share * SIZE[0]), axis=1)
    hop = 14 * abs(_wave(share))
    return np.asarray(cv2.blur(_warped(moved, [[1, 0, 0], [0, 1, -hop]]), (7, 1)), np.uint8)


def _squash(still: Frame, share: float, _: np.random.Generator) -> Frame:
    press = 0.45 * _near(share)
    return _scaled(still, 1 + press, 1 - press)


def _turn_into(still: Frame, share: float, _: np.random.Generator) -> Frame:
    other = cv2.cvtColor(still, cv2.COLOR_RGB2HSV)
    other[..., 0] = (other[..., 0].astype(int) + 90) % 180
    other[..., 1] = np.minimum(255, other[..., 1].astype(int) + 70)
    mixed = cv2.addWeighted(
        still, 1 - _near(share), cv2.cvtColor(other, cv2.COLOR_HSV2RGB), _near(share), 0
    )
    return np.asarray(mixed, np.uint8)


def _restyle(still: Frame, share: float, _: np.random.Generator) -> Frame:
    """A line that passes: drawn on its one side, as it was on the other."""
    drawn = (still // 64) * 64 + 32
    edges = cv2.Canny(still, 60, 120) > 0
    drawn[edges] = 20
    made, at = still.copy(), round(SIZE[0] * _near(share))
    made[:, :at] = drawn[:, :at]
    made[:, max(0, at - 1) : at + 1] = 245
    return made


def _orbit(still: Frame, share: float, _: np.random.Generator) -> Frame:
    zoom, turn = 1.12 + 0.22 * _near(share), 7 * _wave(share)
    matrix = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), turn, zoom)
    return _warped(still, matrix.tolist())


def _fall(colours: tuple[tuple[int, int, int], ...], *, up: bool = False) -> Move:
    """Something falls, or rises, in front of it."""

    def move(still: Frame, share: float, chance: np.random.Generator) -> Frame:
        made = _breathe(still, share, chance)
        for number, (x, y) in enumerate(chance.random((34, 2))):
            down = (y + (1 - share if up else share)) % 1
            place = (round(x * SIZE[0] + 5 * _wave(share + x)), round(down * SIZE[1]))
            cv2.circle(made, place, 2 + number % 3, colours[number % len(colours)], -1, cv2.LINE_AA)
        return made

    return move


_MOVES: Final[dict[str, Move]] = {
    "Dance": _sway,
    "Sport and action": _dash,
    "Squash, melt and burst": _squash,
    "Transform": _turn_into,
    "Style": _restyle,
    "Camera and cinema": _orbit,
    "Christmas and winter": _fall(((250, 250, 255),)),
    "New year": _fall(((250, 206, 84), (238, 84, 70)), up=True),
    "Halloween": _fall(((240, 132, 40), (116, 64, 160)), up=True),
    "Birthdays and feasts": _fall(((244, 96, 140), (250, 214, 90), (90, 180, 240))),
    "Pets and animals": _sway,
}
