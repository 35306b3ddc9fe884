"""From answers to errors: one table for each thing that we ask of fal.

A request that was accepted may be paid for, so what is asked *about* it is final only where the
answer is fal's own and clear; everything else is :class:`Transient` and asked again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.facts import Charge, Retry
from kling_desktop.fal.error_types import BUSY, PLATFORM, STOPS, failure_of, refusal_of

if TYPE_CHECKING:
    from kling_desktop.fal.answers import Answer

E = TypeVar("E", bound=e.KlingDesktopError)

_LOCKED = re.compile(r"\b(?:locked|balance)\b", re.IGNORECASE)
_MALFORMED = re.compile(r"\bformat\b", re.IGNORECASE)
"""Of the sentences that fal is known to answer 401 and 403 with (fal-protocol.md §2)."""
_BUSY = frozenset({408, 409, 425, 429})
"""Refusals that are about the moment, not about the request."""


def submit_error(answer: Answer) -> e.KlingDesktopError:
    """A POST that was not accepted; only a plain refusal proves that it was not."""
    match answer.status:
        case 401 | 402 | 403:
            return refusal(answer)
        case 429:
            return transient(answer)
        case 413:
            return r.FileTooLarge(answer.detail)
        case 400 | 415 | 422:
            return refusal_of(answer.types)(answer.detail)
        case 408 | 409 | 425 | 499:
            return e.SubmitUncertain(answer.detail)
        case 404 if not answer.is_page:
            return r.UnknownApp(answer.detail)
        case status if 400 <= status < 500:
            return e.ProviderFailed(answer.detail)
        case _:
            return e.SubmitUncertain(answer.detail)


def status_error(answer: Answer) -> e.KlingDesktopError:
    """A look at the queue that did not show the request."""
    if answer.status in {404, 410} and not answer.is_page:
        return e.ResultGone(_not_found(answer))
    if answer.status in {401, 403} and not answer.is_page:
        return refusal(answer)
    return transient(answer)


def result_error(answer: Answer) -> e.KlingDesktopError:
    """A result that is none: fal replays the model's own status code and body here."""
    if answer.status == 499 or STOPS.keys() & set(answer.types):
        return _with_bill(e.RequestCancelled(answer.detail), answer)
    if answer.is_page:
        return transient(answer)
    match answer.status:
        case 400 if failure := failure_of(answer.types):
            return _with_bill(failure(answer.detail), answer)
        case 400 if answer.types:
            return _with_bill(refusal_of(answer.types)(answer.detail), answer)
        case 404 if _path_is_unknown(answer):
            return r.UnknownPath(answer.detail)
        case 422:
            return _with_bill(refusal_of(answer.types)(answer.detail), answer)
        case _:
            # A 400 without a type is "still in progress"; a 5xx is never a failure by itself.
            return status_error(answer)


def claimed_failure(answer: Answer) -> e.ProviderFailed | None:
    """The failure that a 5xx result states in fal's documented words, if it does.

    It is one witness of two: a gateway that timed out on a finished clip answers in the same
    words, so the status must name an error as well before the job counts as failed.
    """
    if answer.status < 500 or "x-fal-request-id" not in answer.headers:
        return None
    kind = failure_of(answer.types)
    if answer.headers.get("x-fal-request-timeout-type") == "user" and answer.status == 504:
        kind = r.NeverStarted
    return None if kind is None else _with_bill(kind(answer.detail), answer)


def cancel_error(answer: Answer) -> e.KlingDesktopError:
    """A wish to cancel that got no answer; it can be repeated."""
    if answer.status in {401, 403} and not answer.is_page:
        return refusal(answer)
    return transient(answer)


def upload_error(answer: Answer) -> e.KlingDesktopError:
    """A file that fal did not take; nothing is charged for it."""
    match answer.status:
        case 401 | 402 | 403:
            return refusal(answer)
        case 413:
            return _free(r.FileTooLarge(answer.detail))
        case status if 400 <= status < 500 and status not in _BUSY:
            return _free(e.ProtocolBroken(answer.detail))
        case _:
            return transient(answer)


def platform_error(answer: Answer) -> e.KlingDesktopError:
    """A question about models, prices or the account that got no answer; it costs nothing."""
    if answer.status in {401, 402, 403} and not answer.is_page:
        return refusal(answer)
    kind = next((PLATFORM[word] for word in answer.types if word in PLATFORM), None)
    if kind is None or issubclass(kind, e.Transient):
        return transient(answer)
    return _free(kind(answer.detail))


def media_error(status: int) -> e.KlingDesktopError:
    """A file that did not come; a stale address is cured by asking for the result again."""
    if 400 <= status < 500 and status not in _BUSY:
        return e.FileGone(f"HTTP {status}")
    kind = e.RateLimited if status == 429 else e.ServiceDown
    return kind(f"HTTP {status}")


def refusal(answer: Answer) -> e.KlingDesktopError:
    """Whether it is the key or the account; an exhausted balance is a 403, not a 402."""
    if answer.status == 402 or (answer.status == 403 and _LOCKED.search(answer.detail)):
        return e.AccountLocked(answer.detail)
    if answer.status == 403:
        return r.KeyLacksScope(answer.detail)
    return (r.KeyMalformed if _MALFORMED.search(answer.detail) else e.KeyRefused)(answer.detail)


def transient(answer: Answer) -> e.Transient:
    """Anything that may be better the next time, nonsense included."""
    kind: type[e.Transient] = e.ServiceDown
    if answer.status == 429:
        kind = next((BUSY[word] for word in answer.types if word in BUSY), e.RateLimited)
    return kind(answer.detail, retry_after=answer.retry_after)


def _with_bill(error: E, answer: Answer) -> E:
    """The error with what this answer knows better than its kind: the bill, and fal's advice."""
    units = answer.billable_units
    if units is not None:
        error.charge = Charge.YES if units else Charge.NO
    if isinstance(error, e.ProviderFailed) and answer.needs_retry is False:
        error.retry = Retry.NEVER
    return error


def _free(error: E) -> E:
    error.charge = Charge.NO
    return error


def _path_is_unknown(answer: Answer) -> bool:
    """The app is known and says that it has no such endpoint: the id in the request is wrong."""
    return str(answer.object.get("detail", "")).startswith("Path ")


def _not_found(answer: Answer) -> str:
    told = answer.object.get("status")
    return told if isinstance(told, str) else answer.detail
