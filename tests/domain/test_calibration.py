"""What a probe's clip shows counts only where it leaves no doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kling_desktop.domain.calibration import (
    Answer,
    Calibration,
    Finding,
    brush_endpoints,
    brush_price,
    finding_of,
    origin_shown,
    outcome,
    standing,
    with_answers,
)
from kling_desktop.domain.catalog import Origin, load_catalog
from tests.helpers.worlds import BRUSH

CHEAP = "fal-ai/kling-video/v1/standard/image-to-video"
TOP, BOTTOM = Origin.TOP_LEFT, Origin.BOTTOM_LEFT


def told(*, took: str = "yes", **changes: Any) -> dict[str, Any]:
    """A verdict on a ball that went up as it was asked to."""
    region = {"number": 1, "agreement": 0.99, "reach": 0.95, "followed": 0.9}
    words = {"took": took, "score": 0.9, "headline": "", "words": []}
    whole = words | {"ratio": 20.0, "outside": 0.001, "static_drift": 0.002}
    return {
        **whole,
        **{name: each for name, each in changes.items() if name in whole},
        "regions": [region | {k: v for k, v in changes.items() if k in region}],
    }


@pytest.mark.parametrize(
    ("verdict", "finding"),
    [
        (told(), Finding.UP),
        (told(took="upside down", agreement=-0.98), Finding.DOWN),
        (told(took="no", reach=0.01, agreement=0.2, ratio=1.0), Finding.NO_MOTION),
        (told(took="no", reach=0.4, static_drift=0.08), Finding.UNCLEAR),
        (told(took="partly", agreement=0.7), Finding.UNCLEAR),
        (told(took="elsewhere", agreement=-0.7), Finding.UNCLEAR),
        (told(reach=0.2), Finding.UNCLEAR),
        (told(followed=0.3), Finding.UNCLEAR),
        (told(ratio=1.3), Finding.UNCLEAR),
        (told(static_drift=0.03), Finding.UNCLEAR),
        (told(static_drift=None), Finding.UNCLEAR),
        (told() | {"regions": []}, Finding.UNCLEAR),
        (None, Finding.UNCLEAR),
    ],
)
def test_only_a_ball_that_went_straight_before_a_wall_that_stayed_shows_anything(
    verdict: dict[str, Any] | None, finding: Finding
) -> None:
    assert finding_of(verdict) is finding


@pytest.mark.parametrize("sent", [TOP, BOTTOM])
def test_what_went_down_was_counted_from_the_other_edge(sent: Origin) -> None:
    assert origin_shown(Finding.UP, sent) is sent
    assert origin_shown(Finding.DOWN, sent) is sent.other is not sent
    assert origin_shown(Finding.NO_MOTION, sent) is origin_shown(Finding.UNCLEAR, sent) is None


def test_an_answer_changes_the_brush_of_its_endpoint_and_nothing_else() -> None:
    catalog = load_catalog()
    changed = with_answers(catalog, [Answer(CHEAP, TOP, "2026-11-25", "job-1")])
    brush = changed.endpoint(CHEAP).brush
    assert brush is not None
    assert (brush.origin, brush.is_verified, brush.date) == (TOP, True, "2026-11-25")
    assert "job-1" in brush.source
    assert changed.endpoint(CHEAP).fields == catalog.endpoint(CHEAP).fields
    others = [each for each in changed.endpoints if each.id != CHEAP]
    assert others == [each for each in catalog.endpoints if each.id != CHEAP]


def test_an_answer_about_an_endpoint_that_is_gone_is_passed_over() -> None:
    catalog = load_catalog()
    assert with_answers(catalog, [Answer("fal-ai/gone", TOP, "2026-11-25", "x")]) == catalog


def test_the_cheapest_endpoint_with_the_brush_comes_first_and_an_unknown_price_last() -> None:
    catalog = load_catalog()
    assert [each.id for each in brush_endpoints(catalog)] == [CHEAP, BRUSH]
    unknown = tuple(
        each.model_copy(update={"price": None}) if each.id == CHEAP else each
        for each in catalog.endpoints
    )
    found = brush_endpoints(catalog.model_copy(update={"endpoints": unknown}))
    assert [each.id for each in found] == [BRUSH, CHEAP]
    assert brush_price(found[1]) is None


def test_a_retired_endpoint_is_not_probed() -> None:
    catalog = load_catalog()
    gone = tuple(
        each.model_copy(update={"retired": each.id == CHEAP}) for each in catalog.endpoints
    )
    found = brush_endpoints(catalog.model_copy(update={"endpoints": gone}))
    assert [each.id for each in found] == [BRUSH]


def test_it_is_told_who_says_so_and_since_when() -> None:
    endpoint = load_catalog().endpoint(CHEAP)
    known = Calibration(endpoint, brush_price(endpoint))
    assert "from the bottom, as Kling has written" in standing(known)
    answer = Answer(CHEAP, TOP, "2026-11-25", "job-1")
    shown = with_answers(load_catalog(), [answer]).endpoint(CHEAP)
    text = standing(replace(known, endpoint=shown, answer=answer))
    assert "from the top: a clip showed it on 2026-11-25 (job job-1)" in text


def test_an_unclear_clip_says_that_nothing_is_changed_and_what_it_cost() -> None:
    text = outcome(Finding.UNCLEAR, BOTTOM, "It cost $0.23.")
    assert text == "The clip does not show it clearly. Nothing is changed. It cost $0.23."
    assert "from the top" in outcome(Finding.DOWN, BOTTOM, "")
