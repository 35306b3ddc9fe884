"""What a model complains of is told with its facts, and never with a whole picture."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.fal.answers import LONGEST_DETAIL, Answer
from kling_desktop.fal.model_errors import say


def complaint(message: str = "No", **more: Any) -> dict[str, Any]:
    return {"loc": ["body", "image_url"], "msg": message, "type": "x"} | more


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"min_width": 300, "min_height": 300}, "needs at least 300x300 pixels"),
        ({"max_width": 4096, "max_height": 2160.0}, "needs at most 4096x2160 pixels"),
        ({"max_size": 10_485_760}, "needs at most 10.49 MB"),
        ({"max_size": 12}, "needs at most 12 bytes"),
        ({"le": 1.0}, "needs at most 1"),
        ({"ge": 0.5}, "needs at least 0.5"),
        ({"gt": 0}, "needs more than 0"),
        ({"lt": 7}, "needs less than 7"),
        ({"multiple_of": 8}, "needs a multiple of 8"),
        ({"max_length": 4}, "needs at most 4 entries"),
        ({"min_length": 1}, "needs at least 1 entries"),
        ({"expected": ["5", "10"]}, "needs one of 5, 10"),
        ({"expected": "'5' or '10'"}, "needs one of '5' or '10'"),
        ({"supported_formats": [".png", ".jpg"]}, "needs one of .png, .jpg"),
        ({"supported_extensions": [".zip"]}, "needs one of .zip"),
        ({"max_count": 10, "provided_count": 12}, "needs at most 10 files; given: 12 files"),
        ({"min_duration": 2, "provided_duration": 1.5}, "needs at least 2 s; given: 1.5 s"),
    ],
)
def test_each_fact_of_the_protocol_is_told(facts: dict[str, Any], words: str) -> None:
    assert say(complaint(ctx=facts)) == f"image_url: No ({words})"


def test_a_long_list_of_what_is_allowed_is_cut() -> None:
    said = say(complaint(ctx={"expected": [str(each) for each in range(100)]}))
    assert said.endswith("6, 7, ...)")


def test_a_given_value_is_told_in_short() -> None:
    said = say(complaint(input="data:image/png;base64," + "A" * 1_000_000))
    assert len(said) < 120


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_names = st.sampled_from(
    ["min_width", "min_height", "max_size", "ge", "expected", "supported_formats", "msg"]
)


@given(st.dictionaries(_names, _json), _json, _json)
def test_any_complaint_becomes_one_short_printable_line(
    facts: dict[str, Any], where: Any, value: Any
) -> None:
    entry = {"loc": where, "msg": value, "type": value, "ctx": facts, "input": value}
    body = json.dumps({"detail": [entry], "error_type": value}).encode()
    detail = Answer(422, {}, body).detail
    assert detail
    assert detail.isprintable()
    assert len(detail) <= LONGEST_DETAIL
