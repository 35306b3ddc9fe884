"""How a request ends when the weather strikes its model (``fal-protocol.md`` §8.1, §8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.sandbox.faults import Fault
from kling_desktop.sandbox.records import Outcome
from kling_desktop.sandbox.refusals import item

if TYPE_CHECKING:
    from collections.abc import Mapping

RETRYABLE = frozenset({"internal_server_error", "generation_timeout"})
"""Model errors that say of themselves that another try may help."""


def mishap_of(fault: Fault, params: Mapping[str, Any]) -> Outcome | None:
    """The bad end that a fault makes of a request; None where it does not end it."""
    match fault:
        case Fault.REFUSE:
            message = "The content was flagged by a content checker."
            return _model_error(422, "content_policy_violation", message, params)
        case Fault.MODEL_ERROR:
            return _model_error(500, "internal_server_error", "Internal server error", params)
        case Fault.MODEL_TIMEOUT:
            return _model_error(504, "generation_timeout", "Generation timed out", params)
        case Fault.RUNNER_LOST:
            return Outcome(503, {"detail": "Runner disconnected"}, "runner_disconnected")
        case _:
            return None


def _model_error(status: int, kind: str, message: str, params: Mapping[str, Any]) -> Outcome:
    field = "prompt" if "prompt" in params else "effect_scene"
    return Outcome(status, {"detail": [item((field,), kind, message, params[field])]})


def retry_headers(outcome: Outcome) -> dict[str, str]:
    """The word about another try, under its old name and its new one."""
    detail = (outcome.body or {}).get("detail")
    if not isinstance(detail, list):
        return {}
    again = any(each["type"] in RETRYABLE for each in detail)
    return {
        "X-Fal-Needs-Retry": "1" if again else "0",
        "X-Fal-Retryable": "true" if again else "false",
    }
