"""From completed to done: the clip on disk, whole, verified, synced and in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import Direction
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.errand import trouble_of
from kling_desktop.engine.rescue import kept_address
from kling_desktop.engine.verdicts import VERDICTS, end_by_verdict, end_missing, ref_of

if TYPE_CHECKING:
    from decimal import Decimal

    from kling_desktop.domain.requests import RequestResult
    from kling_desktop.engine.errand import Errand

REFETCH_AFTER = 5.0
"""Seconds before a result that was not there is asked for again."""
DAMAGES = 3
"""A clip is damaged when this many downloads, of the size that was stated, were no whole videos."""
MOST_DAMAGES = 40
"""It is so after this many of another size, however long each of them takes to come."""


async def fetch(errand: Errand) -> None:
    """Ask what the completed request made."""
    ref, provider = ref_of(errand), errand.world.provider
    try:
        result = await errand.patiently(
            lambda: provider.result(ref), waits_out=e.KlingDesktopError, gives_up=VERDICTS
        )
    except e.ResultGone as error:
        if errand.job.result_url is None or errand.refetched:
            return await _wait_or_end(errand, error)
        # The result is forgotten after an hour, its file after a week: the address may still work.
        errand.refetched = True
        return errand.advance(JobState.DOWNLOADING, "result forgotten, file perhaps not")
    except VERDICTS as error:
        return await end_by_verdict(errand, error)
    errand.is_found()
    return errand.advance(
        JobState.DOWNLOADING,
        "result",
        result_url=result.url,
        result_size=result.file_size,
        cost_usd=_cost(errand, result),
        trouble=errand.stale,
    )


async def _wait_or_end(errand: Errand, error: e.ResultGone) -> None:
    """The result is not there: for the moment, or for good."""
    if not errand.is_gone(errand.no_request):
        return await errand.pause(REFETCH_AFTER)
    if errand.job.result_url is None and (url := await kept_address(errand)):
        errand.refetched = True
        cause = "result forgotten, file still listed"
        return errand.advance(JobState.DOWNLOADING, cause, result_url=url)
    errand.check_known()
    return await end_missing(errand, error, Charge.YES)


def _cost(errand: Errand, result: RequestResult) -> Decimal | None:
    price = errand.world.catalog.endpoint(errand.job.endpoint).price
    is_billed = errand.job.billed_at is not None
    if result.billable_units is None or price is None or is_billed:
        return errand.job.cost_usd
    return result.billable_units * price.usd_per_unit


async def download(errand: Errand) -> None:
    """Bring the clip home whole: stream, verify, sync, rename. Only then is the job done."""
    job, world = errand.job, errand.world
    assert job.result_url is not None
    clip = await errand.patiently(
        lambda: world.files.finished(errand.job), waits_out=e.KlingDesktopError, clears=False
    )
    if clip is not None:
        return errand.advance(JobState.DONE, "found on disk", clips=(clip,))
    url, report = job.result_url, errand.progress(Direction.DOWN)
    gone = (e.ResultGone, e.ForeignOrigin)
    try:
        size = await errand.patiently(
            # The user may choose another folder meanwhile.
            lambda: world.provider.download(url, world.files.part(errand.job), report),
            waits_out=e.KlingDesktopError,
            gives_up=gone,
        )
    except gone as error:
        return await _fetch_again_or_end(errand, error)
    errand.stale = None
    errand.no_file.is_over()
    if _is_doubtful(errand, size):
        return errand.advance(JobState.FETCHING, "another size than stated")
    try:
        clip = await errand.patiently(
            lambda: world.files.settle(errand.job, world.files.part(errand.job)),
            waits_out=e.KlingDesktopError,
            gives_up=(e.ClipDamaged,),
        )
    except e.ClipDamaged as error:
        return await _fetch_whole_or_end(errand, error, size)
    return errand.advance(JobState.DONE, "verified", clips=(clip,))


async def _fetch_whole_or_end(errand: Errand, error: e.ClipDamaged, size: int) -> None:
    """A clip that comes in full and is broken is so at the service; a short one, perhaps not."""
    errand.damaged += 1
    if errand.damaged >= DAMAGES:
        is_hopeless = errand.damaged >= MOST_DAMAGES or errand.is_gone(errand.not_whole)
        if errand.job.result_size in {None, size} or is_hopeless:
            return await errand.end(JobState.FAILED, error)
        await errand.pause(REFETCH_AFTER)
    return errand.advance(JobState.FETCHING, error.code, trouble=trouble_of(error))


async def _fetch_again_or_end(errand: Errand, error: e.KlingDesktopError) -> None:
    """The file is not where the result said: a fresh address may help, or a little time."""
    if errand.is_gone(errand.no_file):
        return await errand.end(JobState.FAILED, error, Charge.YES)
    if errand.refetched:
        await errand.pause(REFETCH_AFTER)
    errand.refetched = True
    errand.stale = trouble_of(error)
    return errand.advance(JobState.FETCHING, "the file's address is stale", trouble=errand.stale)


def _is_doubtful(errand: Errand, size: int) -> bool:
    """Whether the file should be fetched once more because its size is not the stated one.

    Only once: services state wrong sizes too, and whether it is a whole video is measured anyway.
    """
    stated, doubted = errand.job.result_size, errand.size_doubted
    errand.size_doubted = doubted or stated not in {None, size}
    return errand.size_doubted and not doubted
