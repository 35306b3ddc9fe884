"""Another endpoint takes along what it can, by meaning, and says what it cannot."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.carrying import END, START, carry
from kling_desktop.domain.catalog import FieldKind, load_catalog
from tests.helpers.worlds import EFFECTS, I2V, T2V

CATALOG = load_catalog()
V3 = CATALOG.endpoint("fal-ai/kling-video/v3/pro/image-to-video")
V16 = CATALOG.endpoint(I2V)
ELEMENTS = CATALOG.endpoint("fal-ai/kling-video/v1.6/pro/elements")


def test_the_picture_to_start_from_and_the_one_to_end_on_go_by_other_names() -> None:
    carried = carry({"image_url": "a", "tail_image_url": "b", "prompt": "p"}, V3)
    assert carried.values == {"start_image_url": "a", "end_image_url": "b", "prompt": "p"}
    assert carried.lost == ()
    assert carry(carried.values, V16).values == {
        "image_url": "a", "tail_image_url": "b", "prompt": "p",
    }  # fmt: skip


def test_a_choice_that_the_other_does_not_have_is_left_and_said() -> None:
    carried = carry({"duration": "15", "prompt": "p"}, V16)
    assert carried.values == {"prompt": "p"}
    assert [(each.name, each.reason) for each in carried.lost] == [
        ("duration", "cannot be 15 here")
    ]


def test_what_an_endpoint_does_not_have_is_said() -> None:
    carried = carry({"image_url": "a", "cfg_scale": 0.7}, CATALOG.endpoint(T2V))
    assert carried.values == {"cfg_scale": 0.7}
    assert [each.name for each in carried.lost] == ["image_url"]


def test_one_picture_fits_where_several_are_taken_and_the_first_of_several_where_one_is() -> None:
    assert carry({"image_url": "a"}, ELEMENTS).values == {"input_image_urls": ["a"]}
    carried = carry({"input_image_urls": ["a", "b"]}, V16)
    assert carried.values == {"image_url": "a"}
    assert [each.reason for each in carried.lost] == ["takes one here, not 2"]


def test_more_pictures_than_an_endpoint_takes_are_said() -> None:
    carried = carry({"input_image_urls": ["a", "b", "c"]}, CATALOG.endpoint(EFFECTS))
    assert carried.values == {"input_image_urls": ["a", "b"]}
    assert [each.reason for each in carried.lost] == ["takes 2 here, not 3"]


def test_its_own_name_comes_before_another_for_the_same() -> None:
    carried = carry({"image_url": "old", "start_image_url": "new"}, V3)
    assert carried.values == {"start_image_url": "new"}


@given(st.sampled_from(CATALOG.endpoints), st.sampled_from(CATALOG.endpoints), st.data())
def test_what_was_chosen_is_carried_or_said(before: Any, after: Any, data: st.DataObject) -> None:
    singles = [each for each in before.fields if each.kind in {FieldKind.PICTURE, FieldKind.TEXT}]
    chosen = {each.name: data.draw(st.text(min_size=1, max_size=5)) for each in singles}
    carried = carry(chosen, after)
    assert all(after.has(name) for name in carried.values)
    told = {each.name for each in carried.lost} | set(carried.values)
    for name in chosen:
        names = {name, *(START if name in START else END if name in END else ())}
        assert told & (names | {"input_image_urls", "image_urls"}), name
