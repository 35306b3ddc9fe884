"""The catalog says what fal's pages say; a change here is a change of fact, never of taste."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kling_desktop.domain.catalog import Endpoint, FieldKind, Origin, Task, load_catalog
from kling_desktop.domain.errors import UnknownEndpoint

CATALOG = load_catalog()
V16 = "fal-ai/kling-video/v1.6"
_I2V = "prompt image_url duration"
_BRUSH = "prompt image_url tail_image_url static_mask_url dynamic_masks duration"
FIELDS = {
    f"{V16}/pro/image-to-video": (f"{_I2V} aspect_ratio tail_image_url negative_prompt cfg_scale"),
    f"{V16}/pro/text-to-video": "prompt duration aspect_ratio negative_prompt cfg_scale",
    f"{V16}/pro/elements": "prompt input_image_urls duration aspect_ratio negative_prompt",
    f"{V16}/pro/effects": "input_image_urls effect_scene duration",
    f"{V16}/standard/image-to-video": f"{_I2V} negative_prompt cfg_scale",
    f"{V16}/standard/text-to-video": "prompt duration aspect_ratio negative_prompt cfg_scale",
    f"{V16}/standard/elements": "prompt input_image_urls duration aspect_ratio negative_prompt",
    f"{V16}/standard/effects": "input_image_urls effect_scene duration",
    "fal-ai/kling-video/v1.5/pro/image-to-video": (
        f"{_BRUSH} aspect_ratio negative_prompt cfg_scale"
    ),
    "fal-ai/kling-video/v1/standard/image-to-video": f"{_BRUSH} negative_prompt cfg_scale",
}
PRICES = {
    f"{V16}/pro/image-to-video": "0.095",
    f"{V16}/pro/text-to-video": "0.098",
    f"{V16}/pro/elements": "0.098",
    f"{V16}/pro/effects": "0.098",
    f"{V16}/standard/image-to-video": "0.056",
    f"{V16}/standard/text-to-video": "0.056",
    f"{V16}/standard/elements": "0.056",
    f"{V16}/standard/effects": "0.056",
    "fal-ai/kling-video/v1.5/pro/image-to-video": "0.10",
    "fal-ai/kling-video/v1/standard/image-to-video": "0.045",
}
FIRST = [each for each in CATALOG.endpoints if each.id in FIELDS]
"""The endpoints that the program began with; all are held against fal's data elsewhere."""
every_endpoint = pytest.mark.parametrize("endpoint", CATALOG.endpoints, ids=lambda each: each.id)
first_endpoints = pytest.mark.parametrize("endpoint", FIRST, ids=lambda each: each.id)


def test_the_first_endpoints_are_these() -> None:
    assert [each.id for each in CATALOG.endpoints][: len(FIELDS)] == list(FIELDS)


@first_endpoints
def test_the_fields_are_these_in_this_order(endpoint: Endpoint) -> None:
    assert [each.name for each in endpoint.fields] == FIELDS[endpoint.id].split()


@first_endpoints
def test_the_price_is_this(endpoint: Endpoint) -> None:
    assert endpoint.price is not None
    assert str(endpoint.price.usd_per_second) == PRICES[endpoint.id]
    assert endpoint.price.source
    assert endpoint.price.date


@first_endpoints
def test_a_clip_takes_five_seconds_or_ten_as_a_word(endpoint: Endpoint) -> None:
    duration = endpoint.field("duration")
    assert (duration.choices, duration.default) == (("5", "10"), "5")


@pytest.mark.parametrize("endpoint", [each for each in FIRST if each.has("aspect_ratio")])
def test_a_frame_is_wide_tall_or_square(endpoint: Endpoint) -> None:
    ratio = endpoint.field("aspect_ratio")
    assert (ratio.choices, ratio.default) == (("16:9", "9:16", "1:1"), "16:9")


@pytest.mark.parametrize("endpoint", [each for each in FIRST if each.has("cfg_scale")])
def test_the_scale_is_between_nothing_and_one(endpoint: Endpoint) -> None:
    scale = endpoint.field("cfg_scale")
    assert (scale.minimum, scale.maximum, scale.default) == (0, 1, 0.5)


@pytest.mark.parametrize("endpoint", [each for each in FIRST if each.has("prompt")])
def test_texts_are_limited(endpoint: Endpoint) -> None:
    prompt, negative = endpoint.field("prompt"), endpoint.field("negative_prompt")
    assert (prompt.max_length, prompt.required) == (2500, True)
    assert (negative.max_length, negative.default) == (2500, "blur, distort, and low quality")


@pytest.mark.parametrize("tier", ["pro", "standard"])
def test_elements_take_one_to_four_pictures(tier: str) -> None:
    pictures = CATALOG.endpoint(f"{V16}/{tier}/elements").field("input_image_urls")
    assert (pictures.required, pictures.min_items, pictures.max_items) == (True, 1, 4)


@pytest.mark.parametrize("tier", ["pro", "standard"])
def test_effects_have_197_scenes_of_which_eight_take_two_pictures(tier: str) -> None:
    effects = CATALOG.endpoint(f"{V16}/{tier}/effects")
    scenes = effects.field("effect_scene").choices
    assert len(scenes) == len(set(scenes)) == 197
    assert effects.two_picture_scenes == {
        "hug", "kiss", "heart_gesture", "cheers_2026",
        "kiss_pro", "fight_pro", "hug_pro", "heart_gesture_pro",
    }  # fmt: skip
    assert effects.two_picture_scenes <= set(scenes)


def test_only_two_endpoints_have_the_motion_brush() -> None:
    """Version 1.6 ignores masks silently, and charges."""
    with_brush = [each.id for each in CATALOG.endpoints if each.has("dynamic_masks")]
    assert with_brush == list(FIELDS)[8:]
    for each in with_brush:
        masks = CATALOG.endpoint(each).field("dynamic_masks")
        assert (masks.kind, masks.max_items) == (FieldKind.MASKS, 6)
        assert CATALOG.endpoint(each).has("static_mask_url")


def test_only_one_more_takes_the_brush_by_what_others_write() -> None:
    """The brush of 1.6 Pro is in fal's example and not in its schema; sent it is when asked for."""
    takes = {each.id: each for each in CATALOG.endpoints if each.brush}
    unlisted = [each for each in takes.values() if not each.has("dynamic_masks")]
    assert [each.id for each in unlisted] == ["fal-ai/kling-video/v1.6/pro/image-to-video"]
    assert unlisted[0].with_unlisted().field("dynamic_masks").max_items == 6
    assert unlisted[0].with_unlisted().has("static_mask_url")
    assert not unlisted[0].has("dynamic_masks")
    for each in takes.values():
        assert each.brush is not None
        assert (each.brush.origin, each.brush.seconds) == (Origin.BOTTOM_LEFT, 5)
        assert not each.brush.is_verified
        assert bool(each.brush.unlisted) is (each in unlisted)


@first_endpoints
def test_the_frame_follows_the_picture_where_there_is_one(endpoint: Endpoint) -> None:
    follows = endpoint.task in {Task.IMAGE_TO_VIDEO, Task.EFFECTS}
    assert endpoint.aspect_follows_picture is follows


@first_endpoints
def test_the_id_says_task_tier_and_version(endpoint: Endpoint) -> None:
    version, tier, task = endpoint.id.removeprefix("fal-ai/kling-video/").split("/")
    assert (endpoint.tier, endpoint.task.value) == (tier, task)
    assert endpoint.version == {"v1": "1.0"}.get(version, version.removeprefix("v"))


@first_endpoints
def test_status_addresses_keep_the_first_two_parts_of_the_id(endpoint: Endpoint) -> None:
    assert endpoint.app == "fal-ai/kling-video"


@every_endpoint
def test_every_field_explains_itself_and_has_a_sound_default(endpoint: Endpoint) -> None:
    for field in endpoint.fields:
        assert field.help.endswith("."), field.name
        assert not (field.required and field.default is not None), field.name
        assert field.default is None or not field.choices or field.default in field.choices


def test_an_unknown_endpoint_names_its_neighbours() -> None:
    with pytest.raises(UnknownEndpoint) as caught:
        CATALOG.endpoint("kling-video/v1.6/pro/image2video")
    assert f"{V16}/pro/image-to-video" in caught.value.near


def test_the_other_tier_of_an_endpoint_can_be_found() -> None:
    pro = CATALOG.endpoint(f"{V16}/pro/elements")
    sibling = CATALOG.sibling(pro, tier="standard")
    assert sibling is not None
    assert sibling.id == f"{V16}/standard/elements"


def test_an_only_child_has_no_sibling() -> None:
    only = CATALOG.endpoint("fal-ai/kling-video/v1.5/pro/image-to-video")
    assert CATALOG.sibling(only, tier="standard") is None


def test_a_field_that_is_not_there_is_not_found() -> None:
    with pytest.raises(KeyError):
        CATALOG.endpoints[0].field("special_fx")


def test_prices_are_exact() -> None:
    price = CATALOG.endpoints[0].price
    assert price is not None
    assert price.usd_per_unit * 10 == Decimal("0.95")
