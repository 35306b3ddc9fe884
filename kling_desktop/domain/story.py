"""What happened to a job, in sentences, and what each step meant for money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import lineage
from kling_desktop.domain.jobs import BROUGHT_BACK, NOT_YET_SENT, TERMINAL, JobState, Trouble
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.money import dollars
from kling_desktop.domain.motion.verdict_json import brush_words
from kling_desktop.domain.requests import CancelAnswer
from kling_desktop.domain.spending import counted, counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from kling_desktop.domain.history import JobEvent
    from kling_desktop.domain.jobs import Job

S = JobState

_ANSWERS: Mapping[str, str] = {
    CancelAnswer.REMOVED: "Cancel answered: removed from the queue; not charged.",
    CancelAnswer.ASKED: "Cancel answered: it was running already; it may finish and be charged.",
    CancelAnswer.TOO_LATE: "Cancel answered: too late, it had finished; it is charged.",
    CancelAnswer.UNKNOWN: "Cancel answered: the request is not known there; asked again later.",
}

_USUAL: Mapping[JobState, str] = {
    S.DRAFT: "Kept as a draft; it costs nothing.",
    S.HELD: "Held back; nothing is sent, so it costs nothing.",
    S.INTENT: "It waits for its turn; nothing is sent yet, so it costs nothing yet.",
    S.UPLOADING: "Getting ready; uploading pictures is free.",
    S.SENDING: "Sent to {there}; from now on it may cost money{price}.",
    S.UNCERTAIN: "The answer was lost; it counts as spent{price} until it is known.",
    S.QUEUED: "Accepted by {there}; it waits in the queue.",
    S.RUNNING: "The model works on it.",
    S.FETCHING: "The model has finished; the result is asked for.",
    S.DOWNLOADING: "The clip is made, so it is charged; it is downloaded now.",
    S.DONE: "The clip is whole and in its place.",
}
"""The steps of a life in which nothing goes wrong twice."""
_PRICES: Mapping[JobState, str] = {S.SENDING: " ({})", S.UNCERTAIN: ", {},"}
_WORDS: Mapping[str, str] = {
    "queue_position": "Ahead of it in the queue: {}.",
    "request_id": "Its request id is {}.",
    "inference_seconds": "The model worked for {:.0f} s.",
    "run_at": "It does not begin before {}.",
    "params": "You changed what it asks for.",
    "project": "It belongs to the project {!r}.",
    "billed_at": "That is what the bill says for good.",
    "over_budget": "You let it go past your budgets.",
    "promoted_from": "It is promoted from the draft {}.",
    "batch": "It belongs to the batch {}.",
    "purpose": "Its clip shows from which edge the endpoint counts y.",
    "place": "Its place among the waiting jobs was changed.",
}
"""Facts that one sentence tells; those that are nowhere here stand behind their step."""


@dataclass(frozen=True, slots=True)
class Line:
    """One moment of a job's life."""

    at: datetime
    text: str
    """Sentences, without a line break."""


def tell(job: Job, events: Sequence[JobEvent]) -> tuple[Line, ...]:
    """A job's life so far, a line for each event, and where it and its money are now.

    It makes do with what there is: old programs kept no facts, and a damaged ledger lost some.
    """
    teller = _Teller(job)
    lines = [Line(each.at, _one_line(teller.sentences(each))) for each in events]
    last_at = max([job.updated_at, *(each.at for each in events)])
    return (*lines, Line(last_at, _one_line(teller.present())))


class _Teller:
    """Goes through the events and keeps what the next sentence needs to know."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._state: JobState | None = None
        """Where the job was before the event that is told."""

    def sentences(self, event: JobEvent) -> Iterator[str]:
        moved = event.state is not self._state
        told = [self._step(event)] if moved else []
        told += self._facts(event.facts, event.state, moved=moved)
        self._state = event.state
        yield from told or [_noted(event)]

    def present(self) -> Iterator[str]:
        """Where the job is now, and its money."""
        if self._state is not self._job.state:
            yield f"Part of its record is missing; it is {self._job.state} now."
        elif self._job.state is S.UNCERTAIN:
            yield "It waits for your decision."
        elif self._job.goes_on:
            yield "It goes on by itself."
        yield self._money()

    def _step(self, event: JobEvent) -> str:
        match self._state, event.state:
            case before, (S.REFUSED | S.FAILED | S.CANCELLED):
                return self._bad_end(event, before)
            case None, after if after in NOT_YET_SENT:
                price = self._price(" It would cost {}.")
                return "Asked for; nothing is sent, so it costs nothing yet." + price
            case None, _:
                return f"Taken into the record as {event.state}; it may have cost money already."
            case _, S.UPLOADING if self._state is S.SENDING:
                return "It certainly did not arrive, so nothing is charged; it is sent again later."
            case _, S.FETCHING if self._state is S.DOWNLOADING:
                return f"The result is asked for once more ({event.cause}); this is free."
            case _, S.QUEUED if self._state in {S.RUNNING, S.FETCHING}:
                return "Back in the queue."
            case before, _ if before in BROUGHT_BACK:
                return self._brought_back(event, before)
            case _:
                amount = self._price(_PRICES.get(event.state, ""))
                return _USUAL[event.state].format(there=self._there, price=amount)

    def _brought_back(self, event: JobEvent, before: JobState | None) -> str:
        found = f"Found at {self._there} after all; it is {event.state}."
        if before is S.UNCERTAIN:
            return found
        return f"{found} Its clip is asked for once more; this is free."

    def _bad_end(self, event: JobEvent, before: JobState | None) -> str:
        trouble = _trouble(event.facts.get("trouble")) or self._job.trouble
        if before is S.UNCERTAIN and event.state is S.CANCELLED:
            return "Given up while its fate was unknown; it still counts as spent."
        if event.state is S.CANCELLED and (before in NOT_YET_SENT or before is None):
            return "Cancelled before it was sent; not charged."
        if trouble is None:
            return f"It is {event.state}."
        message = explain_trouble(trouble)
        return f"{event.state.capitalize()}: {message.what} {message.money}"

    def _facts(self, facts: Mapping[str, Any], state: JobState, *, moved: bool) -> Iterator[str]:
        yield from _about_brush(facts)
        for name, value in _rest(facts).items():
            match name, value:
                case "trouble", value if not (moved and (value is None or state in TERMINAL)):
                    yield _waiting(value, state)
                case "trouble", _:
                    pass  # The step has told it.
                case "place", _ if self._state is None:
                    pass  # Every job has a first one.
                case "cost_usd", str() if not facts.get("billed_at"):
                    yield f"By the seconds billed, it comes to {self._dollars(value)}."
                case _:
                    yield from self._fact(name, value)

    def _fact(self, name: str, value: Any) -> Iterator[str]:
        match name, value:
            case "uploads", dict():
                yield from _uploaded(value)
            case "cancel_asked", True:
                yield self._cancel_asked()
            case "cancel_answer", str():
                yield _ANSWERS.get(value, f"Cancel answered: {value}.")
            case "cost_usd", str():
                yield f"The bill says {self._dollars(value)}."
            case "brush", dict():
                yield from brush_words(value)
            case "clips", [*_]:
                yield from (f"It is {each.get('path')}." for each in value)
            case _ if value is not None and value is not False and name in _WORDS:
                yield _WORDS[name].format(value)

    def _cancel_asked(self) -> str:
        if self._state in NOT_YET_SENT or self._state is None:
            return "You asked to cancel it; nothing was sent."
        return "You asked to cancel it; what runs already may be charged even so."

    def _money(self) -> str:
        job, amount = self._job, counted(self._job)
        if not counts(job):
            return "It cost nothing." if job.is_over else "So far it costs nothing."
        if amount is None:
            return "It counts as spent, but nobody knows yet how much it is."
        if job.cost_usd is not None:
            return f"It cost {self._dollars(amount)}."
        return f"It counts as spent with about {self._dollars(amount)}."

    def _price(self, words: str) -> str:
        estimate = self._job.estimate_usd
        return "" if estimate is None else words.format(f"about {self._dollars(estimate)}")

    def _dollars(self, amount: Decimal | str) -> str:
        try:
            text = dollars(Decimal(amount))
        except InvalidOperation:
            text = str(amount)
        return f"{text} of play money" if self._job.backend == "sandbox" else text

    @property
    def _there(self) -> str:
        return {"live": "fal", "sandbox": "the sandbox"}.get(self._job.backend, self._job.backend)


def _about_brush(facts: Mapping[str, Any]) -> Iterator[str]:
    """Where its points are counted from, and what it is a draft for."""
    if facts.keys() >= {"params", "origin"}:
        yield "Its points were counted anew, from the edge that is known now."
    meant = facts.get("draft_for")
    if isinstance(meant, dict):
        yield f"It is a draft for {meant.get('endpoint')}."
    if isinstance(frames := facts.get("made_from"), dict):
        yield from lineage.told(frames)


def _rest(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts that are not told yet; where points are counted from says nothing by itself."""
    told = {"draft_for", "origin", "made_from"} | ({"params"} if "origin" in facts else set())
    return {name: each for name, each in facts.items() if name not in told}


def _noted(event: JobEvent) -> str:
    """What is kept for experts alone."""
    names = ", ".join(name.replace("_", " ") for name in event.facts)
    return f"Noted: {names or event.cause or 'nothing new'}."


def _uploaded(entries: Mapping[str, Any]) -> Iterator[str]:
    for address, url in entries.items():
        name = PurePosixPath(address).name
        yield f"Uploaded {name}; free." if url else f"The upload of {name} is made anew; free."


def _waiting(value: Any, state: JobState) -> str:
    trouble = _trouble(value)
    if trouble is None:
        return "That is over; it works again."
    if state in {S.UNCERTAIN, S.HELD}:
        return explain_trouble(trouble).what
    return f"{explain_trouble(trouble, waiting=True)}"


def _trouble(value: Any) -> Trouble | None:
    """Trouble out of an event's facts, whoever wrote them."""
    if not isinstance(value, dict):
        return None
    return Trouble(*(str(value.get(name, "")) for name in ("code", "detail", "charge", "retry")))


def _one_line(sentences: Iterator[str]) -> str:
    line = " ".join(" ".join(sentences).split())
    return line if line.endswith(".") else f"{line}."
