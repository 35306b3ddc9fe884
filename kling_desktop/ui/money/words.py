"""Amounts in words; play money is never written as real money is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.accounts import Period
from kling_desktop.domain.budgets import Kind, left
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.money import exact_dollars
from kling_desktop.domain.reports import By, known_by
from kling_desktop.domain.spending import counted
from kling_desktop.ui.queue.words import STATES

if TYPE_CHECKING:
    from decimal import Decimal

    from kling_desktop.domain.allowances import Standing
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.reports import Row

PLAY = (
    "Play money: the sandbox makes clips on this computer and bills nobody. "
    "These amounts are what fal would ask."
)
REAL = "Real money: fal.ai bills these clips to your account."
ELSEWHERE = "Perhaps real money: {backend} may bill these clips."
PERIODS = {
    Period.DAY: "Today",
    Period.MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.YEAR: "This year",
    Period.EVER: "All time",
}
KINDS = {
    By.DAY: "by day",
    By.MONTH: "by month",
    By.PROJECT: "by project",
    By.ENDPOINT: "by endpoint",
    By.STATE: "by state",
}
EXPLAINED = (
    "What is not billed yet counts as spent until the bill comes. Uncertain is the part of it that "
    "may turn out to be free. Jobs of unknown price are counted, and are in none of the sums."
)
REACHED = (
    "What would go past a budget is not sent: the clip waits here, on hold, until you raise the "
    "budget and release it, or send it all the same. What is uncertain counts as spent."
)
NO_DOUBTS = "No job without a clip may have been charged."
DOUBTS = (
    "These jobs made no clip here and may have been charged all the same. fal's support "
    "(support@fal.ai) finds them by their request ids."
)
PLAY_DOUBTS = "These jobs made no clip. With fal they might have been charged; here nothing is."
NO_PROJECT = "(no project)"
UNKNOWN = "unknown"
FAMILY = "fal-ai/kling-video/"


def banner(backend: str) -> str:
    """Whose money it is."""
    return {"sandbox": PLAY, "live": REAL}.get(backend, ELSEWHERE.format(backend=backend))


def amount(usd: Decimal | None, *, is_play: bool) -> str:
    """An amount that says by itself whether it is real."""
    if usd is None:
        return UNKNOWN
    return f"play {exact_dollars(usd)}" if is_play else exact_dollars(usd)


def price(job: Job, *, is_play: bool) -> str:
    """What sending a job is expected to cost, as a button says it."""
    usd = job.estimate_usd
    return "an unknown price" if usd is None else amount(usd, is_play=is_play)


def unit(*, is_play: bool) -> str:
    """What stands in front of a number that is to be written."""
    return "play $" if is_play else "$"


def sum_of(row: Row, *, is_play: bool) -> str:
    """The head of a tile: unknown is not nothing."""
    if row.jobs and row.unknown == row.jobs:
        return "Unknown"
    more = " or more" if row.unknown else ""
    return amount(row.spent_usd, is_play=is_play) + more


def parts_of(row: Row) -> str:
    """What a sum is made of."""
    if not row.jobs:
        return "Nothing was sent."
    jobs = "1 job" if row.jobs == 1 else f"{row.jobs} jobs"
    billed, open_ = exact_dollars(row.billed_usd), exact_dollars(row.open_usd)
    expected = exact_dollars(row.estimate_usd)
    return f"{jobs}: {billed} billed, {open_} not billed yet. Expected: {expected}."


def doubts_of(row: Row) -> str:
    """What nobody knows of a sum; empty if all is known."""
    said = []
    if row.uncertain_usd:
        said.append(f"{exact_dollars(row.uncertain_usd)} is uncertain.")
    if row.unknown:
        jobs = "1 job" if row.unknown == 1 else f"{row.unknown} jobs"
        said.append(f"{jobs} of unknown price.")
    return " ".join(said)


def key_of(row: Row, by: By) -> str:
    """What a row stands for."""
    match by:
        case By.PROJECT:
            return row.key or NO_PROJECT
        case By.STATE:
            return STATES[JobState(row.key)]
        case By.ENDPOINT:
            return short_endpoint(row.key)
        case _:
            return row.key


def short_endpoint(endpoint: str) -> str:
    """What tells endpoints of Kling from one another."""
    return endpoint.removeprefix(FAMILY)


def charge_of(job: Job, *, is_play: bool) -> str:
    """Whether a job without a clip was charged, as far as anybody knows, and how much."""
    known = job.trouble is not None and job.trouble.charge == Charge.YES
    return ("" if known else "perhaps ") + amount_of(job, is_play=is_play)


def amount_of(job: Job, *, is_play: bool) -> str:
    """What a job counts for, and where that is from."""
    source = known_by(job)
    text = amount(counted(job), is_play=is_play)
    return text if source == UNKNOWN else f"{text} ({source})"


def standing(each: Standing, *, is_play: bool) -> str:
    """How much of a budget is left."""
    if each.limit.kind is Kind.JOB:
        return "Every clip is held to it."
    spent = amount(each.spent.usd, is_play=is_play)
    rest = amount(left(each.limit, each.spent), is_play=is_play)
    beside = f", and {each.spent.unknown} of unknown price" if each.spent.unknown else ""
    return f"{spent} spent or perhaps spent{beside}; {rest} left."


def for_support(jobs: tuple[Job, ...], *, is_play: bool) -> str:
    """Lines to paste into a message: what support asks for, and nothing of what was made."""
    return "".join(_line(job, is_play=is_play) for job in jobs)


def _line(job: Job, *, is_play: bool) -> str:
    at = job.sent_at or job.updated_at
    facts = (
        f"Request {job.request_id or 'without an id'}",
        job.endpoint,
        f"sent {at.isoformat(timespec='seconds')}",
        f"{job.state}{f' ({job.trouble.code})' if job.trouble else ''}",
        amount_of(job, is_play=is_play),
    )
    return ", ".join(facts) + "\n"
