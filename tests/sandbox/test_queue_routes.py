from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.sandbox.conftest import BRUSH, IMAGE, TEXT, Sandbox, inline, png, running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Under

pytestmark = pytest.mark.thorough

APP = "/queue/fal-ai/kling-video"


def test_a_submit_is_answered_with_absolute_addresses_below_owner_and_app(sandbox: Sandbox) -> None:
    body = sandbox.submit()
    base = f"{sandbox.url}{APP}/requests/{body['request_id']}"
    assert body["status"] == "IN_QUEUE"
    assert isinstance(body["queue_position"], int)
    assert body["response_url"] == base
    assert body["status_url"] == f"{base}/status"
    assert body["cancel_url"] == f"{base}/cancel"


def test_every_answer_of_a_request_has_its_id_in_the_header(sandbox: Sandbox) -> None:
    request_id = sandbox.submit()["request_id"]
    result = sandbox.wait(request_id)
    status = sandbox.http.get(f"{APP}/requests/{request_id}/status")
    assert status.headers["x-fal-request-id"] == result.headers["x-fal-request-id"] == request_id


def test_success_is_the_bare_output_with_units_in_the_header(sandbox: Sandbox) -> None:
    result = sandbox.made(duration="10")
    video = result.json()["video"]
    assert result.status_code == 200
    assert result.headers["X-Fal-Billable-Units"] == "10"
    assert video["url"].startswith(f"{sandbox.url}/cdn/files/")
    assert (video["content_type"], video["file_name"]) == ("video/mp4", "output.mp4")
    assert len(httpx.get(video["url"]).content) == video["file_size"]


def test_the_result_is_also_below_response_and_below_the_full_endpoint(sandbox: Sandbox) -> None:
    request_id = sandbox.submit()["request_id"]
    result = sandbox.wait(request_id).json()
    for path in (f"{APP}/requests/{request_id}/response", f"/queue/{TEXT}/requests/{request_id}"):
        assert sandbox.http.get(path).json() == result


def test_a_completed_status_has_logs_and_metrics_and_no_error(sandbox: Sandbox) -> None:
    request_id = sandbox.submit()["request_id"]
    sandbox.wait(request_id)
    plain = sandbox.http.get(f"{APP}/requests/{request_id}/status")
    assert plain.status_code == 200
    assert plain.json()["logs"] is None
    assert plain.json()["metrics"]["inference_time"] > 0
    assert "error" not in plain.json()
    for wish in ("1", "true"):
        path = f"{APP}/requests/{request_id}/status?logs={wish}"
        lines = sandbox.http.get(path).json()["logs"]
        assert [each["message"] for each in lines] == [
            *("Input received", "Rendering 5 seconds", "Clip written")
        ]
        assert all({"level", "source", "timestamp"} < each.keys() for each in lines)


@pytest.mark.parametrize("verb", ["", "/response", "/status", "/cancel"])
def test_an_unknown_id_is_not_found(sandbox: Sandbox, verb: str) -> None:
    method = "PUT" if verb == "/cancel" else "GET"
    reply = sandbox.http.request(method, f"{APP}/requests/nobody{verb}")
    assert (reply.status_code, reply.json()) == (404, {"status": "NOT_FOUND"})


def test_an_unknown_app_is_refused_at_submit(sandbox: Sandbox) -> None:
    reply = sandbox.http.post("/queue/fal-ai/nothing/here", json={})
    assert reply.status_code == 404
    assert isinstance(reply.json()["detail"], str)


def test_an_unknown_endpoint_of_a_known_app_is_refused_at_result_time_and_costs_nothing(
    sandbox: Sandbox,
) -> None:
    result = sandbox.made("fal-ai/kling-video/v9/nope")
    assert (result.status_code, result.json()) == (404, {"detail": "Path /v9/nope not found"})
    assert result.headers["X-Fal-Billable-Units"] == "0"


@pytest.mark.parametrize("body", [b"{", b'{"cfg_scale": NaN}', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_not_json_is_a_bad_request(sandbox: Sandbox, body: bytes) -> None:
    reply = sandbox.http.post(f"/queue/{TEXT}", content=body)
    assert (reply.status_code, reply.json()["error_type"]) == (400, "bad_request")


def test_all_bad_fields_are_listed_at_result_time_in_the_shape_of_pydantic(
    sandbox: Sandbox,
) -> None:
    given = {"duration": "7", "cfg_scale": 2, "nonsense": True}
    accepted = sandbox.http.post(f"/queue/{TEXT}", json=given).json()
    result = sandbox.wait(accepted["request_id"])
    problems = {each["loc"][1]: each for each in result.json()["detail"]}
    assert result.status_code == 422
    assert result.headers["X-Fal-Billable-Units"] == "0"
    assert {name: each["type"] for name, each in problems.items()} == {
        "prompt": "missing",
        "duration": "literal_error",
        "cfg_scale": "less_than_equal",
    }
    assert problems["prompt"]["input"] == given
    assert problems["cfg_scale"] == {
        "type": "less_than_equal",
        "loc": ["body", "cfg_scale"],
        "msg": "Input should be less than or equal to 1",
        "input": 2,
        "ctx": {"le": 1.0},
    }
    assert sandbox.status(accepted["request_id"])["error"]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"3"])
def test_an_input_that_is_no_object_is_refused_at_result_time(
    sandbox: Sandbox, body: bytes
) -> None:
    accepted = sandbox.http.post(f"/queue/{TEXT}", content=body).json()
    result = sandbox.wait(accepted["request_id"])
    assert result.status_code == 422
    assert result.json()["detail"][0]["loc"] == ["body"]


def test_a_lone_surrogate_is_refused_like_any_other_bad_field(sandbox: Sandbox) -> None:
    reply = sandbox.http.post(f"/queue/{TEXT}", content=b'{"prompt": "\\ud800"}')
    assert sandbox.wait(reply.json()["request_id"]).status_code == 422


def refusal(sandbox: Sandbox, endpoint: str, **body: object) -> tuple[list[object], str]:
    result = sandbox.made(endpoint, **body)
    assert result.status_code == 422, result.text
    (problem,) = result.json()["detail"]
    return problem["loc"], problem["type"]


def test_the_brush_is_not_supported_for_ten_seconds(sandbox: Sandbox) -> None:
    picture = inline(png())
    masks = [{"mask_url": picture, "trajectories": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}]
    body = {"image_url": picture, "dynamic_masks": masks, "duration": "10"}
    assert refusal(sandbox, BRUSH, **body) == (["body", "duration"], "feature_not_supported")


@pytest.mark.parametrize(
    "address",
    ["https://example.com/a.png", "http://127.0.0.1:9/cdn/files/" + "0" * 32 + "/a.png", "a.png"],
)
def test_pictures_elsewhere_are_never_fetched(sandbox: Sandbox, address: str) -> None:
    place, kind = refusal(sandbox, IMAGE, image_url=address)
    assert (place, kind) == (["body", "image_url"], "file_download_error")


def test_a_picture_that_cannot_be_read_is_an_image_load_error(sandbox: Sandbox) -> None:
    for data in (b"not a picture", png()[:80], b""):
        _, kind = refusal(sandbox, IMAGE, image_url=inline(data))
        assert kind == "image_load_error"


def test_a_picture_below_300_pixels_is_too_small(sandbox: Sandbox) -> None:
    result = sandbox.made(IMAGE, image_url=inline(png(400, 299)))
    (problem,) = result.json()["detail"]
    assert problem["type"] == "image_too_small"
    assert problem["ctx"] == {"min_height": 300, "min_width": 300}


def test_cancelling_in_the_queue_removes_the_request_unbilled(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "0.001") as slow:
        request_id = slow.submit()["request_id"]
        address = f"{APP}/requests/{request_id}"
        reply = slow.http.put(f"{address}/cancel")
        assert (reply.status_code, reply.json()) == (200, {"status": "OK"})
        assert slow.status(request_id)["error_type"] == "client_cancelled"
        assert slow.http.get(address).status_code == 499
        again = slow.http.put(f"{address}/cancel")
        assert (again.status_code, again.json()) == (400, {"status": "ALREADY_COMPLETED"})
        assert slow.bill() == []


def test_cancelling_a_running_request_is_noted_and_it_still_completes(tmp_path: Path) -> None:
    with running(tmp_path) as quick:
        request_id = quick.submit()["request_id"]
        while quick.status(request_id)["status"] == "IN_QUEUE":
            pass
        reply = quick.http.put(f"{APP}/requests/{request_id}/cancel")
        assert (reply.status_code, reply.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
        assert quick.wait(request_id).status_code == 200


def test_before_completion_the_status_is_202_and_the_result_400(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "0.001") as slow:
        address = f"{APP}/requests/{slow.submit()['request_id']}"
        assert slow.http.get(f"{address}/status").status_code == 202
        early = slow.http.get(address)
        assert early.status_code == 400
        assert early.json() == {"detail": "Request is still in progress"}


def test_two_run_at_a_time_first_come_first_served(under: Under) -> None:
    # The first one keeps its place to the end, so that there is one place for all the others.
    quick = under({"fault": "slow_model", "count": 1, "seconds": 300})
    first, *others = [quick.submit()["request_id"] for _ in range(4)]
    positions: list[int] = []
    while (last := quick.status(others[-1]))["status"] == "IN_QUEUE":
        positions.append(last["queue_position"])
    for each in others:
        quick.wait(each)
    assert quick.status(first)["status"] == "IN_PROGRESS"
    path = f"/platform/v1/models/requests/by-endpoint?endpoint_id={TEXT}"
    items = quick.http.get(path).json()["items"]
    assert positions == sorted(positions, reverse=True)
    assert len(set(positions)) > 1
    begun = sorted(items, key=lambda item: item["started_at"])
    assert [item["request_id"] for item in begun] == [first, *others]
    for item, next_item in pairwise(begun[1:]):
        assert next_item["started_at"] >= item["ended_at"]
