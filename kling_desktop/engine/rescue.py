"""Requests that the ledger does not know: found in the account's list, and taken in as jobs.

Everything here only reads, so it costs nothing. What the list tells of a request becomes the job's
input, its time, and the address of its file, which outlives the result in fal's queue.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import errors as e
from kling_desktop.domain import params
from kling_desktop.domain.fingerprint import fingerprint_of
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.money import estimate
from kling_desktop.domain.requests import PastRequest, RequestRef
from kling_desktop.domain.wanted import Wanted, read_wanted
from kling_desktop.engine.intake import Plan, make_job
from kling_desktop.engine.matching import SENDING_LASTS, SKEW, is_same, sent_about

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.errand import Errand
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

S = JobState
AS_FAR_BACK = timedelta(days=90) - timedelta(hours=1)
"""As the platform lists requests; an hour less, since its clock is another."""


@dataclass(frozen=True, slots=True)
class Found:
    """A request of the account, and the job that has it, if one does."""

    past: PastRequest
    job: Job | None = None


async def find(world: World, what: str, endpoint_id: str) -> tuple[Endpoint, PastRequest]:
    """The request that somebody named, with all that the account's list tells of it.

    Raises:
        InvalidParams: no request is named.
        UnknownEndpoint: there is no such endpoint.
        UnknownRequest: nobody says which endpoint it was sent to.
    """
    wanted = read_wanted(what, world.catalog)
    named = endpoint_id or wanted.endpoint
    endpoints = [world.catalog.endpoint(named)] if named else list(world.catalog.endpoints)
    listed = await _listed(world, wanted, endpoints)
    if listed is not None:
        return _endpoint_of(endpoints, listed), listed
    if not named:
        raise e.UnknownRequest(
            f"{wanted.request_id} is not in the account's list; "
            "if it is yours, say with --endpoint where it was sent"
        )
    return endpoints[0], PastRequest(named, wanted.request_id, world.clock.now(), has_entry=False)


async def _listed(
    world: World, wanted: Wanted, endpoints: Sequence[Endpoint]
) -> PastRequest | None:
    """The entry of a request; None where it has none, or where the list cannot be read."""
    now = world.clock.now()
    for endpoint in endpoints:
        try:
            told = await world.provider.past_requests(
                endpoint.id, now - AS_FAR_BACK, now + AS_FAR_BACK, request_id=wanted.request_id
            )
        except e.KlingDesktopError as error:
            log.info("the list of requests cannot be read code=%s", error.code)
            return None
        if found := [each for each in told if each.request_id == wanted.request_id]:
            return found[0]
    return None


def _endpoint_of(endpoints: Sequence[Endpoint], listed: PastRequest) -> Endpoint:
    """All Kling endpoints share one queue, so the list knows better than whoever asked."""
    return next((each for each in endpoints if each.id == listed.endpoint), endpoints[0])


async def kept_address(errand: Errand) -> str | None:
    """Where the list says that the clip of a job is, once the queue has forgotten its result."""
    job, world = errand.job, errand.world
    endpoint = world.catalog.endpoint(job.endpoint)
    listed = await _listed(world, Wanted(job.request_id or "", job.endpoint), [endpoint])
    return listed.result_url if listed else None


async def unknown(world: World, endpoint_ids: Sequence[str], since: datetime) -> list[PastRequest]:
    """The requests of an account that the ledger does not know, newest first.

    Raises as ``Provider.past_requests``.
    """
    return [each.past for each in await listed(world, endpoint_ids, since) if each.job is None]


async def listed(world: World, endpoint_ids: Sequence[str], since: datetime) -> list[Found]:
    """The requests of an account, newest first, each with its job if there is one.

    Raises as ``Provider.past_requests``.
    """
    ids = endpoint_ids or [each.id for each in world.catalog.endpoints]
    until = world.clock.now() + timedelta(days=1)  # This computer's clock may be slow.
    found: dict[str, Found] = {}
    for each in ids:
        endpoint = world.catalog.endpoint(each)
        for told in await world.provider.past_requests(endpoint.id, since, until):
            if told.request_id not in found:
                past = replace(told, endpoint=endpoint.id)
                found[told.request_id] = Found(past, known_as(world, told.request_id))
    return sorted(found.values(), key=lambda each: each.past.sent_at, reverse=True)


def known_as(world: World, request_id: str) -> Job | None:
    """The job of a request; the last one, where several tried to bring its clip home."""
    job_id = world.ledger.of_request(world.backend, request_id)
    return None if job_id is None else world.ledger.get(job_id)


async def where_it_is(world: World, endpoint: Endpoint, past: PastRequest) -> JobState:
    """The state in which a job can take the request up.

    Raises:
        UnknownRequest: the service does not know it, or no longer.
    """
    try:
        await world.provider.status(RequestRef(endpoint.id, past.request_id))
    except e.ResultGone:
        if past.result_url is not None:
            return JobState.DOWNLOADING  # The file outlives the result.
        raise e.UnknownRequest(_why_gone(world, past)) from None
    return JobState.QUEUED


def _why_gone(world: World, past: PastRequest) -> str:
    if not past.has_ended:
        return f"{world.backend} does not know {past.request_id}"
    if past.status_code != 200:
        return f"{past.request_id} failed with HTTP {past.status_code}, so there is no clip"
    return (
        f"{past.request_id} was finished, but its result has expired and nothing names the file "
        "any more, so another fetch cannot work"
    )


def adopted(world: World, endpoint: Endpoint, past: PastRequest, state: JobState) -> Job:
    """A job for a request that has none. Raises FolderUnusable."""
    body = None if past.body is None else dict(past.body)
    plan = _plan(endpoint, body or {})
    return replace(
        make_job(world, plan, None),
        state=state,
        request_id=past.request_id,
        body=body,
        sent_at=past.sent_at if past.has_entry else None,
        result_url=past.result_url,
    )


def brought_back(world: World, earlier: Job, past: PastRequest, state: JobState) -> Job:
    """The same job, which goes on: its request is paid for once, so it stays one job."""
    holder = world.whose.holder
    return earlier.bring_back(
        state,
        world.clock.now(),
        # The account in use has just shown that it knows the request.
        account=holder.mark or earlier.account,
        profile=holder.name if holder.mark else earlier.profile,
        request_id=past.request_id,
        sent_at=earlier.sent_at or (past.sent_at if past.has_entry else None),
        result_url=past.result_url or earlier.result_url,
    )


def job_of(world: World, endpoint: Endpoint, past: PastRequest) -> Job | None:
    """The job that has this request, or must have sent it: it must not be counted twice."""
    if job_id := world.ledger.of_request(world.backend, past.request_id):
        return world.ledger.get(job_id)
    return next(_senders(world, endpoint, past), None)


def _senders(world: World, endpoint: Endpoint, past: PastRequest) -> Iterator[Job]:
    """Jobs without a request that have sent this one, as it seems: the likeliest come first.

    The answer to a job that is just being sent will name it; an uncertain one had no answer, and
    one that was given up counts as spent even so. A job of another account has sent none of this
    one's requests, and would lose its own.
    """
    may = world.whose.may_work_on
    sending = [job for job in world.ledger.under_way(world.backend) if job.state is S.SENDING]
    began, ended = past.sent_at - SKEW - SENDING_LASTS, past.sent_at + SKEW
    given_up = world.ledger.given_up(world.backend, endpoint.id, began, ended)
    for job in (*world.ledger.uncertain(world.backend), *given_up, *sending):
        begin, end = sent_about(job)
        is_its = job.endpoint == endpoint.id and begin <= past.sent_at <= end
        if is_its and may(job) and job.body is not None and is_same(job.body, past.body):
            yield job


def _plan(endpoint: Endpoint, values: Mapping[str, Any]) -> Plan:
    """What was asked for; a request of another program may have fields that we know nothing of."""
    known = {name: value for name, value in values.items() if endpoint.has(name)}
    try:
        checked = params.check(endpoint, known)
    except e.InvalidParams:
        return Plan(endpoint=endpoint, params=dict(values), estimate_usd=None)
    print_ = fingerprint_of(endpoint, checked, {}) if len(known) == len(values) else ""
    price = estimate(endpoint, checked)
    return Plan(endpoint=endpoint, params=checked, estimate_usd=price, fingerprint=print_)
