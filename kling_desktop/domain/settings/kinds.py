"""The kinds of settings: what each reads from text and from a file, and how it writes it again.

Every kind keeps one promise: what ``text`` writes, ``read`` reads again, and what ``check`` lets
through is written to the file as it is.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from kling_desktop.domain.allowances import read_amount
from kling_desktop.domain.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = str | int | bool | Decimal | None
NONE = "none"
"""How people write that there is no limit."""
_YES, _NO = ("yes", "on", "true"), ("no", "off", "false")
_PROXY = re.compile(r"(?i)https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\]):([0-9]{1,5})/?")
LONGEST = 1000
"""Characters of any text; more comes from a damaged file alone."""


class BadValue(ValueError):
    """What is wrong with a value, as the end of a sentence that begins with its item."""


class Secret(BadValue):
    """The same, where the value itself must not be repeated."""


class Kind(ABC):
    """What an item can hold."""

    @abstractmethod
    def read(self, text: str) -> Value:
        """A value as people write it. Raises BadValue."""

    @abstractmethod
    def check(self, value: object) -> Value:
        """A value as the file has it. Raises BadValue."""

    def text(self, value: Value) -> str:
        """As people write it."""
        return str(value)

    @property
    @abstractmethod
    def allowed(self) -> str:
        """What may be written, in a few words."""


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words."""

    options: tuple[tuple[str, str], ...]
    """Each word, and what the page calls it."""

    def read(self, text: str) -> str:
        return self.check(text.strip().casefold())

    def check(self, value: object) -> str:
        if not isinstance(value, str) or value not in dict(self.options):
            raise BadValue(f"must be {self.allowed}")
        return value

    @property
    def allowed(self) -> str:
        return _or([word for word, _ in self.options])


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number in a range."""

    least: int
    most: int
    step: int = 1
    unit: str = ""

    def read(self, text: str) -> int:
        plain = text.strip().removesuffix(self.unit.strip()).strip() if self.unit else text.strip()
        if not plain.isascii() or not plain.isdecimal() or len(plain) > 9:
            raise BadValue(f"must be {self.allowed}")
        return self.check(int(plain))

    def check(self, value: object) -> int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number or not self.least <= value <= self.most:  # type: ignore[operator]
            raise BadValue(f"must be {self.allowed}")
        return value  # type: ignore[return-value]

    @property
    def allowed(self) -> str:
        unit = f" ({self.unit.strip()})" if self.unit else ""
        return f"a whole number from {self.least} to {self.most}{unit}"


@dataclass(frozen=True, slots=True)
class Switch(Kind):
    """Yes or no."""

    def read(self, text: str) -> bool:
        word = text.strip().casefold()
        if word not in _YES + _NO:
            raise BadValue(f"must be {self.allowed}")
        return word in _YES

    def check(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise BadValue(f"must be {self.allowed}")
        return value

    def text(self, value: Value) -> str:
        return "yes" if value else "no"

    @property
    def allowed(self) -> str:
        return "yes or no"


@dataclass(frozen=True, slots=True)
class Folder(Kind):
    """The whole path of a folder; empty is the usual one."""

    def read(self, text: str) -> str:
        return self.check(text)

    def check(self, value: object) -> str:
        path = _plain(value)
        if path and not is_absolute(path):
            raise BadValue("must be the whole path of a folder, or empty for the usual one")
        return path

    @property
    def allowed(self) -> str:
        return "the whole path of a folder, or empty for the usual one"


@dataclass(frozen=True, slots=True)
class Proxy(Kind):
    """Whose help is needed to reach fal; a sign-in is a secret and has no place in a file."""

    def read(self, text: str) -> str:
        return self.check(text)

    def check(self, value: object) -> str:
        text = _plain(value)
        if text.casefold() in {"system", "direct"}:
            return text.casefold()
        if "@" in text:
            raise Secret(
                "must not hold a sign-in, which is a secret; put that proxy into the variable "
                "HTTPS_PROXY and leave this at system"
            )
        found = _PROXY.fullmatch(text)
        if found is None or not 0 < int(found[1]) < 65536:
            raise BadValue(f"must be {self.allowed}")
        return text.removesuffix("/")

    @property
    def allowed(self) -> str:
        return "system, direct, or an address such as http://proxy.example:3128"


@dataclass(frozen=True, slots=True)
class Count(Kind):
    """How many at most; 0 is any number."""

    most: int

    def read(self, text: str) -> int:
        word = text.strip().casefold()
        return 0 if word == NONE else Whole(1, self.most).check(self._number(word))

    def check(self, value: object) -> int:
        return 0 if value == 0 and not isinstance(value, bool) else Whole(1, self.most).check(value)

    def text(self, value: Value) -> str:
        return str(value) if value else NONE

    @property
    def allowed(self) -> str:
        return f"{NONE}, or a whole number from 1 to {self.most}"

    def _number(self, word: str) -> int:
        if not word.isascii() or not word.isdecimal() or len(word) > 9:
            raise BadValue(f"must be {self.allowed}")
        return int(word)


@dataclass(frozen=True, slots=True)
class Money(Kind):
    """Dollars, or no limit."""

    def read(self, text: str) -> Decimal | None:
        if text.strip().casefold() in {NONE, ""}:
            return None
        try:
            return read_amount(text)
        except InvalidParams as error:
            raise BadValue(error.problems[0].message) from None

    def check(self, value: object) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        raise BadValue(f"must be {self.allowed}")

    def text(self, value: Value) -> str:
        return NONE if value is None else f"{value:f}"

    @property
    def allowed(self) -> str:
        return f"{NONE}, or dollars such as 5 or 0.50"


@dataclass(frozen=True, slots=True)
class Sky(Kind):
    """One of the named skies, or a file of weather."""

    options: tuple[tuple[str, str], ...]

    def read(self, text: str) -> str:
        return self.check(text)

    def check(self, value: object) -> str:
        text = _plain(value)
        if text.casefold() in dict(self.options):
            return text.casefold()
        if not is_absolute(text) or not text.casefold().endswith(".json"):
            raise BadValue(f"must be {self.allowed}")
        return text

    @property
    def allowed(self) -> str:
        return _or([*(word for word, _ in self.options), "the whole path of a .json file"])


@dataclass(frozen=True, slots=True)
class Opener(Kind):
    """Nothing by itself: it leads to the place where such things are set."""

    action: str
    """Of the window."""
    button: str
    where: str
    """For those who have no window before them."""

    def read(self, text: str) -> Value:
        raise BadValue(self.where)

    def check(self, value: object) -> Value:
        raise BadValue(self.where)

    def text(self, value: Value) -> str:
        return "-"

    @property
    def allowed(self) -> str:
        return self.where


def is_absolute(path: str) -> bool:
    """Whether a path is whole on any system: the file may travel."""
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()


def _plain(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise BadValue("must be one line of plain text")
    return value.strip()


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
