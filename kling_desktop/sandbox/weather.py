"""Weather: what goes wrong, where and when, as a file says.

The file is a JSON list of rules, explained in ``WEATHER.md`` beside this module::

    [{"fault": "unavailable", "stage": "submit", "count": 2},
     {"fault": "refuse", "endpoint": "text-to-video", "skip": 1, "count": 1},
     {"fault": "drop", "probability": 0.1, "seed": 7},
     {"fault": "slow_queue", "seconds": 5}]

An *occasion* is one arrival at a stage: an exchange over HTTP, a request that joins the queue, one
that starts to run. Rules are asked in order and the first that strikes wins.
"""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    TypeAdapter,
    model_validator,
)
from pydantic import ValidationError as BadJson

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.sandbox.faults import PLACES, Fault, Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path
    from typing import Self

    from pydantic_core import ErrorDetails

_log = logging.getLogger(__name__)


class Rule(BaseModel):
    """One line of the forecast."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Fault
    stage: Stage | None = None
    """Where it strikes; None is everywhere it can."""
    endpoint: str = ""
    """Strike only endpoints whose id contains this."""
    skip: NonNegativeInt = 0
    """Let this many occasions pass first."""
    count: NonNegativeInt | None = None
    """Strike this many times, then no more; None is always."""
    probability: float = Field(default=1.0, ge=0, le=1)
    """Of striking, on every occasion that is left."""
    seed: int = 0
    """The same seed and the same occasions give the same strikes."""
    seconds: NonNegativeFloat = 1.0
    """For faults that last, or that ask for patience; not divided by ``--speed``."""

    @model_validator(mode="after")
    def _can_strike(self) -> Self:
        if self.stage is not None and self.stage not in PLACES[self.fault]:
            places = ", ".join(sorted(PLACES[self.fault]))
            raise ValueError(f"{self.fault} cannot strike at {self.stage}, only at: {places}")
        return self

    def concerns(self, stage: Stage, endpoint: str) -> bool:
        places = PLACES[self.fault] if self.stage is None else {self.stage}
        return stage in places and self.endpoint in endpoint


class _Count:
    """A rule, and what it has seen."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._random = random.Random(rule.seed)  # noqa: S311 - weather, not a secret
        self._occasions = 0
        self._strikes = 0

    def strikes(self) -> bool:
        """Whether it strikes on this occasion, the next of those that concern it."""
        self._occasions += 1
        is_spent = self.rule.count is not None and self._strikes >= self.rule.count
        if self._occasions <= self.rule.skip or is_spent:
            return False
        struck = self._random.random() < self.rule.probability
        self._strikes += struck
        return struck


class Weather:
    """The rules, and how often each has had its occasion; may change while it is in use."""

    def __init__(self, rules: Sequence[Rule] = (), *, file: Path | None = None) -> None:
        self._counts = [_Count(rule) for rule in rules]
        self._file = file
        self._stamp = _stamp(file)

    @property
    def rules(self) -> list[Rule]:
        return [each.rule for each in self._counts]

    def change(self, rules: Sequence[Rule]) -> None:
        """Other weather from now on; its rules are counted from the beginning."""
        self._counts = [_Count(rule) for rule in rules]

    def strike(
        self, stage: Stage, endpoint: str, among: Collection[Fault] = frozenset(Fault)
    ) -> Rule | None:
        """The rule that strikes on this occasion, if any does; ``among`` are those that count."""
        self._look_at_file()
        for each in self._counts:
            rule = each.rule
            if rule.fault in among and rule.concerns(stage, endpoint) and each.strikes():
                return rule
        return None

    def _look_at_file(self) -> None:
        """Follow the file that the weather came from; one that makes no sense changes nothing."""
        if self._file is None or (stamp := _stamp(self._file)) == self._stamp:
            return
        self._stamp = stamp
        try:
            self.change(_read(self._file))
        except InvalidParams as error:
            _log.warning("the weather stays as it was: %s", error.detail)


def load_weather(path: Path) -> Weather:
    """The weather in a file, which is followed when it changes.

    Raises:
        InvalidParams: it cannot be read, or says something else than rules.
    """
    return Weather(_read(path), file=path)


def parse_rules(text: bytes) -> list[Rule]:
    """The rules in a JSON text.

    Raises:
        InvalidParams: it says something else than rules.
    """
    try:
        return TypeAdapter(list[Rule]).validate_json(text)
    except BadJson as error:
        raise InvalidParams(
            tuple(
                Problem(".".join(map(str, ("weather", *each["loc"]))), each["msg"], _given(each))
                for each in error.errors()
            )
        ) from None


def _read(path: Path) -> list[Rule]:
    try:
        return parse_rules(path.read_bytes())
    except OSError as error:
        raise InvalidParams((Problem("weather", f"cannot be read: {error.strerror}"),)) from error


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path else None
    except OSError:
        return None  # between two versions of it, or gone: the rules stay
    return (found.st_mtime_ns, found.st_size) if found else None


def _given(error: ErrorDetails) -> object:
    """A value that people would recognise; a whole file or rule is none."""
    value = error["input"]
    return value if isinstance(value, str | int | float) else None
