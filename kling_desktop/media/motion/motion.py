"""A scene in motion: everything that is worth knowing once, and then any frame in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.collide import collisions
from kling_desktop.media.motion.cutout import cut, soft_edge
from kling_desktop.media.motion.elastic import Flow
from kling_desktop.media.motion.outline import around, outline_of
from kling_desktop.media.motion.plates import Plates
from kling_desktop.media.motion.scene import Mode, owned
from kling_desktop.media.motion.timing import displacements
from kling_desktop.media.motion.warp import warp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.media.motion.cutout import Cutout
    from kling_desktop.media.motion.outline import Outline
    from kling_desktop.media.motion.scene import Bytes, Picture, Points, Scene

_TIGHT = 0.75
"""From here on a mask follows its object well enough to cut it out."""
_FAR = 1.2
"""Travel, in sizes of the region, from which on even a rough one is better cut out."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A region that does move."""

    mask: Bytes
    moved: Points
    outline: Outline | None
    """Of what is cut out; what is elastic has none."""

    @property
    def mode(self) -> Mode:
        return Mode.ELASTIC if self.outline is None else Mode.OBJECT


class Motion:
    """Frames of a scene. The first one is the picture itself."""

    def __init__(self, scene: Scene, plates: Plates | None = None) -> None:
        """With ``plates`` of earlier versions the first frame made does not wait for its best."""
        self._picture = scene.picture
        self._still = _still(scene)
        self._frames = scene.frames
        parts = list(_parts(scene))
        self.modes = [each.mode for each in parts]
        """How each region that does move is moved."""
        elastic = [each for each in parts if each.mode is Mode.ELASTIC]
        self._layers, holes = _layers(scene, parts)
        self._behind = (plates or Plates()).plate(scene.picture, holes, scene.unit)
        self._is_hasty = plates is not None
        self._four: tuple[Picture, Picture] | None = None
        self._flow: Flow | None = None
        if elastic:
            self._flow = Flow(
                [each.mask for each in elastic],
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


def _parts(scene: Scene) -> Iterator[_Part]:
    masks = owned([each.mask for each in scene.moving], scene.static)
    moved = [displacements(each.points, scene.frames) for each in scene.moving]
    meets = collisions(masks, moved, scene.static)
    for each, mask, way, is_met in zip(scene.moving, masks, moved, meets, strict=True):
        if mask.any() and np.abs(way).max() > 1e-3:
            if each.mode is Mode.ELASTIC:
                yield _Part(mask, way, None)
                continue
            outline = outline_of(scene.picture, mask, scene.unit)
            is_cut = each.mode is Mode.OBJECT or is_met
            is_cut = is_cut or _mode(mask, way, outline) is Mode.OBJECT
            yield _Part(mask, way, outline if is_cut else None)


def _mode(mask: Bytes, moved: Points, outline: Outline) -> Mode:
    """Whether to cut out or to carry along (``motion-preview.md`` 2.3)."""
    travel = float(np.hypot(moved[:, 0], moved[:, 1]).max())
    is_far = travel / float(np.count_nonzero(mask)) ** 0.5 > _FAR
    return Mode.OBJECT if is_far or outline.tightness > _TIGHT else Mode.ELASTIC


def _layers(scene: Scene, parts: list[_Part]) -> tuple[list[tuple[Cutout, Points]], list[Bytes]]:
    """The objects, the farthest first, and the holes that they leave."""
    holes, found = [], []
    taken = np.zeros(scene.picture.shape[:2], np.uint8)
    for each in (part.mask for part in parts):
        taken |= each
    if scene.static is not None:
        taken[scene.static > 127] = 255
    for part in parts:
        if part.outline is None:
            continue
        edge = soft_edge(part.mask, part.outline, scene.unit)
        alpha = edge.alpha
        alpha[(taken > part.mask) & (alpha > 0)] = 0
        holes.append(edge.hole)
        layer = cut(scene.picture, alpha, part.mask, part.moved)
        if layer is not None:
            found.append((layer, part.moved))
    found.sort(key=lambda each: each[0].depth)
    return found, holes
