"""What can be done about a job, as buttons of the notice and entries of its row's menu say it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import FolderUnusable, KeyRefused, MissingKey
from kling_desktop.domain.holders import is_profile
from kling_desktop.domain.jobs import NOT_YET_SENT, JobState
from kling_desktop.domain.refusals import kind_of
from kling_desktop.domain.second_try import SecondTry, can_repeat, second_try

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.jobs import Job

DOT = "\N{MIDDLE DOT}"
MORE = "\N{HORIZONTAL ELLIPSIS}"


class Wish(StrEnum):
    """What somebody may want of a job that is there."""

    STORY = "story"
    LOOK = "look"
    RESEND = "resend"
    GIVE_UP = "give up"
    AGAIN = "again"
    FETCH = "fetch"
    LOAD = "load"
    PROMOTE = "promote"
    INSPECT = "inspect"
    ELSEWHERE = "elsewhere"
    CHOOSE = "choose"
    HAND_OVER = "hand over"


@dataclass(frozen=True, slots=True)
class Offer:
    """One wish in words."""

    wish: Wish
    text: str
    tip: str = ""
    enabled: bool = True


def offers(
    job: Job, price: str, *, searching: bool = False, loads: bool = True, promotion: str = ""
) -> list[Offer]:
    """What helps this job, most helpful first; ``price`` is that of the same request today."""
    found = list(_offers(job, price, searching=searching, loads=loads))
    if promotion:
        tip = "Send the same picture, regions, paths and words to the model that it is a draft for."
        found.insert(0, Offer(Wish.PROMOTE, promotion, tip))
    return found


def waits_for_folder(job: Job) -> bool:
    """Whether its clip is made, and the folder it should come to cannot be written."""
    code = FolderUnusable.code
    return (
        job.state is JobState.DOWNLOADING and job.trouble is not None and job.trouble.code == code
    )


def foreign_offers(job: Job, name: str, price: str) -> list[Offer]:
    """What helps a job of another account, which is not worked on with the key in use."""
    choose = f"Choose profile “{name}”" if is_profile(name) else "API key"
    found = [Offer(Wish.CHOOSE, f"{choose}{MORE}", "Its jobs go on as soon as its key is in use.")]
    if job.state in NOT_YET_SENT:
        tip = "Nothing of it was sent: the account in use can make it, and pay for it."
        found.append(Offer(Wish.HAND_OVER, f"Make it with this key  {DOT}  {price}{MORE}", tip))
    return found


def _is_about_key(job: Job) -> bool:
    """Whether another key helps, and the same one does not."""
    if job.trouble is None or not job.is_over:
        return False
    return issubclass(kind_of(job.trouble.code), (KeyRefused, MissingKey))


def _offers(job: Job, price: str, *, searching: bool, loads: bool) -> Iterator[Offer]:
    if waits_for_folder(job):
        tip = "Its clip is ready and waits for a folder that can be written; this is free."
        yield Offer(Wish.ELSEWHERE, f"Save it elsewhere{MORE}", tip)
    if job.state is JobState.UNCERTAIN:
        yield from _of_uncertain(price, searching=searching)
    else:
        if _is_about_key(job):
            tip = "See where the key comes from, test it, or paste another."
            yield Offer(Wish.CHOOSE, f"API key{MORE}", tip)
        if second_try(job) is SecondTry.FETCH:
            tip = "Ask for the clip once more; this is free."
            yield Offer(Wish.FETCH, "Fetch again", tip)
        if job.state is not JobState.DONE and can_repeat(job):
            tip = "Make a new request with the same input; it costs what a request costs."
            yield Offer(Wish.AGAIN, f"Try again  {DOT}  {price}", tip)
    if loads and job.params:
        tip = "Put its prompt, settings and picture back into the form; nothing is sent."
        yield Offer(Wish.LOAD, "Load into the form", tip)


def _of_uncertain(price: str, *, searching: bool) -> Iterator[Offer]:
    look = f"Looking{MORE}" if searching else "Look again"
    yield Offer(Wish.LOOK, look, "Look for it in your account; this is free.", not searching)
    tip = "You are asked once more: it may be paid twice."
    yield Offer(Wish.RESEND, f"Send again  {DOT}  {price}{MORE}", tip)
    yield Offer(Wish.GIVE_UP, "Give up", "Nothing more is done; it counts as perhaps charged.")
