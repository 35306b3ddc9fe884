"""The ladder: what a draft on the cheapest endpoint asks for, and what it is promoted to.

Points are made anew from what is painted, or counted anew where only the request is left, so each
endpoint gets them as it counts. What one of both does not have is told before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.calibration import brush_endpoints
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.params import BRUSH_FIELDS
from kling_desktop.domain.rules import has_brush, takes_brush
from kling_desktop.engine.brush import counted_for, origin_of
from kling_desktop.engine.intake import Draft, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.disk_ports import Files
    from kling_desktop.engine.intake import Plan

_MEANT: Mapping[str, Any] = {"endpoint": "", "values": {}, "as_documented": False}
"""What ``Job.draft_for`` holds: ``values`` are those that only its target takes."""


@dataclass(frozen=True, slots=True)
class FirstDraft:
    """A wish for the cheapest endpoint first."""

    draft: Draft
    target: Plan
    """What it may be promoted to, which has passed every check."""
    lost: tuple[str, ...]
    """Fields of the target that the draft is made without; the promotion has them again."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a draft would become."""

    draft: Draft
    plan: Plan
    lost: tuple[str, ...]
    """Fields of the draft that the target does not have."""
    earlier: Job | None = None
    """The same was asked for before, and is there or under way."""


def cheapest(catalog: Catalog) -> Endpoint:
    """Where drafts are made. Raises InvalidParams where no endpoint takes the brush."""
    found = brush_endpoints(catalog)
    if not found:
        raise InvalidParams((Problem("The motion brush", "is offered by no endpoint any more"),))
    return found[0]


async def first_draft(catalog: Catalog, files: Files, wish: Draft) -> FirstDraft:
    """The draft of a wish.

    Raises:
        InvalidParams: it has no brush, its endpoint is the cheapest, or it would be refused there.
        UnknownEndpoint, BadPicture: as :func:`make_plan`.
    """
    target, cheap = await make_plan(catalog, files, wish), cheapest(catalog)
    if not has_brush(target.params):
        text = "is what a draft shows; paint what moves first, or make the clip at once"
        raise InvalidParams((Problem("The motion brush", text),))
    if target.endpoint.id == cheap.id:
        text = "is the cheapest with the motion brush already, so a draft would save nothing"
        raise InvalidParams((Problem("endpoint", text, cheap.id),))
    extra = _beyond(target.params, cheap)
    meant = {
        "endpoint": target.endpoint.id,
        "values": extra,
        "as_documented": wish.brush_as_documented,
    }
    values: Mapping[str, Any] = wish.values
    if wish.motion is None:
        values = await _as_counted(files, target.params, target.origin, cheap)
    draft = replace(
        wish,
        endpoint=cheap.id,
        values={name: each for name, each in values.items() if cheap.has(name)},
        brush_as_documented=False,
        draft_for=meant,
    )
    return FirstDraft(draft, target, tuple(_told(extra, target.endpoint)))


def target_of(job: Job) -> str:
    """The endpoint that a draft is for; empty if it is none."""
    return str((job.draft_for or {}).get("endpoint") or "")


async def promotion(
    catalog: Catalog, files: Files, job: Job, endpoint_id: str, out_dir: Path | None
) -> Promotion:
    """What a finished draft becomes at an endpoint, or at the one that it is for.

    Raises:
        InvalidParams: it is no draft that is done, or the endpoint would refuse it.
        UnknownEndpoint, BadPicture: as :func:`make_plan`.
    """
    meant = {**_MEANT, **(job.draft_for or {})}
    wanted = endpoint_id or str(meant["endpoint"])
    _check(job, wanted)
    as_documented = bool(meant["as_documented"]) and wanted == meant["endpoint"]
    target, source = catalog.endpoint(wanted), catalog.endpoint(job.endpoint)
    whole = target.with_unlisted() if as_documented else target
    values = await _as_counted(files, job.params, job.origin, whole)
    kept = {name: each for name, each in values.items() if whole.has(name)}
    extra = {name: each for name, each in meant["values"].items() if whole.has(name)}
    draft = Draft(
        endpoint=wanted,
        values=kept | extra,
        out_dir=out_dir,
        project=job.project,
        brush_as_documented=as_documented,
        promoted_from=job.id,
        made_from=job.made_from,
        regions=job.regions,
    )
    plan = await make_plan(catalog, files, draft)
    return Promotion(draft, plan, tuple(_told(_beyond(values, whole), source)))


def newest_alive(jobs: Iterable[Job]) -> Job | None:
    """The newest of these that has not come to a bad end."""
    bad = {JobState.REFUSED, JobState.FAILED, JobState.CANCELLED}
    return next((each for each in jobs if each.state not in bad), None)


def _check(job: Job, wanted: str) -> None:
    if not wanted:
        text = "is no draft; name the endpoint that it is to be made at as well"
    elif not job.params or not has_brush(job.params):
        text = "has no motion brush that could be sent to another endpoint"
    elif job.state is not JobState.DONE:
        text = f"is {job.state}; it can be promoted when its clip is there"
    elif wanted == job.endpoint:
        text = "was made at that endpoint already; another take is `jobs again`"
    else:
        return
    raise InvalidParams((Problem(f"job {job.id}", text),))


async def _as_counted(
    files: Files, params: Mapping[str, Any], before: str, endpoint: Endpoint
) -> Mapping[str, Any]:
    return await counted_for(files, params, before, origin_of(endpoint)) or params


def _beyond(params: Mapping[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """What an endpoint does not take, but for the brush."""
    return {
        name: each
        for name, each in params.items()
        if not endpoint.has(name) and name not in BRUSH_FIELDS
    }


def _told(extra: Mapping[str, Any], endpoint: Endpoint) -> Iterable[str]:
    """Those of them that somebody has chosen; nobody misses a default."""
    for name, value in extra.items():
        if not endpoint.has(name) or endpoint.field(name).default != value:
            yield name


def is_rung(endpoint: Endpoint, catalog: Catalog) -> bool:
    """Whether a draft on a cheaper endpoint comes into question."""
    found = brush_endpoints(catalog)
    return bool(found) and takes_brush(endpoint) and endpoint.id != found[0].id
