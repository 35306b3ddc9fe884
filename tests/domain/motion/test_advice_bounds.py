"""Both sides of every bound in the table of advice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.advice import HARD, Rule, Wanted, advise
from kling_desktop.domain.motion.document import (
    DYNAMIC,
    STATIC,
    MotionDocument,
    PictureRef,
)
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.trajectory import Ease, Trajectory
from kling_desktop.domain.rules import BRUSH_TAKERS
from tests.domain.motion.test_advice import (
    CORNER,
    GOOD,
    IN_BOX,
    PRO,
    PRO_16,
    SIZE,
    box,
    painted,
    rules,
    seven,
    two_sizes,
    wanted,
)

NOBODY = "fal-ai/kling-video/v1.6/standard/image-to-video"
TEXT = "fal-ai/kling-video/v1.6/pro/text-to-video"


def along(pixels: float, ease: Ease = Ease.EVEN) -> MotionDocument:
    """A path of that length to the right; the picture is 400 by 300."""
    return painted(IN_BOX, (IN_BOX[0] + pixels, IN_BOX[1]), ease=ease)


def up_and_down(pixels: float) -> MotionDocument:
    """A path of that length in turns of 200 pixels."""
    points, y, left = [Point(130, 90)], 90.0, pixels
    while left > 0:
        step = min(200.0, left)
        y += step if y < 100 else -step
        points.append(Point(130, y))
        left -= step
    path = Trajectory.through(points)
    return edits.give_trajectory(painted(rect=Rect(100, 60, 160, 120)), DYNAMIC[0], path)


def sized(width: int, height: int) -> MotionDocument:
    rect = Rect(0, 0, width, height)
    start = (width / 2, height / 2)
    return painted(start, (start[0] + 60, start[1]), rect=rect, static=None)


def winding(turns: int) -> MotionDocument:
    return painted(*[(130 + 60 * (each % 2), 130 + each) for each in range(turns)])


def only_static() -> MotionDocument:
    return edits.paint(MotionDocument.blank(PictureRef(SIZE)), STATIC, box(CORNER))


def crossing(x: float) -> MotionDocument:
    return edits.paint(painted(IN_BOX, (x, 130)), STATIC, box(Rect(300, 100, 320, 160)))


BROKEN_AND_NOT: list[tuple[Rule, Wanted, Wanted]] = [
    (Rule.ENDPOINT, wanted(endpoint=NOBODY), wanted(endpoint=BRUSH_TAKERS[1])),
    (Rule.ENDPOINT, wanted(endpoint=TEXT), wanted(endpoint=PRO)),
    (Rule.ENDPOINT, wanted(endpoint=PRO_16), replace(wanted(endpoint=PRO_16), as_documented=True)),
    (Rule.ENDPOINT, replace(wanted(endpoint=NOBODY), as_documented=True), wanted()),
    (Rule.DURATION, wanted(duration="10"), wanted(duration="5")),
    (Rule.TAIL, wanted(tail_image_url="end.png"), wanted(tail_image_url="")),
    (Rule.SIZES, wanted(two_sizes()), wanted(GOOD)),
    (
        Rule.SIX,
        wanted(seven()),
        wanted(replace(seven(), dynamic=seven().dynamic[:6])),
    ),
    (Rule.NO_PATH, wanted(painted(IN_BOX)), wanted(along(60))),
    (Rule.NO_PATH, wanted(painted()), wanted(edits.add(GOOD))),
    (
        Rule.VANISHES,
        replace(
            wanted(painted((3, 3), (90, 3), rect=Rect(3, 3, 4, 4), static=None)), sent=Size(100, 75)
        ),
        wanted(painted((3, 3), (90, 3), rect=Rect(3, 3, 4, 4), static=None)),
    ),
    (Rule.TOO_SHORT, wanted(along(7.9)), wanted(along(8.1))),
    (Rule.WEAK, wanted(along(26)), wanted(along(26.1))),  # 6.5 % of 400
    (Rule.WEAK, wanted(along(8.1)), wanted(along(7.9))),  # which is too short to be seen at all
    (Rule.UNSURE, wanted(along(26.1)), wanted(along(26))),
    (Rule.UNSURE, wanted(along(39.9)), wanted(along(40))),
    (Rule.TOO_FAST, wanted(up_and_down(905)), wanted(up_and_down(895))),  # 60 % of 300 in 1 of 5 s
    (
        Rule.STARTS_OUTSIDE,
        wanted(painted((99.9, 130), (199, 130))),
        wanted(painted((100, 130), (199, 130))),
    ),
    (
        Rule.STARTS_OUTSIDE,
        wanted(painted((160, 130), (199, 130))),
        wanted(painted((159.9, 130), (199, 130))),
    ),
    (Rule.LEAVES_FRAME, wanted(along(270)), wanted(along(269.9))),
    (Rule.LEAVES_FRAME, wanted(along(-130.1)), wanted(along(-130))),
    (Rule.CROSSES_STATIC, wanted(crossing(301)), wanted(crossing(299))),
    (Rule.TOO_WINDING, wanted(winding(90)), wanted(winding(5))),
    (
        Rule.STEPPED,
        wanted(painted(*[(130 + 9 * (n % 2), 110 + 2 * n) for n in range(20)], ease=Ease.IN)),
        wanted(painted(*[(130 + 9 * (n % 2), 110 + 2 * n) for n in range(20)], ease=Ease.EVEN)),
    ),
    (Rule.SMALL, wanted(sized(20, 29)), wanted(sized(20, 30))),  # 0.5 % of 120 000
    (Rule.LARGE, wanted(sized(241, 300)), wanted(sized(240, 300))),  # 60 %
    (Rule.NO_STATIC, wanted(sized(60, 60)), wanted(GOOD)),
    (Rule.NO_STATIC, wanted(sized(60, 60)), wanted(only_static())),
    (Rule.STATIC_ALONE, wanted(only_static()), wanted(GOOD)),
    (Rule.CALMING, wanted(prompt="Gently"), wanted(prompt="Gentlemen")),
    (Rule.CALMING, wanted(prompt="a STATIC shot"), wanted(prompt="statistics")),
]
NO_PIXELS = edits.give_trajectory(GOOD, DYNAMIC[1], Trajectory.through([Point(9, 9), Point(90, 9)]))
BROKEN_AND_NOT.append((Rule.NO_PIXELS, wanted(NO_PIXELS), wanted(edits.add(GOOD))))


@pytest.mark.parametrize(
    ("rule", "broken", "kept"), BROKEN_AND_NOT, ids=[each[0].value for each in BROKEN_AND_NOT]
)
def test_a_rule_speaks_on_one_side_of_its_bound_alone(
    rule: Rule, broken: Wanted, kept: Wanted
) -> None:
    assert rule in rules(broken)
    assert rule not in rules(kept)


def test_no_rule_is_left_out() -> None:
    assert {each[0] for each in BROKEN_AND_NOT} == set(Rule)


def test_hard_rules_are_those_that_the_issue_names() -> None:
    asked: dict[str, Any] = {
        "5 s only": Rule.DURATION, "no tail image": Rule.TAIL, "equal sizes": Rule.SIZES,
        "two points at least": Rule.NO_PATH, "six regions": Rule.SIX,
        "endpoint without brush": Rule.ENDPOINT,
    }  # fmt: skip
    assert set(asked.values()) < HARD


def test_no_words_are_left_is_no_fix() -> None:
    (advice,) = [each for each in advise(wanted(prompt="slow, calm")) if each.rule is Rule.CALMING]
    assert advice.fixes == ()


def test_a_wide_region_may_start_at_its_box_but_not_in_its_hole() -> None:
    hollow = edits.erase(along(60), DYNAMIC[0], box(Rect(120, 120, 140, 140)))
    assert Rule.STARTS_OUTSIDE in rules(wanted(hollow))
