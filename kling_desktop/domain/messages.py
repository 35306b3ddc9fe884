"""The sentences people read: what happened, what it means for their money, what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Trouble


@dataclass(frozen=True, slots=True)
class Message:
    """Three short sentences; ``money`` is empty where money plays no part."""

    what: str
    money: str = ""
    todo: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.money, self.todo) if part)


NOTHING_SENT = "Nothing was sent and nothing will be charged."
NOT_CHARGED = "You are not charged for it."
MAYBE_CHARGED = "It may have been charged; your fal dashboard shows it."
CHARGED = "The clip was made, so it was charged."
WAITING = "The job goes on by itself; nothing is lost."

_TABLE: dict[str, Message] = {
    e.InvalidParams.code: Message("The input is not right.", NOTHING_SENT),
    e.UnknownEndpoint.code: Message(
        "This endpoint is not in the catalog.", NOTHING_SENT, "See `kling-desktop models`."
    ),
    e.UnknownJob.code: Message("There is no such job.", todo="See `kling-desktop jobs`."),
    e.BadPicture.code: Message("The picture cannot be used.", NOTHING_SENT),
    e.MissingKey.code: Message(
        "No fal API key is known.",
        NOTHING_SENT,
        "Store one with `kling-desktop key set`, or set FAL_KEY, or use --sandbox.",
    ),
    e.KeyRefused.code: Message(
        "fal did not accept the API key.", NOTHING_SENT, "Check the key in your fal dashboard."
    ),
    e.AccountLocked.code: Message(
        "The fal account is locked or out of credit.",
        "Nothing was accepted and nothing will be charged.",
        "Top up at fal.ai/dashboard/billing, then try again.",
    ),
    e.ContentRefused.code: Message(
        "The model's content filter refused this request.",
        MAYBE_CHARGED,
        "Change the prompt or the picture before you try again.",
    ),
    e.InputRefused.code: Message(
        "The model did not accept the input.", MAYBE_CHARGED, "Correct the field and try again."
    ),
    e.FolderUnusable.code: Message(
        "The clip cannot be written to its folder.",
        "The clip is safe at fal for the moment; it is not charged again.",
        "Make room or choose another folder, then resume the job.",
    ),
    e.NetworkDown.code: Message("There is no connection to the service."),
    e.TimedOut.code: Message("The service did not answer in time."),
    e.RateLimited.code: Message("The service asks us to slow down."),
    e.ServiceDown.code: Message("The service has trouble at the moment."),
    e.Transient.code: Message("Something did not work for the moment."),
    e.ProviderFailed.code: Message("fal could not make this clip.", NOT_CHARGED, "Try it again."),
    e.RequestCancelled.code: Message(
        "The request was cancelled.", "It was already running, so it may still be charged."
    ),
    e.SubmitUncertain.code: Message(
        "The request left this computer, but no answer came back.",
        "It may have been accepted, so it counts as spent and is not sent again by itself.",
        "Look for it in your fal dashboard before you try again.",
    ),
    e.ResultGone.code: Message(
        "The service no longer has the clip, or no longer knows the request.",
        CHARGED,
        "Ask once more with `kling-desktop jobs rescue` before you make it anew.",
    ),
    e.ClipDamaged.code: Message(
        "The downloaded file is not a whole video.",
        CHARGED,
        "Fetch it again with `kling-desktop jobs rescue`.",
    ),
    e.ProtocolBroken.code: Message(
        "The service gave an answer that makes no sense.",
        MAYBE_CHARGED,
        "Please report this with the request id.",
    ),
    e.ForeignOrigin.code: Message(
        "The service named an address outside itself, and it was not used.",
        MAYBE_CHARGED,
        "Please report this with the request id.",
    ),
    e.LedgerUnusable.code: Message(
        "The record of your jobs cannot be opened.", "No clip was removed.", "See the log."
    ),
}
_DOUBTFUL = {e.RequestCancelled.code, e.SubmitUncertain.code}
"""Their own sentences say why nobody knows whether there will be a charge."""
_FALLBACK = Message("Something unexpected happened.", todo="The log has the details.")


def message_for(code: str) -> Message:
    """The general sentences of an error code."""
    return _TABLE.get(code, _FALLBACK)


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
        case _ if error.detail:
            return Message(f"{general.what} ({error.detail})", general.money, general.todo)
        case _:
            return general


def explain_trouble(trouble: Trouble, *, waiting: bool = False) -> Message:
    """The sentences of what ended a job, or of what it waits out."""
    general = message_for(trouble.code)
    what = f"{general.what} ({trouble.detail})" if trouble.detail else general.what
    return Message(
        what, "" if waiting else _money(trouble, general), WAITING if waiting else general.todo
    )


def _money(trouble: Trouble, general: Message) -> str:
    match trouble.charge:
        case e.Charge.NO:
            return NOT_CHARGED
        case e.Charge.YES:
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
