"""The stand-in model does what the motion brush asks for, and what Kling refuses it refuses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av
import cv2
import httpx
import numpy as np
import pytest

from tests.media.motion.pictures import disc, place_of, with_ball
from tests.sandbox.conftest import BRUSH, Sandbox, Under

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Bytes, Picture

WIDTH, HEIGHT = 640, 480
WAY = ((200, 240), (320, 240), (320, 340))


def encoded(pixels: Picture | Bytes) -> bytes:
    shown = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    return cv2.imencode(".png", shown)[1].tobytes()


def scene() -> tuple[Picture, Bytes, Bytes]:
    """A ball, its mask, and a mask of what stays."""
    picture, ball = with_ball(150, 180, 50)
    large = np.asarray(
        cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8
    )
    mask = cv2.resize(ball, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    return large, np.asarray(mask, np.uint8), disc(large, 540, 100, 60)


def body(sandbox: Sandbox, static: Bytes, ball: Bytes, picture: Picture) -> dict[str, Any]:
    return {
        "image_url": sandbox.upload(encoded(picture)),
        "static_mask_url": sandbox.upload(encoded(static)),
        "dynamic_masks": [
            {
                "mask_url": sandbox.upload(encoded(ball)),
                "trajectories": [{"x": x, "y": HEIGHT - 1 - y} for x, y in WAY],  # from the bottom
            }
        ],
    }


def frames_of(answer: httpx.Response) -> list[Picture]:
    data = httpx.get(answer.json()["video"]["url"]).content
    with av.open(io.BytesIO(data), "r") as container:
        decoded = container.decode(video=0)
        return [np.asarray(each.to_ndarray(format="rgb24"), np.uint8) for each in decoded]


def travelled(frames: list[Picture]) -> list[tuple[float, float]]:
    """Where the ball is at the start, in the middle and at the end, in pixels of the picture."""
    scale = frames[0].shape[1] / WIDTH
    x, y, reach = round(200 * scale), round(240 * scale), round(40 * scale)
    sample = frames[0][y - reach : y + reach + 1, x - reach : x + reach + 1]
    found = [place_of(frames[number], sample) for number in (0, len(frames) // 2, -1)]
    return [(x / scale, y / scale) for x, y in found]


def test_regions_follow_their_ways_and_the_static_one_stays(sandbox: Sandbox) -> None:
    picture, ball, static = scene()
    frames = frames_of(sandbox.made(BRUSH, **body(sandbox, static, ball, picture)))
    assert len(frames) == 150
    start, middle, end = travelled(frames)
    assert start == pytest.approx((200, 240), abs=2)
    assert middle == pytest.approx((320, 240), abs=3)
    assert end == pytest.approx((320, 340), abs=3)
    at = cv2.resize(static, frames[0].shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    drift = np.abs(frames[-1][at].astype(int) - frames[0][at].astype(int))
    assert drift.mean() < 4  # what the encoder leaves of two equal pictures


def test_a_brush_that_is_ignored_moves_nothing_of_its_own_and_is_billed(under: Under) -> None:
    sandbox = under({"fault": "ignore_brush"})
    picture, ball, static = scene()
    frames = frames_of(sandbox.made(BRUSH, **body(sandbox, static, ball, picture)))
    _, _, (x, _) = travelled(frames)
    assert x < 215
    assert len(sandbox.bill()) == 1


@pytest.mark.thorough
def test_under_other_weather_it_counts_from_the_top_and_then_as_before(under: Under) -> None:
    sandbox = under({"fault": "other_origin", "count": 1})
    picture, ball, static = scene()
    wish = body(sandbox, static, ball, picture)
    _, _, upside_down = travelled(frames_of(sandbox.made(BRUSH, **wish)))
    assert upside_down == pytest.approx((320, 140), abs=3)
    _, _, usual = travelled(frames_of(sandbox.made(BRUSH, **wish)))
    assert usual == pytest.approx((320, 340), abs=3)


def test_a_mask_of_another_size_fails_after_the_request_was_accepted(sandbox: Sandbox) -> None:
    picture, ball, static = scene()
    answer = sandbox.made(BRUSH, **body(sandbox, static[:240, :320], ball, picture))
    assert answer.status_code == 422
    (detail,) = answer.json()["detail"]
    assert detail["loc"] == ["body", "static_mask_url"]
    assert "same resolution" in detail["msg"]
