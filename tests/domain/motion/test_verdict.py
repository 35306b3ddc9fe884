"""What is made of what was seen: for each region, and in one sentence for all of them."""

from __future__ import annotations

import pytest

from kling_desktop.domain.motion.verdict import Mark, RegionSeen, Took, Verdict
from kling_desktop.domain.motion.verdict_json import is_judged, verdict_json
from kling_desktop.domain.motion.verdict_words import CAMERA, DRIFTED, words_of

Way = tuple[tuple[float, float], ...]
ASKED: Way = tuple((0.002 * step, -0.001 * step) for step in range(101))
STILL: Way = tuple((0.0, 0.0) for _ in ASKED)


def times(way: Way, factor: float) -> Way:
    return tuple((x * factor, y * factor) for x, y in way)


def seen(way: Way, *, number: int = 1, camera: Way = (), followed: float = 1.0) -> RegionSeen:
    return RegionSeen(number, ASKED, way, followed, camera)


REVERSED = times(ASKED, -1)
FLIPPED = tuple((x, -2 * y) for x, y in ASKED)


@pytest.mark.parametrize(
    ("way", "camera", "took"),
    [
        (ASKED, STILL, Took.YES),
        (ASKED, (), Took.YES),
        (ASKED, times(ASKED, 0.4), Took.YES),
        (ASKED, ASKED, Took.NO),
        (times(ASKED, 0.3), times(ASKED, 0.28), Took.NO),
        (STILL, STILL, Took.NO),
        (REVERSED, STILL, Took.ELSEWHERE),
    ],
)
def test_what_only_goes_along_with_the_picture_was_not_moved_by_the_brush(
    way: Way, camera: Way, took: Took
) -> None:
    assert seen(way, camera=camera).took is took


@pytest.mark.parametrize(
    ("ways", "took", "words"),
    [
        ((ASKED, ASKED), Took.YES, "The brush took."),
        ((STILL, STILL), Took.NO, "The brush was ignored."),
        ((ASKED, STILL), Took.PARTLY, "The brush took in part."),
        ((REVERSED, STILL), Took.ELSEWHERE, "The brush was not followed"),
    ],
)
def test_all_regions_together_are_one_sentence(
    ways: tuple[Way, ...], took: Took, words: str
) -> None:
    regions = tuple(seen(way, number=number) for number, way in enumerate(ways, start=1))
    verdict = Verdict(regions, 0.0, None)
    assert verdict.took is took
    assert verdict.headline.startswith(words)
    assert len(words_of(verdict)) == len(ways)


def test_a_region_that_was_carried_says_so() -> None:
    verdict = Verdict((seen(ASKED, camera=ASKED),), 0.2, None)
    assert words_of(verdict)[0] == "Region 1 moved only with the whole picture."


def test_a_region_with_a_name_is_called_by_it() -> None:
    two = Verdict((seen(ASKED), seen(STILL, number=2)), 0.0, None)
    assert words_of(two, {"1": "Boat"})[0].startswith("Boat followed its path")
    assert words_of(two, {"1": "Boat"})[1].startswith("Region 2 ")
    assert verdict_json(two, {"2": "Sail"})["words"][1] == "Sail hardly moved."


def test_a_static_region_alone_is_judged_by_its_drift() -> None:
    assert Verdict((), 0.1, 0.005).took is Took.YES
    assert Verdict((), 0.1, 0.05).took is Took.NO


def test_what_is_kept_has_words_figures_and_ways_in_tenths() -> None:
    told = verdict_json(Verdict((seen(ASKED, number=3),), 0.001, 0.0123456))
    (region,) = told["regions"]
    assert (told["took"], told["static_drift"], is_judged(told)) == ("yes", 0.0123, True)
    assert (region["number"], region["took"], region["agreement"]) == (3, "yes", 1.0)
    assert region["asked"][0] == [0.0, 0.0]
    assert region["asked"][5] == [0.1, -0.05]
    assert len(region["seen"]) == 11


def test_what_could_not_be_followed_is_no_verdict() -> None:
    assert not is_judged(verdict_json(Verdict((seen(ASKED, followed=0.1),), 0.0, None)))


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (times(ASKED, 0.92), "Region 1 followed its path (92 %)."),
        (times(ASKED, 0.3), "Region 1 followed its path in part (30 %)."),
        (times(ASKED, 0.02), "Region 1 hardly moved."),
        (REVERSED, "Region 1 moved, but not along its path."),
    ],
)
def test_each_region_has_a_sentence_in_plain_words(way: Way, words: str) -> None:
    assert words_of(Verdict((seen(way, camera=STILL),), 0.0, None)) == (words,)


def test_where_all_moves_alike_the_words_depend_on_what_the_regions_did() -> None:
    along = seen(ASKED, camera=ASKED)
    assert words_of(Verdict((along,), 0.2, None))[-1] == DRIFTED
    assert words_of(Verdict((seen(ASKED, camera=STILL),), 0.2, None))[-1] == CAMERA


def test_what_is_kept_says_where_regions_were_at_first() -> None:
    mark = Mark((0.31234567, 0.2), (((0.1, 0.1), (0.2, 0.1), (0.2, 0.25)),))
    region = RegionSeen(1, ASKED, ASKED, 1.0, mark=mark)
    told = verdict_json(Verdict((region,), 0.0, 0.0, (((0.5, 0.5), (0.6, 0.5), (0.6, 0.6)),)))
    assert told["regions"][0]["start"] == [0.3123, 0.2]
    assert told["regions"][0]["outline"] == [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.25]]]
    assert told["static_outline"] == [[[0.5, 0.5], [0.6, 0.5], [0.6, 0.6]]]
