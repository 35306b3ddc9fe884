"""A model's complaint in words: the field, what is wrong with it, and what would be right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_INPUT = 60
"""Characters; the ``input`` of a model error may hold a whole picture."""
LONGEST_LIST = 8
_BOUNDS = {
    "gt": "more than {}",
    "ge": "at least {}",
    "lt": "less than {}",
    "le": "at most {}",
    "multiple_of": "a multiple of {}",
    "min_length": "at least {} entries",
    "max_length": "at most {} entries",
    "min_count": "at least {} files",
    "max_count": "at most {} files",
    "min_duration": "at least {} s",
    "max_duration": "at most {} s",
    "expected": "one of {}",
    "supported_formats": "one of {}",
    "supported_extensions": "one of {}",
}
"""What each fact in ``ctx`` demands (fal-protocol.md §8.1)."""
_GIVEN = {"provided_count": "{} files", "provided_duration": "{} s"}
_ABSURD = 1e15
_UNITS = ("bytes", "KB", "MB", "GB")


def say(error: Mapping[str, Any]) -> str:
    """``image_url: Image too small (needs 300x300 pixels; given: https://...)``."""
    parts = [str(part) for part in error["loc"]] if isinstance(error.get("loc"), list) else []
    where = ".".join(parts[1:] if parts[:1] == ["body"] else parts)
    said = str(error.get("msg") or error.get("type") or "refused")
    facts = error.get("ctx")
    facts = facts if isinstance(facts, dict) else {}
    notes = [f"needs {each}" for each in _demands(facts)] + _given(facts, error.get("input"))
    said += f" ({'; '.join(notes)})" if notes else ""
    return f"{where}: {said}" if where else said


def shorten(text: str, longest: int) -> str:
    """One printable line, cut to so many characters."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= longest else line[: longest - 3] + "..."


def _demands(facts: Mapping[str, Any]) -> list[str]:
    demands = [_BOUNDS[name].format(_text(facts[name])) for name in _BOUNDS if name in facts]
    for word in ("min", "max"):
        sides = [facts.get(f"{word}_width"), facts.get(f"{word}_height")]
        if all(_is_number(side) for side in sides):
            edge = "at least" if word == "min" else "at most"
            demands.append(f"{edge} {_text(sides[0])}x{_text(sides[1])} pixels")
    size = facts.get("max_size")
    demands += [f"at most {_size(size)}"] if size is not None and _is_number(size) else []
    return demands


def _given(facts: Mapping[str, Any], value: object) -> list[str]:
    told = [_GIVEN[name].format(_text(facts[name])) for name in _GIVEN if name in facts]
    if not told and isinstance(value, str | int | float):
        told = [shorten(str(value), LONGEST_INPUT)]
    return [f"given: {each}" for each in told]


def _text(value: object) -> str:
    """A fact in a few words; a number without the zeros that JSON may have put behind it."""
    if isinstance(value, list):
        several = ", ".join(_text(each) for each in value[:LONGEST_LIST])
        return several + (", ..." if len(value) > LONGEST_LIST else "")
    if isinstance(value, float) and value.is_integer():
        value = int(value) if abs(value) < _ABSURD else value
    return shorten(str(value), LONGEST_INPUT)


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 <= value < _ABSURD


def _size(count: float) -> str:
    power = min(int(math.log(count, 1000)), len(_UNITS) - 1) if count >= 1000 else 0
    return f"{count / 1000**power:.4g} {_UNITS[power]}"
