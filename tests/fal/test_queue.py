from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.body import encoded
from kling_desktop.domain.requests import (
    CancelAnswer,
    LogLine,
    Phase,
    RequestRef,
    RequestResult,
    RequestStatus,
)
from kling_desktop.fal.provider import FalProvider
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import BACKEND, ORIGIN, Script, answer

if TYPE_CHECKING:
    from pydantic import SecretStr

    from kling_desktop.fal.answers import Answer

BODY = {"prompt": "a \U0001f431 on a roof", "duration": "5"}
ACCEPTED = answer(200, {"request_id": "abc-1", "status_url": "http://evil.test/x"})
CLIP = "http://fal.test:8000/cdn/files/x.mp4"


async def test_a_submit_posts_the_body_itself_once_with_the_key(key: SecretStr) -> None:
    script = Script(ACCEPTED)
    accepted = await FalProvider(BACKEND, key, transport=script).submit(ENDPOINT, BODY)
    assert accepted.request_id == "abc-1"
    [request] = script.requests
    assert (request.method, str(request.url)) == ("POST", f"{ORIGIN}/queue/{ENDPOINT}")
    assert request.headers["authorization"] == f"Key {key.get_secret_value()}"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == BODY


async def test_a_letter_is_the_head_of_that_request_without_the_key(key: SecretStr) -> None:
    script = Script(ACCEPTED)
    provider = FalProvider(BACKEND, key, transport=script)
    letter = provider.letter(ENDPOINT, BODY)
    assert script.requests == []
    await provider.submit(ENDPOINT, BODY)
    [request] = script.requests
    assert (letter.method, letter.url) == (request.method, str(request.url))
    shown = {name.lower(): value for name, value in letter.headers}
    assert shown.pop("authorization").endswith("(hidden)")
    sent = dict(request.headers)
    del sent["authorization"]
    assert shown == sent
    assert shown["content-length"] == str(len(encoded(BODY)))
    assert request.content == encoded(BODY)
    assert key.get_secret_value() not in str(letter)
    await provider.aclose()


@pytest.mark.parametrize(
    "given",
    [
        answer(200, {"status": "IN_QUEUE"}),
        answer(200, {"request_id": 7}),
        answer(200, {"request_id": "../../x"}),
        answer(200, {"request_id": ""}),
        answer(200, {"request_id": "x" * 129}),
        answer(200, ["abc"]),
        answer(202, "accepted"),
        answer(204),
        answer(200, "x" * 5_000_000),
        answer(200, "x", {"content-encoding": "gzip"}),
    ],
)
async def test_an_acceptance_without_a_request_id_is_uncertain(
    given: Answer, key: SecretStr
) -> None:
    script = Script(given)
    with pytest.raises(e.SubmitUncertain):
        await FalProvider(BACKEND, key, transport=script).submit(ENDPOINT, BODY)
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("full"),
        httpx.ProxyError("407 Proxy Authentication Required"),
        httpx.UnsupportedProtocol("no"),
    ],
)
async def test_a_submit_that_did_not_leave_may_be_sent_again(
    failure: Exception, key: SecretStr
) -> None:
    with pytest.raises(e.NetworkDown):
        await FalProvider(BACKEND, key, transport=Script(failure)).submit(ENDPOINT, BODY)


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadError("reset"),
        httpx.ReadTimeout("slow"),
        httpx.WriteError("broken pipe"),
        httpx.WriteTimeout("slow"),
        httpx.CloseError("odd"),
        httpx.RemoteProtocolError("garbage"),
        httpx.LocalProtocolError("garbage"),
        httpx.DecodingError("gzip"),
    ],
)
async def test_a_submit_that_may_have_left_is_uncertain_and_sent_once(
    failure: Exception, key: SecretStr
) -> None:
    script = Script(failure)
    with pytest.raises(e.SubmitUncertain) as raised:
        await FalProvider(BACKEND, key, transport=script).submit(ENDPOINT, BODY)
    assert raised.value.detail
    assert len(script.requests) == 1


@pytest.mark.parametrize("endpoint", ["", "fal-ai", "/a/b", "a//b", "a/../b", "a/b?x", "a/b c"])
async def test_nothing_is_sent_to_what_is_not_an_endpoint(endpoint: str, key: SecretStr) -> None:
    script = Script(ACCEPTED)
    with pytest.raises(e.ProviderFailed):
        await FalProvider(BACKEND, key, transport=script).submit(endpoint, BODY)
    assert not script.requests


async def test_a_body_that_is_not_json_is_refused_before_it_is_sent(key: SecretStr) -> None:
    script = Script(ACCEPTED)
    with pytest.raises(e.InputRefused):
        await FalProvider(BACKEND, key, transport=script).submit(ENDPOINT, {"x": float("nan")})
    assert not script.requests


@pytest.mark.parametrize(
    ("given", "phase", "position"),
    [
        (answer(202, {"status": "IN_QUEUE", "queue_position": 3}), Phase.QUEUED, 3),
        (answer(202, {"status": "IN_QUEUE", "queue_position": True}), Phase.QUEUED, None),
        (answer(202, {"status": "IN_PROGRESS", "logs": None}), Phase.RUNNING, None),
        (answer(200, {"status": "COMPLETED", "error": "no"}), Phase.COMPLETED, None),
    ],
)
async def test_a_status_is_one_of_three(
    given: Answer, phase: Phase, position: int | None, key: SecretStr, ref: RequestRef
) -> None:
    script = Script(given)
    status = await FalProvider(BACKEND, key, transport=script).status(ref)
    assert (status.phase, status.queue_position) == (phase, position)


async def test_only_owner_and_app_are_in_the_address_of_a_request(
    key: SecretStr, ref: RequestRef
) -> None:
    script = Script(answer(200, {"status": "COMPLETED"}))
    await FalProvider(BACKEND, key, transport=script).status(ref)
    address = f"{ORIGIN}/queue/fal-ai/kling-video/requests/{ref.request_id}/status"
    assert str(script.last.url) == address + "?logs=1"


QUEUE = f"{ORIGIN}/queue/fal-ai/kling-video"


async def test_an_acceptance_keeps_the_addresses_that_fal_names(key: SecretStr) -> None:
    named = dict.fromkeys(("status_url", "response_url"), f"{QUEUE}/requests/abc-1/x")
    script = Script(answer(200, {"request_id": "abc-1", "queue_position": 4, **named}))
    accepted = await FalProvider(BACKEND, key, transport=script).submit(ENDPOINT, BODY)
    assert asdict(accepted) == {
        "request_id": "abc-1",
        "queue_position": 4,
        "cancel_url": None,
        **named,
    }


@pytest.mark.parametrize("app", ["fal-ai/kling-video", ENDPOINT])
async def test_a_named_address_of_the_request_is_followed(app: str, key: SecretStr) -> None:
    at = f"{ORIGIN}/queue/{app}/requests/abc-1"
    ref = RequestRef(ENDPOINT, "abc-1", at + "/status", at + "/response", at + "/cancel")
    script = Script(answer(200, {"status": "OK"}))
    provider = FalProvider(BACKEND, key, transport=script)
    for ask in (provider.status, provider.result, provider.cancel):
        with suppress(e.ServiceDown):
            await ask(ref)
    addresses = [str(each.url).split("?")[0] for each in script.requests]
    assert addresses == [ref.status_url, ref.response_url, ref.cancel_url]


@pytest.mark.parametrize(
    "named",
    [
        "http://evil.test/queue/fal-ai/kling-video/requests/abc-1/status",
        "http://user@fal.test:8000/queue/fal-ai/kling-video/requests/abc-1/status",
        f"{ORIGIN}/rest/fal-ai/kling-video/requests/abc-1/status",
        f"{QUEUE}/requests/another/status",
        f"{QUEUE}/requests/abc-1/status?x=1",
        f"{QUEUE}/requests/abc-1/cancel",
        f"{QUEUE}/../x/requests/abc-1/status",
        f"{QUEUE}/requests/abc-1/requests/abc-1/status",
        f"{ORIGIN}/queue/@evil/requests/abc-1/status",
        "",
    ],
)
async def test_any_other_address_is_built_anew(named: str, key: SecretStr) -> None:
    script = Script(answer(200, {"status": "COMPLETED"}))
    await FalProvider(BACKEND, key, transport=script).status(RequestRef(ENDPOINT, "abc-1", named))
    assert str(script.last.url) == f"{QUEUE}/requests/abc-1/status?logs=1"


async def test_a_status_tells_its_lines_its_time_and_its_error(
    key: SecretStr, ref: RequestRef
) -> None:
    line = {"message": "sampling", "level": "INFO", "timestamp": "2026-11-25T08:00:00+00:00"}
    told = {
        "status": "COMPLETED",
        "logs": [line, {"message": 7}, "nonsense"],
        "metrics": {"inference_time": 84.21},
        "error": "Request timed out",
        "error_type": "request_timeout",
    }
    script = Script(answer(200, told))
    assert await FalProvider(BACKEND, key, transport=script).status(ref) == RequestStatus(
        Phase.COMPLETED,
        logs=(LogLine(**line), LogLine("")),
        inference_seconds=84.21,
        error="Request timed out",
        error_type="request_timeout",
    )


@pytest.mark.parametrize(
    "given",
    [
        answer(200, {"status": "DANCING"}),
        answer(200, {"status": ["COMPLETED"]}),
        answer(200, {}),
        answer(200, "<html>"),
        answer(200),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
    ],
)
async def test_a_status_that_makes_no_sense_is_asked_for_again(
    given: Answer | Exception, key: SecretStr, ref: RequestRef
) -> None:
    with pytest.raises(e.Transient):
        await FalProvider(BACKEND, key, transport=Script(given)).status(ref)


@pytest.mark.parametrize("request_id", ["", "a/b", "..", "x" * 129, "a?b", "\u043a"])
async def test_what_is_not_a_request_id_never_gets_into_an_address(
    request_id: str, key: SecretStr
) -> None:
    script = Script(answer(200, {"status": "COMPLETED"}))
    with pytest.raises(e.ResultGone):
        await FalProvider(BACKEND, key, transport=script).status(RequestRef(ENDPOINT, request_id))
    assert not script.requests


async def test_a_result_is_the_file_and_what_it_costs(key: SecretStr, ref: RequestRef) -> None:
    video = {"url": CLIP, "content_type": "video/mp4", "file_name": "x.mp4", "file_size": 12}
    script = Script(answer(200, {"video": video}, {"X-Fal-Billable-Units": "5"}))
    result = await FalProvider(BACKEND, key, transport=script).result(ref)
    assert result == RequestResult(CLIP, "video/mp4", "x.mp4", 12, Decimal(5))
    address = f"{ORIGIN}/queue/fal-ai/kling-video/requests/{ref.request_id}"
    assert str(script.last.url) == address


@pytest.mark.parametrize("units", [None, "", "many", "NaN", "-1", "Infinity"])
async def test_only_the_address_of_a_result_is_certain(
    units: str | None, key: SecretStr, ref: RequestRef
) -> None:
    video = {"url": CLIP, "file_size": None, "file_name": 7}
    headers = {} if units is None else {"x-fal-billable-units": units}
    script = Script(answer(200, {"video": video}, headers))
    result = await FalProvider(BACKEND, key, transport=script).result(ref)
    assert result == RequestResult(CLIP)


@pytest.mark.parametrize("body", [{}, {"video": None}, {"video": {"url": ""}}, "no", [], None])
async def test_a_result_without_a_video_is_asked_for_again(
    body: object, key: SecretStr, ref: RequestRef
) -> None:
    with pytest.raises(e.ServiceDown):
        await FalProvider(BACKEND, key, transport=Script(answer(200, body))).result(ref)


FAILURE = answer(
    500,
    {"detail": [{"loc": ["body"], "msg": "It broke", "type": "internal_server_error"}]},
    {"x-fal-request-id": "1"},
)


async def test_a_failure_that_result_and_status_both_tell_is_one(
    key: SecretStr, ref: RequestRef
) -> None:
    script = Script(FAILURE, answer(200, {"status": "COMPLETED", "error": "It broke"}))
    with pytest.raises(e.ProviderFailed, match="It broke"):
        await FalProvider(BACKEND, key, transport=script).result(ref)


@pytest.mark.parametrize(
    "status",
    [
        answer(200, {"status": "COMPLETED"}),
        answer(202, {"status": "IN_PROGRESS", "error": "odd"}),
        answer(502, "<html>"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_a_5xx_that_the_status_does_not_confirm_is_asked_for_again(
    status: Answer | Exception, key: SecretStr, ref: RequestRef
) -> None:
    with pytest.raises(e.ServiceDown):
        await FalProvider(BACKEND, key, transport=Script(FAILURE, status)).result(ref)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer(200, {"status": "OK"}), CancelAnswer.REMOVED),
        (answer(200, {"success": True}), CancelAnswer.ASKED),
        (answer(202, {"status": "CANCELLATION_REQUESTED"}), CancelAnswer.ASKED),
        (answer(202), CancelAnswer.ASKED),
        (answer(400, {"status": "ALREADY_COMPLETED"}), CancelAnswer.TOO_LATE),
        (answer(404, {"status": "NOT_FOUND"}), CancelAnswer.UNKNOWN),
    ],
)
async def test_a_wish_to_cancel_gets_one_of_four_answers(
    given: Answer, said: CancelAnswer, key: SecretStr, ref: RequestRef
) -> None:
    script = Script(given)
    assert await FalProvider(BACKEND, key, transport=script).cancel(ref) is said
    assert script.last.method == "PUT"
    assert script.last.url.path.endswith(f"/requests/{ref.request_id}/cancel")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(401), e.KeyRefused),
        (answer(404, "<html>"), e.ServiceDown),
        (answer(400), e.ServiceDown),
        (answer(503), e.ServiceDown),
        (httpx.ReadError("reset"), e.Transient),
    ],
)
async def test_a_wish_to_cancel_that_was_not_heard_can_be_repeated(
    given: Answer | Exception, error: type[Exception], key: SecretStr, ref: RequestRef
) -> None:
    with pytest.raises(error):
        await FalProvider(BACKEND, key, transport=Script(given)).cancel(ref)
