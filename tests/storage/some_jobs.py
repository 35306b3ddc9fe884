"""Jobs to put on the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import Clip, Job, JobId, JobState, Trouble

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ENDPOINT = "fal-ai/kling-video/v1.6/pro/image-to-video"


def a_job(number: int = 1, **changes: Any) -> Job:
    """A job; a later number means made later."""
    made = NOON + timedelta(minutes=number)
    facts: dict[str, Any] = {
        "id": JobId(f"{number:012x}"),
        "backend": "sandbox",
        "endpoint": ENDPOINT,
        "params": {"prompt": "A boat on the lake", "duration": "5"},
        "created_at": made,
        "updated_at": made,
    }
    return Job(**facts | changes)


_text = st.text(max_size=20)
_whole_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=8,
)
_object = st.dictionaries(_text, _json, max_size=4)
_times = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_amounts = st.none() | st.decimals(min_value=0, max_value=Decimal(10**6), allow_nan=False)
_clips = st.builds(
    Clip,
    path=_text,
    sha256=_text,
    size=st.integers(0),
    width=st.integers(1),
    height=st.integers(1),
    frames=st.integers(1),
    fps=st.floats(1, 240),
    codec=_text,
)
any_job = st.builds(
    Job,
    id=_whole_text.map(JobId),
    backend=_whole_text,
    endpoint=_whole_text,
    params=_object,
    created_at=_times,
    updated_at=_times,
    state=st.sampled_from(JobState),
    out_dir=_text,
    project=_whole_text,
    fingerprint=_whole_text,
    place=st.floats(allow_nan=False, allow_infinity=False),
    uploads=st.dictionaries(_text, _text, max_size=3),
    body=st.none() | _object,
    sent_at=st.none() | _times,
    run_at=st.none() | _times,
    request_id=st.none() | _whole_text,
    status_url=st.none() | _text,
    response_url=st.none() | _text,
    cancel_url=st.none() | _text,
    queue_position=st.none() | st.integers(0),
    result_url=st.none() | _text,
    result_size=st.none() | st.integers(0),
    inference_seconds=st.none() | st.floats(0, 1e6),
    brush=st.none() | _object,
    clips=st.lists(_clips, max_size=2).map(tuple),
    trouble=st.none() | st.builds(Trouble, _text, _text, st.sampled_from(Charge).map(str)),
    cancel_asked=st.booleans(),
    cancel_answer=st.none() | _text,
    billed_at=st.none() | _times,
    over_budget=st.booleans(),
    ended_at=st.none() | _times,
    estimate_usd=_amounts,
    cost_usd=_amounts,
)
