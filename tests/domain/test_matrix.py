"""Rows times prompts times settings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.matrix import MOST, SourceRow, columns, expand
from tests.helpers.worlds import EFFECTS, I2V, T2V

TEXT, IMAGE, EFFECT = (load_catalog().endpoint(each) for each in (T2V, I2V, EFFECTS))


def _row(number: int = 2, **cells: str) -> SourceRow:
    return SourceRow(number, cells)


def test_rows_come_first_then_prompts_then_settings() -> None:
    found = expand(
        TEXT, [_row(2, place="Rome"), _row(3, place="Oslo")],
        ["a boat in {place}", "a car in {place}"], {"duration": "{5|10}"},
    )  # fmt: skip
    told = [(each.row, each.values["prompt"], each.values["duration"]) for each in found]
    assert told[:3] == [(2, "a boat in Rome", "5"), (2, "a boat in Rome", "10"),
                        (2, "a car in Rome", "5")]  # fmt: skip
    assert (len(told), told[-1]) == (8, (3, "a car in Oslo", "10"))
    assert [each.number for each in found] == list(range(1, 9))


def test_a_cell_counts_more_than_a_prompt_and_a_prompt_more_than_a_setting() -> None:
    found = expand(TEXT, [_row(prompt="cell"), _row(prompt=" ")], ["line"], {"prompt": "set"})
    assert [each.values["prompt"] for each in found] == ["cell", "line"]


def test_an_empty_cell_leaves_what_is_set_for_all() -> None:
    (found,) = expand(TEXT, [_row(duration="", prompt="a")], (), {"duration": "10"})
    assert found.values == {"duration": "10", "prompt": "a"}


def test_image_is_a_name_for_the_picture_that_the_endpoint_takes() -> None:
    assert columns(IMAGE, ("image", "mood")) == {"image": "image_url"}
    assert columns(TEXT, ("image", "prompt")) == {"prompt": "prompt"}
    (found,) = expand(EFFECT, [_row(image="a.jpg", effect_scene="hug")])
    assert found.values["input_image_urls"] == ["a.jpg"]


def test_words_become_what_the_fields_hold_and_a_bad_one_names_its_field() -> None:
    good, bad = expand(TEXT, [_row(prompt="a", cfg_scale="0.4"), _row(prompt="a", cfg_scale="x")])
    assert good.values["cfg_scale"] == 0.4
    assert [(p.field, p.message) for p in bad.problems] == [("cfg_scale", "is not a number")]


def test_a_bad_cell_is_one_bad_entry_and_the_others_are_made() -> None:
    rows = [_row(2, prompt="{a|b"), _row(3, prompt="{a|b}"), SourceRow(4, {}, problem="is short")]
    found = expand(TEXT, rows)
    assert [(e.row, [p.field for p in e.problems]) for e in found] == [
        (2, ["prompt"]), (3, []), (3, []), (4, [""])
    ]  # fmt: skip


def test_what_is_given_ready_is_no_template() -> None:
    (found,) = expand(IMAGE, [SourceRow(1, {"name": "x"}, {"image_url": "/{a|b}.png"})], ["{name}"])
    assert found.values == {"prompt": "x", "image_url": "/{a|b}.png"}


def test_json_has_braces_of_its_own() -> None:
    v3 = next(e for e in load_catalog().endpoints if e.has("elements"))
    (found,) = expand(v3, [_row(prompt="a")], (), {"elements": '[{"frontal_image_url": "a.png"}]'})
    assert found.values["elements"] == [{"frontal_image_url": "a.png"}]


@pytest.mark.parametrize("prompt", ["{a|b}" * 40, "{a|b|c}" * 8, "{a|b}" * 15_000])
def test_too_many_are_refused_before_they_are_made(prompt: str) -> None:
    with pytest.raises(InvalidParams, match=f"at most {MOST} can be made"):
        expand(TEXT, [_row(prompt=prompt)])


def test_the_most_are_made_and_one_more_is_refused() -> None:
    rows = [_row(at, prompt="{1|2|3|4|5}") for at in range(MOST // 5)]
    assert len(expand(TEXT, rows)) == MOST
    with pytest.raises(InvalidParams, match=f"{MOST + 1} clips"):
        expand(TEXT, [*rows, _row(prompt="one more")])


@settings(max_examples=40)
@given(st.integers(1, 4), st.integers(1, 3), st.lists(st.integers(2, 3), max_size=3))
def test_the_number_is_the_product_and_no_two_are_alike(
    rows: int, prompts: int, choices: list[int]
) -> None:
    names = ["duration", "negative_prompt", "aspect_ratio"]
    told = {n: "{" + "|".join(map(str, range(c))) + "}"
            for n, c in zip(names, choices, strict=False)}  # fmt: skip
    found = expand(
        TEXT, [_row(at, at=str(at)) for at in range(rows)],
        [f"{n} {{at}}" for n in range(prompts)], told,
    )  # fmt: skip
    product = rows * prompts
    for each in choices:
        product *= each
    assert len(found) == product == len({repr(sorted(e.values.items())) for e in found})
