"""What many trials come to: the numbers that must be nought, and lines that say so."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import JobState
from tests.helpers.crashes.plans import At

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.helpers.crashes.plans import Outcome

    Bill = Mapping[str, list[tuple[str, int]]]

TITLE = "crash test"
"""Under this name a test keeps its numbers for the end of the run."""


@dataclass
class Sums:
    """Sums over trials, with what each of them has to say."""

    began: float = field(default_factory=time.monotonic)
    kills: Counter[str] = field(default_factory=Counter)
    """By what chose the moment."""
    fills: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    states: Counter[JobState] = field(default_factory=Counter)

    def add(self, outcomes: Iterable[Outcome], bill: Bill) -> None:
        """Count trials in, and look their jobs up on the bill."""
        for each in outcomes:
            strikes = each.trial.strikes
            self.kills["points" if strikes and isinstance(strikes[-1], At) else "instants"] += (
                each.kills
            )
            self.fills += each.fills
            self.states += each.states
            self.lost += [f"{each.trial}: {what}" for what in each.lost]
            self.broken += [f"{each.trial}: {what}" for what in each.broken]
            self.wrong += [f"{each.trial}: {what}" for what in each.wrong]
            for prompt, known in each.requests.items():
                self._look_up(prompt, known, [request for request, _ in bill.get(prompt, [])], each)

    def numbers(self) -> dict[str, int]:
        return {
            "kills at named points": self.kills["points"],
            "at random instants": self.kills["instants"],
            "full disks": self.fills,
            "lost": len(self.lost),
            "paid twice": len(self.twice),
            "broken files": len(self.broken),
            "wrong": len(self.wrong),
            "done": self.states[JobState.DONE],
            "cancelled": self.states[JobState.CANCELLED],
            "uncertain": self.states[JobState.UNCERTAIN],
            "seconds": round(time.monotonic() - self.began),
        }

    def complaints(self) -> list[str]:
        """Everything that must not be."""
        return [*self.lost, *self.twice, *self.broken, *self.wrong]

    def _look_up(self, prompt: str, known: str | None, accepted: list[str], of: Outcome) -> None:
        if len(accepted) > 1:
            self.twice.append(f"{of.trial}: {prompt}: {accepted}")
        if known is not None and known not in accepted:
            self.wrong.append(f"{of.trial}: {prompt}: the bill does not know {known}")


def lines(told: Sequence[tuple[str, Mapping[str, int]]]) -> list[str]:
    """The numbers of each test, by its name, and those of all of them together."""
    total: Counter[str] = Counter()
    for _, numbers in told:
        total.update(numbers)
    whole = [("all of it", total)] if told else []
    return [f"{TITLE}, {name}: {_sentence(numbers)}" for name, numbers in (*told, *whole)]


def _sentence(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.items())
