"""A project is the same after any way through JSON, and nothing else passes for one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import BadProject
from kling_desktop.domain.messages import explain
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.project import VERSION, Project
from kling_desktop.domain.motion.project_json import from_text, to_text
from tests.domain.motion.documents import JSON, a_document, projects


def without_masks(project: Project) -> Project:
    document = project.document
    for each in document.regions:
        document = document.with_region(replace(each, mask=Mask.empty(document.size)))
    return replace(project, document=document)


def told(**changes: Any) -> bytes:
    """A good project with something else in it."""
    return json.dumps(json.loads(to_text(Project(document=a_document()))) | changes).encode()


def region(**changes: Any) -> list[dict[str, Any]]:
    return [{"number": 1} | changes]


def path(*points: Any, **changes: Any) -> list[dict[str, Any]]:
    return region(trajectory={"nodes": [{"point": each} for each in points]} | changes)


@settings(max_examples=80, deadline=None)
@given(projects())
def test_what_was_written_is_read_and_written_the_same_again(project: Project) -> None:
    text = to_text(project)
    read = from_text(text.encode(), "a.klproj")
    assert read == without_masks(project)
    assert to_text(read) == text


def test_whole_numbers_and_their_floats_give_one_text() -> None:
    project = Project(document=a_document())
    assert to_text(from_text(to_text(project).encode(), "x")) == to_text(project)


HUGE = "9" * 5000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[1]", "should be a valid dictionary"),
        (b"{}", "version field required"),
        (b"[" * 100_000, "nested too deeply"),
        (told(version=0), "version"),
        (told(version="1"), "version should be a valid integer"),
        (told(version=True), "version should be a valid integer"),
        (told(endpoint=5), "endpoint should be a valid string"),
        (told(parameters=[]), "parameters should be a valid dictionary"),
        (told(jobs=[1]), "jobs.0 should be a valid string"),
        (told(picture={"width": 0, "height": 5, "suffix": ".png"}), "picture.width"),
        (told(picture={"width": 5.5, "height": 5, "suffix": ".png"}), "picture.width"),
        (told(picture={"width": 60_000, "height": 60_000, "suffix": ".png"}), "80 million"),
        (told(picture={"width": 5, "height": 5, "suffix": ".exe"}), "ends with '.exe'"),
        (told(picture={"width": 5, "height": 5, "suffix": "/../x.png"}), "ends with"),
        (told(regions=region(number=7)), "regions.0.number"),
        (told(regions=region(number=-1)), "regions.0.number"),
        (told(regions=region() * 2), "region 1 twice"),
        (told(regions=region() * 9), "regions"),
        (told(regions=region(visible=1)), "regions.0.visible should be a valid boolean"),
        (told(regions=path(ease="jerky")), "ease should be 'even', 'in', 'out' or 'in-out'"),
        (told(regions=path(["1", 2])), "point.0 should be a valid number"),
        (told(regions=path([1])), "point.1 field required"),
        (told(regions=path([1, 2, 3])), "point"),
        (told(regions=path([1e300, 2])), "point.0"),
        (told(regions=path([float("nan"), 2])), "NaN is not a number"),
        (told(regions=path([float("-inf"), 2])), "-Infinity is not a number"),
        (told(regions=path(*[[1, 2]] * 10_001)), "10000"),
        (told().replace(b'"version": 1', b'"version": 1e999'), "1e999 is too large"),
        (told().replace(b'"version": 1', b'"version": ' + HUGE.encode()), "is too large"),
        (told(endpoint="\ud800"), "cannot be read"),
        (b'"' + b"x" * 17_000_000 + b'"', "too long"),
    ],
)
def test_what_is_not_right_is_one_sentence_that_says_where(text: bytes, says: str) -> None:
    with pytest.raises(BadProject) as caught:
        from_text(text, "boat.klproj")
    assert says in caught.value.detail
    sentences = str(explain(caught.value))
    assert sentences.startswith("boat.klproj: ")
    assert "Nothing was sent and nothing will be charged." in sentences


def test_a_newer_version_is_known_as_such_and_what_it_has_more_is_passed_over() -> None:
    read = from_text(told(version=2, weather="fine"), "x")
    assert read.is_newer
    assert read.document.size == (400, 300)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | JSON.map(lambda each: json.dumps(each).encode()))
def test_nonsense_is_a_bad_project_and_nothing_else(nonsense: bytes) -> None:
    with pytest.raises(BadProject):
        from_text(nonsense, "x")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_good_project_with_anything_in_any_place_is_read_or_refused(
    data: st.DataObject,
) -> None:
    found = json.loads(told())
    place: Any = found
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], (dict, list)) and place[key] and data.draw(st.booleans()):
            place = place[key]
        else:
            break
    place[key] = data.draw(JSON)
    try:
        project = from_text(json.dumps(found).encode(), "x")
    except BadProject:
        return
    assert from_text(to_text(project).encode(), "x") == replace(project, version=VERSION)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, "\ud800"])
def test_what_json_does_not_have_is_not_written(value: object) -> None:
    with pytest.raises(BadProject, match="cannot be written"):
        to_text(Project(document=a_document(), parameters={"x": value}))
