"""``jobs``: the ledger, from the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli.exits import Exit, exit_of_job
from kling_desktop.cli.follow import follow
from kling_desktop.cli.generate import report
from kling_desktop.cli.output import job_json, say, show_json
from kling_desktop.domain.errors import UnknownJob
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.money import dollars
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractAsyncContextManager

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.engine import Engine


async def run(args: argparse.Namespace) -> Exit:
    """Do what the action says; without one, list. Raises KlingDesktopError."""
    match args.action:
        case "show":
            return _show(_find(args.job_id), as_json=args.json)
        case "cancel":
            return await _cancel(_find(args.job_id), as_json=args.json)
        case "resume":
            return await _resume(args)
        case "rescue":
            return await _rescue(args)
        case _:
            return _list(args)


def _list(args: argparse.Namespace) -> Exit:
    jobs = _all_jobs()[: args.limit]
    if args.json:
        show_json([job_json(job) for job in jobs])
    elif not jobs:
        say("No jobs yet.")
    else:
        for job in jobs:
            print(_line(job))
    return Exit.DONE


def _line(job: Job) -> str:
    cost = dollars(job.cost_usd if job.cost_usd is not None else job.estimate_usd)
    when = job.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{job.id}  {when}  {job.state:<11}  {job.backend:<8} {cost:>8}  {job.prompt[:50]}"


def _show(job: Job, *, as_json: bool) -> Exit:
    ledger = wiring.open_ledger(places())
    try:
        history = ledger.history(job.id)
    finally:
        ledger.close()
    document = job_json(job) | {"history": [_event(*each) for each in history]}
    if as_json:
        show_json(document)
        return Exit.DONE
    print(_line(job))
    print(f"  {job.endpoint}\n  request id: {job.request_id or 'none'}")
    for at, state, cause in history:
        print(f"  {at.astimezone():%H:%M:%S}  {state:<11}  {cause}")
    for clip in job.clips:
        print(f"  {clip.path}  {clip.width}x{clip.height}, {clip.duration:.2f} s")
    if job.trouble is not None:
        print(f"  {explain_trouble(job.trouble, waiting=not job.is_over)}")
    return Exit.DONE


def _event(at: Any, state: str, cause: str) -> dict[str, str]:
    return {"at": at.isoformat(), "state": state, "cause": cause}


async def _cancel(job: Job, *, as_json: bool) -> Exit:
    async with await _engine_of(job.backend) as engine:
        job = await engine.cancel(job.id)
        job = await engine.wait(job.id)
    report(job, as_json=as_json)
    return Exit.DONE


async def _resume(args: argparse.Namespace) -> Exit:
    backend = (await wiring.choose(wiring.Wish(args.wish), os.environ)).name
    async with await _engine_of(backend) as engine:
        rested = [await follow(engine, job) for job in engine.jobs() if not job.is_over]
    if args.json:
        show_json([job_json(job) for job in rested])
    elif not rested:
        say("No job is under way.")
    return max((exit_of_job(job) for job in rested), default=Exit.DONE)


async def _rescue(args: argparse.Namespace) -> Exit:
    choice = await wiring.choose(wiring.Wish(args.wish), os.environ)
    async with wiring.open_engine(choice, places()) as engine:
        job = await follow(engine, await engine.rescue(args.endpoint, args.request_id))
    return report(job, as_json=args.json)


async def _engine_of(backend: str) -> AbstractAsyncContextManager[Engine]:
    """The engine on a job's own backend: jobs never cross.

    Raises:
        UnknownJob: the backend is not the one that the environment names.
    """
    wish = wiring.Wish(backend) if backend in {"sandbox", "live"} else wiring.Wish.AUTO
    choice = await wiring.choose(wish, os.environ)
    if choice.name != backend:
        raise UnknownJob(f"it belongs to {backend}; set {wiring.BACKEND_VARIABLE}")
    return wiring.open_engine(choice, places())


def _find(start: str) -> Job:
    found = [job for job in _all_jobs() if job.id.startswith(start)]
    if len(found) == 1:
        return found[0]
    raise UnknownJob(start if not found else f"{start} could be {len(found)} jobs")


def _all_jobs() -> list[Job]:
    ledger = wiring.open_ledger(places())
    try:
        return ledger.newest()
    finally:
        ledger.close()
