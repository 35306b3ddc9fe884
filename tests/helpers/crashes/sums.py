"""What many trials come to: the numbers that must be nought, and a line that says so."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kling_desktop.domain.jobs import JobState
    from tests.helpers.crashes.plans import Outcome

    Bill = Mapping[str, list[tuple[str, int]]]


@dataclass
class Sums:
    """Sums over trials, with what each of them has to say."""

    began: float = field(default_factory=time.monotonic)
    trials: int = 0
    kills: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    states: Counter[JobState] = field(default_factory=Counter)

    def add(self, outcomes: Iterable[Outcome], bill: Bill) -> None:
        """Count trials in, and look their jobs up on the bill."""
        for each in outcomes:
            self.trials += 1
            self.kills += each.kills
            self.states += each.states
            self.lost += [f"{each.trial}: {what}" for what in each.lost]
            self.broken += [f"{each.trial}: {what}" for what in each.broken]
            self.wrong += [f"{each.trial}: {what}" for what in each.wrong]
            for prompt, known in each.requests.items():
                self._look_up(prompt, known, [request for request, _ in bill.get(prompt, [])], each)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {len(self.lost)} lost, {len(self.twice)} paid twice,"
            f" {len(self.broken)} broken files; {self._ends()}; {self.seconds:.0f} s"
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def complaints(self) -> list[str]:
        """Everything that must not be."""
        return [*self.lost, *self.twice, *self.broken, *self.wrong]

    def _ends(self) -> str:
        return ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))

    def _look_up(self, prompt: str, known: str | None, accepted: list[str], of: Outcome) -> None:
        if len(accepted) > 1:
            self.twice.append(f"{of.trial}: {prompt}: {accepted}")
        if known is not None and known not in accepted:
            self.wrong.append(f"{of.trial}: {prompt}: the bill does not know {known}")
