"""``jobs look`` and ``jobs again``: ways out for a job that is uncertain, failed, or liked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop import wiring, workrooms
from kling_desktop.cli.exits import Exit, exit_of_job
from kling_desktop.cli.follow import follow
from kling_desktop.cli.output import job_json, say, show_json
from kling_desktop.cli.report import as_it_is, report
from kling_desktop.cli.session import choice_of, engine_on
from kling_desktop.domain.errors import BadMedia
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.money import dollars, estimate
from kling_desktop.domain.second_try import SecondTry, second_try
from kling_desktop.domain.sentences import SAME_AGAIN
from kling_desktop.engine.intake import given_seconds
from kling_desktop.paths import places

if TYPE_CHECKING:
    from decimal import Decimal

    from kling_desktop.domain.jobs import Job

NOT_YET = "Not in your account's list yet; that proves nothing, so look again later."
TWICE = "It may have been accepted: sent again, it costs {price} and may be paid twice."
FOUND = "It was found in your account, so nothing was sent again."
NOT_SENT = "Nothing was sent now."
LOOKED_FIRST = "It is looked for once more before anything is sent."
FETCH_FIRST = "Its clip may still be there: `jobs rescue {request} --endpoint {endpoint}` is free."


async def look(job: Job, *, as_json: bool) -> Exit:
    """Look for the request of an uncertain job now; one that is found is brought home."""
    if job.state is not JobState.UNCERTAIN:
        say(f"Job {job.id} is {job.state}; there is nothing to look for.")
        if as_json:
            show_json(job_json(job))
        return Exit.DONE
    async with engine_on(await choice_of(job)) as engine:
        say("Looking for it in your account.")
        engine.look_now(job.id)
        ending = await follow(engine, job)
    ending = as_it_is(ending)
    code = report(ending, as_json=as_json)
    if ending.job.state is JobState.UNCERTAIN:
        say(NOT_YET)
    return code


async def again(job: Job, *, yes: bool, as_json: bool) -> Exit:
    """Make a job anew; what may be paid twice or in vain is sent only after a yes."""
    price = await _price(job)
    against = _against(job, dollars(price))
    if against and not (yes and _is_possible(job)):
        return _refuse(job, against, price, as_json=as_json)
    uncertain = job.state is JobState.UNCERTAIN
    async with engine_on(await choice_of(job)) as engine:
        say(f"The same again costs about {dollars(price)}{_play(job)}.")
        new = await engine.resend(job.id) if uncertain else await engine.again(job.id)
        if uncertain:
            say(FOUND if new.id == job.id else f"Job {job.id} counts as perhaps charged.")
        ending = await follow(engine, new, began_here=not uncertain)
    return report(as_it_is(ending), as_json=as_json)


async def _price(job: Job) -> Decimal | None:
    """What it costs today; None where nobody knows, or the file that decides it is gone."""
    endpoint = wiring.catalogs(job.backend, places()).current.endpoint(job.endpoint)
    try:
        seconds = await given_seconds(workrooms.stored_files(places()), endpoint, job.params)
    except BadMedia:
        seconds = None
    return estimate(endpoint, job.params, given_seconds=seconds)


def _play(job: Job) -> str:
    return " of play money" if job.backend == "sandbox" else ""


def _is_possible(job: Job) -> bool:
    return bool(job.params) and (job.is_over or job.state is JobState.UNCERTAIN)


def _against(job: Job, price: str) -> str:
    """What speaks against making it anew; empty where nothing does."""
    if job.state is JobState.UNCERTAIN:
        return f"{TWICE.format(price=price + _play(job))} {LOOKED_FIRST}"
    if not job.is_over:
        return f"Job {job.id} is {job.state}: it is still under way."
    match second_try(job):
        case SecondTry.ANEW:
            return ""
        case SecondTry.CHANGE:
            why = str(explain_trouble(job.trouble)) if job.trouble else ""
            return why if SAME_AGAIN in why else f"{why} {SAME_AGAIN}"
        case SecondTry.FETCH:
            first = FETCH_FIRST.format(request=job.request_id, endpoint=job.endpoint)
            return f"{first} Made anew it costs {price}{_play(job)}."
        case SecondTry.NOTHING:
            return "It was taken in by its request id, so nobody knows what was asked for."


def _refuse(job: Job, against: str, price: Decimal | None, *, as_json: bool) -> Exit:
    hint = " Add --yes to send it." if _is_possible(job) else ""
    say(f"{against} {NOT_SENT}{hint}")
    if as_json:
        facts = {"sent": False, "price_usd": None if price is None else float(price)}
        show_json(job_json(job) | facts | {"message": f"{against} {NOT_SENT}"})
    if not _is_possible(job):
        return Exit.BAD_INPUT
    return exit_of_job(job)
