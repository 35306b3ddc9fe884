"""Weather: what goes wrong, and when, as a file says.

The file is a JSON list of rules::

    [{"fault": "submit_503", "count": 2},
     {"fault": "refuse", "endpoint": "text-to-video", "skip": 1, "count": 1},
     {"fault": "slow_queue", "seconds": 5}]

``fault``     one of the names below
``endpoint``  strike only endpoints whose id contains this (default: all)
``skip``      let this many occasions pass first (default 0)
``count``     strike this many times, then no more (default null: always)
``seconds``   for faults that last, or that ask for patience (default 1), not divided by ``--speed``

An *occasion* is one arrival at the fault's stage: a submit, a status, a fetch of the result, a
download, a request that joins the queue or starts to run. Rules are asked in order and the first
that strikes wins. They are counted anew when the server starts.

==============  =========  ========================================================================
fault           stage      what happens
==============  =========  ========================================================================
submit_503      submit     503 and a page of HTML, as from an ingress; nothing is accepted
submit_429      submit     429 with ``Retry-After: seconds``; nothing is accepted
lost_answer     accepted   the submit is accepted and billed, the connection drops without an answer
stuck_queue     queue      the request stays in the queue until it is cancelled; others overtake it
slow_queue      queue      the request, and those behind it, wait ``seconds`` longer
refuse          run        422 ``content_policy_violation`` instead of a clip
status_500      status     500 instead of the status
result_504      result     504 instead of the result, which is there
download_reset  download   the connection drops in the middle of the clip
==============  =========  ========================================================================
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt, TypeAdapter
from pydantic import ValidationError as BadJson

from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pydantic_core import ErrorDetails


class Stage(StrEnum):
    """A point in a request's life where the weather is asked."""

    SUBMIT = "submit"
    ACCEPTED = "accepted"
    QUEUE = "queue"
    RUN = "run"
    STATUS = "status"
    RESULT = "result"
    DOWNLOAD = "download"


class Fault(StrEnum):
    """What can go wrong; the module's table says what each does."""

    SUBMIT_503 = "submit_503"
    SUBMIT_429 = "submit_429"
    LOST_ANSWER = "lost_answer"
    STUCK_QUEUE = "stuck_queue"
    SLOW_QUEUE = "slow_queue"
    REFUSE = "refuse"
    STATUS_500 = "status_500"
    RESULT_504 = "result_504"
    DOWNLOAD_RESET = "download_reset"


STAGES = {
    Fault.SUBMIT_503: Stage.SUBMIT,
    Fault.SUBMIT_429: Stage.SUBMIT,
    Fault.LOST_ANSWER: Stage.ACCEPTED,
    Fault.STUCK_QUEUE: Stage.QUEUE,
    Fault.SLOW_QUEUE: Stage.QUEUE,
    Fault.REFUSE: Stage.RUN,
    Fault.STATUS_500: Stage.STATUS,
    Fault.RESULT_504: Stage.RESULT,
    Fault.DOWNLOAD_RESET: Stage.DOWNLOAD,
}


class Rule(BaseModel):
    """One line of the forecast."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Fault
    endpoint: str = ""
    skip: NonNegativeInt = 0
    count: NonNegativeInt | None = None
    seconds: NonNegativeFloat = 1.0

    def concerns(self, stage: Stage, endpoint: str) -> bool:
        return STAGES[self.fault] is stage and self.endpoint in endpoint

    def strikes(self, occasion: int) -> bool:
        """Whether it strikes on its n-th occasion, counted from 0."""
        turn = occasion - self.skip
        return turn >= 0 and (self.count is None or turn < self.count)


class Weather:
    """The rules, and how often each has had its occasion."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = tuple(rules)
        self._occasions = [0] * len(self._rules)

    def strike(self, stage: Stage, endpoint: str) -> Rule | None:
        """The rule that strikes on this occasion, if any does."""
        for index, rule in enumerate(self._rules):
            if rule.concerns(stage, endpoint):
                occasion = self._occasions[index]
                self._occasions[index] += 1
                if rule.strikes(occasion):
                    return rule
        return None


def load_weather(path: Path) -> Weather:
    """The weather in a file.

    Raises:
        InvalidParams: it cannot be read, or says something else than rules.
    """
    try:
        return Weather(TypeAdapter(list[Rule]).validate_json(path.read_bytes()))
    except OSError as error:
        raise InvalidParams((Problem("weather", f"cannot be read: {error.strerror}"),)) from error
    except BadJson as error:
        raise InvalidParams(
            tuple(
                Problem(".".join(map(str, ("weather", *each["loc"]))), each["msg"], _given(each))
                for each in error.errors()
            )
        ) from None


def _given(error: ErrorDetails) -> object:
    """A value that people would recognise; a whole file or rule is none."""
    value = error["input"]
    return value if isinstance(value, str | int | float) else None
