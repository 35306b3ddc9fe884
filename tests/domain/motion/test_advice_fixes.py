"""One click ends what it is offered for, and breaks nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.advice import Advice, Rule, Wanted, advise
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Ease, Trajectory
from kling_desktop.domain.motion.ways import placed, way_of
from tests.domain.motion.test_advice import (
    GOOD,
    IN_BOX,
    SIZE,
    applied,
    box,
    painted,
    two_sizes,
    wanted,
)

ENDPOINTS = (
    "fal-ai/kling-video/v1.5/pro/image-to-video",
    "fal-ai/kling-video/v1.6/pro/image-to-video",
    "fal-ai/kling-video/v1.6/standard/image-to-video",
)
OTHERS_WAY = {Rule.CROSSES_STATIC}
"""What becomes static may lie on another region's way: that is then the next advice."""


@st.composite
def rects(draw: st.DrawFn) -> Rect:
    left, top = draw(st.integers(0, 390)), draw(st.integers(0, 290))
    width, height = draw(st.integers(1, 400 - left)), draw(st.integers(1, 300 - top))
    return Rect(left, top, left + width, top + height)


places = st.builds(Point, st.floats(-150, 550), st.floats(-150, 450))
paths = st.lists(places, min_size=0, max_size=5).map(Trajectory.through)


@st.composite
def documents(draw: st.DrawFn) -> MotionDocument:
    made = MotionDocument.blank(PictureRef(SIZE))
    for number in draw(st.lists(st.sampled_from(DYNAMIC), unique=True, min_size=1, max_size=3)):
        if draw(st.booleans()) or number == DYNAMIC[0]:
            made = edits.paint(made, number, box(draw(rects())))
        path = replace(draw(paths), ease=draw(st.sampled_from(Ease)))
        made = edits.give_trajectory(made, number, path)
        if draw(st.integers(0, 5)) == 0:
            made = edits.lock(made, number, locked=True)
    if draw(st.booleans()):
        made = edits.paint(made, STATIC, box(draw(rects())))
    return edits.lock(made, STATIC, locked=draw(st.integers(0, 5)) == 0)


def are_disjoint(document: MotionDocument) -> bool:
    sum_of_all = sum(each.mask.read(SIZE.rect).astype(int) > 0 for each in document.regions)
    return bool(np.max(sum_of_all) <= 1)


def known(found: tuple[Advice, ...]) -> set[tuple[Rule, int | None]]:
    return {(each.rule, each.region) for each in found}


def check_fix(of: Wanted, advice: Advice, number: int) -> None:
    before = known(advise(of))
    made = applied(of, advice, number)
    after = known(advise(made))
    assert (advice.rule, advice.region) not in after
    brought = after - before
    # Pinned pixels that are taken away, or made, concern other regions' ways; nothing is hard.
    assert {rule for rule, _ in brought} <= OTHERS_WAY | {Rule.STATIC_ALONE}
    assert all(region != advice.region for _, region in brought)
    assert are_disjoint(made.document)
    for region in of.document.regions:
        if region.is_locked:
            assert made.document.region(region.id) == region
    fix = advice.fixes[number]
    if fix.edit is not None and advice.region not in {None, STATIC}:
        for other in of.document.dynamic:
            if other.id != advice.region:
                assert made.document.region(other.id) == other


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    document=documents(),
    endpoint=st.sampled_from(ENDPOINTS),
    duration=st.sampled_from(("5", "10")),
    prompt=st.sampled_from(("Clouds drift", "A calm sea, slowly", "Static camera")),
    tail=st.sampled_from(("", "end.png")),
)
def test_every_fix_ends_its_finding_and_breaks_nothing(
    document: MotionDocument, endpoint: str, duration: str, prompt: str, tail: str
) -> None:
    of = wanted(document, endpoint, duration=duration, prompt=prompt, tail_image_url=tail)
    for advice in advise(of):
        for number in range(len(advice.fixes)):
            check_fix(of, advice, number)


@settings(max_examples=20, deadline=None)
@given(document=documents())
def test_fixes_lead_to_an_end(document: MotionDocument) -> None:
    of = wanted(document)
    for _ in range(40):
        fixable = [each for each in advise(of) if each.fixes]
        if not fixable:
            return
        of = applied(of, fixable[0])
    raise AssertionError("one fix calls for the next for ever")


def test_a_mask_of_another_size_takes_no_pixels_of_others() -> None:
    other = edits.paint(MotionDocument.blank(GOOD.picture), STATIC, box(Rect(90, 90, 130, 300)))
    other = replace(two_sizes(), static=other.static)
    (advice,) = [each for each in advise(wanted(other)) if each.rule is Rule.SIZES]
    made = applied(wanted(other), advice).document
    assert are_disjoint(made)
    assert made.static == other.static
    assert made.dynamic[0].mask.bounds == Rect(130, 100, 160, 160)


def test_what_is_pinned_leaves_the_ways_free() -> None:
    (advice,) = advise(wanted(painted(IN_BOX, (330, 130), static=None)))
    assert advice.rule is Rule.NO_STATIC
    made = applied(wanted(GOOD), advice).document
    assert advise(wanted(made)) == ()
    assert not made.static.mask.holds(Point(250, 130))
    assert made.static.mask.holds(Point(250, 250))
    assert made.static.mask.holds(Point(20, 130))


def test_a_longer_path_over_what_stays_has_its_way_unpinned() -> None:
    document = edits.paint(painted(IN_BOX, (160, 130)), STATIC, box(Rect(165, 0, 400, 300)))
    (advice,) = advise(wanted(document))
    assert advice.rule is Rule.UNSURE
    assert advice.fixes[0].text == "Make the path longer, and unpin its way"
    assert advise(applied(wanted(document), advice)) == ()


def test_at_the_edge_the_start_gives_way_where_the_path_would_leave() -> None:
    rect = Rect(330, 100, 400, 160)
    document = painted((385, 130), (399, 130), rect=rect)
    (advice,) = advise(wanted(document))
    made = applied(wanted(document), advice)
    assert advise(made) == ()
    assert made.document.dynamic[0].mask.holds(made.document.dynamic[0].trajectory.nodes[0].point)


def test_without_room_no_fix_is_offered() -> None:
    document = painted((397, 130), (399, 130), rect=Rect(390, 100, 400, 160))
    (advice,) = [each for each in advise(wanted(document)) if each.rule is Rule.TOO_SHORT]
    assert advice.fixes == ()


def test_a_way_is_what_a_region_passes_over() -> None:
    (region,) = painted(IN_BOX, (230, 200)).dynamic
    way = way_of(region)
    assert way.united(region.mask) == way
    for x, y in ((130, 130), (180, 165), (230, 200), (255, 225)):
        assert way.holds(Point(x, y))
    assert not way.holds(Point(110, 230))
    assert not way.holds(Point(250, 110))


def test_a_path_that_fits_nowhere_is_not_placed() -> None:
    long = Trajectory.through([Point(0, 0), Point(500, 0)])
    assert placed(long, Mask.full(SIZE)) is None
    short = Trajectory.through([Point(390, 10), Point(420, 10)])
    moved = placed(short, Mask.full(SIZE))
    assert moved is not None
    assert moved.nodes[-1].point.x < 400
    assert moved.nodes[0].point.y in {9.5, 10.5}
    assert placed(short, Mask.empty(SIZE)) is None
