"""What a word of the command line may stand for, where it is no plain text."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, date, datetime, timedelta

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.keys import profile_name

JSON = "print one JSON document and nothing else, errors included"
"""What ``--json`` does, wherever it is."""


def one_or_more(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def a_limit(text: str) -> int:
    return 0 if text == "none" else one_or_more(text)


def seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1e6:
        raise argparse.ArgumentTypeError("must be a number of seconds, 0 or more")
    return number


def a_profile(text: str) -> str:
    """The name of a profile, as it is kept."""
    try:
        return profile_name(text)
    except InvalidParams as error:
        raise argparse.ArgumentTypeError(error.problems[0].message) from None


def a_date(text: str) -> date:
    return _day(text).date()


def a_moment(text: str) -> datetime:
    """A length of time before now, or a date; fal lists 90 days."""
    if span := re.fullmatch(r"(\d{1,4})([dh])", text):
        ago = timedelta(**{"d": {"days": int(span[1])}, "h": {"hours": int(span[1])}}[span[2]])
        moment = datetime.now(UTC) - ago
    else:
        moment = _day(text).astimezone(UTC)
    if moment < datetime.now(UTC) - timedelta(days=90):
        raise argparse.ArgumentTypeError("fal lists no more than 90 days")
    return moment


def _day(text: str) -> datetime:
    """A date, with or without a time; no calendar of ours begins or ends in another century."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime(1, 1, 1, tzinfo=UTC)
    if not 1970 < moment.year < 2200:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-11-25")
    return moment
