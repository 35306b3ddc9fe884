"""From the words on the line to the values of a draft."""

from __future__ import annotations

import argparse
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli.values import gather
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import InvalidParams
from tests.helpers.worlds import BRUSH, EFFECTS, I2V, T2V

if TYPE_CHECKING:
    from pathlib import Path


def _gather(
    endpoint: str, *settings: str, images: tuple[str, ...] = (), source: str | None = None
) -> dict[str, Any]:
    args = argparse.Namespace(input=source, settings=list(settings), images=list(images))
    return gather(load_catalog().endpoint(endpoint), args)


@pytest.mark.parametrize(
    ("endpoint", "setting", "values"),
    [
        (T2V, "prompt=a boat", {"prompt": "a boat"}),
        (T2V, "prompt=a=b", {"prompt": "a=b"}),
        (T2V, "prompt=", {"prompt": ""}),
        (T2V, " duration =10", {"duration": "10"}),
        (T2V, "cfg_scale=0.25", {"cfg_scale": 0.25}),
        (T2V, "colour=red", {"colour": "red"}),
        (I2V, "image_url=/a b.png", {"image_url": "/a b.png"}),
        (EFFECTS, "input_image_urls=a.png", {"input_image_urls": ["a.png"]}),
        (EFFECTS, 'input_image_urls=["a", "b"]', {"input_image_urls": ["a", "b"]}),
        (BRUSH, 'dynamic_masks=[{"mask_url": "m"}]', {"dynamic_masks": [{"mask_url": "m"}]}),
    ],
)
def test_a_setting_becomes_a_value(endpoint: str, setting: str, values: dict[str, Any]) -> None:
    assert _gather(endpoint, setting) == values


@pytest.mark.parametrize(
    ("endpoint", "setting", "field"),
    [
        (T2V, "prompt", "--set"),
        (T2V, "cfg_scale=much", "cfg_scale"),
        (BRUSH, "dynamic_masks=[", "dynamic_masks"),
        (EFFECTS, "input_image_urls=[a", "input_image_urls"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(
    endpoint: str, setting: str, field: str
) -> None:
    with pytest.raises(InvalidParams) as caught:
        _gather(endpoint, setting)
    assert [each.field for each in caught.value.problems] == [field]


def test_a_picture_goes_where_the_endpoint_takes_one() -> None:
    assert _gather(I2V, images=("a.png",)) == {"image_url": "a.png"}
    assert _gather(EFFECTS, images=("a", "b")) == {"input_image_urls": ["a", "b"]}


@pytest.mark.parametrize(("endpoint", "images"), [(T2V, ("a",)), (I2V, ("a", "b"))])
def test_a_picture_too_many_is_a_mistake(endpoint: str, images: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParams):
        _gather(endpoint, images=images)


def test_a_document_comes_first_and_settings_on_top(tmp_path: Path) -> None:
    source = tmp_path / "input.json"
    source.write_text(json.dumps({"prompt": "ü", "duration": "5"}), "utf-8")
    found = _gather(T2V, "duration=10", source=str(source))
    assert found == {"prompt": "ü", "duration": "10"}


def test_a_document_may_be_piped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"prompt": "a boat"}'))
    assert _gather(T2V, source="-") == {"prompt": "a boat"}


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '"text"', "null"])
def test_a_document_must_be_a_json_object(tmp_path: Path, text: str) -> None:
    source = tmp_path / "input.json"
    source.write_text(text, "utf-8")
    with pytest.raises(InvalidParams) as caught:
        _gather(T2V, source=str(source))
    assert caught.value.problems[0].field == "--input"


def test_a_document_must_be_there_and_be_text(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    for source in (tmp_path / "missing.json", tmp_path, tmp_path / "picture"):
        with pytest.raises(InvalidParams):
            _gather(T2V, source=str(source))
