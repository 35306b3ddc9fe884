"""What the founding document names and no endpoint has is said in fields that fal has."""

from __future__ import annotations

from typing import Any

import pytest

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.params import check
from kling_desktop.domain.rules import check_first, check_rules
from kling_desktop.domain.translating import translate
from tests.helpers.worlds import BRUSH, EFFECTS, I2V, T2V

CATALOG = load_catalog()
PATH = [{"x": 279, "y": 219}, {"x": 417, "y": 65}]


def translated(endpoint_id: str, **values: Any) -> tuple[str, dict[str, Any], str]:
    told = translate(CATALOG, CATALOG.endpoint(endpoint_id), values)
    return told.endpoint.id, dict(told.values), " ".join(told.notes)


def test_other_requests_stay_as_they_are() -> None:
    values = {"prompt": "a", "image_url": "b.png", "no_such_field": 1}
    assert translated(I2V, **values) == (I2V, values, "")


def test_a_special_effect_becomes_an_effects_job_on_the_same_picture() -> None:
    endpoint, values, said = translated(I2V, image_url="b.png", duration="10", special_fx="squish")
    assert endpoint == EFFECTS
    assert values == {"input_image_urls": ["b.png"], "duration": "10", "effect_scene": "squish"}
    assert check(CATALOG.endpoint(endpoint), values)
    assert "Effects job of Kling 1.6 Pro, effects, scene squish" in said


def test_what_an_effect_does_not_take_is_said() -> None:
    _, values, said = translated(I2V, prompt="a", image_url="b.png", special_fx="squish")
    assert "prompt" not in values
    assert said.endswith("Effects take no prompt, so it is not sent.")


@pytest.mark.parametrize(
    ("endpoint", "goal"),
    [
        ("fal-ai/kling-video/v1.6/standard/image-to-video", "v1.6/standard/effects"),
        (BRUSH, "v1.5/pro/effects"),
        ("fal-ai/kling-video/v1/standard/image-to-video", "v1/standard/effects"),
        (T2V, "v1.6/pro/effects"),
        ("fal-ai/kling-video/v1.5/pro/effects", "v1.5/pro/effects"),
    ],
)
def test_the_effects_are_those_of_the_same_model_and_quality(endpoint: str, goal: str) -> None:
    found, *_ = translated(endpoint, special_fx="hug", input_image_urls=["a", "b"])
    assert found == f"fal-ai/kling-video/{goal}"


def test_a_scene_that_does_not_exist_is_refused_by_its_own_name() -> None:
    endpoint, values, _ = translated(I2V, image_url="b.png", special_fx="sneeze")
    with pytest.raises(InvalidParams) as caught:
        check(CATALOG.endpoint(endpoint), values)
    assert [(each.field, each.value) for each in caught.value.problems] == [
        ("effect_scene", "sneeze")
    ]


def test_a_dynamic_mask_becomes_the_first_of_the_list_with_the_path_beside_it() -> None:
    other = {"mask_url": "c.png", "trajectories": PATH}
    endpoint, values, said = translated(
        BRUSH, dynamic_mask_url="m.png", trajectories=PATH, dynamic_masks=[other]
    )
    assert endpoint == BRUSH
    assert values == {"dynamic_masks": [{"mask_url": "m.png", "trajectories": PATH}, other]}
    assert said == "dynamic_mask_url is no field of fal's: it was taken as one dynamic mask."


def test_a_mask_without_a_path_is_told_and_not_sent() -> None:
    endpoint = CATALOG.endpoint(BRUSH)
    _, values, said = translated(BRUSH, prompt="a", image_url="b.png", dynamic_mask_url="m.png")
    assert "It has no path yet" in said
    with pytest.raises(InvalidParams, match="needs a path"):
        check_rules(endpoint, check(endpoint, values))


def test_where_there_is_no_brush_the_mask_is_refused_before_it_costs_anything() -> None:
    _, values, _ = translated(T2V, prompt="a", dynamic_mask_url="m.png")
    with pytest.raises(InvalidParams, match="not part of this endpoint"):
        check_first(CATALOG.endpoint(T2V), values)


@pytest.mark.parametrize("nothing", ["", None])
def test_an_empty_wish_is_none(nothing: str | None) -> None:
    values = {"prompt": "a", "special_fx": nothing, "dynamic_mask_url": nothing}
    assert translated(T2V, **values) == (T2V, {"prompt": "a"}, "")
