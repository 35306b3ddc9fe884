"""A job in a few words, as a row of the queue shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.cancelling import explain_cancel
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import RequestCancelled, SubmitUncertain, UnknownEndpoint
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.messages import explain_trouble, message_for
from kling_desktop.domain.motion.verdict import Took
from kling_desktop.domain.refusals import lineage
from kling_desktop.domain.requests import CancelAnswer
from kling_desktop.ui.queue.facts import is_free

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.events import BytesMoved
    from kling_desktop.ui.theme import Tokens

STATES = {
    JobState.DRAFT: "Draft",
    JobState.HELD: "On hold",
    JobState.INTENT: "Starting",
    JobState.UPLOADING: "Uploading the picture",
    JobState.SENDING: "Sending the request",
    JobState.UNCERTAIN: "Uncertain: perhaps accepted",
    JobState.QUEUED: "Waiting in the queue",
    JobState.RUNNING: "The clip is being made",
    JobState.FETCHING: "Fetching the result",
    JobState.DOWNLOADING: "Downloading the clip",
    JobState.DONE: "Done",
    JobState.REFUSED: "Refused",
    JobState.FAILED: "Failed",
    JobState.CANCELLED: "Cancelled",
}
REASONS = {
    "account_locked": "no credit",
    "bad_picture": "the picture",
    "bad_project": "the project",
    "clip_damaged": "the file is damaged",
    "content_refused": "content filter",
    "foreign_origin": "a strange address",
    "face_not_found": "no face found",
    "feature_missing": "not possible there",
    "file_too_large": "the file is too large",
    "file_unreachable": "a file was not reachable",
    "input_refused": "the input",
    "key_refused": "the key",
    "never_started": "fal was too busy",
    "nothing_made": "nothing came out",
    "picture_too_large": "the picture is too large",
    "picture_too_small": "the picture is too small",
    "picture_unreadable": "the picture",
    "provider_failed": "fal's fault",
    "result_gone": "the clip is gone",
    "took_too_long": "it took too long",
    "unknown_app": "no such endpoint",
    "unknown_path": "no such endpoint",
}
"""Why a job was refused or failed, in the room that a row has; its tip has the sentences."""
SEARCHING = "Looking for it in your account"
ASKED_TO_STOP = "Asked to stop, may still finish"
CANCELLING: Mapping[str, str] = {
    CancelAnswer.REMOVED: "Removed from the queue",
    CancelAnswer.TOO_LATE: "Too late to stop, it had finished",
}
"""What the service said to a cancel, while the job still goes on."""
NEVER_CHARGED = "In the sandbox nothing is charged."
BRUSH: Mapping[str, str] = {
    Took.YES.value: "the brush took",
    Took.PARTLY.value: "the brush took in part",
    Took.NO.value: "the brush was ignored",
    Took.ELSEWHERE.value: "the brush was not followed",
    Took.UPSIDE_DOWN.value: "the brush took upside down",
}
"""What the clip shows of the motion brush; its tip tells it region by region."""
ICONS = {
    JobState.UNCERTAIN: "warning",
    JobState.UPLOADING: "upload",
    JobState.SENDING: "upload",
    JobState.QUEUED: "queue",
    JobState.RUNNING: "film",
    JobState.FETCHING: "download",
    JobState.DOWNLOADING: "download",
    JobState.DONE: "check",
    JobState.REFUSED: "warning",
    JobState.FAILED: "warning",
    JobState.CANCELLED: "cancel",
}


def title(job: Job) -> str:
    """What the job is known by."""
    return " ".join(job.prompt.split()) or job.endpoint.rsplit("/", 1)[-1]


def kind(job: Job) -> str:
    """What makes the clip, as the catalog calls it: version, quality and task."""
    try:
        return load_catalog().endpoint(job.endpoint).title
    except UnknownEndpoint:  # Another program's catalog may know more.
        return job.endpoint


def state_line(job: Job, moved: BytesMoved | None = None, *, searching: bool = False) -> str:
    """Where the job is, with what says most about it."""
    if searching and job.state is JobState.UNCERTAIN:
        return SEARCHING
    if job.goes_on:
        return _under_way(job, moved)
    text, code = STATES[job.state], job.trouble.code if job.trouble else ""
    match job.state:
        case JobState.DONE if job.cancel_asked:
            return f"{text}: the cancel came too late"
        case JobState.DONE if job.brush and (seen := BRUSH.get(str(job.brush.get("took")))):
            return f"{text}: {seen}"
        case JobState.REFUSED | JobState.FAILED if reason := _reason(code):
            return f"{text}: {reason}"
        case JobState.CANCELLED:
            return _cancelled(job, code)
        case _:
            return text


def _cancelled(job: Job, code: str) -> str:
    """How far it had come when it was stopped, as that is what decides about money."""
    if code == SubmitUncertain.code:
        return "Given up" if is_free(job) else "Given up, perhaps charged"
    if code != RequestCancelled.code or job.trouble is None:
        return STATES[job.state]
    if job.request_id is None:
        return "Cancelled before it was sent" if job.trouble.charge == Charge.NO else "Cancelled"
    if job.cancel_answer == CancelAnswer.REMOVED:
        return CANCELLING[CancelAnswer.REMOVED]
    at_work = job.cancel_answer is not None and job.trouble.charge == Charge.MAYBE
    return "Cancelled while it was made" if at_work else STATES[job.state]


def _under_way(job: Job, moved: BytesMoved | None) -> str:
    if job.trouble is not None:
        return message_for(job.trouble.code).what
    text = STATES[job.state]
    if job.cancel_asked:
        return CANCELLING.get(job.cancel_answer or "", ASKED_TO_STOP)
    if job.state is JobState.QUEUED and job.queue_position is not None:
        ahead = job.queue_position
        return f"{text}, {ahead} ahead" if ahead else f"{text}, next in line"
    if moved is not None and moved.total:
        return f"{text}, {100 * moved.done // moved.total} %"
    return text


def explanation(job: Job, *, searching: bool = False) -> str:
    """What a job without a clip has to say for itself: why, what it means for money, what to do.

    Empty where its row says it all.
    """
    message = explain_cancel(job)
    if message is None and job.trouble is None:
        return f"{STATES[job.state]}." if job.is_over and not job.clips else ""
    if message is None and job.trouble is not None:
        message = explain_trouble(job.trouble, waiting=job.goes_on)
    if message is not None and is_free(job) and message.money:
        message = replace(message, money=NEVER_CHARGED)
    if message is not None and searching and job.state is JobState.UNCERTAIN:
        message = replace(message, todo=f"{SEARCHING}\N{HORIZONTAL ELLIPSIS}")
    return str(message)


def colour(job: Job, tokens: Tokens) -> str:
    """The colour of a job's state; the words and the icon say the same."""
    match job.state:
        case JobState.DONE:
            return tokens.good
        case JobState.FAILED | JobState.REFUSED:
            return tokens.bad
        case JobState.UNCERTAIN:
            return tokens.warn
        case JobState.CANCELLED:
            return tokens.muted
        case _:
            return tokens.warn if job.trouble else tokens.accent


def _reason(code: str) -> str:
    """The reason of the kind of error, or of the nearest one above it that has one."""
    return next((REASONS[kind.code] for kind in lineage(code) if kind.code in REASONS), "")
