"""Documents as people leave them, for tests with any of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.trajectory import Ease, Join, Node, Trajectory
from tests.domain.motion.masks import blobs

COORDINATES = st.floats(-1e6, 1e6, allow_nan=False)
POINTS = st.builds(Point, COORDINATES, COORDINATES)
NODES = st.builds(Node, POINTS, POINTS, POINTS, st.sampled_from(Join))
PATHS = st.builds(Trajectory, st.lists(NODES, max_size=5).map(tuple), st.sampled_from(Ease))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(-1e9, 1e9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def documents(draw: st.DrawFn, longest: int = 700) -> MotionDocument:
    """Up to seven regions, painted one after the other."""
    size = draw(st.builds(Size, st.integers(1, longest), st.integers(1, longest)))
    document = MotionDocument.blank(PictureRef(size, draw(WORDS)))
    for number in draw(st.permutations((STATIC, *DYNAMIC)))[: draw(st.integers(0, 7))]:
        painted = blobs(size, seed=draw(st.integers(0, 99)), count=draw(st.integers(0, 3)))
        document = edits.paint(document, number, painted)
        document = edits.give_trajectory(document, number, draw(PATHS))
        region = document.region(number)
        assert region is not None
        seen, solo = draw(st.tuples(st.booleans(), st.booleans()))
        name = draw(WORDS)
        document = document.with_region(replace(region, name=name, is_visible=seen, is_solo=solo))
    return document


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A project around such a document."""
    return Project(
        document=draw(documents()),
        endpoint=draw(WORDS),
        parameters=draw(st.dictionaries(WORDS, JSON, max_size=4)),
        jobs=tuple(draw(st.lists(WORDS, max_size=3))),
        muted=tuple(draw(st.lists(WORDS, max_size=3))),
        suffix=draw(st.sampled_from([".png", ".jpg", ".webp"])),
    )


SIZE = Size(400, 300)


def a_document(size: Size = SIZE) -> MotionDocument:
    """Two regions that move and one that stays."""
    document = MotionDocument.blank(PictureRef(size, "boat.png"))
    width, height = size
    for number, x in ((DYNAMIC[0], 0.25), (DYNAMIC[1], 0.75)):
        document = edits.paint(document, number, square(size, x))
        path = [Point(width * x, height / 2), Point(width * x + 40, height / 2 - 30)]
        document = edits.give_trajectory(document, number, Trajectory.through(path))
    return edits.pin_everything_else(document)


def square(size: Size, x: float) -> Mask:
    """A tenth of the picture, in the middle of its height."""
    left, top = int(size.width * (x - 0.05)), int(size.height * 0.45)
    rect = Rect(left, top, left + size.width // 10, top + size.height // 10)
    return Mask.part(size, rect, np.ones((rect.height, rect.width), np.uint8))
