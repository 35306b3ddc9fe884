"""Every file that an input names is found, however deep it stands, and can be changed there."""

from __future__ import annotations

import copy

import pytest

from kling_desktop.domain.addresses import files, mapped, masks, places
from kling_desktop.domain.catalog import Endpoint, FieldKind, load_catalog
from tests.helpers.examples import PICTURE, SOUND, VIDEO, example
from tests.helpers.worlds import BRUSH, I2V, T2V

CATALOG = load_catalog()
K = FieldKind
every_endpoint = pytest.mark.parametrize("endpoint", CATALOG.endpoints, ids=lambda each: each.id)
V3 = CATALOG.endpoint("fal-ai/kling-video/v3/pro/image-to-video")
PAINTED = {
    "image_url": "boat.png",
    "static_mask_url": "still.png",
    "dynamic_masks": [{"mask_url": "one.png"}, {"mask_url": "two.png", "trajectories": []}],
}


def test_each_address_comes_with_its_place_and_its_kind() -> None:
    params = {
        "start_image_url": "a",
        "end_image_url": "b",
        "elements": [
            {"frontal_image_url": "c", "reference_image_urls": ["d", "e"]},
            {"video_url": "f", "voice_id": "not a file"},
        ],
    }
    assert list(places(V3, params)) == [
        (("start_image_url",), K.PICTURE, "a"),
        (("end_image_url",), K.PICTURE, "b"),
        (("elements", 0, "frontal_image_url"), K.PICTURE, "c"),
        (("elements", 0, "reference_image_urls", 0), K.PICTURE, "d"),
        (("elements", 0, "reference_image_urls", 1), K.PICTURE, "e"),
        (("elements", 1, "video_url"), K.VIDEO, "f"),
    ]


def test_masks_are_masks_and_not_pictures() -> None:
    endpoint = CATALOG.endpoint(BRUSH)
    assert list(masks(endpoint, PAINTED)) == [
        ("static_mask_url", "still.png"),
        ("dynamic_masks.0.mask_url", "one.png"),
        ("dynamic_masks.1.mask_url", "two.png"),
    ]
    kinds = {each.address: each.kind for each in places(endpoint, PAINTED)}
    assert kinds["boat.png"] is K.PICTURE


def test_the_brush_is_found_where_an_endpoint_does_not_list_it() -> None:
    """It may be sent there all the same, and its masks must not go out as paths."""
    assert "still.png" in set(files(CATALOG.endpoint(I2V), PAINTED))


def test_what_is_left_open_is_no_file() -> None:
    assert list(files(V3, {"start_image_url": None, "elements": None, "prompt": "a.png"})) == []
    assert list(files(CATALOG.endpoint(T2V), {"image_url": "a.png"})) == []


@every_endpoint
def test_every_file_of_an_example_is_found_and_nothing_else_is_touched(endpoint: Endpoint) -> None:
    params = example(endpoint, full=True)
    before = copy.deepcopy(params)
    known = {PICTURE, f"{PICTURE}?2", VIDEO, SOUND}
    assert set(files(endpoint, params)) <= known
    changed = mapped(endpoint, params, lambda address: f"kept:{address}")
    assert params == before
    assert str(params).replace("https://files", "kept:https://files") == str(changed)


@every_endpoint
def test_places_before_and_after_a_change_are_the_same(endpoint: Endpoint) -> None:
    params = example(endpoint, full=True)
    changed = mapped(endpoint, params, str.upper)
    for (loc, kind, address), after in zip(
        places(endpoint, params), places(endpoint, changed), strict=True
    ):
        assert after == (loc, kind, address.upper())
