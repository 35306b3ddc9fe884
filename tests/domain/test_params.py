"""Every input is checked before it costs anything, and the body is exactly what fal expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain import addresses, params
from kling_desktop.domain.catalog import Endpoint, Field, FieldKind, load_catalog
from kling_desktop.domain.errors import InvalidParams, Problem
from tests.helpers.worlds import BRUSH, EFFECTS, I2V, T2V

if TYPE_CHECKING:
    from collections.abc import Sequence

CATALOG = load_catalog()
ELEMENTS = "fal-ai/kling-video/v1.6/pro/elements"
POINTS = [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
ANYTHING = st.none() | st.booleans() | st.text() | st.integers()


def _check(endpoint: str, **values: Any) -> dict[str, Any]:
    return params.check(CATALOG.endpoint(endpoint), values)


def _problems(endpoint: str, **values: Any) -> tuple[Problem, ...]:
    with pytest.raises(InvalidParams) as caught:
        _check(endpoint, **values)
    return caught.value.problems


def test_defaults_are_filled_in_and_unset_fields_left_out() -> None:
    assert _check(I2V, prompt="a boat", image_url="https://x") == {
        "prompt": "a boat",
        "image_url": "https://x",
        "duration": "5",
        "aspect_ratio": "16:9",
        "negative_prompt": "blur, distort, and low quality",
        "cfg_scale": 0.5,
    }


def test_the_body_is_in_wire_order_however_it_was_given() -> None:
    body = _check(I2V, tail_image_url="https://y", image_url="https://x", prompt="a boat")
    names = [each.name for each in CATALOG.endpoint(I2V).fields]
    assert list(body) == names


@pytest.mark.parametrize(
    ("endpoint", "values", "problem"),
    [
        (T2V, {}, Problem("prompt", "is missing")),
        (T2V, {"prompt": None}, Problem("prompt", "is missing")),
        (T2V, {"prompt": "  "}, Problem("prompt", "is empty")),
        (I2V, {"prompt": "a", "image_url": ""}, Problem("image_url", "is empty")),
        (
            T2V,
            {"prompt": "a", "duration": "7"},
            Problem("duration", "has a value that is not allowed", "7", ("5", "10")),
        ),
        (
            T2V,
            {"prompt": "a", "duration": 7},
            Problem("duration", "has a value that is not allowed", "7", ("5", "10")),
        ),
        (
            T2V,
            {"prompt": "a", "aspect_ratio": "4:3"},
            Problem(
                "aspect_ratio", "has a value that is not allowed", "4:3", ("16:9", "9:16", "1:1")
            ),
        ),
        (
            T2V,
            {"prompt": "a", "cfg_scale": 1.5},
            Problem("cfg_scale", "is out of range", 1.5, ("0 to 1",)),
        ),
        (
            T2V,
            {"prompt": "a", "cfg_scale": -0.1},
            Problem("cfg_scale", "is out of range", -0.1, ("0 to 1",)),
        ),
        (T2V, {"prompt": "a" * 2501}, Problem("prompt", "is longer than 2500 characters")),
        (
            ELEMENTS,
            {"prompt": "a", "input_image_urls": []},
            Problem("input_image_urls", "is empty"),
        ),
        (
            ELEMENTS,
            {"prompt": "a", "input_image_urls": ["x"] * 5},
            Problem("input_image_urls", "has more than 4 entries"),
        ),
        (T2V, {"prompt": 5}, Problem("prompt", "should be a valid string", 5)),
        (
            BRUSH,
            {"prompt": "a", "image_url": "x", "dynamic_masks": [{"trajectories": POINTS}]},
            Problem("dynamic_masks.0.mask_url", "is missing"),
        ),
        (
            BRUSH,
            {
                "prompt": "a",
                "image_url": "x",
                "dynamic_masks": [{"mask_url": "m", "trajectories": POINTS[:1]}],
            },
            Problem("dynamic_masks.0.trajectories", "has fewer than 2 entries"),
        ),
        (
            BRUSH,
            {
                "prompt": "a",
                "image_url": "x",
                "dynamic_masks": [{"mask_url": "m", "trajectories": POINTS * 39}],
            },
            Problem("dynamic_masks.0.trajectories", "has more than 77 entries"),
        ),
        (
            BRUSH,
            {"prompt": "a", "image_url": "x", "dynamic_masks": [{"mask_url": "m"}] * 7},
            Problem("dynamic_masks", "has more than 6 entries"),
        ),
    ],
)
def test_a_mistake_is_named(endpoint: str, values: dict[str, Any], problem: Problem) -> None:
    assert _problems(endpoint, **values) == (problem,)


def test_a_field_that_fal_would_ignore_and_charge_is_a_mistake() -> None:
    (problem,) = _problems(T2V, prompt="a", special_fx="hug")
    assert (problem.field, problem.message) == ("special_fx", "is not a field of this endpoint")
    assert problem.allowed == ("prompt", "duration", "aspect_ratio", "negative_prompt", "cfg_scale")


def test_the_motion_brush_is_a_mistake_where_it_would_be_ignored() -> None:
    (problem,) = _problems(I2V, prompt="a", image_url="x", static_mask_url="y")
    assert problem.field == "static_mask_url"


def test_what_is_empty_is_named_along_with_what_is_wrong() -> None:
    problems = _problems(I2V, prompt="", image_url="", duration="7")
    assert {each.field for each in problems} == {"prompt", "image_url", "duration"}
    assert [each.message for each in problems[:2]] == ["is empty", "is empty"]


def test_every_mistake_is_named_not_just_the_first() -> None:
    problems = _problems(T2V, duration="7", aspect_ratio="4:3", colour="red")
    assert {each.field for each in problems} == {"prompt", "duration", "aspect_ratio", "colour"}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "many", [1], {}])
def test_a_number_must_be_one(number: object) -> None:
    (problem,) = _problems(T2V, prompt="a", cfg_scale=number)
    assert problem.field == "cfg_scale"


@pytest.mark.parametrize(("given", "sent"), [(5, "5"), (10, "10"), ("10", "10"), (" 5 ", "5")])
def test_a_duration_may_be_a_number_and_is_sent_as_a_word(given: object, sent: str) -> None:
    assert _check(T2V, prompt="a", duration=given)["duration"] == sent


def test_spaces_around_a_text_are_not_sent() -> None:
    assert _check(T2V, prompt="  a boat \n")["prompt"] == "a boat"


def test_a_text_may_be_as_long_as_the_limit() -> None:
    assert len(_check(T2V, prompt="a" * 2500)["prompt"]) == 2500


def test_a_negative_prompt_may_be_empty() -> None:
    assert _check(T2V, prompt="a", negative_prompt="")["negative_prompt"] == ""


@pytest.mark.parametrize("field", ["tail_image_url", "static_mask_url"])
def test_an_optional_picture_left_blank_is_not_sent(field: str) -> None:
    assert field not in _check(BRUSH, prompt="a", image_url="x", **{field: " "})


@pytest.mark.parametrize("coordinate", [1.5, "left", None])
def test_points_are_whole_pixels(coordinate: object) -> None:
    points = [{"x": coordinate, "y": 0}, {"x": 1, "y": 1}]
    masks = [{"mask_url": "m", "trajectories": points}]
    (problem,) = _problems(BRUSH, prompt="a", image_url="x", dynamic_masks=masks)
    assert problem.field == "dynamic_masks.0.trajectories.0.x"


def test_the_servers_model_ignores_unknown_fields_as_fal_does() -> None:
    model = params.params_model(CATALOG.endpoint(T2V), unknown="ignore")
    found = model.model_validate({"prompt": "a", "special_fx": "hug"})
    assert not hasattr(found, "special_fx")


def test_pictures_are_found_wherever_they_stand() -> None:
    body = _check(
        BRUSH, prompt="a", image_url="i", static_mask_url="s",
        dynamic_masks=[{"mask_url": "m", "trajectories": POINTS}],
    )  # fmt: skip
    assert list(addresses.files(CATALOG.endpoint(BRUSH), body)) == ["i", "s", "m"]


def test_pictures_of_a_list_are_found_in_order() -> None:
    body = _check(EFFECTS, input_image_urls=["left", "right"], effect_scene="hug")
    assert list(addresses.files(CATALOG.endpoint(EFFECTS), body)) == ["left", "right"]


def test_exchanging_pictures_changes_nothing_else() -> None:
    endpoint = CATALOG.endpoint(BRUSH)
    masks = [{"mask_url": "m", "trajectories": POINTS}]
    body = _check(BRUSH, prompt="a", image_url="i", dynamic_masks=masks)
    changed = addresses.mapped(endpoint, body, lambda each: f"https://{each}")
    assert changed == body | {
        "image_url": "https://i",
        "dynamic_masks": [{"mask_url": "https://m", "trajectories": POINTS}],
    }


@given(st.sampled_from(CATALOG.endpoints), st.data())
def test_what_passes_once_passes_again_unchanged(endpoint: Endpoint, data: st.DataObject) -> None:
    body = params.check(endpoint, data.draw(_inputs(endpoint.fields)))
    assert params.check(endpoint, body) == body


def _inputs(fields: Sequence[Field]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {each.name: _value_of(each) for each in fields if each.required},
        optional={each.name: _value_of(each) for each in fields if not each.required},
    )


def _value_of(field: Field) -> st.SearchStrategy[Any]:
    single = _single(field)
    lists = {FieldKind.PICTURES, FieldKind.WORDS, FieldKind.MASKS, FieldKind.RECORDS}
    return st.lists(single, min_size=1, max_size=2) if field.kind in lists else single


def _single(field: Field) -> st.SearchStrategy[Any]:
    low, high = field.minimum or 0, field.maximum if field.maximum is not None else 1
    match field.kind:
        case FieldKind.CHOICE:
            return st.sampled_from(field.choices)
        case FieldKind.NUMBER:
            return st.floats(low, high)
        case FieldKind.COUNT:
            return st.integers(int(low), int(high))
        case FieldKind.FLAG:
            return st.booleans()
        case FieldKind.MASKS:
            return st.fixed_dictionaries({"mask_url": _TEXT})
        case FieldKind.RECORD | FieldKind.RECORDS:
            return _inputs(field.fields)
        case _:
            return _TEXT


_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=50).filter(str.strip)
