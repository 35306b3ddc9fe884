"""Limits that join two fields."""

from __future__ import annotations

from typing import Any

import pytest

from kling_desktop.domain import params
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.rules import RULES, check_rules
from tests.helpers.worlds import BRUSH, EFFECTS, I2V, T2V

MASK = {"mask_url": "m", "trajectories": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}
PATHLESS = {"mask_url": "m"}


def _broken(endpoint_id: str, **values: Any) -> list[tuple[str, str]]:
    endpoint = load_catalog().endpoint(endpoint_id)
    try:
        check_rules(endpoint, params.check(endpoint, values))
    except InvalidParams as error:
        return [(each.field, each.message) for each in error.problems]
    return []


def _brush(**values: Any) -> list[str]:
    return [field for field, _ in _broken(BRUSH, prompt="a", image_url="i", **values)]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"duration": "10"}, []),
        ({"tail_image_url": "t", "duration": "10"}, []),
        ({"dynamic_masks": [MASK]}, []),
        ({"static_mask_url": "s"}, []),
        ({"dynamic_masks": [MASK], "duration": "10"}, ["duration"]),
        ({"static_mask_url": "s", "duration": "10"}, ["duration"]),
        ({"static_mask_url": "s", "tail_image_url": "t"}, ["tail_image_url"]),
        ({"dynamic_masks": [PATHLESS]}, ["dynamic_masks"]),
        ({"dynamic_masks": [MASK, PATHLESS]}, ["dynamic_masks"]),
        ({"dynamic_masks": []}, []),
        (
            {"dynamic_masks": [PATHLESS], "tail_image_url": "t", "duration": "10"},
            ["duration", "tail_image_url", "dynamic_masks"],
        ),
    ],
)
def test_the_motion_brush_has_its_limits(values: dict[str, Any], fields: list[str]) -> None:
    assert _brush(**values) == fields


@pytest.mark.parametrize("scene", ["hug", "kiss", "heart_gesture", "cheers_2026", "fight_pro"])
def test_scenes_with_two_people_take_exactly_two_pictures(scene: str) -> None:
    assert _broken(EFFECTS, effect_scene=scene, input_image_urls=["a", "b"]) == []
    for pictures in (["a"], None):
        ((field, message),) = _broken(EFFECTS, effect_scene=scene, input_image_urls=pictures)
        assert field == "input_image_urls"
        assert "two pictures" in message


@pytest.mark.parametrize("scene", ["squish", "let's_ride", "emoji"])
def test_every_other_scene_takes_exactly_one_picture(scene: str) -> None:
    assert _broken(EFFECTS, effect_scene=scene, input_image_urls=["a"]) == []
    for pictures in (["a", "b"], None):
        ((_, message),) = _broken(EFFECTS, effect_scene=scene, input_image_urls=pictures)
        assert "one picture" in message


@pytest.mark.parametrize("duration", ["5", "10"])
def test_endpoints_without_a_brush_break_no_rule(duration: str) -> None:
    assert _broken(T2V, prompt="a", duration=duration) == []
    assert _broken(I2V, prompt="a", image_url="i", tail_image_url="t", duration=duration) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.field)
def test_every_rule_names_its_source_and_reads_on_from_the_fields_name(rule: Any) -> None:
    assert rule.source
    assert rule.message[0].islower()
    assert not rule.message.endswith(".")
