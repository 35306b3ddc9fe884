"""From accepted to completed: listen or look again and again, and pass on a wish to cancel."""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import RequestLogged
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import CancelAnswer, Phase
from kling_desktop.engine.listening import news
from kling_desktop.engine.verdicts import VERDICTS, end_by_verdict, end_missing, ref_of

if TYPE_CHECKING:
    from kling_desktop.domain.requests import RequestStatus
    from kling_desktop.engine.errand import Errand

log = logging.getLogger(__name__)

_WATCHED = frozenset({JobState.QUEUED, JobState.RUNNING})


async def watch(errand: Errand) -> None:
    """Watch the request until it is completed; a wish to cancel is passed on once."""
    for wait in errand.world.pace.looks():
        if errand.cancel_asked:
            await _cancel_there(errand)
        await _listen(errand)
        if errand.job.state in _WATCHED:
            await _look(errand, wait)
        if errand.job.state not in _WATCHED:
            break


async def _listen(errand: Errand) -> None:
    """Take the news for as long as there is any."""
    async with aclosing(news(errand)) as statuses:
        async for status in statuses:
            _note(errand, status)
            errand.is_found()
            if errand.job.state not in _WATCHED:
                break


async def _look(errand: Errand, wait: float) -> None:
    """Ask once, then wait for the next look: the longer, the more jobs look."""
    crowd = errand.world.crowd
    with crowd.joined():
        try:
            _note(errand, await _ask(errand))
            errand.is_found()
        except e.ResultGone as error:
            if errand.is_gone(errand.no_request):
                errand.check_known()
                await end_missing(errand, error, Charge.MAYBE)
        except VERDICTS as error:
            await end_by_verdict(errand, error)
        if errand.job.state in _WATCHED:
            await errand.pause(crowd.spread(wait))


async def _ask(errand: Errand) -> RequestStatus:
    return await errand.patiently(
        lambda: _ask_once(errand), waits_out=e.KlingDesktopError, gives_up=VERDICTS
    )


async def _ask_once(errand: Errand) -> RequestStatus:
    crowd = errand.world.crowd
    try:
        status = await errand.world.provider.status(ref_of(errand))
    except e.RateLimited:
        crowd.slow_down()
        raise
    crowd.ease()
    return status


def _note(errand: Errand, status: RequestStatus) -> None:
    """Keep what the service says, and pass on what the model wrote."""
    for line in errand.new_lines(status.logs):
        errand.world.bus.publish(RequestLogged(errand.job.id, line.message))
    match status.phase:
        case Phase.COMPLETED:
            errand.advance(
                JobState.FETCHING,
                "completed",
                queue_position=None,
                inference_seconds=status.inference_seconds,
            )
        case Phase.RUNNING if errand.job.state is not JobState.RUNNING:
            errand.advance(JobState.RUNNING, "started", queue_position=None)
        case Phase.QUEUED if errand.job.state is not JobState.QUEUED:
            errand.advance(JobState.QUEUED, "back in the queue")
        case _:
            errand.world.places.hear(errand, status.queue_position)


async def _cancel_there(errand: Errand) -> None:
    """Pass the wish on until it is answered; then keep looking: a late success is a success.

    Even "removed" ends nothing by itself: what became of the request, its status says. And a 404
    is no answer while the status knows the request, so the wish is passed on again.
    """
    if errand.job.cancel_answer not in {None, CancelAnswer.UNKNOWN}:
        return
    ref, provider = ref_of(errand), errand.world.provider
    try:
        answer = await provider.cancel(ref)
    except e.KlingDesktopError as error:
        log.info("cancel job=%s code=%s; tried again at the next look", errand.job.id, error.code)
        return
    log.info("cancel job=%s answer=%s", errand.job.id, answer)
    if answer is CancelAnswer.REMOVED and errand.job.state is not JobState.QUEUED:
        answer = CancelAnswer.ASKED  # fal does not say what it means for a running request
    errand.update("cancel: " + answer, cancel_answer=answer.value)
