"""``generate``: one clip, from the words on the line to a verified file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli.budget import standings_for
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import Ending, follow
from kling_desktop.cli.line import when
from kling_desktop.cli.output import say, show_json
from kling_desktop.cli.report import as_it_is, report
from kling_desktop.cli.session import engine_on
from kling_desktop.cli.values import gather
from kling_desktop.domain import params
from kling_desktop.domain.differences import RETIRED
from kling_desktop.domain.money import dollars, priced
from kling_desktop.engine.intake import Draft, Plan, make_plan, path_of
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from kling_desktop.domain.catalog import Catalog, Price

GONE = f"Note: {RETIRED}; it may refuse the clip. See `kling-desktop models`."


async def run(args: argparse.Namespace) -> Exit:
    """Make the clip that the line asks for.

    Raises:
        KlingDesktopError: before anything was sent.
    """
    wish = wiring.Wish(args.wish)
    catalog = await wiring.known_catalog(wish, os.environ, places())
    endpoint = catalog.endpoint(args.endpoint)
    values = gather(endpoint, args)
    draft = Draft(
        endpoint=endpoint.id,
        values=values,
        out_dir=args.out,
        project=args.label,
        held=args.hold,
        run_at=when(args.at) if args.at else None,
    )
    if args.dry_run:
        backend = await wiring.likely(wish, os.environ)
        return await _show_plan(catalog, draft, backend, as_json=args.json)
    plan = await _check_first(catalog, draft)
    choice = await wiring.choose(wish, os.environ)
    standings = standings_for(choice.name, draft.project)
    async with engine_on(choice) as engine:
        say(_where(choice))
        say(priced(plan.endpoint, plan.estimate_usd))
        for each in standings:
            say(str(each))
        if engine.catalog.endpoint(endpoint.id).retired:
            say(GONE)
        job = await engine.generate(draft)
        if args.hold:
            say(f"Job {job.id} is on hold; nothing is sent until `jobs release {job.id}`.")
            return report(Ending(job, Exit.DONE), as_json=args.json)
        ending = await follow(engine, job, began_here=True)
    return report(as_it_is(ending), as_json=args.json)


async def _check_first(catalog: Catalog, draft: Draft) -> Plan:
    """Find every mistake before a sandbox is started or a connection made."""
    return await make_plan(catalog, wiring.stored_files(places()), draft)


async def _show_plan(catalog: Catalog, draft: Draft, backend: str, *, as_json: bool) -> Exit:
    plan = await make_plan(catalog, wiring.stored_files(places()), draft)
    standings = standings_for(backend, draft.project)
    document = _plan_json(plan, list(_uploads(plan, draft)))
    document["budgets"] = [each.as_json() for each in standings]
    if plan.endpoint.retired:
        say(GONE)
    if as_json:
        show_json(document)
    else:
        say(f"POST {plan.endpoint.id}  ({dollars(plan.estimate_usd)}; nothing is sent)")
        say(priced(plan.endpoint, plan.estimate_usd))
        for each in standings:
            say(str(each))
        show_json(document["body"])
    return Exit.DONE


def _plan_json(plan: Plan, uploads: list[dict[str, str]]) -> dict[str, Any]:
    estimate, price = plan.estimate_usd, plan.endpoint.price
    retired = {"retired": True} if plan.endpoint.retired else {}
    return {
        "endpoint": plan.endpoint.id,
        "body": dict(plan.params),
        "estimate_usd": None if estimate is None else float(estimate),
        "price": None if price is None else _price_json(price),
        "uploads": uploads,
        "sent": False,
        **retired,
    }


def _price_json(price: Price) -> dict[str, Any]:
    """As ``models`` tells it."""
    rate = {"usd_per_second": float(price.usd_per_second)}
    return rate | {"date": price.date, "source": price.source}


def _uploads(plan: Plan, draft: Draft) -> Iterator[dict[str, str]]:
    """The pictures behind the body's ``file:`` addresses, as they were given."""
    given = params.check(plan.endpoint, draft.values)
    for field in plan.endpoint.fields:
        before, after = (
            params.pictures(plan.endpoint, {field.name: values.get(field.name)})
            for values in (given, plan.params)
        )
        for original, kept in zip(before, after, strict=True):
            if kept.startswith("file:"):
                yield {"field": field.name, "path": original, "name": path_of(kept).name}


def _where(choice: wiring.Choice) -> str:
    if choice.is_sandbox:
        return "Sandbox: the clip is made on this computer; nothing is charged."
    costs = "costs" if choice.name == wiring.Wish.LIVE else "may cost"
    return f"Backend: {choice.name}; this clip {costs} money."
