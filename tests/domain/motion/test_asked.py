"""What a job asks of the brush is found in its input, wherever that came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion.asked import AskedRegion, asked_of, from_json, mask_name

MASKS = Path("/inputs/0123/").absolute()


def entry(name: str) -> dict[str, object]:
    points = [{"x": 1, "y": 2}, {"x": 30, "y": 40}]
    return {"mask_url": (MASKS / name).as_uri(), "trajectories": points}


def test_regions_have_the_numbers_that_people_know_them_by() -> None:
    params = {"dynamic_masks": [entry(mask_name(4)), entry("a boat.png")]}
    asked = asked_of(params, Origin.BOTTOM_LEFT)
    assert asked is not None
    points = ((1, 2), (30, 40))
    assert asked.regions == (
        AskedRegion(4, str(MASKS / "mask-4.png"), points),
        AskedRegion(2, str(MASKS / "a boat.png"), points),
    )
    assert asked.static == ""


def test_it_survives_the_way_to_another_process() -> None:
    params = {
        "dynamic_masks": [entry("mask-1.png")],
        "static_mask_url": (MASKS / "mask-0.png").as_uri(),
    }
    asked = asked_of(params, Origin.BOTTOM_LEFT, {"1": "Boat"})
    assert asked is not None
    assert asked.names == {"1": "Boat"}
    assert asked.static == str(MASKS / "mask-0.png")
    assert from_json(json.loads(json.dumps(asked.as_json))) == asked


def test_without_a_brush_or_with_masks_elsewhere_nothing_can_be_judged() -> None:
    away = {"mask_url": "https://somewhere/mask.png", "trajectories": []}
    without: tuple[dict[str, Any], ...] = (
        {},
        {"dynamic_masks": []},
        {"dynamic_masks": [away]},
        {"static_mask_url": "https://somewhere/mask.png"},
    )
    assert [asked_of(each, Origin.TOP_LEFT) for each in without] == [None] * 4
