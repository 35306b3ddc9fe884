"""Clips of the twelve documents on the six pictures, made as the sandbox makes its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.encode import FPS, write_mp4
from kling_desktop.media.motion.scene import Moving, Scene
from kling_desktop.media.render import motion_frames, render_motion
from kling_desktop.media.scenes import fill
from tests.media.motion.documents import DOCUMENTS
from tests.media.motion.subjects import with_objects

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.media.motion.scene import Bytes, Picture, Points
    from tests.media.motion.documents import Document

SMALL, WHOLE = 480 * 270, 1280 * 720
"""Pixels of a frame. What is tiny is looked at in the size of the sandbox."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document on a picture, in pixels of the picture and of the frames."""

    name: str
    key: str
    scene: Scene
    """At the size of the picture."""
    size: tuple[int, int]
    """Of the frames."""

    @property
    def scale(self) -> float:
        return self.size[0] / int(self.scene.picture.shape[1])

    def at_size(self, mask: Bytes) -> Bytes:
        return fill(mask, self.size, cv2.INTER_NEAREST)

    def going(self, ways: list[Points]) -> Asked:
        """The same regions on other ways."""
        moving = tuple(
            replace(each, points=way) for each, way in zip(self.scene.moving, ways, strict=True)
        )
        scene = Scene(self.scene.picture, moving, self.scene.static, self.scene.frames)
        return replace(self, scene=scene)


def asked_for(name: str, key: str, *, seconds: int = 1, pixels: int | None = None) -> Asked:
    document: Document = DOCUMENTS[key]
    width, height = own = size_of(name)
    masks = [each.mask(own) for each in document.regions]
    moving = tuple(
        Moving(mask, each.points(own)) for mask, each in zip(masks, document.regions, strict=True)
    )
    scene = Scene(with_objects(name, masks), moving, document.static_mask(own), seconds * FPS)
    if pixels is None:
        pixels = WHOLE if "tiny" in key else SMALL
    scale = (pixels / (width * height)) ** 0.5
    return Asked(name, key, scene, (2 * round(width * scale / 2), 2 * round(height * scale / 2)))


def size_of(name: str) -> tuple[int, int]:
    height, width = with_objects(name, ()).shape[:2]
    return width, height


def raw_frames(asked: Asked) -> list[Picture]:
    """Before they are encoded."""
    scene = asked.scene
    seconds = scene.frames // FPS
    made = motion_frames(
        scene.picture, scene.moving, scene.static, seconds=seconds, size=asked.size
    )
    return [np.asarray(frame, np.uint8) for frame in made]


def rendered(asked: Asked, folder: Path) -> Path:
    """The file that the sandbox makes."""
    path, scene = folder / "clip.mp4", asked.scene
    seconds = scene.frames // FPS
    render_motion(path, scene.picture, scene.moving, scene.static, seconds=seconds, size=asked.size)
    return path


def written(frames: list[Picture], asked: Asked, folder: Path) -> Path:
    """A file of them."""
    path = folder / "clip.mp4"
    write_mp4(path, iter(frames), size=asked.size)
    return path
