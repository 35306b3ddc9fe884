"""Bad weather for a trial: a few rules drawn by a seed, each of which lets go in the end."""

from __future__ import annotations

import random

from kling_desktop.sandbox.faults import Fault, Stage
from kling_desktop.sandbox.weather import Rule

F, At = Fault, Stage
STUCK = (Rule(fault=F.STUCK_QUEUE),)
"""What is queued stays there, so that only a cancel ends it."""
SLOW = (Rule(fault=F.SLOW_QUEUE, seconds=0.1, probability=0.5),)
"""Some wait long enough to be taken out of the queue."""
LINGERING = (Rule(fault=F.SLOW_QUEUE, seconds=0.5),)
"""All wait so long."""
_TROUBLES = (
    (F.DROP, At.STATUS),
    (F.DROP, At.RESULT),
    (F.DROP, At.DOWNLOAD),
    (F.DROP, At.INITIATE),
    (F.UNAVAILABLE, At.STATUS),
    (F.UNAVAILABLE, At.STREAM),
    (F.SERVER_ERROR, At.RESULT),
    (F.BAD_GATEWAY, At.UPLOAD),
    (F.GATEWAY_TIMEOUT, At.DOWNLOAD),
    (F.RATE_LIMITED, At.SUBMIT),
    (F.RATE_LIMITED, At.STATUS),
    (F.RATE_LIMITED, At.RESULT),
    (F.NOT_FOUND, At.STATUS),
    (F.NOT_FOUND, At.RESULT),
    (F.NOT_FOUND, At.DOWNLOAD),
    (F.CUT, At.DOWNLOAD),
    (F.CUT, At.STREAM),
    (F.SHORT, At.DOWNLOAD),
    (F.WRONG_SIZE, At.RESULT),
    (F.FALSE_ERROR, At.STATUS),
    (F.PAGE, At.STATUS),
    (F.PAGE, At.DOWNLOAD),
    (F.LATE, At.RESULT),
    (F.REQUEUED, At.MODEL),
)
_LOST = ((F.DROP, At.ACCEPTED), (F.CUT, At.ACCEPTED), (F.UNAVAILABLE, At.SUBMIT))
"""After these nobody can know whether the request was accepted."""
_LOST_SHARE = 0.15


def bad_weather(seed: str) -> tuple[Rule, ...]:
    """The same seed gives the same rules."""
    draw = random.Random(seed)
    places = draw.sample(_TROUBLES, 4)
    if draw.random() < _LOST_SHARE:
        places.append(draw.choice(_LOST))
    return tuple(
        Rule(fault=fault, stage=stage, skip=draw.choice((0, 0, 1)), count=draw.choice((1, 2, 3)),
             seconds=0.1)
        for fault, stage in places
    )  # fmt: skip
