from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.conftest import TEXT, Sandbox, Under, running

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

URL = f"/run/{TEXT}"
INPUT = {"prompt": "a lake"}


def test_run_answers_with_the_result_and_is_on_the_bill(sandbox: Sandbox) -> None:
    reply = sandbox.http.post(URL, json=INPUT)
    assert reply.json()["video"]["file_size"] > 0
    assert reply.headers["X-Fal-Billable-Units"] == "5"
    assert reply.headers["x-fal-request-id"] in {each["request_id"] for each in sandbox.bill()}


def test_run_names_wrong_fields_at_once(sandbox: Sandbox) -> None:
    reply = sandbox.http.post(URL, json={"duration": "7"})
    assert (reply.status_code, len(reply.json()["detail"])) == (422, 2)


def test_run_does_not_wait_where_as_many_run_as_may(under: Under) -> None:
    sandbox = under({"fault": "slow_model", "seconds": 3, "count": 2})
    with ThreadPoolExecutor(2) as pool:
        running_ones = [pool.submit(sandbox.http.post, URL, json=INPUT) for _ in range(2)]
        while sandbox.http.get("/sandbox/state").json()["requests"].get("IN_PROGRESS") != 2:
            pass
        reply = sandbox.http.post(URL, json=INPUT)
        assert [each.result().status_code for each in running_ones] == [200, 200]
    assert (reply.status_code, reply.headers["X-Fal-Needs-Retry"]) == (429, "1")
    assert reply.json()["error_type"] == "concurrent_requests_limit"


@pytest.mark.parametrize(("fault", "status"), [("locked", 403), ("server_error", 500)])
def test_weather_over_run_bills_only_what_was_accepted(
    under: Under, fault: str, status: int
) -> None:
    sandbox = under({"fault": fault, "stage": "run", "count": 1})
    assert sandbox.http.post(URL, json=INPUT).status_code == status
    assert len(sandbox.bill()) == (fault == "server_error")


def test_a_start_deadline_that_passes_ends_the_request_unbilled(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "0.01") as slow:
        headers = {"X-Fal-Request-Start-Timeout": "0.2", "X-Fal-Request-Timeout": "900"}
        reply = slow.http.post(f"/queue/{TEXT}", json=INPUT, headers=headers)
        result = slow.wait(reply.json()["request_id"])
        assert (result.status_code, result.json()["error_type"]) == (504, "request_timeout")
        assert result.headers["X-Fal-Request-Timeout-Type"] == "user"
        assert slow.bill() == []


@pytest.mark.parametrize("value", ["0.1", "0", "-3", "soon", "nan", "inf"])
def test_a_start_deadline_that_makes_no_sense_is_a_bad_request(
    sandbox: Sandbox, value: str
) -> None:
    headers = {"X-Fal-Request-Start-Timeout": value}
    reply = sandbox.http.post(f"/queue/{TEXT}", json=INPUT, headers=headers)
    assert (reply.status_code, reply.json()["error_type"]) == (400, "bad_request")


def test_a_queue_that_is_longer_than_the_caller_likes_refuses(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "0.001") as slow:
        slow.submit()
        path = f"/queue/{TEXT}?fal_max_queue_length="
        assert slow.http.post(f"{path}0", json=INPUT).status_code == 429
        assert slow.http.post(f"{path}5", json=INPUT).status_code == 200


def test_an_account_without_credit_is_locked(tmp_path: Path) -> None:
    with running(tmp_path, "--credit", "0.4") as poor:
        assert poor.made().status_code == 200
        for path in (URL, f"/queue/{TEXT}"):
            reply = poor.http.post(path, json=INPUT)
            assert reply.status_code == 403
            assert reply.json()["detail"].startswith("User is locked")
        money = poor.http.get("/platform/v1/account/billing?expand=credits").json()["credits"]
        assert money == {"current_balance": -0.09, "currency": "USD"}


def test_more_may_run_at_once_and_less(tmp_path: Path) -> None:
    with running(tmp_path, "--concurrency", "3") as wide:
        assert wide.http.get("/sandbox/state").json()["concurrency"] == 3
        path = "/sandbox/concurrency"
        assert wide.http.put(path, json={"limit": 40}).json()["concurrency"] == 40
        for wrong in (1, 41, "many", None):
            assert wide.http.put(path, json={"limit": wrong}).status_code == 422


def test_input_can_be_refused_at_the_submit(tmp_path: Path) -> None:
    with running(tmp_path, "--validate-at-submit") as strict:
        reply = strict.http.post(f"/queue/{TEXT}", json={"duration": "7"})
        assert (reply.status_code, len(reply.json()["detail"])) == (422, 2)
