from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain import errors as e
from kling_desktop.fal import errors
from kling_desktop.fal.answers import Answer
from tests.fal.fakes import answer

if TYPE_CHECKING:
    from collections.abc import Callable

LOCKED = {"detail": "User is locked. Reason: Exhausted balance."}
NOBODY = {"detail": "No user found for Key ID and Secret"}
NGINX = "<html><center>nginx</center></html>"
FAL = {"x-fal-request-id": "1"}


def told(kind: str) -> dict[str, object]:
    return {"detail": [{"loc": ["body", "prompt"], "msg": "No.", "type": kind}]}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(401, NOBODY), e.KeyRefused),
        (answer(403, LOCKED), e.AccountLocked),
        (answer(403, {"detail": "Access blocked"}), e.KeyRefused),
        (answer(402), e.AccountLocked),
        (answer(429, headers={"retry-after": "2"}), e.RateLimited),
        (answer(400, {"detail": "Bad timeout"}), e.InputRefused),
        (answer(422, told("missing")), e.InputRefused),
        (answer(404, {"detail": "Application 'x' not found"}), e.ProviderFailed),
        (answer(405), e.ProviderFailed),
        (answer(408), e.SubmitUncertain),
        (answer(409), e.SubmitUncertain),
        (answer(499), e.SubmitUncertain),
        (answer(302), e.SubmitUncertain),
        (answer(500), e.SubmitUncertain),
        (answer(502, NGINX), e.SubmitUncertain),
        (answer(503), e.SubmitUncertain),
        (answer(504), e.SubmitUncertain),
    ],
)
def test_only_a_plain_refusal_proves_that_a_submit_was_not_accepted(
    given: Answer, error: type[e.KlingDesktopError]
) -> None:
    assert type(errors.submit_error(given)) is error


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(404, {"status": "NOT_FOUND"}), e.ResultGone),
        (answer(410), e.ResultGone),
        (answer(404, NGINX), e.ServiceDown),
        (answer(401, NOBODY), e.KeyRefused),
        (answer(403, LOCKED), e.AccountLocked),
        (answer(403, NGINX), e.ServiceDown),
        (answer(429), e.RateLimited),
        (answer(302), e.ServiceDown),
        (answer(400), e.ServiceDown),
        (answer(500), e.ServiceDown),
        (answer(502, NGINX), e.ServiceDown),
    ],
)
def test_a_status_that_does_not_come_is_asked_for_again(
    given: Answer, error: type[e.KlingDesktopError]
) -> None:
    assert type(errors.status_error(given)) is error


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(400, {"detail": "Request is still in progress"}), e.ServiceDown),
        (answer(400, told("downstream_service_error")), e.ProviderFailed),
        (answer(400, told("value_error")), e.InputRefused),
        (answer(400, {"detail": "No", "error_type": "bad_request"}), e.InputRefused),
        (answer(401, NOBODY), e.KeyRefused),
        (answer(404, {"detail": "Path /v9/nope not found"}), e.ProviderFailed),
        (answer(404, {"detail": "Request not found"}), e.ResultGone),
        (answer(404, {"status": "NOT_FOUND"}), e.ResultGone),
        (answer(404, NGINX), e.ServiceDown),
        (answer(422, told("content_policy_violation")), e.ContentRefused),
        (answer(422, told("image_too_small")), e.InputRefused),
        (answer(422, {"detail": "No"}), e.InputRefused),
        (answer(422, NGINX), e.ServiceDown),
        (answer(499, {"detail": "Request cancelled by the client."}), e.RequestCancelled),
        (answer(500, {"error_type": "client_cancelled"}), e.RequestCancelled),
        (answer(503, headers={"x-fal-error-type": "client_cancelled"}), e.RequestCancelled),
        (answer(429), e.RateLimited),
        (answer(500, told("internal_server_error"), FAL), e.ServiceDown),
        (answer(502, NGINX), e.ServiceDown),
        (answer(503), e.ServiceDown),
        (answer(504, {"error_type": "request_timeout"}, FAL), e.ServiceDown),
    ],
)
def test_a_result_is_final_only_where_fals_own_answer_is_clear(
    given: Answer, error: type[e.KlingDesktopError]
) -> None:
    assert type(errors.result_error(given)) is error


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        (answer(500, told("internal_server_error"), FAL), True),
        (answer(504, told("generation_timeout"), FAL), True),
        (answer(503, {"detail": "x", "error_type": "runner_disconnected"}, FAL), True),
        (answer(504, {"detail": "x"}, FAL | {"x-fal-error-type": "request_timeout"}), True),
        (answer(500, told("internal_server_error")), False),
        (answer(500, told("something_new"), FAL), False),
        (answer(500, {"detail": "Internal Server Error"}, FAL), False),
        (answer(502, NGINX, FAL), False),
        (answer(422, told("internal_server_error"), FAL), False),
    ],
)
def test_a_5xx_claims_a_failure_only_in_documented_words_with_fals_stamp(
    given: Answer, claims: bool
) -> None:
    assert (errors.claimed_failure(given) is not None) is claims


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(401, NOBODY), e.KeyRefused),
        (answer(403, LOCKED), e.AccountLocked),
        (answer(422), e.ProtocolBroken),
        (answer(404), e.ProtocolBroken),
        (answer(408), e.ServiceDown),
        (answer(429), e.RateLimited),
        (answer(500), e.ServiceDown),
        (answer(302), e.ServiceDown),
    ],
)
def test_an_upload_that_failed_for_the_moment_is_tried_again(
    given: Answer, error: type[e.KlingDesktopError]
) -> None:
    assert type(errors.upload_error(given)) is error


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, e.ResultGone),
        (404, e.ResultGone),
        (410, e.ResultGone),
        (400, e.ResultGone),
        (429, e.RateLimited),
        (408, e.ServiceDown),
        (204, e.ServiceDown),
        (302, e.ServiceDown),
        (503, e.ServiceDown),
    ],
)
def test_a_file_is_gone_only_when_its_server_says_so(
    status: int, error: type[e.KlingDesktopError]
) -> None:
    assert type(errors.media_error(status)) is error


def test_a_wait_that_the_provider_asks_for_is_passed_on() -> None:
    error = errors.transient(answer(503, headers={"retry-after": "9"}))
    assert error.retry_after == 9.0


TABLES: list[Callable[[Answer], e.KlingDesktopError]] = [
    errors.submit_error,
    errors.status_error,
    errors.result_error,
    errors.cancel_error,
    errors.upload_error,
]


@given(st.integers(300, 999), st.binary(max_size=60), st.sampled_from(TABLES))
def test_every_answer_has_an_error(
    status: int, body: bytes, table: Callable[[Answer], e.KlingDesktopError]
) -> None:
    assert table(Answer(status, {}, body)).detail


@given(st.integers(500, 599), st.binary(max_size=60))
def test_no_5xx_makes_a_job_fail_by_itself(status: int, body: bytes) -> None:
    for table in (errors.status_error, errors.result_error):
        assert isinstance(table(Answer(status, {}, body)), e.Transient)
    assert isinstance(errors.submit_error(Answer(status, {}, body)), e.SubmitUncertain)
