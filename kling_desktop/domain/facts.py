"""What is true of every error: who must act, what it means for money, whether to try again."""

from __future__ import annotations

from enum import StrEnum


class Actor(StrEnum):
    """Who can put it right."""

    USER = "user"
    PROVIDER = "provider"
    NOBODY = "nobody"
    """Time does, or nothing."""
    US = "us"
    """A defect in this program, or in what it was told about fal: worth a report."""


class Charge(StrEnum):
    """What an error means for the user's money."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


class Retry(StrEnum):
    """What trying again would be."""

    NEVER = "never"
    """The same again ends the same; something must change first."""
    LATER = "later"
    """The same call again, after a while; it is free and the program does it by itself."""
    ANEW = "anew"
    """A new request, which costs what a request costs: only the user may ask for it."""
    FETCH = "fetch"
    """The clip is made: only bringing it home is tried again, which is free."""
