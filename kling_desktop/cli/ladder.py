"""``generate --draft-first`` and ``jobs promote``: cheap first, and once it is right, well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop import workrooms
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import follow
from kling_desktop.cli.output import job_json, say, show_json
from kling_desktop.cli.report import as_it_is, report
from kling_desktop.cli.session import choice_of, engine_on
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.lineage import told as lineage_of_pictures
from kling_desktop.domain.money import dollars, priced
from kling_desktop.engine.ladder import first_draft, target_of
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.engine import Engine
    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.ladder import Promotion

NOT_SENT = "Nothing was sent now. Add --yes for another take."


async def first(catalog: Catalog, wish: Draft) -> Draft:
    """The draft of a wish; says what it is made without. Raises as ``first_draft``."""
    found = await first_draft(catalog, workrooms.stored_files(places()), wish)
    cheap = catalog.endpoint(found.draft.endpoint)
    price = dollars(found.target.estimate_usd)
    say(f"Draft first, at {cheap.id}; {found.target.endpoint.id} would cost {price}.")
    if found.lost:
        say(f"The draft is made without {_list(found.lost)}; its promotion has it again.")
    return found.draft


async def say_next(engine: Engine, job: Job) -> None:
    """How a finished draft is promoted, and for how much."""
    if job.state is not JobState.DONE or not target_of(job):
        return
    try:
        found = await engine.promotion(job.id)
    except KlingDesktopError:
        return  # It is said where somebody wants it.
    price = dollars(found.plan.estimate_usd)
    say(f"`jobs promote {job.id}` makes it at {found.plan.endpoint.id} for about {price}.")


async def promote(job: Job, args: argparse.Namespace) -> Exit:
    """Make what a draft is for; a second time only after a yes. Raises KlingDesktopError."""
    async with engine_on(await choice_of(job)) as engine:
        found = await engine.promotion(job.id, args.endpoint)
        say(f"{found.plan.endpoint.id}: {priced(found.plan.endpoint, found.plan.estimate_usd)}")
        if found.lost:
            say(f"{_list(found.lost, start=True)} of the draft is not sent: it has no such field.")
        if found.earlier is not None and not args.yes:
            return _refuse(found, found.earlier, as_json=args.json)
        new = await engine.promote(job.id, args.endpoint, twice=args.yes)
        ending = await follow(engine, new, began_here=True)
    return report(as_it_is(ending), as_json=args.json)


def lineage(job: Job) -> Iterator[str]:
    """Where a job stands on the ladder."""
    if target := target_of(job):
        yield f"draft for {target}"
    if job.promoted_from:
        yield f"promoted from draft {job.promoted_from}"
    yield from lineage_of_pictures(job.made_from)


def _refuse(found: Promotion, earlier: Job, *, as_json: bool) -> Exit:
    made = f"{earlier.created_at.astimezone():%Y-%m-%d %H:%M}"
    where = earlier.clips[0].path if earlier.clips else f"it is {earlier.state}"
    price = dollars(found.plan.estimate_usd)
    say(f"The same request was made on {made}, as job {earlier.id}: {where}.")
    say(f"Another take costs {price}. {NOT_SENT}")
    if as_json:
        show_json(job_json(earlier) | {"sent": False})
    return Exit.BAD_INPUT


def _list(names: Sequence[str], *, start: bool = False) -> str:
    words = [each.replace("_", " ") for each in names]
    text = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return text[:1].upper() + text[1:] if start else text
