"""From accepted to completed: look again and again, and pass on a wish to cancel."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.errors import Charge
from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.domain.requests import CancelAnswer, Phase
from kling_desktop.engine.verdicts import VERDICTS, end_by_verdict, ref_of

if TYPE_CHECKING:
    from kling_desktop.domain.requests import RequestStatus
    from kling_desktop.engine.errand import Errand

log = logging.getLogger(__name__)

MISSES = 3
"""A request is gone when its status is 'not found' this often in a row."""


async def watch(errand: Errand) -> None:
    """Look at the request until it is completed, or cancelled."""
    misses = 0
    for wait in errand.world.pace.looks():
        if errand.cancel_asked:
            await _cancel_there(errand)
        if errand.job.is_over:
            break
        try:
            _note(errand, await _ask(errand))
            misses = 0
        except e.ResultGone as error:
            misses += 1
            if misses >= MISSES:
                _end_missing(errand, error)
        except VERDICTS as error:
            end_by_verdict(errand, error)
        if errand.job.state not in {JobState.QUEUED, JobState.RUNNING}:
            break
        await errand.pause(wait)


async def _ask(errand: Errand) -> RequestStatus:
    ref, provider = ref_of(errand), errand.world.provider
    return await errand.patiently(
        lambda: provider.status(ref), waits_out=e.KlingDesktopError, gives_up=VERDICTS
    )


def _note(errand: Errand, status: RequestStatus) -> None:
    """Keep what the service says."""
    match status.phase:
        case Phase.COMPLETED:
            errand.advance(JobState.FETCHING, "completed", queue_position=None)
        case Phase.RUNNING if errand.job.state is not JobState.RUNNING:
            errand.advance(JobState.RUNNING, "started", queue_position=None)
        case Phase.QUEUED if errand.job.state is not JobState.QUEUED:
            errand.advance(JobState.QUEUED, "back in the queue")
        case _:
            errand.update(queue_position=status.queue_position)


def _end_missing(errand: Errand, error: e.ResultGone) -> None:
    """The service no longer knows the request: forgotten, or gone by our own wish."""
    if errand.job.cancel_answer is None:
        errand.end(JobState.FAILED, error, Charge.MAYBE)
    else:
        errand.end(JobState.CANCELLED, e.RequestCancelled(), Charge.MAYBE)


async def _cancel_there(errand: Errand) -> None:
    """Pass the wish on until it is answered; then keep looking: a late success is a success."""
    if errand.job.cancel_answer is not None:
        return
    ref, provider = ref_of(errand), errand.world.provider
    try:
        answer = await provider.cancel(ref)
    except e.KlingDesktopError as error:
        log.info("cancel job=%s code=%s; tried again at the next look", errand.job.id, error.code)
        return
    log.info("cancel job=%s answer=%s", errand.job.id, answer)
    errand.update("cancel: " + answer, cancel_answer=answer.value)
    # fal's page names the answer but not its meaning for a running request, so only one that
    # was last seen in the queue is called free.
    if answer is CancelAnswer.REMOVED and errand.job.state is JobState.QUEUED:
        free = Trouble(e.RequestCancelled.code, "removed from the queue", Charge.NO)
        errand.advance(JobState.CANCELLED, "removed from the queue", trouble=free)
