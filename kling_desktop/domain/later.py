"""Times that people put a job off to, and what it means to do so."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

EVENING = time(22)
MORNING = time(8)
MEANING = (
    "Nothing is sent before, and nothing is charged. It costs what the model costs then. "
    "This program has to be running at that time; otherwise the job begins at its next start."
)


class Preset(NamedTuple):
    """A time by its name."""

    text: str
    at: datetime


def presets(now: datetime) -> tuple[Preset, ...]:
    """The times that people mean most often, by the clock of this place, soonest first."""
    here = now.astimezone()
    hour = Preset("In an hour", (here + timedelta(hours=1)).astimezone())
    found = [hour]
    if here.time() < EVENING:
        found.append(Preset("Tonight at 22:00", _at(here, EVENING)))
    if here.time() < MORNING:
        found.append(Preset("This morning at 8:00", _at(here, MORNING)))
    else:
        found.append(Preset("Tomorrow at 8:00", _at(here + timedelta(days=1), MORNING)))
    return tuple(sorted(found, key=lambda each: each.at))


def _at(day: datetime, clock: time) -> datetime:
    """A time of that day, whatever is done to clocks before."""
    return datetime.combine(day.date(), clock).astimezone()
