"""A scene in motion: everything that is worth knowing once, and then any frame in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.collide import collisions, shrunk
from kling_desktop.media.motion.cutout import cut
from kling_desktop.media.motion.elastic import Flow
from kling_desktop.media.motion.outline import around
from kling_desktop.media.motion.planes import Planar
from kling_desktop.media.motion.plates import Plates
from kling_desktop.media.motion.scene import Mode, owned
from kling_desktop.media.motion.timing import displacements
from kling_desktop.media.motion.warp import warp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.media.motion.cutout import Cutout
    from kling_desktop.media.motion.scene import Bytes, Picture, Points, Scene
    from kling_desktop.media.motion.shapes import Shape, Shapes

_TIGHT = 0.75
"""From here on a mask follows its object well enough to cut it out."""
_FAR = 1.2
"""Travel, in sizes of the region, from which on even a rough one is better cut out."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A region that does move."""

    shape: Shape
    moved: Points
    mode: Mode


class Motion:
    """Frames of a scene. The first one is the picture itself."""

    def __init__(self, scene: Scene, plates: Plates | None = None) -> None:
        """With ``plates`` of earlier versions the first frame made does not wait for its best."""
        self._picture = scene.picture
        self._static, self._still = scene.static, _still(scene)
        self._frames = scene.frames
        self._is_hasty = plates is not None
        plates = plates or Plates()
        parts = list(_parts(scene, plates.shapes))
        self.modes = [each.mode for each in parts]
        """How each region that does move is moved."""
        elastic = [each for each in parts if each.mode is Mode.ELASTIC]
        self._layers, holes = _layers(scene, parts)
        self._behind = plates.plate(scene.picture, holes, scene.unit)
        self._four: tuple[Picture, Picture] | None = None
        self._planar: Planar | None = None
        self._flow: Flow | None = None
        if elastic:
            self._flow = Flow(
                [each.shape.mask for each in elastic],
                [each.moved for each in elastic],
                scene.static,
                scene.unit,
            )

    @property
    def frames(self) -> int:
        return self._frames

    def frame(self, number: int) -> Picture:
        """A frame, an array of its own; numbers beyond the ends give the first or the last."""
        number = min(max(number, 0), self._frames - 1)
        if number == 0:
            return self._picture.copy()
        found = self._background(number)
        for layer, moved in self._layers:
            dx, dy = moved[number]
            layer.draw(found, float(dx), float(dy))
        if self._still is not None:
            box, mask, pixels = self._still
            cv2.copyTo(pixels, mask, found[box])
        return found

    def planes(self, number: int) -> Bytes:
        """The same frame as an encoder wants it (I420), of a picture in red, green and blue.

        Only of pictures whose sides are even.
        """
        number = min(max(number, 0), self._frames - 1)
        if self._planar is None:
            layers = [layer for layer, _ in self._layers]
            self._planar = Planar(self._picture, self._behind.whole(), layers, self._static)
        if number == 0:
            return self._planar.first()
        places = [moved[number] for _, moved in self._layers]
        if self._flow is None:
            return self._planar.frame(None, 0, places)
        return self._planar.frame(self._flow.at(number), self._flow.side, places)

    def __iter__(self) -> Iterator[Picture]:
        return (self.frame(number) for number in range(self._frames))

    def _background(self, number: int) -> Picture:
        plate = self._behind.quick() if self._is_hasty else self._behind.whole()
        self._is_hasty = False
        found = plate.copy()
        if self._flow is not None:
            warp(self._of_four(plate), self._flow.at(number), self._flow.side, found)
        return found

    def _of_four(self, plate: Picture) -> Picture:
        """With a fourth value a pixel, which halves the time that looking pixels up takes."""
        if self._four is None or self._four[0] is not plate:
            self._four = plate, np.asarray(cv2.cvtColor(plate, cv2.COLOR_RGB2RGBA), np.uint8)
        return self._four[1]


def _still(
    scene: Scene,
) -> tuple[tuple[slice, slice], Bytes, Picture] | None:
    """The part of the picture with something static in it, where it is, and how it looks."""
    box = None if scene.static is None else around(scene.static, 0)
    if scene.static is None or box is None:
        return None
    mask = np.where(scene.static[box] > 127, np.uint8(255), np.uint8(0))
    return box, mask, scene.picture[box]


def _parts(scene: Scene, known: Shapes) -> Iterator[_Part]:
    masks = owned([each.mask for each in scene.moving], scene.static)
    shapes = known.shapes(scene.picture, masks, scene.unit)
    moved = [displacements(each.points, scene.frames) for each in scene.moving]
    still = None if scene.static is None else shrunk(scene.static)
    small = [each.small for each in shapes]
    meets = collisions(small, moved, still, max(scene.picture.shape[:2]))
    for each, shape, way, is_met in zip(scene.moving, shapes, moved, meets, strict=True):
        if shape.mask.any() and np.abs(way).max() > 1e-3:
            mode = each.mode
            if mode is Mode.AUTO:
                mode = Mode.OBJECT if is_met else _mode(shape, way)
            yield _Part(shape, way, mode)


def _mode(shape: Shape, moved: Points) -> Mode:
    """Whether to cut out or to carry along (``motion-preview.md`` 2.3)."""
    travel = float(np.hypot(moved[:, 0], moved[:, 1]).max())
    is_far = travel / float(np.count_nonzero(shape.mask)) ** 0.5 > _FAR
    return Mode.OBJECT if is_far or shape.outline.tightness > _TIGHT else Mode.ELASTIC


def _layers(scene: Scene, parts: list[_Part]) -> tuple[list[tuple[Cutout, Points]], list[Bytes]]:
    """The objects, the farthest first, and the holes that they leave."""
    holes, found = [], []
    taken = np.zeros(scene.picture.shape[:2], np.uint8)
    for each in (part.shape.mask for part in parts):
        taken |= each
    if scene.static is not None:
        taken[scene.static > 127] = 255
    for part in parts:
        if part.mode is Mode.ELASTIC:
            continue
        mask, edge = part.shape.mask, part.shape.edge
        alpha = np.where((taken > mask) & (edge.alpha > 0), np.float32(0), edge.alpha)
        holes.append(edge.hole)
        layer = cut(scene.picture, alpha, mask, part.moved)
        if layer is not None:
            found.append((layer, part.moved))
    found.sort(key=lambda each: each[0].depth)
    return found, holes
