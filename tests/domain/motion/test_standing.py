"""Four words for what became of the brush, and the order of clips by it."""

from __future__ import annotations

from typing import Any

import pytest

from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.motion.standing import Standing, brush_rank, standing_of
from tests.helpers.worlds import a_job

MASKED = {"prompt": "x", "dynamic_masks": [{"mask_url": "file:///mask-1.png"}]}


def seen(took: str, score: float = 0.5) -> Any:
    return a_job(JobState.DONE, params=MASKED, brush={"took": took, "score": score})


@pytest.mark.parametrize(
    ("took", "standing"),
    [
        ("yes", Standing.TOOK), ("partly", Standing.PARTLY), ("no", Standing.NOT),
        ("elsewhere", Standing.NOT), ("upside down", Standing.NOT), ("unknown", Standing.UNKNOWN),
        ("a word of a later version", Standing.UNKNOWN),
    ],
)  # fmt: skip
def test_every_verdict_is_one_of_four(took: str, standing: Standing) -> None:
    assert standing_of(seen(took)) is standing


def test_a_clip_that_nobody_looked_at_yet_is_unknown() -> None:
    assert standing_of(a_job(JobState.DONE, params=MASKED)) is Standing.UNKNOWN
    pinned = {"prompt": "x", "static_mask_url": "file:///mask-0.png"}
    assert standing_of(a_job(JobState.DONE, params=pinned)) is Standing.UNKNOWN


def test_jobs_without_a_brush_or_without_a_clip_have_none() -> None:
    assert standing_of(a_job(JobState.DONE)) is None
    assert standing_of(a_job(JobState.RUNNING, params=MASKED)) is None
    assert standing_of(a_job(JobState.FAILED, params=MASKED)) is None


def test_the_best_clip_comes_first_and_those_without_a_brush_last() -> None:
    jobs = [a_job(JobState.DONE), seen("no"), seen("yes", 0.7), seen("partly"), seen("yes", 0.9)]
    ordered = sorted(jobs, key=brush_rank)
    assert [job.brush and (job.brush["took"], job.brush["score"]) for job in ordered] == [
        ("yes", 0.9), ("yes", 0.7), ("partly", 0.5), ("no", 0.5), None,
    ]  # fmt: skip
