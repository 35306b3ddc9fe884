"""Every fault at every stage: a job ends where it should, and nobody pays twice.

Each strikes twice and then lets go, as weather does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.engine.intake import Draft
from kling_desktop.sandbox.faults import PLACES, Fault, Stage
from kling_desktop.sandbox.weather import Rule
from tests.helpers.skies import sky
from tests.helpers.worlds import until

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.jobs import Job

pytestmark = pytest.mark.thorough

TEXT = "fal-ai/kling-video/v1.6/pro/text-to-video"
IMAGE = "fal-ai/kling-video/v1.6/pro/image-to-video"
Ending = tuple[JobState, str | None, int]
"""State, code of the trouble, and how many requests were accepted."""

S, F, At = JobState, Fault, Stage
DONE: Ending = (S.DONE, None, 1)
UNCERTAIN: Ending = (S.UNCERTAIN, "uncertain", 0)
"""Nothing was accepted, but nobody here can know that."""
ENDINGS: dict[tuple[Stage, Fault], Ending] = {
    # A plain refusal proves that nothing was accepted.
    (At.SUBMIT, F.BAD_REQUEST): (S.REFUSED, "bad_request", 0),
    (At.SUBMIT, F.INVALID): (S.REFUSED, "field_missing", 0),
    (At.SUBMIT, F.UNAUTHORIZED): (S.FAILED, "key_refused", 0),
    (At.SUBMIT, F.FORBIDDEN): (S.FAILED, "key_lacks_scope", 0),
    (At.SUBMIT, F.LOCKED): (S.FAILED, "account_locked", 0),
    (At.SUBMIT, F.NOT_FOUND): (S.FAILED, "unknown_app", 0),
    (At.SUBMIT, F.RATE_LIMITED): DONE,
    # The result replays what the model said, so a refusal there is the model's.
    (At.RESULT, F.INVALID): (S.REFUSED, "field_missing", 1),
    (At.RESULT, F.BAD_REQUEST): (S.REFUSED, "bad_request", 1),
    # Nothing is charged for an upload that is refused.
    (At.INITIATE, F.BAD_REQUEST): (S.FAILED, "protocol_broken", 0),
    (At.INITIATE, F.INVALID): (S.FAILED, "protocol_broken", 0),
    (At.INITIATE, F.NOT_FOUND): (S.FAILED, "protocol_broken", 0),
    (At.INITIATE, F.UNAUTHORIZED): (S.FAILED, "key_refused", 0),
    (At.INITIATE, F.FORBIDDEN): (S.FAILED, "key_lacks_scope", 0),
    (At.INITIATE, F.LOCKED): (S.FAILED, "account_locked", 0),
    (At.UPLOAD, F.BAD_REQUEST): (S.FAILED, "protocol_broken", 0),
    (At.UPLOAD, F.INVALID): (S.FAILED, "protocol_broken", 0),
    (At.UPLOAD, F.NOT_FOUND): (S.FAILED, "protocol_broken", 0),
    (At.MODEL, F.REFUSE): (S.REFUSED, "content_refused", 1),
    (At.MODEL, F.MODEL_ERROR): (S.FAILED, "model_broke", 1),
    (At.MODEL, F.MODEL_TIMEOUT): (S.FAILED, "took_too_long", 1),
    (At.MODEL, F.RUNNER_LOST): (S.FAILED, "runner_lost", 1),
    (At.MODEL, F.DAMAGED_CLIP): (S.FAILED, "clip_damaged", 1),
    (At.INITIATE, F.FOREIGN_URL): (S.FAILED, "foreign_origin", 0),
}
LISTENING = (At.STREAM,)
"""Here the job listens to its status stream; everywhere else it looks."""
USED = (At.SUBMIT, At.ACCEPTED, At.STATUS, At.RESULT, At.INITIATE, At.UPLOAD, At.DOWNLOAD)
"""Stages of HTTP that a job comes through by itself."""
CASES = [
    (stage, fault)
    for fault in Fault
    for stage in (*USED, *LISTENING, At.QUEUE, At.MODEL)
    if stage in PLACES[fault] and fault is not F.STUCK_QUEUE
]


def expected(stage: Stage, fault: Fault) -> Ending:
    return ENDINGS.get((stage, fault), UNCERTAIN if stage is At.SUBMIT else DONE)


def draft(folder: Path, stage: Stage) -> Draft:
    values: dict[str, Any] = {"prompt": "a lake"}
    if stage not in {At.INITIATE, At.UPLOAD}:
        return Draft(endpoint=TEXT, values=values)
    picture = folder / "Boot ü.png"
    Image.new("RGB", (400, 300), "teal").save(picture)
    return Draft(endpoint=IMAGE, values=values | {"image_url": str(picture)})


def ending(job: Job, accepted: int) -> Ending:
    return job.state, job.trouble.code if job.trouble else None, accepted


@pytest.mark.parametrize(("stage", "fault"), CASES, ids=str)
async def test_a_job_under_a_fault_ends_as_it_should(
    tmp_path: Path, stage: Stage, fault: Fault
) -> None:
    rule = Rule(fault=fault, stage=stage, count=2, seconds=0.1)
    async with sky(tmp_path, rule, streams=4 * (stage in LISTENING)) as above:
        job = await above.engine.generate(draft(tmp_path, stage))
        job = await above.engine.wait(job.id)
        assert ending(job, len(above.accepted())) == expected(stage, fault)
    if job.trouble:
        said = explain_trouble(job.trouble)
        assert said.what
        assert said.money
    if job.state is S.DONE:
        assert job.clips[0].frames == 10


CANCEL_CASES = [fault for fault in Fault if At.CANCEL in PLACES[fault]]


@pytest.mark.parametrize("fault", CANCEL_CASES, ids=str)
async def test_a_wish_to_cancel_gets_through_a_fault(tmp_path: Path, fault: Fault) -> None:
    stuck = Rule(fault=F.STUCK_QUEUE)
    rule = Rule(fault=fault, stage=At.CANCEL, count=2, seconds=0.1)
    async with sky(tmp_path, stuck, rule) as above:
        job = await above.engine.generate(draft(tmp_path, At.CANCEL))
        await until(above.engine, job.id, S.QUEUED)
        await above.engine.cancel(job.id)
        job = await above.engine.wait(job.id)
        assert ending(job, len(above.accepted())) == (S.CANCELLED, "cancelled", 1)
        assert above.accepted()[0].units == 0


LISTED = [fault for fault in Fault if At.PLATFORM in PLACES[fault]]


@pytest.mark.parametrize("fault", LISTED, ids=str)
async def test_a_request_whose_answer_was_lost_is_found_in_the_list_under_a_fault(
    tmp_path: Path, fault: Fault
) -> None:
    lost = Rule(fault=F.CUT, stage=At.ACCEPTED, count=1)
    rule = Rule(fault=fault, stage=At.PLATFORM, count=2, seconds=0.1)
    async with sky(tmp_path, lost, rule) as above:
        job = await above.engine.generate(draft(tmp_path, At.SUBMIT))
        job = await above.engine.wait(job.id)
        assert ending(job, len(above.accepted())) == DONE
        assert job.request_id == above.accepted()[0].id
