"""``jobs``: the ledger, from the terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli import accounts, chains, ladder, line, once_more, records, rescue
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import Ending, follow
from kling_desktop.cli.output import job_json, say, show, show_json
from kling_desktop.cli.report import as_it_is, report, tell
from kling_desktop.cli.session import choice_for, choice_of, engine_on
from kling_desktop.cli.sifting import Sort, sifted
from kling_desktop.cli.table import table
from kling_desktop.domain import story
from kling_desktop.domain.jobs import NOT_YET_SENT, JobState
from kling_desktop.domain.line import why_it_waits
from kling_desktop.domain.messages import explain_trouble

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from kling_desktop.domain.history import JobEvent
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.engine import Engine


async def run(args: argparse.Namespace) -> Exit:
    """Do what the action says; without one, list. Raises KlingDesktopError."""
    if (about_money := accounts.ACTIONS.get(args.action)) is not None:
        return await about_money(args)
    match args.action:
        case None:
            return _list(args)
        case "resume":
            return await _resume(args)
        case "rescue":
            return await rescue.bring_back(args)
        case "scan":
            return await rescue.scan(args)
        case "join":
            return await chains.join(args)
        case action if action in line.ACTIONS:
            return await line.run(args)
        case _:
            return await _with(records.find(args.job_id), args)


async def _with(job: Job, args: argparse.Namespace) -> Exit:
    """Do what is done with one job."""
    match args.action:
        case "show":
            return _show(job, as_json=args.json)
        case "cancel":
            return await _cancel(job, as_json=args.json)
        case "look":
            return await once_more.look(job, as_json=args.json)
        case "frame":
            return await chains.frame(job, args)
        case "promote":
            return await ladder.promote(job, args)
        case "again":
            return await once_more.again(job, yes=args.yes, as_json=args.json)
        case _:
            return await _release(job, over_budget=args.over_budget, as_json=args.json)


def _list(args: argparse.Namespace) -> Exit:
    jobs = _sifted(args)
    if args.json:
        show_json([job_json(job) for job in jobs])
    elif not jobs:
        say("No jobs yet." if args.brush is None else f"No clip's brush verdict is {args.brush}.")
    else:
        now = wiring.SystemClock().now()
        steerings = {each: line.steering_of(each) for each in {job.backend for job in jobs}}
        rows = table(jobs, lambda job: why_it_waits(job, steerings[job.backend], now))
        show("\n".join(rows))
        if any(each.paused for each in steerings.values()):
            say(line.ALL_PAUSED)
    return Exit.DONE


def _sifted(args: argparse.Namespace) -> Sequence[Job]:
    """A choice is made among all jobs, before the limit counts."""
    if args.brush is None and args.sort == Sort.NEWEST:
        return records.newest(args.limit)
    return sifted(records.newest(), args.brush, args.sort, args.limit)


def _show(job: Job, *, as_json: bool) -> Exit:
    events, outlook = records.history(job.id), records.outlook(job)
    if as_json:
        facts = {"outlook": asdict(outlook), "history": [_event(each) for each in events]}
        show_json(job_json(job) | facts)
        return Exit.DONE
    lines = [*table([job]), f"  {job.endpoint}", f"  request id: {job.request_id or 'none'}"]
    lines += [f"  {each}" for each in ladder.lineage(job)]
    lines += [f"  {each}" for each in _story(job, events)]
    for clip in job.clips:
        lines.append(f"  {clip.path}  {clip.width}x{clip.height}, {clip.duration:.2f} s")
    waits = why_it_waits(job, line.steering_of(job.backend), wiring.SystemClock().now())
    if waits:
        lines.append(f"  It has not begun: {waits}.")
    if outlook.text:
        lines.append(f"  {outlook.text}")
    if job.trouble is not None:
        lines.append(f"  {explain_trouble(job.trouble, waiting=job.goes_on)}")
    show("\n".join(lines))
    return Exit.DONE


def _story(job: Job, events: Sequence[JobEvent]) -> Iterator[str]:
    """A line for each event, with the day wherever it is another one than in the line before."""
    day = job.created_at.astimezone().date()
    for each in story.tell(job, events):
        at = each.at.astimezone()
        date = "" if at.date() == day else f"{at:%Y-%m-%d} "
        yield f"{date}{at:%H:%M:%S}  {each.text}"
        day = at.date()


def _event(event: JobEvent) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "state": event.state.value,
        "cause": event.cause,
        "facts": event.facts,
    }


async def _cancel(job: Job, *, as_json: bool) -> Exit:
    if job.is_over:
        say(f"Job {job.id} is {job.state} already; there is nothing to stop.")
        if as_json:
            show_json(job_json(job))
        return Exit.DONE
    if job.state in NOT_YET_SENT:
        job = await line.cancel_unsent(job)  # Nobody else knows of it, so no key is needed.
        if job.is_over:
            return report(Ending(job, Exit.DONE), as_json=as_json)
    async with engine_on(await choice_of(job)) as engine:
        if job.goes_on:
            say("The service is asked to stop it; a clip that is running may be charged even so.")
        ending = await follow(engine, await engine.cancel(job.id))
    ending = as_it_is(ending)
    report(ending, as_json=as_json)
    return Exit.DONE if ending.job.is_over else ending.code


async def _release(job: Job, *, over_budget: bool, as_json: bool) -> Exit:
    async with engine_on(await choice_of(job)) as engine:
        ending = await follow(engine, engine.release(job.id, over_budget=over_budget))
    return report(as_it_is(ending), as_json=as_json)


async def _resume(args: argparse.Namespace) -> Exit:
    choice = await choice_for(args)
    async with engine_on(choice, takes_unsent=True) as engine:
        endings = await _follow_all(engine)
    endings = [as_it_is(each) for each in endings]
    if args.json:
        show_json([job_json(each.job) for each in endings])
    elif not endings:
        say("No job is under way.")
    for each in endings:
        tell(each, with_files=not args.json)
    return max((each.code for each in endings), default=Exit.DONE)


async def _follow_all(engine: Engine) -> list[Ending]:
    """One after the other, as they all go on meanwhile; stopping stops it all."""
    endings: list[Ending] = []
    for job in engine.open_jobs():
        if job.goes_on or job.state is JobState.UNCERTAIN:
            endings.append(await follow(engine, job))
            if endings[-1].code is Exit.STOPPED:
                break
    return endings
