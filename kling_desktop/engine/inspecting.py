"""What is sent, down to the byte: read from the very files and the very body that go out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import addresses
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.jobs import NOT_YET_SENT, JobState
from kling_desktop.domain.motion.asked import asked_of, title_of
from kling_desktop.domain.parcel import (
    PLACEHOLDER,
    Inspection,
    Letter,
    Parcel,
    SentFile,
    SentMask,
    SentPoint,
    named_pictures,
    names_for,
)
from kling_desktop.engine.intake import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.disk_ports import Files
    from kling_desktop.engine.intake import Plan
    from kling_desktop.engine.world import World


async def inspection_of_plan(world: World, plan: Plan) -> Inspection:
    """Of a request that nobody has ordered yet."""
    parcel = await parcel_of(world.files, plan.endpoint, plan.params, regions=plan.regions)
    letter = _letter(world, parcel)
    return Inspection(
        parcel=parcel, letter=letter, backend=world.backend, estimate_usd=plan.estimate_usd
    )


async def inspection_of_job(world: World, job: Job) -> Inspection:
    """Of a job; once it was sent, its body is the one that the ledger had before the POST left."""
    endpoint = world.catalog.endpoint(job.endpoint)
    was_sent = job.body is not None and job.state not in {*NOT_YET_SENT, JobState.HELD}
    body = job.body if was_sent else None
    parcel = await parcel_of(
        world.files, endpoint, job.params, uploads=job.uploads, body=body, regions=job.regions
    )
    return Inspection(
        parcel=parcel,
        letter=_letter(world, parcel),
        backend=job.backend,
        estimate_usd=job.estimate_usd,
        job=job,
        was_sent=was_sent,
    )


async def parcel_of(
    files: Files,
    endpoint: Endpoint,
    local: Mapping[str, Any],
    *,
    uploads: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    regions: Mapping[str, str] | None = None,
) -> Parcel:
    """Of a complete input with ``file:`` addresses, and what is known of where they went.

    ``body`` is the one that was sent, if there is one; ``regions`` is that of ``Job.regions``.
    """
    fields = list(named_pictures(endpoint, local))
    kept = {each: path_of(each) for _, each in fields if each.startswith("file:")}
    names = names_for({each: path.name for each, path in kept.items()})
    known = uploads or {}
    told = {each: known.get(each, PLACEHOLDER + name) for each, name in names.items()}
    if body is None:
        body = addresses.mapped(endpoint, local, lambda each: told.get(each, each))
    sent = []
    for each in kept:
        where = tuple(field for field, address in fields if address == each)
        sent.append(await _file(files, each, names[each], where, told[each]))
    origin = endpoint.brush.origin if endpoint.brush else Origin.BOTTOM_LEFT
    parcel = Parcel(endpoint=endpoint, body=body, files=tuple(sent), origin=origin)
    return replace(parcel, masks=tuple(_masks(parcel, local, regions)))


async def _file(
    files: Files, address: str, name: str, fields: tuple[str, ...], sent_as: str
) -> SentFile:
    path = path_of(address)
    try:
        content = await files.content(path)
        width, height = await files.picture_size(path)
    except BadPicture:  # It was sent long ago, and our copy is gone.
        return SentFile(name=name, path=str(path), fields=fields, address=sent_as)
    return SentFile(
        name=name,
        path=str(path),
        fields=fields,
        address=sent_as,
        size=content.size,
        sha256=content.sha256,
        width=width,
        height=height,
    )


def _masks(
    parcel: Parcel, local: Mapping[str, Any], regions: Mapping[str, str] | None
) -> Iterable[SentMask]:
    numbers = _numbers(parcel, local)
    moving = parcel.body.get("dynamic_masks") or ()
    for index, (field, address) in enumerate(addresses.masks(parcel.endpoint, parcel.body)):
        entry, number = field.removesuffix(".mask_url"), numbers.get(field, index)
        points: tuple[SentPoint, ...] = ()
        if number:
            points = _points(parcel, address, moving[int(entry.rpartition(".")[2])])
        yield SentMask(field, number, title_of(number, regions), address, points)


def _numbers(parcel: Parcel, local: Mapping[str, Any]) -> dict[str, int]:
    """Which region is behind each field, as people know it."""
    asked = asked_of(local, parcel.origin)
    regions = asked.regions if asked else ()
    found = {"static_mask_url": 0}
    for index in range(len(parcel.body.get("dynamic_masks") or ())):
        number = regions[index].number if index < len(regions) else index + 1
        found[f"dynamic_masks.{index}.mask_url"] = number
    return found


def _points(parcel: Parcel, address: str, entry: Mapping[str, Any]) -> tuple[SentPoint, ...]:
    from kling_desktop.domain.motion.wire import counted

    file = parcel.file_at(address) or parcel.picture
    height = file.height if file is not None else 0
    return tuple(
        SentPoint(
            each["x"], counted(each["y"], height, parcel.origin) if height else None, each["y"]
        )
        for each in entry.get("trajectories") or ()
    )


def _letter(world: World, parcel: Parcel) -> Letter:
    """The head; how long the body is nobody knows before all addresses are known."""
    letter = world.provider.letter(parcel.endpoint.id, parcel.body)
    if not parcel.waits_for_uploads:
        return letter
    headers = (each for each in letter.headers if each[0].lower() != "content-length")
    return Letter(letter.method, letter.url, tuple(headers))
