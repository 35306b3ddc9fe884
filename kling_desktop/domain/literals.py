"""Values as JSON, Python and JavaScript write them, laid out for people to read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT = 60
"""Signs that stand on one line: a point of a path does, a list of them does not."""


@dataclass(frozen=True, slots=True)
class Words:
    """What differs from language to language."""

    nothing: str
    true: str
    false: str
    text: Callable[[str], str]


def text_of(text: str) -> str:
    """A text as JSON and JavaScript write it; letters stay as people know them."""
    return json.dumps(text, ensure_ascii=not is_writable(text))


def is_writable(text: str) -> bool:
    """Whether a text can be written as UTF-8: half a sign outside the first plane cannot."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


JSON = Words("null", "true", "false", text_of)


def written(value: Any, words: Words = JSON, mark: str = "") -> str:
    """A value, over several lines where it is long; what is between marks is a name."""
    match value:
        case None:
            return words.nothing
        case bool():
            return words.true if value else words.false
        case str() if mark and value.startswith(mark) and value.endswith(mark):
            return value.removeprefix(mark).removesuffix(mark)
        case str():
            return words.text(value)
        case dict():
            return _held("{", [_entry(*each, words, mark) for each in value.items()], "}")
        case list() | tuple():
            return _held("[", [written(each, words, mark) for each in value], "]")
        case _:
            return json.dumps(value, allow_nan=False)


def _entry(name: str, value: Any, words: Words, mark: str) -> str:
    return f"{words.text(name)}: {written(value, words, mark)}"


def _held(opening: str, entries: list[str], closing: str) -> str:
    one = f"{opening}{', '.join(entries)}{closing}"
    if len(one) <= SHORT and "\n" not in one:
        return one
    inner = ",\n".join("    " + each.replace("\n", "\n    ") for each in entries)
    return f"{opening}\n{inner}\n{closing}"
