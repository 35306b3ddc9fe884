"""A job in a few words, as a row of the queue shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import TERMINAL, Job, JobState
from kling_desktop.domain.messages import message_for
from kling_desktop.domain.money import dollars

if TYPE_CHECKING:
    from datetime import datetime

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
    "clip_damaged": "the file is damaged",
    "content_refused": "content filter",
    "foreign_origin": "a strange address",
    "input_refused": "the input",
    "key_refused": "the key",
    "provider_failed": "fal's fault, not charged",
    "result_gone": "the clip is gone",
}
"""Why a job was refused or failed, in the room that a row has; its tip has the sentences."""
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


def state_line(job: Job, moved: BytesMoved | None = None) -> str:
    """Where the job is, with the number that says most about it."""
    if job.trouble is not None and not job.is_over:
        return message_for(job.trouble.code).what
    text = STATES[job.state]
    if job.cancel_asked and not job.is_over:
        return f"{text}; asked to stop"
    if job.state in {JobState.REFUSED, JobState.FAILED} and job.trouble is not None:
        reason = REASONS.get(job.trouble.code)
        return f"{text}: {reason}" if reason else text
    if job.state is JobState.QUEUED and job.queue_position is not None:
        ahead = job.queue_position
        return f"{text}, {ahead} ahead" if ahead else f"{text}, next in line"
    if moved is not None and moved.total and not job.is_over:
        return f"{text}, {100 * moved.done // moved.total} %"
    return text


def facts_line(job: Job, now: datetime) -> str:
    """Time taken and money: billed where it is known, an estimate before that."""
    end = job.updated_at if job.state in TERMINAL else now
    parts = [elapsed((end - job.created_at).total_seconds()), _money(job)]
    if job.clips:
        parts.insert(0, f"{job.clips[0].width} \N{MULTIPLICATION SIGN} {job.clips[0].height}")
    return "   ".join(part for part in parts if part)


def _money(job: Job) -> str:
    if job.backend == "sandbox":
        return "free"
    if job.cost_usd is not None:
        return dollars(job.cost_usd)
    return f"about {dollars(job.estimate_usd)}" if job.estimate_usd else ""


def elapsed(seconds: float) -> str:
    """Minutes and seconds, and hours once there are any."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


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
