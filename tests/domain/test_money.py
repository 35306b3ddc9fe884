"""Prices before a request is sent, and how amounts are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.money import clip_seconds, dollars, estimate, rate
from tests.helpers.worlds import BRUSH, I2V, T2V

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("endpoint", "duration", "price"),
    [(I2V, "5", "0.475"), (I2V, "10", "0.95"), (T2V, "5", "0.490"), (BRUSH, "5", "0.50")],
)
def test_a_price_is_seconds_times_the_rate(endpoint: str, duration: str, price: str) -> None:
    found = estimate(CATALOG.endpoint(endpoint), {"duration": duration})
    assert found == Decimal(price)


def test_the_default_duration_has_a_price_too() -> None:
    assert estimate(CATALOG.endpoint(I2V), {}) == Decimal("0.475")
    assert clip_seconds(CATALOG.endpoint(I2V), {"duration": None}) == 5


def test_an_unknown_price_is_not_invented() -> None:
    endpoint = CATALOG.endpoint(I2V).model_copy(update={"price": None})
    assert estimate(endpoint, {"duration": "5"}) is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "price unknown"),
        (Decimal(0), "$0.00"),
        (Decimal("0.5"), "$0.50"),
        (Decimal("0.475"), "$0.475"),
        (Decimal("0.4750"), "$0.475"),
        (Decimal("0.950"), "$0.95"),
        (Decimal("0.28"), "$0.28"),
        (Decimal(10), "$10.00"),
        (Decimal(100), "$100.00"),
        (Decimal("1E+2"), "$100.00"),
        (Decimal("1234.5"), "$1234.50"),
    ],
)
def test_amounts_are_written_like_this(amount: Decimal | None, text: str) -> None:
    assert dollars(amount) == text


@given(st.decimals(0, 10_000, places=3))
def test_no_tenth_of_a_cent_is_lost(amount: Decimal) -> None:
    assert Decimal(dollars(amount).removeprefix("$")) == amount


KLING = "fal-ai/kling-video"


@pytest.mark.parametrize(
    ("endpoint", "params", "price"),
    [
        ("v2.6/pro/image-to-video", {"duration": "5", "generate_audio": False}, "0.35"),
        ("v2.6/pro/image-to-video", {"duration": "5", "generate_audio": True}, "0.70"),
        ("v2.6/pro/image-to-video", {"duration": "10", "voice_ids": ["a"]}, "1.68"),
        ("v2.6/pro/image-to-video", {"duration": "5", "voice_ids": []}, "0.35"),
        ("v3/pro/image-to-video", {"duration": "5", "elements": [{"voice_id": "a"}]}, "0.98"),
        ("v3/pro/image-to-video", {"duration": "5", "elements": [{"voice_id": ""}]}, "0.56"),
        ("v3/4k/text-to-video", {"duration": "5", "generate_audio": True}, "2.10"),
        ("v1.6/pro/text-to-video", {"duration": "5", "generate_audio": True}, "0.49"),
    ],
)
def test_sound_and_voices_have_their_own_rate_where_there_is_one(
    endpoint: str, params: dict[str, object], price: str
) -> None:
    assert estimate(CATALOG.endpoint(f"{KLING}/{endpoint}"), params) == Decimal(price)


@pytest.mark.parametrize(
    ("seconds", "price"), [(0.5, "0.07"), (5, "0.07"), (5.01, "0.14"), (10, "0.14"), (58, "0.84")]
)
def test_lip_sync_counts_the_video_in_steps_of_five_seconds(seconds: float, price: str) -> None:
    endpoint = CATALOG.endpoint(f"{KLING}/lipsync/audio-to-video")
    assert estimate(endpoint, {}, given_seconds=seconds) == Decimal(price)


def test_what_is_given_is_counted_in_whole_seconds_elsewhere() -> None:
    endpoint = CATALOG.endpoint(f"{KLING}/ai-avatar/v2/pro")
    assert estimate(endpoint, {}, given_seconds=3.2) == Decimal("0.46")


def test_a_price_of_what_is_given_is_unknown_until_somebody_measured_it() -> None:
    assert estimate(CATALOG.endpoint(f"{KLING}/o1/video-to-video/edit"), {}) is None


def test_a_price_by_the_clip_asks_for_no_length() -> None:
    endpoint = CATALOG.endpoint(f"{KLING}/video-to-audio")
    assert estimate(endpoint, {}) == Decimal("0.035")
    assert estimate(endpoint, {}, given_seconds=20) == Decimal("0.035")


def test_shots_add_up_and_one_without_a_length_has_the_usual() -> None:
    endpoint = CATALOG.endpoint(f"{KLING}/v3/turbo/standard/text-to-video")
    shots = [{"duration": "3", "prompt": "a"}, {"prompt": "b"}, {"duration": "2", "prompt": "c"}]
    assert clip_seconds(endpoint, {"duration": "15", "multi_prompt": shots}) == 10
    assert estimate(endpoint, {"multi_prompt": shots}) == Decimal("1.120")


def test_a_length_that_is_left_to_the_video_is_not_invented() -> None:
    endpoint = CATALOG.endpoint(f"{KLING}/o3/pro/video-to-video/reference")
    assert clip_seconds(endpoint, {}) is None


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        ("v1.6/pro/image-to-video", "$0.095 a second"),
        ("v2.6/pro/text-to-video", "$0.07 a second, $0.14 with sound"),
        ("lipsync/audio-to-video", "$0.014 a second of what you give"),
        ("video-to-audio", "$0.035 a clip"),
    ],
)
def test_what_a_price_is_reckoned_by_is_said(endpoint: str, text: str) -> None:
    price = CATALOG.endpoint(f"{KLING}/{endpoint}").price
    assert price is not None
    assert rate(price) == text
