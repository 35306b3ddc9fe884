"""Reads the founding document: the input schema and the examples of its four endpoints."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "reference" / "kling-v1.6-pro.md"
_TAB = re.compile(r'<Tab title="[^"]+">(.*?)</Tab>', re.DOTALL)
_ID = re.compile(r"\*\*Endpoint ID:\*\* `([^`]+)`")
_FIELD = re.compile(r'<ParamField ((?:[^">]|"[^"]*")*?)(?:/>|>(.*?)</ParamField>)', re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)(?:="([^"]*)")?')
_QUOTED = re.compile(r"`([^`]+)`")
_EXAMPLE = re.compile(r"### Input Example\s+```json[^\n]*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FoundingField:
    """One input field as the document describes it."""

    name: str
    type: str
    """fal's word: ``string``, ``float``, ``list<string>``, or the name of an enum."""
    required: bool
    default: str | None
    choices: tuple[str, ...]
    range: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class FoundingEndpoint:
    """One tab of the document."""

    id: str
    fields: tuple[FoundingField, ...]
    example: dict[str, Any]


@cache
def founding_endpoints() -> tuple[FoundingEndpoint, ...]:
    """The endpoints in the document's order."""
    return tuple(_endpoint(each) for each in _TAB.findall(DOCUMENT.read_text("utf-8")))


def _endpoint(tab: str) -> FoundingEndpoint:
    (name,) = _ID.findall(tab)
    (example,) = _EXAMPLE.findall(tab)
    schema = tab.partition("### Input Schema")[2].partition("### Output Schema")[0]
    fields = tuple(_field(head, body) for head, body in _FIELD.findall(schema))
    return FoundingEndpoint(name, fields, json.loads(example))


def _field(head: str, body: str) -> FoundingField:
    told = dict(_ATTRIBUTE.findall(head))
    return FoundingField(
        name=told["body"],
        type=told["type"],
        required="required" in told,
        default=told.get("default"),
        choices=_words_after("Possible values:", body),
        range=_range(_words_after("Range:", body)),
    )


def _words_after(mark: str, body: str) -> tuple[str, ...]:
    line = body.partition(mark)[2].partition("\n\n")[0]
    return tuple(_QUOTED.findall(line))


def _range(words: tuple[str, ...]) -> tuple[float, float] | None:
    return (float(words[0]), float(words[1])) if words else None
