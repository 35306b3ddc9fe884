"""What became of a wish to cancel, and what that means for money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.errors import RequestCancelled, SubmitUncertain
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import NOT_YET_SENT, JobState, Trouble
from kling_desktop.domain.requests import CancelAnswer
from kling_desktop.domain.sentences import MAYBE_CHARGED, NOT_CHARGED, NOTHING_SENT, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.jobs import Job

BEFORE_SENDING = "cancelled before it was sent"
"""The cause of the end of a job that the service knows nothing of."""
NOTHING_LEFT = Trouble(RequestCancelled.code, "nothing was sent", Charge.NO)
"""What such an end means."""
NOT_SENT = Message("Cancelled before it was sent.", NOTHING_SENT)
REMOVED = Message("Removed from the queue before it began.", NOT_CHARGED)
STOPPED = Message("Stopped, but the model was at work on it already.", MAYBE_CHARGED)
GIVEN_UP = Message(
    "You gave it up while nobody knew whether it had been accepted.",
    "It counts as perhaps charged; your fal dashboard shows it.",
)
CAME_TOO_LATE = Message("The cancel came too late: the clip was finished.", "It is charged.")
GIVING_UP = Message(
    "It is looked for once more, since only what is found can be stopped.",
    "If it is not there, it is given up and counts as perhaps charged.",
)
_WAITING = Message(
    "The cancel waits for an answer.", "What is running already may be charged even so."
)
_ON_THE_WAY: Mapping[str, Message] = {
    CancelAnswer.REMOVED: Message("It is removed from the queue.", NOT_CHARGED),
    CancelAnswer.ASKED: Message(
        "It was asked to stop, but the model was at work on it already.",
        "It may still finish, and then it is charged.",
        "If a clip comes, it is kept for you.",
    ),
    CancelAnswer.TOO_LATE: Message(
        "The cancel came too late: it had finished already.",
        "It is charged.",
        "Its clip is brought home.",
    ),
    CancelAnswer.UNKNOWN: Message(
        "The service does not know the request at the moment.",
        "It may be charged until that is clear.",
        "The cancel is passed on again by itself.",
    ),
}


def explain_cancel(job: Job) -> Message | None:
    """The sentences for a job that was to be cancelled; None where that is not its story."""
    code = job.trouble.code if job.trouble else ""
    match job.state:
        case JobState.CANCELLED if code == SubmitUncertain.code:
            return GIVEN_UP
        case JobState.CANCELLED if code == RequestCancelled.code and job.trouble is not None:
            return _cancelled(job, job.trouble.charge)
        case JobState.DONE if job.cancel_asked:
            return CAME_TOO_LATE
        case JobState.UNCERTAIN if job.cancel_asked:
            return GIVING_UP
        case _ if job.goes_on and job.cancel_asked and job.state not in NOT_YET_SENT:
            return _ON_THE_WAY.get(job.cancel_answer or "", _WAITING)
        case _:
            return None


def _cancelled(job: Job, charge: str) -> Message | None:
    if job.request_id is None:
        return NOT_SENT if charge == Charge.NO else None
    if job.cancel_answer == CancelAnswer.REMOVED:
        return REMOVED
    return STOPPED if charge == Charge.MAYBE and job.cancel_answer else None
