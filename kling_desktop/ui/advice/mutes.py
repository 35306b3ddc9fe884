"""Which soft rules are not told: for good, or in one project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.advice import HARD, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

_SOFT = {rule.value: rule for rule in Rule if rule not in HARD}


def known(names: object) -> frozenset[Rule]:
    """The soft rules of those names; what another version calls otherwise is passed over."""
    if not isinstance(names, list | tuple):
        return frozenset()
    return frozenset(_SOFT[each] for each in names if isinstance(each, str) and each in _SOFT)


def names(rules: Iterable[Rule]) -> tuple[str, ...]:
    """As they are kept."""
    return tuple(sorted(each.value for each in rules))


@dataclass(frozen=True, slots=True)
class Mutes:
    """One version of what is muted."""

    always: frozenset[Rule] = frozenset()
    here: frozenset[Rule] = frozenset()
    """In the project that is open."""

    def __contains__(self, rule: Rule) -> bool:
        return rule not in HARD and (rule in self.always or rule in self.here)

    def with_rule(self, rule: Rule, *, for_good: bool) -> Mutes:
        if rule in HARD:
            return self
        if for_good:
            return replace(self, always=self.always | {rule})
        return replace(self, here=self.here | {rule})

    def without(self, rule: Rule) -> Mutes:
        return Mutes(self.always - {rule}, self.here - {rule})
