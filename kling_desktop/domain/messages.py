"""What people read about an error: its sentences, with its own facts in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.facts import Charge, Retry
from kling_desktop.domain.refusals import kind_of
from kling_desktop.domain.sentences import (
    CHARGED,
    MAYBE_CHARGED,
    NOT_CHARGED,
    NOTHING_SENT,
    SAME_AGAIN,
    SENTENCES,
    WAITING,
    WAITING_FOR_ROOM,
    Message,
)

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Trouble

_DOUBTFUL = {e.RequestCancelled.code, e.SubmitUncertain.code}
"""Their own sentences say why nobody knows whether there will be a charge."""
_FALLBACK = Message("Something unexpected happened.", todo="The log has the details.")


def message_for(code: str) -> Message:
    """The general sentences of an error code."""
    return SENTENCES.get(code, _FALLBACK)


def explain(error: e.KlingDesktopError) -> Message:
    """The sentences of one error, with its own facts in them."""
    general = message_for(error.code)
    match error:
        case e.FolderUnusable(detail=detail):
            what = f"This folder or disk cannot be written to ({detail})."
            return Message(what, NOTHING_SENT, "Make room or choose another folder.")
        case e.InvalidParams(problems=problems):
            return Message(" ".join(_say(each) for each in problems), general.money)
        case e.UnknownEndpoint(endpoint_id=given, near=near):
            hint = f"Did you mean {', '.join(near)}?" if near else general.todo
            return Message(f"There is no endpoint {given!r}.", general.money, hint)
        case e.BadPicture(name=name, detail=detail):
            return Message(f"{name}: {detail}.", general.money)
        case e.BadMedia(name=name, detail=detail) | e.BadProject(name=name, detail=detail):
            return Message(f"{name}: {detail}.", general.money, general.todo)
        case _ if error.detail:
            return Message(f"{general.what} ({error.detail})", general.money, general.todo)
        case _:
            return general


def explain_trouble(trouble: Trouble, *, waiting: bool = False) -> Message:
    """The sentences of what ended a job, or of what it waits out."""
    general = message_for(trouble.code)
    what = f"{general.what} ({trouble.detail})" if trouble.detail else general.what
    if waiting:
        is_disk = trouble.code == e.FolderUnusable.code
        return Message(what, "", WAITING_FOR_ROOM if is_disk else WAITING)
    is_hopeless = trouble.retry == Retry.NEVER and kind_of(trouble.code).retry is Retry.ANEW
    return Message(what, _money(trouble, general), SAME_AGAIN if is_hopeless else general.todo)


def _money(trouble: Trouble, general: Message) -> str:
    match trouble.charge:
        case Charge.NO:
            return NOT_CHARGED
        case Charge.YES:
            return CHARGED
        case _:
            return general.money if trouble.code in _DOUBTFUL else MAYBE_CHARGED


def _say(problem: e.Problem) -> str:
    given = "" if problem.value is None else f" (given: {_short(problem.value)})"
    allowed = f"; allowed: {', '.join(problem.allowed)}" if problem.allowed else ""
    return f"{problem.field} {problem.message}{given}{allowed}."


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
