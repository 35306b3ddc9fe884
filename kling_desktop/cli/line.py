"""``jobs hold`` and its kin: the line of waiting jobs, from the terminal, without an engine."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kling_desktop import wiring, workrooms
from kling_desktop.cli import records
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import job_json, say, say_salvage, show_json
from kling_desktop.cli.session import choice_for
from kling_desktop.cli.values import gather
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.jobs import NOT_YET_SENT
from kling_desktop.domain.rules import has_brush
from kling_desktop.engine.desk import Desk
from kling_desktop.engine.engine import LOOK_EVERY
from kling_desktop.engine.intake import Draft, make_plan
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.line import Steering

ACTIONS = frozenset(("hold", "move", "edit", "pause", "go-on", "limit"))
ALL_PAUSED = (
    "Everything is paused: nothing new is sent until `kling-desktop jobs go-on`. "
    "What was sent already goes on."
)


async def run(args: argparse.Namespace) -> Exit:
    """Do what the action says. Raises KlingDesktopError."""
    match args.action:
        case "hold":
            return _hold(records.find(args.job_id), as_json=args.json)
        case "move":
            return _move(args)
        case "edit":
            return await _edit(args)
        case _:
            return await _steer(args)


def steering_of(backend: str) -> Steering:
    """How the line of a backend is steered."""
    return wiring.steering_file(places()).load(backend)


async def cancel_unsent(job: Job, *, look_every: float = LOOK_EVERY) -> Job:
    """Stop a job that was not sent yet, without a key; the job as it is then.

    A program that is at it is waited for: it stops the job, sends it after all, or dies. No event
    tells of what happens in another process.
    """
    with _desk(job.backend) as desk:
        while (job := desk.cancel(job.id)).state in NOT_YET_SENT:  # noqa: ASYNC110
            await asyncio.sleep(look_every)
    return job


def when(text: str, now: datetime | None = None) -> datetime:
    """A time as people type it: ``14:30`` is the next such time here; else ISO 8601.

    Raises:
        InvalidParams: it is neither.
    """
    here = (now or datetime.now(UTC)).astimezone()
    try:
        if len(text) <= len("14:30"):
            clock = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of the day
            at = here.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
            return at if at > here else at + timedelta(days=1)
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise InvalidParams(
            (Problem("--at", "is no time; write 14:30 or ISO 8601", text),)
        ) from None


def _hold(job: Job, *, as_json: bool) -> Exit:
    with _desk(job.backend) as desk:
        held = desk.hold(job.id)
    say(f"Job {job.id} is on hold; nothing of it is sent until `jobs release {job.id}`.")
    return _shown(held, as_json=as_json)


def _move(args: argparse.Namespace) -> Exit:
    job = records.find(args.job_id)
    other = records.find(args.before) if args.before else None
    with _desk(job.backend) as desk:
        if args.first:
            desk.move_first(job.id)
        else:
            desk.move(job.id, other.id if other else None)
    where = f"before {other.id}" if other else "first" if args.first else "last"
    say(f"Job {job.id} is {where} in the line now.")
    return _shown(records.get(job.id), as_json=args.json)


async def _edit(args: argparse.Namespace) -> Exit:
    job = records.find(args.job_id)
    endpoint = wiring.catalogs(job.backend, places()).current.endpoint(job.endpoint)
    values = {**job.params, **gather(endpoint, args)}
    files = workrooms.stored_files(places())
    catalog = wiring.catalogs(job.backend, places()).current
    draft = Draft(endpoint=job.endpoint, values=values, brush_as_documented=has_brush(job.params))
    plan = await make_plan(catalog, files, draft)
    with _desk(job.backend) as desk:
        edited = desk.edit(job.id, plan)
    say(f"Job {job.id} is changed; it is still on hold, and nothing was sent.")
    return _shown(edited, as_json=args.json)


async def _steer(args: argparse.Namespace) -> Exit:
    backend = (await choice_for(args)).name
    with _desk(backend) as desk:
        match args.action:
            case "pause":
                steering = desk.pause_all()
                say(ALL_PAUSED)
            case "go-on":
                steering = desk.resume_all()
                say("The line goes on: jobs that wait are sent by the program that is running.")
            case _:
                steering = desk.steering if args.number is None else desk.set_limit(args.number)
                say(_limit(steering))
    if args.json:
        show_json({"backend": backend, **asdict(steering)})
    return Exit.DONE


def _limit(steering: Steering) -> str:
    jobs = "1 job runs" if steering.limit == 1 else f"{steering.limit} jobs run"
    is_limited = f"At most {jobs} at once." if steering.limit else ""
    text = is_limited or "There is no limit here; what is too much for the account waits at fal."
    if steering.learned not in {0, steering.limit}:
        text += (
            f" Your account was seen to run {steering.learned} at once while others of yours "
            f"waited; `jobs limit {steering.learned}` would suit it."
        )
    return text


def _shown(job: Job, *, as_json: bool) -> Exit:
    if as_json:
        show_json(job_json(job))
    return Exit.DONE


@contextmanager
def _desk(backend: str) -> Iterator[Desk]:
    ledger = wiring.open_ledger(places(), say_salvage)
    try:
        clock = wiring.SystemClock()
        yield Desk(ledger, wiring.steering_file(places()), backend, clock.now)
    finally:
        ledger.close()
