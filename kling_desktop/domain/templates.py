"""Texts with alternatives and variables: ``a {red|blue} boat in {place}``.

``{{`` and ``}}`` stand for the braces themselves; a lone ``}`` does as well. Alternatives may hold
variables and other alternatives. What a variable stands for is put in as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from kling_desktop.domain.near import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


DEEPEST = 50
"""Alternatives within alternatives; nobody keeps count of ten."""


class BadTemplate(ValueError):
    """A text whose braces make no sense; its message is a sentence without a subject."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What a column says."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several texts."""

    texts: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A text as it was understood."""

    parts: tuple[str | Variable | Choice, ...]

    @property
    def count(self) -> int:
        """How many texts it becomes; told without making them."""
        return prod(_count(each) for each in self.parts)

    @property
    def variables(self) -> frozenset[str]:
        """The names that it wants to know."""
        found: set[str] = set()
        for each in self.parts:
            if isinstance(each, Variable):
                found.add(each.name)
            elif isinstance(each, Choice):
                found.update(*(text.variables for text in each.texts))
        return frozenset(found)

    def texts(self, values: Mapping[str, str]) -> Iterator[str]:
        """Every text that it becomes, the last alternatives changing first.

        Raises:
            BadTemplate: there is no such column.
        """
        for pieces in product(*(tuple(_texts(each, values)) for each in self.parts)):
            yield "".join(pieces)


def escape(text: str) -> str:
    """The template that becomes this text and no other."""
    return text.replace("{", "{{").replace("}", "}}")


def alternatives(text: str) -> Template | None:
    """A text that holds alternatives or variables, as it was understood; None for any other.

    Braces that make no sense as such are meant as they stand.
    """
    if "{" not in text:
        return None
    try:
        found = parse(text)
    except BadTemplate:
        return None
    return found if any(not isinstance(each, str) for each in found.parts) else None


def as_template(text: str) -> str:
    """The template that says what somebody wrote: itself where it is one, else its plain text."""
    return text if alternatives(text) is not None else escape(text)


def parse(text: str) -> Template:
    """Understand a text. Raises BadTemplate."""
    return _Reader(text).read(inside=False)


def _count(part: str | Variable | Choice) -> int:
    return sum(each.count for each in part.texts) if isinstance(part, Choice) else 1


def _texts(part: str | Variable | Choice, values: Mapping[str, str]) -> Iterator[str]:
    match part:
        case str():
            yield part
        case Variable(name):
            if name not in values:
                raise BadTemplate(_unknown(name, values))
            yield values[name]
        case Choice(texts):
            for each in texts:
                yield from each.texts(values)


def _unknown(name: str, known: Collection[str]) -> str:
    near = nearest(name, known, most=1)
    hint = f"did you mean {{{near[0]}}}?" if near else f"the columns are {_listed(known)}"
    if not known:
        hint = "there are no columns here"
    return f"names {{{name}}}, but there is no such column; {hint} ({{{{ stands for a brace)"


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


class _Reader:
    """Reads from the left; remembers where it is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def read(self, *, inside: bool) -> Template:
        """Up to the end, or inside braces up to the next bar or the closing brace."""
        parts: list[str | Variable | Choice] = []
        plain: list[str] = []

        def flush() -> None:
            if plain:
                parts.append("".join(plain))
                plain.clear()

        while self._at < len(self._text):
            pair, letter = self._text[self._at : self._at + 2], self._text[self._at]
            if inside and letter in "|}":
                break
            if pair == "{{" or (pair == "}}" and not inside):
                plain.append(letter)
                self._at += 2
            elif letter == "{":
                flush()
                parts.append(self._braces())
            else:
                plain.append(letter)
                self._at += 1
        flush()
        return Template(tuple(parts))

    def _braces(self) -> Variable | Choice:
        start = self._at
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadTemplate(f"has more than {DEEPEST} braces within one another")
        texts: list[Template] = []
        letter = ""
        while letter != "}":
            self._at += 1
            texts.append(self.read(inside=True))
            if self._at >= len(self._text):
                raise BadTemplate(
                    f"has a {{ at character {start + 1} that is never closed; "
                    "write {{ where a brace is meant"
                )
            letter = self._text[self._at]
        self._at += 1
        self._depth -= 1
        if len(texts) > 1:
            return Choice(tuple(texts))
        (only,) = texts
        name = "".join(each for each in only.parts if isinstance(each, str)).strip()
        if not name or len(only.parts) != 1:
            raise BadTemplate(
                f"has braces at character {start + 1} that name no column and no alternatives; "
                "write {{ where a brace is meant"
            )
        return Variable(name)
