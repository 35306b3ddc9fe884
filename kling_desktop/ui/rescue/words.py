"""A request of the account in a few words, and why one cannot be brought back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams, KlingDesktopError, UnknownRequest
from kling_desktop.domain.jobs import RESUMABLE, JobState
from kling_desktop.domain.messages import explain
from kling_desktop.ui.queue import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.requests import PastRequest

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
NO_ID = "That names no request. Paste a request id, or the address of its page at fal."
NOT_LISTED = (
    "This request is not in your account's list. If it is yours, choose the endpoint that it was "
    "sent to, and look again."
)
NO_PROMPT = "(prompt not kept)"
COMING = f"Coming back{ELLIPSIS}"
OK = 200


def state(past: PastRequest) -> str:
    """Where a request is, as the account's list tells it."""
    if not past.has_entry:
        return "In no list; may be there"
    if not past.has_ended:
        return "Under way"
    return "Finished" if past.status_code == OK else f"Failed (HTTP {past.status_code}), no clip"


def known(job: Job) -> str:
    """That a request is among the jobs here, and how it stands."""
    return f"Here: {words.state_line(job)}"


def can_come(past: PastRequest, job: Job | None) -> bool:
    """Whether bringing it back can make a difference."""
    if job is not None and job.state in RESUMABLE | {JobState.DONE}:
        return False
    return not past.has_ended or past.status_code == OK


def prompt(past: PastRequest) -> str:
    """What people know it by, in one line."""
    return " ".join(past.prompt.split()) or NO_PROMPT


def sent(past: PastRequest) -> str:
    """When it was sent, by the clock on the wall."""
    return f"{past.sent_at.astimezone():%Y-%m-%d %H:%M}" if past.has_entry else "not known"


def inputs(past: PastRequest, endpoint: Endpoint | None) -> str:
    """What was asked for beside the prompt, as far as the list has kept it."""
    return "   ".join(_inputs(past, endpoint)) or "Its settings are not known."


def _inputs(past: PastRequest, endpoint: Endpoint | None) -> Iterator[str]:
    pictures = {each.name for each in endpoint.fields if each.takes_files} if endpoint else set()
    for name, value in (past.body or {}).items():
        if name == "prompt" or name in pictures or value in (None, ""):
            continue
        text = " ".join(str(value).split())
        yield f"{name.replace('_', ' ')}: {text if len(text) <= 60 else text[:59] + ELLIPSIS}"


def why_not(error: KlingDesktopError, *, endpoint: str = "") -> str:
    """Why a request was not found, or cannot come back; looking never costs anything."""
    match error:
        case InvalidParams():
            return NO_ID
        case UnknownRequest() if not endpoint:
            return NOT_LISTED
        case UnknownRequest():
            return f"This request cannot be brought back: {error.detail}."
        case _:
            return str(replace(explain(error), money="")) + " Looking is free."


def not_back(error: KlingDesktopError) -> str:
    """Why a request that was found cannot come back."""
    return why_not(error, endpoint="-").removesuffix(" Looking is free.")
