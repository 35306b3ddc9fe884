"""From a word, as a terminal or a sheet has it, to the value of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.given_json import parsed

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint

_JSON = {FieldKind.MASKS, FieldKind.RECORD, FieldKind.RECORDS}
_LISTS = {FieldKind.PICTURES, FieldKind.WORDS}


def of_text(endpoint: Endpoint, name: str, text: str) -> Any:
    """Lists, masks and records are JSON; a list of pictures or words may also be a single one.

    Raises:
        InvalidParams: the word cannot be understood.
    """
    if is_json(endpoint, name, text):
        return _json(name, text)
    if not endpoint.has(name):
        return text
    match endpoint.field(name).kind:
        case FieldKind.PICTURES | FieldKind.WORDS:
            return [text]
        case FieldKind.NUMBER | FieldKind.COUNT:
            return _number(name, text)
        case FieldKind.FLAG:
            return _flag(name, text)
        case _:
            return text


def is_json(endpoint: Endpoint, name: str, text: str) -> bool:
    """Whether the word is read as JSON there."""
    if not endpoint.has(name):
        return False
    kind = endpoint.field(name).kind
    return kind in _JSON or (kind in _LISTS and text.lstrip().startswith("["))


def _flag(name: str, text: str) -> bool:
    flag = {"true": True, "yes": True, "false": False, "no": False}.get(text.strip().lower())
    if flag is None:
        raise InvalidParams((Problem(name, "is neither true nor false", text),))
    return flag


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidParams((Problem(name, "is not a number", text),)) from None


def _json(name: str, text: str) -> Any:
    try:
        return parsed(text)
    except ValueError as error:
        raise InvalidParams((Problem(name, f"is not JSON: {error}"),)) from None
