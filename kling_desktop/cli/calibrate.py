"""``calibrate``: one priced clip shows from which edge an endpoint counts y."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli.budget import standings_for
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import follow
from kling_desktop.cli.output import job_json, say, show, show_json
from kling_desktop.cli.report import as_it_is, tell
from kling_desktop.cli.session import choice_for, engine_on
from kling_desktop.domain.calibration import (
    EXPLAINED,
    PROJECT,
    Calibration,
    Finding,
    brush_endpoints,
    brush_price,
    cost_of,
    finding_of,
    outcome,
    standing,
)
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.money import priced
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse

    from kling_desktop.domain.jobs import Job

NOT_SENT = "Nothing was sent. Add --yes to send the probe."


async def run(args: argparse.Namespace) -> Exit:
    """Tell what is known, and send the probe after a yes. Raises KlingDesktopError."""
    wish = wiring.Wish(args.wish)
    backend = await wiring.likely(wish, os.environ)
    known = _known(backend, args.endpoint)
    if args.forget:
        return await _forget(backend, known, as_json=args.json)
    say(EXPLAINED)
    say(standing(known))
    say(priced(known.endpoint, known.price))
    for each in standings_for(backend, PROJECT):
        say(str(each))
    if not args.yes:
        say(NOT_SENT)
        if args.json:
            show_json(_json(known) | {"sent": False})
        return Exit.DONE
    return await _send(await choice_for(args), known, as_json=args.json)


def _known(backend: str, endpoint_id: str) -> Calibration:
    catalogs = wiring.catalogs(backend, places())
    takers = brush_endpoints(catalogs.current)
    wanted = endpoint_id or next((each.id for each in takers), "")
    for each in takers:
        if each.id == wanted:
            answer = next((known for known in catalogs.answers if known.endpoint == wanted), None)
            return Calibration(each, brush_price(each), answer)
    ids = tuple(each.id for each in takers)
    raise InvalidParams((Problem("--endpoint", "has no motion brush", endpoint_id, ids),))


async def _forget(backend: str, known: Calibration, *, as_json: bool) -> Exit:
    origins = wiring.catalogs(backend, places()).origins
    assert origins is not None
    origins.forget(backend, known.endpoint.id)
    now = _known(backend, known.endpoint.id)
    say(standing(now))
    if as_json:
        show_json(_json(now))
    return Exit.DONE


async def _send(choice: wiring.Choice, known: Calibration, *, as_json: bool) -> Exit:
    async with engine_on(choice) as engine:
        job = await engine.calibrate(known.endpoint.id)
        ending = as_it_is(await follow(engine, job, began_here=True))
    job = ending.job
    tell(ending, with_files=not as_json)
    is_seen = job.state is JobState.DONE and job.brush is not None
    finding = finding_of(job.brush) if is_seen else Finding.UNCLEAR
    now = _known(choice.name, known.endpoint.id)
    if as_json:
        facts = {"finding": finding.value if is_seen else None}
        show_json(job_json(job) | _json(now) | facts)
    if is_seen:
        say(outcome(finding, _sent(job, known), cost_of(job)))
        if not as_json:
            show(finding.value)
    if ending.code is Exit.DONE and finding in {Finding.UNCLEAR, Finding.NO_MOTION}:
        return Exit.BAD_INPUT  # As `check`, where nothing could be said.
    return ending.code


def _sent(job: Job, known: Calibration) -> Origin:
    assert known.endpoint.brush is not None
    return Origin(job.origin or known.endpoint.brush.origin)


def _json(known: Calibration) -> dict[str, Any]:
    brush, answer = known.endpoint.brush, known.answer
    return {
        "endpoint": known.endpoint.id,
        "counts_from": brush.origin.value if brush else None,
        "verified": answer is not None,
        "date": answer.date if answer else None,
        "by_job": answer.job if answer else None,
        "price_usd": None if known.price is None else float(known.price),
    }
