from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.facts import Actor, Charge, Retry
from kling_desktop.domain.messages import explain
from kling_desktop.domain.sentences import NOT_CHARGED
from kling_desktop.fal import errors
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.error_types import BUSY, FAILURES, PLATFORM, REFUSALS, STOPS
from tests.fal.fakes import answer

if TYPE_CHECKING:
    from collections.abc import Callable

LOCKED = {"detail": "User is locked. Reason: Exhausted balance."}
NOBODY = {"detail": "No user found for Key ID and Secret"}
FORMAT = {"detail": "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'."}
NGINX = "<html><center>nginx</center></html>"
FAL = {"x-fal-request-id": "1"}


WORDS = """
archive_file_count_below_minimum archive_file_count_exceeds_maximum
audio_duration_too_long audio_duration_too_short authorization_error bad_request
client_cancelled client_disconnected concurrent_requests_limit content_policy_violation
downstream_service_error downstream_service_unavailable face_detection_error
feature_not_supported file_download_error file_too_large generation_timeout greater_than
greater_than_equal image_load_error image_too_large image_too_small internal_error
internal_server_error invalid_archive less_than less_than_equal literal_error missing
multiple_of no_media_generated not_found not_implemented one_of rate_limited
request_timeout runner_connection_error runner_connection_refused
runner_connection_timeout runner_disconnected runner_incomplete_response
runner_scheduling_failure runner_server_error sequence_too_long sequence_too_short
server_error startup_timeout unsupported_audio_format unsupported_image_format
unsupported_video_format validation_error value_error.missing video_duration_too_long
video_duration_too_short
"""
"""All of fal-protocol.md, sections 8 and 12."""


def told(kind: str) -> dict[str, object]:
    return {"detail": [{"loc": ["body", "prompt"], "msg": "No.", "type": kind}]}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(401, NOBODY), e.KeyRefused),
        (answer(403, LOCKED), e.AccountLocked),
        (answer(401, FORMAT), r.KeyMalformed),
        (answer(403, {"detail": "Access blocked"}), r.KeyLacksScope),
        (answer(402), e.AccountLocked),
        (answer(429, headers={"retry-after": "2"}), e.RateLimited),
        (answer(400, {"detail": "Bad timeout"}), e.InputRefused),
        (
            answer(429, {"detail": "x", "error_type": "concurrent_requests_limit"}),
            r.ConcurrencyLimited,
        ),
        (answer(413), r.FileTooLarge),
        (answer(400, {"detail": "x", "error_type": "bad_request"}), r.BadRequest),
        (answer(422, told("missing")), r.FieldMissing),
        (answer(404, {"detail": "Application 'x' not found"}), r.UnknownApp),
        (answer(404, NGINX), e.ProviderFailed),
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
        (answer(400, told("downstream_service_error")), r.PartnerFailed),
        (answer(400, told("value_error")), e.InputRefused),
        (answer(400, {"detail": "No", "error_type": "bad_request"}), r.BadRequest),
        (answer(401, NOBODY), e.KeyRefused),
        (answer(404, {"detail": "Path /v9/nope not found"}), r.UnknownPath),
        (answer(404, {"detail": "Request not found"}), e.ResultGone),
        (answer(404, {"status": "NOT_FOUND"}), e.ResultGone),
        (answer(404, NGINX), e.ServiceDown),
        (answer(422, told("content_policy_violation")), r.ContentRefused),
        (answer(422, told("image_too_small")), r.PictureTooSmall),
        (answer(422, told("of_next_year")), e.InputRefused),
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
        (403, e.FileGone),
        (404, e.FileGone),
        (410, e.FileGone),
        (400, e.FileGone),
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


def reasons(*kinds: str) -> dict[str, object]:
    return {"detail": [{"loc": ["body"], "msg": "No.", "type": kind} for kind in kinds]}


@pytest.mark.parametrize(("kind", "error"), REFUSALS.items())
def test_every_documented_refusal_has_its_error_and_its_sentence(
    kind: str, error: type[e.Refused]
) -> None:
    found = errors.result_error(answer(422, reasons(kind)))
    assert type(found) is error
    assert "No." in explain(found).what
    assert found.actor is not Actor.NOBODY


@pytest.mark.parametrize(("kind", "error"), FAILURES.items())
@pytest.mark.parametrize("shape", ["model", "request", "header"])
def test_every_documented_failure_has_its_error_however_it_is_told(
    kind: str, error: type[e.ProviderFailed], shape: str
) -> None:
    told_as = {
        "model": (reasons(kind), FAL),
        "request": ({"detail": "It broke", "error_type": kind}, FAL),
        "header": ({"detail": "It broke"}, FAL | {"x-fal-error-type": kind}),
    }
    body, headers = told_as[shape]
    found = errors.claimed_failure(answer(503, body, headers))
    assert type(found) is error
    assert explain(found).money == NOT_CHARGED


@pytest.mark.parametrize("kind", STOPS)
def test_a_request_that_its_client_ended_is_cancelled(kind: str) -> None:
    found = errors.result_error(answer(499, {"detail": "x", "error_type": kind}))
    assert type(found) is e.RequestCancelled


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (401, "authorization_error", e.KeyRefused),
        (403, "authorization_error", r.KeyLacksScope),
        (400, "validation_error", r.BadRequest),
        (404, "not_found", r.UnknownPath),
        (429, "rate_limited", e.RateLimited),
        (500, "server_error", e.ServiceDown),
        (501, "not_implemented", r.FeatureMissing),
        (418, "of_next_year", e.ServiceDown),
    ],
)
def test_every_error_of_the_platform_has_its_kind_and_costs_nothing(
    status: int, kind: str, error: type[e.KlingDesktopError]
) -> None:
    body = {"error": {"type": kind, "message": "No such thing."}}
    found = errors.platform_error(answer(status, body))
    assert type(found) is error
    assert (found.detail, found.charge) == ("No such thing.", Charge.NO)


def test_the_table_knows_every_word_that_the_protocol_reference_lists() -> None:
    assert {*FAILURES, *REFUSALS, *STOPS, *BUSY, *PLATFORM} >= set(WORDS.split())


def test_a_filters_refusal_outweighs_other_reasons() -> None:
    found = errors.result_error(answer(422, reasons("missing", "content_policy_violation")))
    assert type(found) is r.ContentRefused


def test_different_reasons_share_only_their_parent() -> None:
    found = errors.result_error(answer(422, reasons("missing", "image_too_small")))
    assert type(found) is e.InputRefused


@pytest.mark.parametrize(
    ("units", "charge"),
    [("0", Charge.NO), ("5", Charge.YES), (None, Charge.MAYBE), ("free", Charge.MAYBE)],
)
def test_the_bill_of_an_answer_decides_whether_a_refusal_was_charged(
    units: str | None, charge: Charge
) -> None:
    headers = {} if units is None else {"x-fal-billable-units": units}
    found = errors.result_error(answer(422, reasons("missing"), headers))
    assert found.charge is charge


@pytest.mark.parametrize("name", ["x-fal-needs-retry", "x-fal-retryable"])
@pytest.mark.parametrize(("value", "retry"), [("false", Retry.NEVER), ("1", Retry.ANEW)])
def test_fals_advice_on_trying_again_is_kept(name: str, value: str, retry: Retry) -> None:
    given = answer(500, reasons("internal_server_error"), FAL | {name: value})
    found = errors.claimed_failure(given)
    assert found is not None
    assert found.retry is retry


def test_a_start_deadline_that_we_set_says_that_nothing_started() -> None:
    headers = FAL | {"x-fal-request-timeout-type": "user"}
    found = errors.claimed_failure(answer(504, {"detail": "Timed out"}, headers))
    assert type(found) is r.NeverStarted


def test_a_wait_that_the_provider_asks_for_is_passed_on() -> None:
    error = errors.transient(answer(503, headers={"retry-after": "9"}))
    assert error.retry_after == 9.0


TABLES: list[Callable[[Answer], e.KlingDesktopError]] = [
    errors.submit_error,
    errors.status_error,
    errors.result_error,
    errors.cancel_error,
    errors.upload_error,
    errors.platform_error,
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
