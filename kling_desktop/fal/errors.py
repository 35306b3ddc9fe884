"""From answers to errors: one table for each thing that we ask of fal.

A request that was accepted may be paid for, so what is asked *about* it is final only where the
answer is fal's own and clear; everything else is :class:`Transient` and asked again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e

if TYPE_CHECKING:
    from kling_desktop.fal.answers import Answer

_LOCKED = re.compile(r"\b(?:locked|balance)\b", re.IGNORECASE)
_BUSY = frozenset({408, 409, 425, 429})
"""Refusals that are about the moment, not about the request."""
_MODEL_FAILURES = frozenset(
    {
        "internal_server_error",
        "generation_timeout",
        "downstream_service_error",
        "downstream_service_unavailable",
    }
)
_RUNNER_FAILURES = frozenset(
    {
        "request_timeout",
        "startup_timeout",
        "runner_scheduling_failure",
        "runner_connection_timeout",
        "runner_disconnected",
        "runner_connection_refused",
        "runner_connection_error",
        "runner_incomplete_response",
        "runner_server_error",
        "internal_error",
    }
)


def submit_error(answer: Answer) -> e.KlingDesktopError:
    """A POST that was not accepted; only a plain refusal proves that it was not."""
    match answer.status:
        case 401 | 402 | 403:
            return refusal(answer)
        case 429:
            return e.RateLimited(answer.detail, retry_after=answer.retry_after)
        case 400 | 413 | 415 | 422:
            return e.InputRefused(answer.detail)
        case 408 | 409 | 425 | 499:
            return e.SubmitUncertain(answer.detail)
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
    if answer.status == 499 or answer.error_type == "client_cancelled":
        return e.RequestCancelled(answer.detail)
    if answer.is_page:
        return transient(answer)
    match answer.status:
        case 400 if _MODEL_FAILURES & _types(answer):
            return e.ProviderFailed(answer.detail)
        case 400 if answer.model_errors or answer.error_type == "bad_request":
            return e.InputRefused(answer.detail)
        case 404 if _path_is_unknown(answer):
            return e.ProviderFailed(answer.detail)
        case 422 if "content_policy_violation" in _types(answer):
            return e.ContentRefused(answer.detail)
        case 422:
            return e.InputRefused(answer.detail)
        case _:
            # A 400 without a type is "still in progress"; a 5xx is never a failure by itself.
            return status_error(answer)


def claimed_failure(answer: Answer) -> str | None:
    """The failure that a 5xx result states in fal's documented words, if it does.

    It is one witness of two: a gateway that timed out on a finished clip answers in the same
    words, so the status must name an error as well before the job counts as failed.
    """
    if answer.status < 500 or "x-fal-request-id" not in answer.headers:
        return None
    known = (_MODEL_FAILURES & _types(answer)) or answer.error_type in _RUNNER_FAILURES
    return answer.detail if known else None


def cancel_error(answer: Answer) -> e.KlingDesktopError:
    """A wish to cancel that got no answer; it can be repeated."""
    if answer.status in {401, 403} and not answer.is_page:
        return refusal(answer)
    return transient(answer)


def upload_error(answer: Answer) -> e.KlingDesktopError:
    """A picture that fal did not take; nothing is charged for it."""
    match answer.status:
        case 401 | 402 | 403:
            return refusal(answer)
        case status if 400 <= status < 500 and status not in _BUSY:
            return e.ProtocolBroken(answer.detail)
        case _:
            return transient(answer)


def media_error(status: int) -> e.KlingDesktopError:
    """A file that did not come; a stale address is cured by asking for the result again."""
    if 400 <= status < 500 and status not in _BUSY:
        return e.ResultGone(f"HTTP {status}")
    kind = e.RateLimited if status == 429 else e.ServiceDown
    return kind(f"HTTP {status}")


def refusal(answer: Answer) -> e.KlingDesktopError:
    """Whether it is the key or the account; an exhausted balance is a 403, not a 402."""
    is_locked = answer.status == 402 or (answer.status == 403 and _LOCKED.search(answer.detail))
    return e.AccountLocked(answer.detail) if is_locked else e.KeyRefused(answer.detail)


def transient(answer: Answer) -> e.Transient:
    """Anything that may be better the next time, nonsense included."""
    kind = e.RateLimited if answer.status == 429 else e.ServiceDown
    return kind(answer.detail, retry_after=answer.retry_after)


def _types(answer: Answer) -> set[str]:
    return {str(each.get("type")) for each in answer.model_errors}


def _path_is_unknown(answer: Answer) -> bool:
    """The app is known and says that it has no such endpoint: the id in the request is wrong."""
    return str(answer.object.get("detail", "")).startswith("Path ")


def _not_found(answer: Answer) -> str:
    told = answer.object.get("status")
    return told if isinstance(told, str) else answer.detail
