from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.conftest import TEXT, Sandbox, Under, running

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

APP = "/queue/fal-ai/kling-video/requests"


def events(sandbox: Sandbox, request_id: str, query: str = "?logs=1") -> list[dict[str, Any]]:
    with sandbox.http.stream("GET", f"{APP}/{request_id}/status/stream{query}") as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert reply.headers["x-fal-request-id"] == request_id
        text = reply.read().decode()
    blocks = [each for each in text.split("\n\n") if each]
    return [json.loads(each.removeprefix("data: ")) for each in blocks if each[0] != ":"]


def test_a_stream_tells_every_phase_and_ends_with_the_completion(under: Under) -> None:
    sandbox = under({"fault": "slow_queue", "seconds": 1.0})  # so that the stream sees it wait
    told = events(sandbox, sandbox.submit(prompt="stream")["request_id"])
    phases = [each["status"] for each in told]
    assert phases == sorted(phases, key=["IN_QUEUE", "IN_PROGRESS", "COMPLETED"].index)
    assert (phases[0], phases[-1]) == ("IN_QUEUE", "COMPLETED")
    assert told[-1]["metrics"]["inference_time"] > 0


def test_each_event_has_only_the_new_lines_of_the_log(sandbox: Sandbox) -> None:
    request_id = sandbox.submit(prompt="only new lines")["request_id"]
    told = events(sandbox, request_id)
    streamed = [line for each in told for line in each.get("logs") or ()]
    polled = sandbox.http.get(f"{APP}/{request_id}/status?logs=1").json()["logs"]
    assert streamed == polled
    assert len(polled) == 3


def test_a_stream_of_a_finished_request_is_one_event(sandbox: Sandbox) -> None:
    request_id = sandbox.submit()["request_id"]
    sandbox.wait(request_id)
    (only,) = events(sandbox, request_id, "")
    assert (only["status"], only["logs"]) == ("COMPLETED", None)


def test_a_stream_of_an_unknown_request_is_not_found(sandbox: Sandbox) -> None:
    assert sandbox.http.get(f"{APP}/nobody/status/stream").status_code == 404


def test_weather_can_lie_in_single_events(under: Under) -> None:
    sandbox = under({"fault": "false_error", "stage": "stream"})
    request_id = sandbox.submit()["request_id"]
    assert events(sandbox, request_id)[-1]["error_type"] == "runner_disconnected"
    assert sandbox.wait(request_id).status_code == 200


def test_a_position_in_the_queue_falls_as_others_are_served(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "10") as quick:
        *_, last = [quick.submit()["request_id"] for _ in range(4)]
        told = events(quick, last)
    positions = [each["queue_position"] for each in told if each["status"] == "IN_QUEUE"]
    assert positions == sorted(positions, reverse=True)
    assert positions[-1] == 0 < positions[0]


def test_low_priority_waits_behind_normal(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "0.001") as slow:
        headers = {"X-Fal-Queue-Priority": "low"}
        body = {"prompt": "a lake"}
        low = slow.http.post(f"/queue/{TEXT}", json=body, headers=headers).json()
        normal = slow.submit()
        assert normal["queue_position"] == 0
        assert slow.status(low["request_id"])["queue_position"] == 1
