"""``batch DIR --watch``: each new picture becomes a clip, as long as a budget holds."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from kling_desktop import wiring
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import say, show_json
from kling_desktop.cli.session import choice_for, engine_on
from kling_desktop.cli.values import settings_of
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.events import JobChanged, WatchTold
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.typed import of_text
from kling_desktop.domain.watched import Watched
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.watched import WatchStatus
    from kling_desktop.engine.engine import Engine


async def run(args: argparse.Namespace) -> Exit:
    """Watch until somebody stops it, or a budget does.

    Raises:
        InvalidParams: there is no budget for a day, or nothing to watch.
    """
    if len(args.prompts) > 1 or args.dry_run or args.limit:
        message = "goes with one --prompt at most, and without --dry-run and --limit"
        raise InvalidParams((Problem("--watch", message),))
    wish = wiring.Wish(args.wish)
    endpoint = (await wiring.known_catalog(wish, os.environ, places())).endpoint(args.endpoint)
    told = settings_of(args) | ({"prompt": args.prompts[0]} if args.prompts else {})
    values = {name: of_text(endpoint, name, text) for name, text in told.items()}
    wanted = Watched(args.source.absolute(), endpoint.id, values, args.out, args.label)
    async with engine_on(await choice_for(args)) as engine:
        status = await _watch(engine, wanted)
    if args.json:
        show_json({"folder": str(wanted.folder), "begun": status.begun, "stopped": status.stopped})
    return Exit.STOPPED


async def _watch(engine: Engine, wanted: Watched) -> WatchStatus:
    ended = asyncio.Event()
    last = ""

    def hear(event: Event) -> None:
        nonlocal last
        match event:
            case WatchTold(status=status):
                if (text := str(status)) != last:
                    last = text
                    say(text)
                if status.stopped:
                    ended.set()
            case JobChanged(job=job) if job.state is JobState.DONE:
                say(f"  job {job.id}  done: {job.clips[0].path}")
            case _:
                pass

    unsubscribe = engine.subscribe(hear)
    try:
        say(str(await engine.watch(wanted)))
        await ended.wait()
    except asyncio.CancelledError:
        if task := asyncio.current_task():
            task.uncancel()
        say("Stopped watching; what was begun goes on when the program starts next.")
    finally:
        unsubscribe()
    return engine.watch_status
