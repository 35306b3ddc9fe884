"""``generate``: one clip, from the words on the line to a verified file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring, workrooms
from kling_desktop.cli import ladder, records
from kling_desktop.cli.advice import advice_json, advise_on, tell
from kling_desktop.cli.budget import standings_for
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import Ending, follow
from kling_desktop.cli.line import when
from kling_desktop.cli.models import price_json
from kling_desktop.cli.output import job_json, say, show, show_json
from kling_desktop.cli.report import as_it_is, report
from kling_desktop.cli.session import choice_for, engine_on
from kling_desktop.cli.values import gather
from kling_desktop.cli.work import brush_endpoint, open_work
from kling_desktop.domain import addresses
from kling_desktop.domain.differences import RETIRED
from kling_desktop.domain.money import dollars, priced
from kling_desktop.domain.snippets import Language, snippet
from kling_desktop.domain.templates import alternatives
from kling_desktop.domain.translating import translate
from kling_desktop.engine.inspecting import parcel_of
from kling_desktop.engine.intake import Draft, Plan, make_plan, path_of
from kling_desktop.engine.twins import with_clips
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from kling_desktop.cli.work import Work
    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.motion.advice import Advice

BRACES = (
    "Note: the prompt has alternatives in braces; as one clip it is sent as it stands. "
    "`kling-desktop batch` makes a clip of each."
)
GONE = f"Note: {RETIRED}; it may refuse the clip. See `kling-desktop models`."


async def run(args: argparse.Namespace) -> Exit:
    """Make the clip that the line asks for.

    Raises:
        KlingDesktopError: before anything was sent.
    """
    wish = wiring.Wish(args.wish)
    catalog = await wiring.known_catalog(wish, os.environ, places())
    endpoint = catalog.endpoint(args.endpoint)
    work = await open_work(args.project) if args.project else None
    draft = _draft(catalog, endpoint, args, work)
    if args.draft_first:
        draft = await ladder.first(catalog, draft)
    found = await _advice(catalog, draft, work)
    if args.dry_run:
        backend = await wiring.likely(wish, os.environ)
        return await _show_plan(catalog, draft, backend, found, args)
    plan = await _check_first(catalog, draft)
    choice = await choice_for(args)
    if twin := await _twin(choice, plan):
        if args.reuse:
            return _reuse(twin, as_json=args.json)
        say(_same(twin, plan))
    standings = standings_for(choice.name, draft.project)
    async with engine_on(choice) as engine:
        say(_where(choice))
        say(priced(plan.endpoint, plan.estimate_usd))
        for each in standings:
            say(str(each))
        if engine.catalog.endpoint(draft.endpoint).retired:
            say(GONE)
        job = await engine.generate(draft)
        if args.hold:
            say(f"Job {job.id} is on hold; nothing is sent until `jobs release {job.id}`.")
            return report(Ending(job, Exit.DONE), as_json=args.json)
        ending = await follow(engine, job, began_here=True)
        await ladder.say_next(engine, ending.job)
    return report(as_it_is(ending), as_json=args.json, more=_advice_json(found))


async def _advice(catalog: Catalog, draft: Draft, work: Work | None) -> Sequence[Advice]:
    """What is to be weighed, said at once. Raises InvalidParams where the clip would fail."""
    if work is None or work.document.is_blank:
        return ()
    endpoint = catalog.endpoint(draft.endpoint)
    if draft.brush_as_documented:
        endpoint = endpoint.with_unlisted()
    found = await advise_on(work.project, endpoint, draft)
    tell(found)
    return found


def _advice_json(found: Sequence[Advice]) -> dict[str, Any]:
    return {"advice": advice_json(found)} if found else {}


def _draft(
    catalog: Catalog, endpoint: Endpoint, args: argparse.Namespace, work: Work | None
) -> Draft:
    if args.brush_endpoint and (work is None or not work.document.is_blank):
        endpoint = brush_endpoint(catalog, args.brush_endpoint).with_unlisted()
    given = (work.values_for(endpoint) if work else {}) | gather(endpoint, args)
    told = translate(catalog, endpoint, given)
    for note in (*(work.notes if work else ()), *told.notes):
        say(note)
    if alternatives(str(told.values.get("prompt") or "")) is not None:
        say(BRACES)
    return Draft(
        endpoint=told.endpoint.id,
        values=told.values,
        made_from=workrooms.lineage_in(told.values),
        motion=work.document if work else None,
        brush_as_documented=bool(args.brush_endpoint),
        out_dir=args.out,
        project=args.label,
        held=args.hold,
        run_at=when(args.at) if args.at else None,
    )


async def _check_first(catalog: Catalog, draft: Draft) -> Plan:
    """Find every mistake before a sandbox is started or a connection made."""
    return await make_plan(catalog, workrooms.stored_files(places()), draft)


async def _twin(choice: wiring.Choice, plan: Plan) -> Job | None:
    """The newest clip of the same request that is still there."""
    there = await with_clips(records.alike(choice.name, plan.fingerprint))
    return there[0] if there else None


def _same(twin: Job, plan: Plan) -> str:
    made = f"{twin.created_at.astimezone():%Y-%m-%d %H:%M}"
    price = dollars(plan.estimate_usd)
    if twin.backend == wiring.Wish.SANDBOX:
        price += " of play money"
    path = twin.clips[0].path
    return f"The same request was made on {made}: {path}. Another take costs {price}."


def _reuse(twin: Job, *, as_json: bool) -> Exit:
    """Show an earlier clip; nothing is sent, so this command costs nothing."""
    say("The same request was made before; nothing was sent and nothing will be charged.")
    if as_json:
        show_json(job_json(twin) | {"cost_usd": 0.0, "seconds": 0.0, "reused": True})
    else:
        for clip in twin.clips:
            show(clip.path)
    return Exit.DONE


async def _show_plan(
    catalog: Catalog, draft: Draft, backend: str, found: Sequence[Advice], args: argparse.Namespace
) -> Exit:
    files = workrooms.stored_files(places())
    plan = await make_plan(catalog, files, draft)
    standings = standings_for(backend, draft.project)
    document = _plan_json(plan, list(_uploads(plan)))
    document["budgets"] = [each.as_json() for each in standings]
    document |= _advice_json(found)
    if plan.endpoint.retired:
        say(GONE)
    program = ""
    if args.language:
        parcel = await parcel_of(files, plan.endpoint, plan.params, regions=plan.regions)
        program = snippet(parcel, Language(args.language))
        document["program"] = program
    if args.json:
        show_json(document)
    else:
        say(f"POST {plan.endpoint.id}  ({dollars(plan.estimate_usd)}; nothing is sent)")
        say(priced(plan.endpoint, plan.estimate_usd))
        for each in standings:
            say(str(each))
        if program:
            show(program.removesuffix("\n"))
        else:
            show_json(document["body"])
    return Exit.DONE


def _plan_json(plan: Plan, uploads: list[dict[str, str]]) -> dict[str, Any]:
    estimate, price = plan.estimate_usd, plan.endpoint.price
    retired = {"retired": True} if plan.endpoint.retired else {}
    return {
        "endpoint": plan.endpoint.id,
        "body": dict(plan.params),
        "estimate_usd": None if estimate is None else float(estimate),
        "price": None if price is None else price_json(price, with_note=False),
        "uploads": uploads,
        **({"masks": [each.as_json for each in plan.masks]} if plan.masks else {}),
        "sent": False,
        **retired,
    }


def _uploads(plan: Plan) -> Iterator[dict[str, str]]:
    """The files behind the body's ``file:`` addresses, as they were given."""
    before, after = (
        addresses.places(plan.endpoint, values) for values in (plan.given, plan.params)
    )
    for (loc, _, original), (_, _, kept) in zip(before, after, strict=True):
        if kept.startswith("file:"):
            path = str(path_of(original)) if original.startswith("file:") else original
            yield {"field": str(loc[0]), "path": path, "name": path_of(kept).name}


def _where(choice: wiring.Choice) -> str:
    if choice.is_sandbox:
        return "Sandbox: the clip is made on this computer; nothing is charged."
    costs = "costs" if choice.name == wiring.Wish.LIVE else "may cost"
    return f"Backend: {choice.name}; this clip {costs} money."
