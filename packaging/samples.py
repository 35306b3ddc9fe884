"""Draws resources/samples/boat.jpg, our own sample picture: a sailing boat on a calm sea at dusk.

    python packaging/samples.py resources/samples/boat.jpg

A big still background and one thing that wants to move: what the motion brush is for.
"""

from __future__ import annotations

import itertools
import math
import random
import sys
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 720)
FINE = 2
"""Drawn this much larger, then scaled down: smooth edges."""

HORIZON = 430
SUN = (880, 392)
MAST = 470
DECK = 505
SEED = 16

Colour: TypeAlias = tuple[int, int, int]

SKY = ((0.0, (34, 42, 84)), (0.45, (121, 84, 126)), (0.75, (226, 131, 106)), (1.0, (255, 201, 138)))
SEA = ((0.0, (236, 168, 128)), (0.12, (158, 104, 122)), (0.5, (64, 62, 104)), (1.0, (22, 30, 62)))
DARK = (30, 25, 44)
"""Against the light, everything near is nearly black."""


def blend(stops: tuple[tuple[float, Colour], ...], at: float) -> Colour:
    """The colour of a gradient at a place from 0 to 1."""
    for (low, first), (high, second) in itertools.pairwise(stops):
        if at <= high:
            part = (at - low) / (high - low)
            red, green, blue = (a + (b - a) * part for a, b in zip(first, second, strict=True))
            return round(red), round(green), round(blue)
    return stops[-1][1]


def big(*numbers: float) -> tuple[float, ...]:
    return tuple(number * FINE for number in numbers)


def sky_and_sea() -> Image.Image:
    picture = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE))
    draw = ImageDraw.Draw(picture)
    edge = HORIZON * FINE
    for y in range(picture.height):
        above = y < edge
        at = y / edge if above else (y - edge) / (picture.height - edge)
        draw.line((0, y, picture.width, y), fill=blend(SKY if above else SEA, at))
    return picture


def glow(picture: Image.Image) -> None:
    """The sun and the light around it, above the horizon only."""
    for radius, blur, strength in ((260, 120, 0.45), (110, 50, 0.6), (46, 2, 0.95)):
        mask = Image.new("L", picture.size)
        x, y = SUN
        box = big(x - radius, y - radius, x + radius, y + radius)
        ImageDraw.Draw(mask).ellipse(box, fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(blur * FINE))
        ImageDraw.Draw(mask).rectangle((0, HORIZON * FINE, *picture.size), fill=0)
        picture.paste((255, 236, 190), mask=mask)


def clouds(picture: Image.Image, dice: random.Random) -> None:
    mask = Image.new("L", picture.size)
    draw = ImageDraw.Draw(mask)
    for _ in range(26):
        x, y = dice.uniform(-100, 1280), dice.uniform(70, 330)
        width, height = dice.uniform(160, 520), dice.uniform(4, 15)
        draw.ellipse(big(x, y, x + width, y + height), fill=round(dice.uniform(40, 110)))
    picture.paste((250, 176, 150), mask=mask.filter(ImageFilter.GaussianBlur(7 * FINE)))


def hills(picture: Image.Image) -> None:
    """Two far coasts; the farther one is paler."""
    draw = ImageDraw.Draw(picture)
    far, near = ((150, 100, 124), 44, 0, 210), ((98, 70, 106), 30, 2, 140)
    for colour, height, start, stretch in (far, near):
        shore = [
            big(x, HORIZON - height * max(0.0, math.sin(x / stretch + start)) ** 1.4 - 2)
            for x in range(0, SIZE[0] + 8, 8)
        ]
        draw.polygon([*shore, big(SIZE[0], HORIZON), big(0, HORIZON)], fill=colour)


def glitter(picture: Image.Image, dice: random.Random) -> None:
    """The sun's path on the water, and ripples everywhere else."""
    shine = Image.new("L", picture.size)
    draw = ImageDraw.Draw(shine)
    for _ in range(900):
        near = dice.random() ** 1.5
        y = HORIZON + 3 + near * (SIZE[1] - HORIZON)
        in_path = dice.random() < 0.6
        x = dice.gauss(SUN[0], 22 + 130 * near) if in_path else dice.uniform(0, SIZE[0])
        width = (8 + 60 * near) * dice.uniform(0.4, 1.4)
        light = dice.uniform(90, 200) if in_path else dice.uniform(12, 46)
        thick = 0.8 + 2.6 * near
        draw.ellipse(big(x - width / 2, y, x + width / 2, y + thick), fill=round(light))
    picture.paste((255, 224, 180), mask=shine.filter(ImageFilter.GaussianBlur(0.8 * FINE)))


def boat(picture: Image.Image) -> None:
    draw = ImageDraw.Draw(picture)
    main = sail(MAST + 6, 176, MAST + 8, DECK - 28, MAST + 158, DECK - 34, 26)
    jib = sail(MAST - 4, 206, MAST - 6, DECK - 24, MAST - 116, DECK - 18, -20)
    draw.polygon(main, fill=(247, 226, 206))
    draw.polygon(jib, fill=(232, 190, 176))
    draw.line(big(MAST, 164, MAST, DECK), fill=DARK, width=5 * FINE)
    draw.line(big(MAST, DECK - 26, MAST + 162, DECK - 31), fill=DARK, width=4 * FINE)
    hull = ((-136, -8), (150, -12), (128, 20), (96, 36), (-84, 36), (-112, 18))
    draw.polygon([big(MAST + x, DECK + y) for x, y in hull], fill=DARK)
    draw.line(big(MAST - 134, DECK - 4, MAST + 147, DECK - 8), fill=(214, 138, 104), width=3 * FINE)
    pennant = ((0, 164), (44, 172), (0, 182))
    draw.polygon([big(MAST + x, y) for x, y in pennant], fill=(214, 84, 72))


def sail(*shape: float) -> list[tuple[float, ...]]:
    """A triangle (top, foot at the mast, clew) whose leech bellies out."""
    top_x, top_y, foot_x, foot_y, clew_x, clew_y, belly = shape
    leech = []
    for step in range(25):
        at = step / 24
        swell = belly * math.sin(math.pi * at)
        leech.append(big(top_x + (clew_x - top_x) * at + swell, top_y + (clew_y - top_y) * at))
    return [big(foot_x, foot_y), *leech]


def reflection(picture: Image.Image, dice: random.Random) -> None:
    """The boat upside down, darker, broken into swaying lines."""
    water = (DECK + 34) * FINE
    depth = picture.height - water
    mirrored = picture.crop((0, water - depth * 2, picture.width, water))
    mirrored = mirrored.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mirrored = mirrored.resize((picture.width, depth))
    left, right = (MAST - 170) * FINE, (MAST + 200) * FINE
    for y in range(0, depth, 2):
        sway = math.sin(y / 9.0 + dice.uniform(-0.5, 0.5)) * (2 + 10 * y / depth) * FINE
        row = mirrored.crop((left, y, right, y + 2))
        mask = faded(row.size, round(150 * (1 - y / depth) ** 1.3))
        picture.paste(row, (left + round(sway), water + y), mask)


def faded(size: tuple[int, int], strength: int) -> Image.Image:
    """An even mask that runs out softly on the left and on the right."""
    mask = Image.new("L", size, strength)
    ramp = Image.linear_gradient("L").rotate(90).resize((60 * FINE, size[1]))
    soft = ramp.point([value * strength // 255 for value in range(256)])
    mask.paste(soft, (0, 0))
    mask.paste(soft.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (size[0] - soft.width, 0))
    return mask


def main(path: Path) -> None:
    dice = random.Random(SEED)  # noqa: S311 - the same picture every time
    picture = sky_and_sea()
    clouds(picture, dice)
    glow(picture)
    hills(picture)
    boat(picture)
    reflection(picture, dice)
    glitter(picture, dice)
    boat(picture)
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(path, quality=90, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
