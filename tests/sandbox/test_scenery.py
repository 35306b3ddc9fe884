"""How long a clip of the sandbox is, what it bills, and what its words are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kling_desktop.domain.catalog import FieldKind, load_catalog
from kling_desktop.domain.money import estimate
from kling_desktop.sandbox.scenery import LONGEST, seconds_of, units_of, words_of

CATALOG = load_catalog()
KLING = "fal-ai/kling-video"
K = FieldKind


def given(**seconds: float) -> dict[FieldKind, tuple[Path, float]]:
    return {K(kind): (Path("file"), each) for kind, each in seconds.items()}


@pytest.mark.parametrize(
    ("endpoint", "params", "recordings", "seconds"),
    [
        ("v1.6/pro/image-to-video", {}, {}, 5),
        ("v1.6/pro/image-to-video", {"duration": "10"}, {}, 10),
        ("v3/pro/text-to-video", {"multi_prompt": [{"duration": "3"}, {"duration": "8"}]}, {}, 11),
        ("v3/pro/text-to-video", {"multi_prompt": [{"prompt": "a"}, {"duration": "2"}]}, {}, 7),
        ("o3/pro/video-to-video/reference", {}, {"video": 6.2}, 7),
        ("o3/pro/video-to-video/reference", {"duration": "3"}, {"video": 6.2}, 3),
        ("lipsync/audio-to-video", {}, {"video": 9.0, "sound": 2.1}, 3),
        ("lipsync/text-to-video", {}, {"video": 4.0}, 4),
        ("ai-avatar/v2/pro", {}, {"sound": 0.2}, 1),
        ("ai-avatar/v2/pro", {}, {"sound": 200.0}, LONGEST),
        ("v2.6/pro/motion-control", {}, {"video": 3.01}, 4),
        ("video-to-audio", {}, {"video": 12.0}, 12),
    ],
)
def test_a_clip_is_as_long_as_was_asked_or_as_what_was_given(
    endpoint: str, params: dict[str, Any], recordings: dict[str, float], seconds: int
) -> None:
    found = seconds_of(CATALOG.endpoint(f"{KLING}/{endpoint}"), params, given(**recordings))
    assert found == seconds


@pytest.mark.parametrize(
    ("endpoint", "params", "recordings", "units"),
    [
        ("v1.6/pro/image-to-video", {"duration": "10"}, {}, 10),
        ("v2.6/pro/image-to-video", {"duration": "5", "generate_audio": False}, {}, 5),
        ("v2.6/pro/image-to-video", {"duration": "5", "generate_audio": True}, {}, 10),
        ("v2.6/pro/image-to-video", {"duration": "5", "voice_ids": ["a"]}, {}, 12),
        ("lipsync/audio-to-video", {}, {"video": 5.1}, 10),
        ("video-to-audio", {}, {"video": 9.0}, 1),
        ("o3/pro/text-to-video", {"duration": "7"}, {}, 7),
    ],
)
def test_it_bills_what_the_estimate_says(
    endpoint: str, params: dict[str, Any], recordings: dict[str, float], units: float
) -> None:
    model = CATALOG.endpoint(f"{KLING}/{endpoint}")
    held = given(**recordings)
    billed = units_of(model, params, held, seconds_of(model, params, held))
    assert billed == units
    if model.price is not None:
        told = estimate(model, params, given_seconds=recordings.get("video"))
        assert Decimal(str(billed)) * model.price.usd_per_unit == told


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"prompt": "a boat"}, "a boat"),
        (
            {"multi_prompt": [{"prompt": "it leaves"}, {"prompt": "it lands"}]},
            "it leaves / it lands",
        ),
        ({"text": "Hello."}, "Hello."),
        ({"sound_effect_prompt": "waves"}, "waves"),
        ({}, ""),
    ],
)
def test_the_words_of_a_request_are_those_that_are_shown(
    params: dict[str, Any], words: str
) -> None:
    assert words_of(params) == words
