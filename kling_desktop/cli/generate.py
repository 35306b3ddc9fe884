"""``generate``: one clip, from the words on the line to a verified file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli.exits import Exit, exit_of_job
from kling_desktop.cli.follow import follow
from kling_desktop.cli.output import job_json, say, show_json
from kling_desktop.cli.values import gather
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.money import dollars
from kling_desktop.engine.intake import Draft, Plan, make_plan
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse

    from kling_desktop.domain.jobs import Job


async def run(args: argparse.Namespace) -> Exit:
    """Make the clip that the line asks for.

    Raises:
        KlingDesktopError: before anything was sent.
    """
    endpoint = load_catalog().endpoint(args.endpoint)
    values = gather(endpoint, args)
    draft = Draft(endpoint=endpoint.id, values=values, out_dir=args.out)
    if args.dry_run:
        return await _show_plan(draft, as_json=args.json)
    await _check_first(draft)
    choice = await wiring.choose(wiring.Wish(args.wish), os.environ)
    async with wiring.open_engine(choice, places()) as engine:
        say(_where(choice))
        job = await follow(engine, await engine.generate(draft))
    return report(job, as_json=args.json)


async def _check_first(draft: Draft) -> None:
    """Find every mistake before a sandbox is started or a connection made."""
    await make_plan(load_catalog(), wiring.stored_files(places()), draft)


async def _show_plan(draft: Draft, *, as_json: bool) -> Exit:
    plan = await make_plan(load_catalog(), wiring.stored_files(places()), draft)
    document = _plan_json(plan)
    if as_json:
        show_json(document)
    else:
        say(f"POST {plan.endpoint.id}  ({dollars(plan.estimate_usd)}; nothing is sent)")
        show_json(document["body"])
    return Exit.DONE


def _plan_json(plan: Plan) -> dict[str, Any]:
    estimate = plan.estimate_usd
    return {
        "endpoint": plan.endpoint.id,
        "body": dict(plan.params),
        "estimate_usd": None if estimate is None else float(estimate),
        "sent": False,
    }


def _where(choice: wiring.Choice) -> str:
    if choice.is_sandbox:
        return "Sandbox: the clip is made on this computer; nothing is charged."
    return f"Backend: {choice.name}; this clip costs money."


def report(job: Job, *, as_json: bool) -> Exit:
    """Say how the job came to rest."""
    if as_json:
        show_json(job_json(job))
    elif job.clips:
        for clip in job.clips:
            print(clip.path)
    if job.trouble is not None:
        say(str(explain_trouble(job.trouble, waiting=not job.is_over)))
    return exit_of_job(job)
