from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.fal.answers import Answer
from tests.fal.fakes import answer

TOO_SMALL = {
    "loc": ["body", "image_url"],
    "msg": "Image too small",
    "type": "image_too_small",
    "input": "https://fal.test/" + "x" * 100,
}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer(401, {"detail": "No user found"}), "No user found"),
        (answer(400, {"detail": "two\n lines"}), "two lines"),
        (answer(500, {"error": {"type": "server_error", "message": "Oh dear"}}), "Oh dear"),
        (answer(503, {"error_type": "runner_disconnected"}), "runner_disconnected"),
        (answer(502, "<html>nginx</html>"), "HTTP 502"),
        (answer(500), "HTTP 500"),
        (answer(422, {"detail": [{"type": "missing"}]}), "missing"),
        (answer(422, {"detail": ["odd"]}), "HTTP 422"),
    ],
)
def test_an_answer_says_what_went_wrong(given: Answer, said: str) -> None:
    assert given.detail == said


def test_every_refused_field_is_named_and_long_inputs_are_cut() -> None:
    missing = {"loc": ["body", "prompt"], "msg": "Field required", "input": {"all": "of it"}}
    detail = answer(422, {"detail": [TOO_SMALL, missing]}).detail
    assert detail.startswith("image_url: Image too small (given: https://fal.test/xxx")
    assert detail.endswith("...); prompt: Field required")
    assert len(detail) < 200


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "1e300"}, 3600.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:30 GMT"}, None),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 10:00:30 GMT",
                "date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
    ],
)
def test_the_wait_that_is_asked_for_comes_as_seconds_or_as_a_date(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert Answer(429, headers).retry_after == seconds


@given(
    st.integers(100, 599),
    st.one_of(st.binary(), st.sampled_from([b"[" * 100_000, b'{"detail": [1, {"loc": 3}]}'])),
    st.dictionaries(st.sampled_from(["retry-after", "date", "x-fal-error-type"]), st.text()),
)
def test_no_answer_is_too_strange_to_be_read(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    strange = Answer(status, headers, body)
    assert strange.detail
    assert strange.retry_after is None or 0 <= strange.retry_after <= 3600
