"""``batch``: everything is checked and the sum is said, then each row becomes a clip, once."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop import wiring, workrooms
from kling_desktop.cli import records
from kling_desktop.cli.batch_follow import follow_all
from kling_desktop.cli.batch_words import (
    batch_json,
    ending,
    plan_lines,
    say_bad,
    say_skipped,
    sums,
)
from kling_desktop.cli.budget import standings_for
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import say, show, show_json
from kling_desktop.cli.session import choice_for, engine_on
from kling_desktop.cli.values import settings_of
from kling_desktop.domain.many import foresee, total_of
from kling_desktop.engine.batch import Fate, check, check_backend, settle
from kling_desktop.engine.batch_source import gather
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse

    from kling_desktop.domain.jobs import JobId
    from kling_desktop.engine.batch import Batch, Row
    from kling_desktop.engine.engine import Engine

ADD_YES = "Nothing was sent. Add --yes to begin."


async def run(args: argparse.Namespace) -> Exit:
    """Check a batch, say what it costs, and make it if that is wanted.

    Raises:
        KlingDesktopError: before anything was sent.
    """
    if args.watch:
        from kling_desktop.cli import batch_watch

        return await batch_watch.run(args)
    backend = await wiring.likely(wiring.Wish(args.wish), os.environ)
    batch = await _limited(await survey(args, backend), args.limit)
    ready, begun = batch.of(Fate.READY), batch.of(Fate.BEGUN)
    _tell(batch, args, backend)
    if args.dry_run:
        return _shown(batch, args)
    going_on = [each for each in begun if each.job and not each.job.is_over]
    if not ready and not going_on:
        return ending(batch, {}, as_json=args.json)
    if ready and not await _wanted(batch, args):
        if args.json:
            show_json(batch_json(batch, sent=False))
        return Exit.STOPPED if _can_ask(args) else Exit.BAD_INPUT
    choice = await choice_for(args)
    check_backend(batch, choice.name)
    async with engine_on(choice) as engine:
        jobs = await _begin(engine, batch, [*ready, *going_on])
        left = await follow_all(engine, jobs)
    return ending(batch, {number: records.get(each) for number, each in jobs.items()},
                  left=left, as_json=args.json)  # fmt: skip


async def survey(args: argparse.Namespace, backend: str) -> Batch:
    """Read, check and compare with the ledger; nothing is sent and no backend is asked."""
    wish = wiring.Wish(args.wish)
    catalog = await wiring.known_catalog(wish, os.environ, places())
    endpoint = catalog.endpoint(args.endpoint)
    wanted = await gather(args.source, endpoint, args.prompts, settings_of(args))
    files = workrooms.stored_files(places())
    batch = await check(catalog, files, endpoint.id, wanted, project=args.label)
    batch = replace(batch, out_dir=args.out)
    with records.reading() as ledger:
        return await settle(batch, ledger, backend)


async def _limited(batch: Batch, limit: int | None) -> Batch:
    """With no more rows to begin than the line allows; the others are left for the next time."""
    if limit is None:
        return batch
    later = {each.entry.number for each in batch.of(Fate.READY)[limit:]}
    rows = (
        replace(each, fate=Fate.LATER) if each.entry.number in later else each
        for each in batch.rows
    )
    return replace(batch, rows=tuple(rows))


def _tell(batch: Batch, args: argparse.Namespace, backend: str) -> None:
    """What a person must know before saying yes."""
    if not args.dry_run or args.json:
        say_bad(batch)
        say_skipped(batch)
    for note in batch.notes:
        say(f"Note: {note}")
    for line in sums(batch, is_play=backend == "sandbox"):
        say(line)
    standings = standings_for(backend, args.label)
    for each in standings:
        say(str(each))
    allows = wiring.budget_file(places()).load(backend).allows_unknown
    prices = [each.price for each in batch.of(Fate.READY)]
    if text := str(foresee(prices, standings, allows_unknown=allows)):
        say(text)


def _shown(batch: Batch, args: argparse.Namespace) -> Exit:
    if args.json:
        show_json(batch_json(batch, sent=False))
    else:
        for line in plan_lines(batch):
            show(line)
    return Exit.BAD_INPUT if batch.of(Fate.BAD) else Exit.DONE


def _can_ask(args: argparse.Namespace) -> bool:
    return not args.json and sys.stdin.isatty()


async def _wanted(batch: Batch, args: argparse.Namespace) -> bool:
    if args.yes:
        return True
    if not _can_ask(args):
        say(ADD_YES)
        return False
    ready = batch.of(Fate.READY)
    price = total_of(each.price for each in ready)
    clips = "1 clip" if len(ready) == 1 else f"{len(ready)} clips"
    say(f"Begin {clips} for {price}? [y/N]")
    answer = await asyncio.to_thread(sys.stdin.readline)
    if answer.strip().lower() in {"y", "yes"}:
        return True
    say("Nothing was sent.")
    return False


async def _begin(engine: Engine, batch: Batch, rows: list[Row]) -> dict[int, JobId]:
    jobs: dict[int, JobId] = {}
    for row in sorted(rows, key=lambda each: each.entry.number):
        job = engine.begin_row(batch, row) if row.job is None else engine.go_on(row.job)
        jobs[row.entry.number] = job.id
        await asyncio.sleep(0)  # The first are on their way while the others are written down.
    return jobs
