"""Whether a request whose answer was lost was accepted: the account's own list of requests tells.

A request is ours if it was sent to the same endpoint at about the same time with the same body, and
no job has it yet. Uploaded pictures get an address of their own each time, so a body that names one
is unlike any other. A body of words alone may be sent twice within minutes; but then the two are
the same order, either of them is the clip that was asked for, and as no request is given to two
jobs, their number, and so the money, is right as well.

What is not in the list yet may still come, and what is no longer in it may have been accepted, so
not finding it proves nothing: the job stays uncertain.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import Searched
from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.errand import trouble_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.requests import PastRequest
    from kling_desktop.engine.errand import Errand
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

SKEW = timedelta(minutes=10)
"""How much this computer's clock and fal's may differ."""
SENDING_LASTS = timedelta(minutes=15)
"""A body may take long to leave over a bad line, and be accepted after that."""


async def match(errand: Errand) -> None:
    """Look for the request a few times; a job whose request is found goes on with it.

    Only what is found can be stopped, so a wish to cancel from before the search waits for its
    end; one that gives the search itself up waits for one more look.
    """
    job_id, bus = errand.job.id, errand.world.bus
    bus.publish(Searched(job_id, under_way=True))
    try:
        await _search(errand)
    finally:
        bus.publish(Searched(job_id, under_way=False))


async def _search(errand: Errand) -> None:
    was_asked = errand.cancel_asked
    for wait in errand.world.pace.searches:
        await errand.pause(wait)
        if await look(errand):
            return None
        if errand.is_given_up:
            return give_up(errand)
    if was_asked:
        return give_up(errand)
    log.info("job=%s is not in the list of requests", errand.job.id)
    return None


def give_up(errand: Errand) -> None:
    """End an uncertain job by the user's wish; whether it costs, nobody knows."""
    errand.accept(errand.world.ledger.alone(lambda: given_up(errand.world, errand.job.id)))


def given_up(world: World, job_id: JobId) -> Job:
    """The job after that, or as it is where it is not uncertain any more; one step for a caller."""
    job = world.ledger.get(job_id)
    if job.state is JobState.UNCERTAIN:
        unknown = trouble_of(e.SubmitUncertain())
        job = job.step(JobState.CANCELLED, world.clock.now(), trouble=unknown)
        world.ledger.save(job, "given up")
    return job


def sent_about(job: Job) -> tuple[Any, Any]:
    """Between which moments the request may have been accepted."""
    sent = job.sent_at or job.updated_at
    return sent - SKEW, sent + SENDING_LASTS + SKEW


def is_same(body: Mapping[str, Any], other: Mapping[str, Any] | None) -> bool:
    """Whether a body in the list is the one that was sent; fal may have filled in defaults."""
    missing = object()
    return other is not None and all(
        other.get(name, missing) == value for name, value in body.items()
    )


async def look(errand: Errand) -> bool:
    """Look once; True if nothing is left to look for, as the request was found."""
    job, world = errand.job, errand.world
    try:
        listed = await world.provider.past_requests(job.endpoint, *sent_about(job))
    except e.KlingDesktopError as error:
        log.info("job=%s the list cannot be read code=%s", job.id, error.code)
        return False
    # In one step with the record, so that no two jobs, of whatever programs, take the same.
    taken = world.ledger.alone(lambda: _take(errand, listed))
    if taken is None:
        return False
    log.info("job=%s is %s request_id=%s", job.id, taken.state, taken.request_id)
    errand.accept(taken)
    return True


def _take(errand: Errand, listed: Iterable[PastRequest]) -> Job | None:
    """The job as it is recorded with its request, if there is one.

    While the list was asked for, another look may have found it, or somebody given it up.
    """
    job = errand.world.ledger.get(errand.job.id)
    if job.state is not JobState.UNCERTAIN:
        return job
    found = _mine(errand, listed)
    if found is None:
        return None
    now = errand.world.clock.now()
    facts: dict[str, Any] = {"request_id": found.request_id, "trouble": None}
    facts |= errand.world.whose.holder.facts(job)
    job = job.step(JobState.QUEUED, now, **facts)
    errand.world.ledger.save(job, "found in fal's list")
    return job


def _mine(errand: Errand, listed: Iterable[PastRequest]) -> PastRequest | None:
    """The earliest request with this body that no job has."""
    job, ledger = errand.job, errand.world.ledger
    begin, end = sent_about(job)
    same = [
        each
        for each in listed
        if job.body is not None and is_same(job.body, each.body) and begin <= each.sent_at <= end
    ]
    free = [each for each in same if ledger.of_request(job.backend, each.request_id) is None]
    return min(free, key=lambda each: each.sent_at, default=None)
