"""Answers that no service in its right mind gives, for Hypothesis to choose from."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from kling_desktop.fal.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN_KEYS = (
    *("status", "request_id", "status_url", "response_url", "queue_position", "logs", "metrics"),
    *("inference_time", "error", "error_type", "detail", "loc", "msg", "type", "ctx", "input"),
    *("video", "url", "file_size", "upload_url", "file_url", "message"),
)
KNOWN_WORDS = (
    *("IN_QUEUE", "IN_PROGRESS", "COMPLETED", "OK", "NOT_FOUND", "ALREADY_COMPLETED"),
    *("request_timeout", "missing", "client_cancelled", "http://evil.test/x", "file:///etc/x"),
)
_keys = st.sampled_from(KNOWN_KEYS) | st.text(max_size=5)
_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 2**53, 10**30, 10**300, 1e308, math.nan, math.inf, -math.inf])
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(KNOWN_WORDS)
)
documents: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=6),
    max_leaves=14,
)
_headers: st.SearchStrategy[Mapping[str, str]] = st.dictionaries(
    st.sampled_from(
        [
            "retry-after",
            "x-fal-error-type",
            "x-fal-request-id",
            "x-fal-billable-units",
            "x-fal-needs-retry",
            "x-fal-request-timeout-type",
            "content-type",
            "location",
            "set-cookie",
            "date",
        ]
    ),
    st.sampled_from(
        ["", "0", "-1", "nan", "inf", "1e999", "user", "true", "text/html", "é", "request_timeout"]
    ),
    max_size=3,
)
PAGE = b"<html><body>Sign in to the network</body></html>"
bodies = (
    documents.map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=40)
    | st.sampled_from([b"", PAGE, b"[" * 200, b"9" * 5000, b"\xef\xbb\xbf{}"])
)


def answers(statuses: st.SearchStrategy[int]) -> st.SearchStrategy[Answer]:
    """Answers with these statuses and anything else."""
    return st.builds(Answer, statuses, _headers, bodies)


any_answer = answers(st.integers(200, 599))
"""Answers that may also be refusals."""


def is_harmless(answer: Answer) -> bool:
    """Whether it says nothing that could be meant: neither that it is done nor that it failed."""
    told = answer.object
    means = {"status", "video", "request_id", "upload_url", "file_url", "error", "error_type"}
    return not means & set(told) and not answer.headers.get("x-fal-error-type")


harmless = answers(st.sampled_from([200, 202, 204, 302, 500, 502, 503, 504])).filter(is_harmless)
"""Nonsense that is no verdict on anything: whoever hears it can only ask again."""
