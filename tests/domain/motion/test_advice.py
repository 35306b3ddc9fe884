"""Every rule finds what it is about, says where it comes from, and its fix ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.advice import HARD, SOURCES, Advice, Rule, Wanted, advise
from kling_desktop.domain.motion.document import (
    DYNAMIC,
    STATIC,
    MotionDocument,
    PictureRef,
    Region,
    RegionId,
)
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Ease, Trajectory
from kling_desktop.domain.motion.words import calming, without
from kling_desktop.domain.rules import BRUSH_TAKERS

SIZE = Size(400, 300)
BOX = Rect(100, 100, 160, 160)
CORNER = Rect(0, 0, 80, 80)
IN_BOX = (130.0, 130.0)
PRO = "fal-ai/kling-video/v1.5/pro/image-to-video"
PRO_16 = "fal-ai/kling-video/v1.6/pro/image-to-video"


def box(rect: Rect, size: Size = SIZE) -> Mask:
    return Mask.part(size, rect, np.full((rect.height, rect.width), 255, np.uint8))


def painted(
    *points: tuple[float, float],
    rect: Rect = BOX,
    ease: Ease = Ease.EVEN,
    static: Rect | None = CORNER,
) -> MotionDocument:
    document = MotionDocument.blank(PictureRef(SIZE))
    document = edits.paint(document, DYNAMIC[0], box(rect))
    path = replace(Trajectory.through([Point(*each) for each in points]), ease=ease)
    document = edits.give_trajectory(document, DYNAMIC[0], path)
    return document if static is None else edits.paint(document, STATIC, box(static))


GOOD = painted(IN_BOX, (230, 130))


def wanted(document: MotionDocument = GOOD, endpoint: str = PRO, **more: Any) -> Wanted:
    values = {"prompt": "Clouds drift", "duration": "5"} | more
    return Wanted(document, load_catalog().endpoint(endpoint), values)


def rules(of: Wanted) -> set[Rule]:
    return {each.rule for each in advise(of)}


def two_sizes() -> MotionDocument:
    small = box(Rect(50, 50, 80, 80), Size(200, 150))
    return GOOD.with_region(replace(GOOD.dynamic[0], mask=small))


def seven() -> MotionDocument:
    more = tuple(
        Region(RegionId(number), box(Rect(10 * number, 200, 10 * number + 40, 250)).without(
            box(Rect(0, 0, 10 * number, 300))), "", Trajectory.through([Point(0, 0), Point(9, 9)]))
        for number in range(2, 8)
    )  # fmt: skip
    return replace(GOOD, dynamic=(*GOOD.dynamic, *more))


FOUND: dict[Rule, Wanted] = {
    Rule.ENDPOINT: wanted(endpoint=PRO_16),
    Rule.DURATION: wanted(duration="10"),
    Rule.TAIL: wanted(tail_image_url="https://somewhere/end.png"),
    Rule.SIZES: wanted(two_sizes()),
    Rule.SIX: wanted(seven()),
    Rule.NO_PATH: wanted(painted()),
    Rule.NO_PIXELS: wanted(
        edits.give_trajectory(GOOD, DYNAMIC[1], Trajectory.through([Point(9, 9), Point(90, 9)]))
    ),
    Rule.VANISHES: replace(
        wanted(painted((3, 3), (90, 3), rect=Rect(3, 3, 4, 4), static=None)), sent=Size(100, 75)
    ),
    Rule.TOO_SHORT: wanted(painted(IN_BOX, (135, 130))),
    Rule.WEAK: wanted(painted(IN_BOX, (150, 130))),
    Rule.UNSURE: wanted(painted(IN_BOX, (164, 130))),
    Rule.TOO_FAST: wanted(painted(IN_BOX, (390, 130), *[(110, 290), (390, 130)] * 3)),
    Rule.STARTS_OUTSIDE: wanted(painted((200, 200), (300, 200))),
    Rule.LEAVES_FRAME: wanted(painted(IN_BOX, (600, 130))),
    Rule.CROSSES_STATIC: wanted(painted(IN_BOX, (40, 40))),
    Rule.TOO_WINDING: wanted(painted(*[(130 + 60 * (each % 2), 130 + each) for each in range(90)])),
    Rule.STEPPED: wanted(
        painted(*[(130 + 9 * (each % 2), 110 + 2 * each) for each in range(20)], ease=Ease.IN)
    ),
    Rule.SMALL: wanted(painted((110, 110), (200, 110), rect=Rect(100, 100, 120, 120))),
    Rule.LARGE: wanted(painted(IN_BOX, (230, 130), rect=Rect(0, 0, 390, 290), static=None)),
    Rule.NO_STATIC: wanted(painted(IN_BOX, (230, 130), static=None)),
    Rule.STATIC_ALONE: wanted(
        edits.paint(MotionDocument.blank(PictureRef(SIZE)), STATIC, box(CORNER))
    ),
    Rule.CALMING: wanted(prompt="Clouds drift slowly, calm sea"),
}
WITHOUT_FIX = {Rule.STATIC_ALONE, Rule.TOO_WINDING, Rule.SMALL, Rule.LARGE}


def test_what_is_right_needs_no_advice() -> None:
    assert advise(wanted()) == ()
    blank = MotionDocument.blank(PictureRef(SIZE))
    assert advise(wanted(blank, PRO_16, duration="10", prompt="slow")) == ()


def test_the_table_is_whole() -> None:
    assert set(FOUND) == set(SOURCES) == set(Rule)


@pytest.mark.parametrize("rule", FOUND)
def test_a_rule_finds_what_it_is_about(rule: Rule) -> None:
    found = [each for each in advise(FOUND[rule]) if each.rule is rule]
    assert found, rules(FOUND[rule])
    for each in found:
        assert each.sentence.endswith(".")
        assert each.source
        assert each.is_hard is (rule in HARD)
        assert bool(each.fixes) is (rule not in WITHOUT_FIX)


def applied(of: Wanted, advice: Advice, number: int = 0) -> Wanted:
    fix = advice.fixes[number]
    endpoint = load_catalog().endpoint(fix.endpoint) if fix.endpoint else of.endpoint
    document = fix.edit.document if fix.edit else of.document
    return replace(of, document=document, endpoint=endpoint, values={**of.values, **fix.values})


@pytest.mark.parametrize("rule", [each for each in FOUND if each not in WITHOUT_FIX])
def test_one_click_ends_it(rule: Rule) -> None:
    of = FOUND[rule]
    for _ in range(len(of.document.dynamic) + 1):
        found = [each for each in advise(of) if each.rule is rule]
        if not found:
            break
        of = applied(of, found[0])
    assert rule not in rules(of)


def test_what_stops_the_clip_comes_first_and_cannot_be_muted() -> None:
    of = wanted(painted(IN_BOX, (230, 130), static=None), duration="10", prompt="a calm sea")
    found = [each.rule for each in advise(of, muted=list(Rule))]
    assert found == [Rule.DURATION]
    assert advise(of)[0].rule is Rule.DURATION
    assert {Rule.NO_STATIC, Rule.CALMING} < rules(of)
    assert Rule.CALMING not in {each.rule for each in advise(of, muted=[Rule.CALMING])}


def test_both_models_with_the_brush_are_offered() -> None:
    (advice,) = advise(wanted(endpoint=PRO_16))
    assert [each.endpoint for each in advice.fixes] == list(BRUSH_TAKERS)
    assert [each.text for each in advice.fixes] == ["Switch to 1.5 Pro", "Switch to 1.0 Standard"]
    assert advise(replace(wanted(endpoint=PRO_16), as_documented=True)) == ()


def test_a_locked_region_is_not_changed_by_a_fix() -> None:
    locked = edits.lock(painted(IN_BOX, (150, 130)), DYNAMIC[0], locked=True)
    (advice,) = advise(wanted(locked))
    assert advice.fixes == ()


@pytest.mark.parametrize(
    ("prompt", "words", "left"),
    [
        ("Clouds drift slowly.", ("slowly",), "Clouds drift."),
        ("A calm, gentle sea; the rest is static", ("calm", "gentle", "static"),
         "A, sea; the rest is"),
        ("Slow slow", ("Slow", "slow"), ""),
        ("Clouds race in slow motion.", ("slow motion",), "Clouds race in."),
        ("Static camera, a calm sea.", ("Static", "calm"), "Fixed camera, a sea."),
        ("A statically charged, slower gentleman", (), "A statically charged, slower gentleman"),
    ],
)  # fmt: skip
def test_words_that_overrule_the_brush(prompt: str, words: tuple[str, ...], left: str) -> None:
    assert calming(prompt) == words
    if words:
        assert without(prompt, words) == left
