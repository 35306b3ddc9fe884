"""From an intent to an accepted request: the part where money is at stake."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import addresses
from kling_desktop.domain import errors as e
from kling_desktop.domain.budgets import Budgets, refusal
from kling_desktop.domain.cancelling import BEFORE_SENDING, NOTHING_LEFT
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.brush import counted_for, origin_of
from kling_desktop.engine.errand import CancelWanted, trouble_of
from kling_desktop.engine.intake import print_of
from kling_desktop.engine.line import take_turn
from kling_desktop.engine.pictures import upload_pictures

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.engine.errand import Errand

log = logging.getLogger(__name__)

RESEND_AFTER = 5.0
"""Seconds before a POST that certainly did not leave is tried again."""


async def begin(errand: Errand) -> None:
    """Wait for the turn of this job; it may be held or changed meanwhile, by any program."""
    with errand.world.line.joined(errand):
        while True:
            if errand.cancel_asked:
                return cancel_here(errand)
            take_turn(errand)
            if errand.job.state is not JobState.INTENT:
                return None
            await errand.pause(errand.world.line.patience)


async def upload(errand: Errand) -> None:
    """Upload the local pictures, then write down the exact body that will be sent."""
    endpoint = errand.world.catalog.endpoint(errand.job.endpoint)
    try:
        await _count_anew(errand, endpoint)
        await upload_pictures(errand, addresses.files(endpoint, errand.job.params))
    except CancelWanted:
        return cancel_here(errand)
    except e.KlingDesktopError as error:
        return await errand.end(JobState.FAILED, error, Charge.NO)
    if errand.cancel_asked:
        return cancel_here(errand)
    if errand.world.steering.paused:
        waits = errand.job.trouble
        return errand.advance(JobState.INTENT, "everything is paused", trouble=waits)
    uploads = errand.job.uploads
    body = addresses.mapped(endpoint, errand.job.params, lambda each: uploads.get(each, each))
    # What it waits out is over when an answer comes, not when the next try begins.
    waits = errand.job.trouble
    now = errand.world.clock.now()
    return _go(errand, body=body, sent_at=now, trouble=waits)


async def _count_anew(errand: Errand, endpoint: Endpoint) -> None:
    """Points that waited here while a clip showed another origin would be sent upside down."""
    job, files = errand.job, errand.world.files
    changed = await counted_for(files, job.params, job.origin, origin_of(endpoint))
    if changed is not None:
        mark = await print_of(files, endpoint, changed)
        origin = origin_of(endpoint).value
        errand.update("counted anew", params=changed, origin=origin, fingerprint=mark)


def _go(errand: Errand, **facts: Any) -> None:
    """Let the job be sent if every budget allows it; else hold it back and say why."""
    try:
        book, backend = errand.world.budgets, errand.world.backend
        budgets = book.load(backend) if book is not None else Budgets()
    except e.KlingDesktopError as error:
        reached = e.BudgetReached(f"the budgets cannot be read: {error.detail}")
    else:
        found = errand.advance_within(budgets, JobState.SENDING, "body written", **facts)
        if found is None:
            return
        reached = refusal(found)
    errand.advance(JobState.HELD, reached.code, trouble=trouble_of(reached))


async def send(errand: Errand) -> None:
    """POST the request. Only what certainly did not arrive is ever sent again."""
    job = errand.job
    assert job.body is not None
    try:
        accepted = await errand.world.provider.submit(job.endpoint, job.body)
    except (e.NetworkDown, e.RateLimited) as error:
        errand.advance(JobState.UPLOADING, error.code, trouble=trouble_of(error))
        await errand.pause(max(RESEND_AFTER, error.retry_after or 0.0))
    except e.Refused as error:
        await errand.end(JobState.REFUSED, error, Charge.NO)
    except (e.KeyRefused, e.AccountLocked, e.ProviderFailed, e.ForeignOrigin) as error:
        await errand.end(JobState.FAILED, error, Charge.NO)
    except e.KlingDesktopError as error:
        uncertain = e.SubmitUncertain(error.detail)
        errand.advance(JobState.UNCERTAIN, error.code, trouble=trouble_of(uncertain))
    else:
        log.info("submitted job=%s request_id=%s", job.id, accepted.request_id)
        # The request is accepted and paid for: its id is kept until the ledger can take it.
        facts = asdict(accepted)
        await errand.advance_surely(JobState.QUEUED, "accepted by the service", **facts)


def cancel_here(errand: Errand) -> None:
    """End a job that the service knows nothing of."""
    errand.advance(JobState.CANCELLED, BEFORE_SENDING, trouble=NOTHING_LEFT)
