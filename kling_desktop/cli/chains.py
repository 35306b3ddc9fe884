"""``jobs frame`` and ``jobs join``: what can be made of clips that are there, for free."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from kling_desktop import workrooms
from kling_desktop.cli import records
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import THERE, say, show, show_json
from kling_desktop.domain.errors import FolderUnusable, InvalidParams, Problem, UnknownJob
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.lineage import AT, FIRST, LAST, Moment
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.lineage import Joined


async def frame(job: Job, args: argparse.Namespace) -> Exit:
    """Write a frame of a job's clip. Raises KlingDesktopError."""
    other = Moment(FIRST if args.first else LAST)
    moment = other if args.at is None else Moment(AT, args.at)
    if args.out.exists():
        raise InvalidParams((Problem(str(args.out), THERE),))
    bench = workrooms.clip_bench(places())
    made = await asyncio.to_thread(bench.frame, _with_clip(job), moment)
    await asyncio.to_thread(_write, args.out, made.data)
    if args.json:
        show_json({"file": str(args.out), "made_from": made.made_from.to_json()})
    else:
        show(f"{args.out}: {made.made_from.text}, shown at {made.made_from.seconds:.3f} s")
    return Exit.DONE


async def join(args: argparse.Namespace) -> Exit:
    """Write clips one after the other. Raises KlingDesktopError."""
    jobs = [_with_clip(records.find(each)) for each in args.job_ids]
    if len(jobs) < 2:
        raise InvalidParams((Problem("clips", "must be two or more to be joined"),))
    if args.out is not None and args.out.exists():
        raise InvalidParams((Problem(str(args.out), THERE),))
    bench = workrooms.clip_bench(places())
    made = await _until_stopped(lambda report: bench.join(jobs, args.out, report))
    if args.json:
        lossless = {"lossless": made.is_lossless, "how": made.text}
        facts = {"file": str(made.path), "frames": made.frames, "seconds": made.seconds}
        show_json(facts | lossless | {"jobs": [each.id for each in jobs]})
    else:
        say(made.text)
        show(str(made.path))
    return Exit.DONE


async def _until_stopped(work: Callable[[Callable[[int, int], None]], Joined]) -> Joined:
    """Do it on another thread; Ctrl+C ends it with the next frame, and nothing is left."""
    stopped = threading.Event()

    def report(_done: int, _total: int) -> None:
        if stopped.is_set():
            raise InterruptedError

    try:
        return await asyncio.to_thread(work, report)
    finally:
        stopped.set()


def _with_clip(job: Job) -> Job:
    if job.state is not JobState.DONE or not job.clips:
        raise UnknownJob(f"{job.id} is {job.state}; its clip has to be there")
    return job


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise FolderUnusable(f"{out}: {error.strerror}") from None
