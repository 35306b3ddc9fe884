from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.sandbox.faults import Fault, Stage
from kling_desktop.sandbox.weather import Rule, Weather, load_weather
from tests.sandbox.conftest import TEXT, Under

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

URL = f"/queue/{TEXT}"
INPUT = {"prompt": "a lake"}


def test_a_rule_skips_then_strikes_as_often_as_it_says() -> None:
    weather = Weather([Rule(fault=Fault.SERVER_ERROR, skip=1, count=2)])
    struck = [weather.strike(Stage.STATUS, TEXT) is not None for _ in range(5)]
    assert struck == [False, True, True, False, False]


def test_a_rule_without_a_count_always_strikes() -> None:
    weather = Weather([Rule(fault=Fault.SERVER_ERROR)])
    assert all(weather.strike(Stage.STATUS, TEXT) for _ in range(5))


def test_a_rule_strikes_its_own_stage_and_endpoints_only() -> None:
    weather = Weather([Rule(fault=Fault.REFUSE, endpoint="elements")])
    assert weather.strike(Stage.MODEL, TEXT) is None
    assert weather.strike(Stage.SUBMIT, "x/elements") is None
    assert weather.strike(Stage.MODEL, "x/elements") is not None


@pytest.mark.parametrize("text", ["{", "{}", '[{"fault": "rain"}]', '[{"fualt": "refuse"}]'])
def test_a_file_that_is_no_weather_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "weather.json"
    path.write_text(text)
    with pytest.raises(InvalidParams, match="weather"):
        load_weather(path)


def test_a_lost_answer_leaves_an_accepted_request(under: Under) -> None:
    sandbox = under({"fault": "drop", "stage": "accepted", "count": 1})
    with pytest.raises(httpx.TransportError):
        sandbox.http.post(URL, json=INPUT)
    path = f"/platform/v1/models/requests/by-endpoint?endpoint_id={TEXT}"
    (item,) = sandbox.http.get(path).json()["items"]
    assert sandbox.wait(item["request_id"]).status_code == 200
    assert [each["request_id"] for each in sandbox.bill()] == [item["request_id"]]
    assert sandbox.made().status_code == 200


def test_a_refusal_is_a_content_policy_violation_and_not_billed(under: Under) -> None:
    sandbox = under({"fault": "refuse", "endpoint": "text-to-video", "count": 1})
    result = sandbox.made()
    assert result.status_code == 422
    assert result.json()["detail"][0]["type"] == "content_policy_violation"
    assert sandbox.bill() == []


def test_a_result_can_hide_behind_504s(under: Under) -> None:
    sandbox = under({"fault": "gateway_timeout", "stage": "result", "count": 2})
    request_id = sandbox.submit()["request_id"]
    first = sandbox.wait(request_id)
    path = f"/queue/fal-ai/kling-video/requests/{request_id}"
    assert [first.status_code, *(sandbox.http.get(path).status_code for _ in range(2))] == [
        *(504, 504, 200)
    ]


def test_an_ingress_that_is_down_answers_in_html_and_accepts_nothing(under: Under) -> None:
    sandbox = under({"fault": "unavailable", "stage": "submit", "count": 1})
    reply = sandbox.http.post(URL, json=INPUT)
    assert reply.status_code == 503
    assert "nginx" in reply.text
    assert "x-fal-request-id" not in reply.headers
    assert sandbox.made().status_code == 200
    assert len(sandbox.bill()) == 1


def test_a_limit_says_when_to_come_back(under: Under) -> None:
    sandbox = under({"fault": "rate_limited", "stage": "submit", "count": 1, "seconds": 7})
    reply = sandbox.http.post(URL, json=INPUT)
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "7")


def test_a_status_can_fail_while_the_request_goes_on(under: Under) -> None:
    sandbox = under({"fault": "server_error", "stage": "status", "count": 1})
    request_id = sandbox.submit()["request_id"]
    path = f"/queue/fal-ai/kling-video/requests/{request_id}/status"
    assert sandbox.http.get(path).status_code == 500
    assert sandbox.wait(request_id).status_code == 200


def collect(reply: httpx.Response, arrived: bytearray) -> None:
    for piece in reply.iter_raw():
        arrived += piece


def test_a_reset_download_breaks_in_the_middle_and_can_be_resumed(under: Under) -> None:
    sandbox = under({"fault": "cut", "stage": "download", "count": 1})
    video = sandbox.made().json()["video"]
    arrived = bytearray()
    with httpx.stream("GET", video["url"]) as reply, pytest.raises(httpx.TransportError):
        collect(reply, arrived)
    assert len(arrived) == video["file_size"] // 2
    rest = httpx.get(video["url"], headers={"Range": f"bytes={len(arrived)}-"})
    assert bytes(arrived) + rest.content == httpx.get(video["url"]).content


def test_a_stuck_request_waits_until_cancelled_while_others_overtake_it(under: Under) -> None:
    sandbox = under({"fault": "stuck_queue", "count": 1})
    stuck = sandbox.submit()["request_id"]
    assert sandbox.made().status_code == 200
    assert sandbox.status(stuck)["status"] == "IN_QUEUE"
    path = f"/queue/fal-ai/kling-video/requests/{stuck}/cancel"
    assert sandbox.http.put(path).status_code == 200


def test_a_slow_queue_keeps_a_request_waiting(under: Under) -> None:
    sandbox = under({"fault": "slow_queue", "count": 1, "seconds": 1})
    request_id = sandbox.submit()["request_id"]
    sandbox.wait(request_id)
    path = f"/platform/v1/models/requests/by-endpoint?endpoint_id={TEXT}"
    (item,) = sandbox.http.get(path).json()["items"]
    waited = datetime.fromisoformat(item["started_at"]) - datetime.fromisoformat(item["sent_at"])
    assert waited.total_seconds() >= 1
