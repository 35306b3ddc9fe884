"""Limits that join two fields."""

from __future__ import annotations

from typing import Any

import pytest

from kling_desktop.domain import addresses, params
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.messages import explain
from kling_desktop.domain.rules import (
    BRUSH_DOCUMENTED,
    BRUSH_TAKERS,
    RULES,
    check_first,
    check_rules,
    takes_brush,
)
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


def _refused_first(endpoint_id: str) -> str:
    with pytest.raises(InvalidParams) as caught:
        check_first(load_catalog().endpoint(endpoint_id), {"dynamic_masks": [MASK]})
    return str(explain(caught.value))


def test_the_endpoints_that_are_said_to_have_the_brush_have_it_and_no_others() -> None:
    takers = [each.id for each in load_catalog().endpoints if takes_brush(each)]
    assert sorted(takers) == sorted(BRUSH_TAKERS)


def test_an_endpoint_without_the_brush_names_the_two_that_have_it() -> None:
    said = _refused_first("fal-ai/kling-video/v1.6/standard/image-to-video")
    assert "is not part of this endpoint" in said
    assert all(each in said for each in BRUSH_TAKERS)
    assert "Nothing was sent" in said


def test_on_1_6_pro_the_user_is_asked_where_the_brush_goes() -> None:
    said = _refused_first(I2V)
    assert "ignored and charged" in said
    assert "--brush-endpoint" in said
    assert all(each in said for each in BRUSH_TAKERS)


def test_1_6_pro_can_be_sent_the_brush_as_a_page_shows_it() -> None:
    catalog = load_catalog()
    endpoint = catalog.endpoint(I2V).with_unlisted()
    check_first(endpoint, {"static_mask_url": "s"})
    given = {"prompt": "a", "image_url": "i", "static_mask_url": "s", "dynamic_masks": [MASK]}
    assert params.check(endpoint, given)["dynamic_masks"] == [MASK]
    assert [each for each, _ in addresses.masks(catalog.endpoint(I2V), given)] == [
        "static_mask_url", "dynamic_masks.0.mask_url",
    ]  # fmt: skip
    assert {each.id for each in catalog.endpoints if each.with_unlisted() != each} == set(
        BRUSH_DOCUMENTED
    )


@pytest.mark.parametrize("endpoint", [BRUSH, I2V, T2V, EFFECTS])
def test_without_a_brush_nothing_is_asked(endpoint: str) -> None:
    check_first(load_catalog().endpoint(endpoint), {"prompt": "a", "dynamic_masks": []})
