"""What there is to say about the API key without saying it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    from decimal import Decimal

DEFAULT = "default"
"""The profile that is always there."""
_NAME = re.compile(r"[\w][\w .@+-]{0,39}")


class Source(StrEnum):
    """Where a key came from."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    SESSION = "session"
    """Given to the running window, and known to nothing else."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """The names under which keys are kept, and the one that counts."""

    active: str = DEFAULT
    names: tuple[str, ...] = (DEFAULT,)

    def with_active(self, name: str) -> Profiles:
        """The same with that one in use; it is added where it is new. Raises InvalidParams."""
        name = profile_name(name)
        return Profiles(name, tuple(dict.fromkeys((*self.names, name))))

    def renamed(self, old: str, new: str) -> Profiles:
        """The same with another name for one of them. Raises InvalidParams."""
        new = profile_name(new)
        if new in self.names:
            raise InvalidParams((Problem("profile", f"“{new}” is there already"),))
        names = tuple(new if each == old else each for each in self.names)
        return Profiles(new if self.active == old else self.active, _with_default(names))

    def without(self, name: str) -> Profiles:
        """The same without one of them; the default one stays."""
        names = _with_default(tuple(each for each in self.names if each != name))
        return Profiles(self.active if self.active in names else names[0], names)


@dataclass(frozen=True, slots=True)
class KeyView:
    """Where the key comes from now, and what can be done about it."""

    source: Source | None
    keyring: str | None
    """The keyring in use; None where the system has none that may be used."""
    problem: str = ""
    """Why the keyring cannot be read, if it cannot."""
    profiles: Profiles = Profiles()


@dataclass(frozen=True, slots=True)
class KeyVerdict:
    """A key that was tried and is good, and what the account has, if the key may know it."""

    credit: Decimal | None = None
    """Dollars."""


def profile_name(given: str) -> str:
    """A name as it is kept. Raises InvalidParams."""
    name = " ".join(given.split())
    if not _NAME.fullmatch(name):
        message = "must be a name of at most 40 letters, digits, spaces or . @ + -"
        raise InvalidParams((Problem("profile", message),))
    return name


def none_in(profile: str) -> str:
    """Why there is no key where a profile was named, and the line that helps; empty without one."""
    if not profile:
        return ""
    return f"none in profile “{profile}”; `kling-desktop key set --profile '{profile}'` keeps one"


def _with_default(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if DEFAULT in names else (DEFAULT, *names)
