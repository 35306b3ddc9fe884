"""From the words of ``generate`` to the values of a draft."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import Endpoint, FieldKind
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.typed import of_text

if TYPE_CHECKING:
    import argparse


def gather(endpoint: Endpoint, args: argparse.Namespace) -> dict[str, Any]:
    """All values: the input document first, then pictures, then ``--set`` on top.

    Raises:
        InvalidParams: a word cannot be understood.
    """
    values = _document(args.input) if args.input else {}
    values |= _pictures(endpoint, args.images)
    for setting in args.settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise InvalidParams((Problem("--set", "needs the form NAME=VALUE", setting),))
        values[name.strip()] = of_text(endpoint, name.strip(), text)
    return values


def settings_of(args: argparse.Namespace) -> dict[str, str]:
    """What ``--set`` says, as text: braces are understood later. Raises InvalidParams."""
    found: dict[str, str] = {}
    for setting in args.settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise InvalidParams((Problem("--set", "needs the form NAME=VALUE", setting),))
        found[name.strip()] = text
    return found


def _document(source: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
        found = parsed(text)
    except OSError as error:
        raise InvalidParams((Problem("--input", f"cannot be read: {error.strerror}"),)) from None
    except ValueError as error:
        raise InvalidParams((Problem("--input", f"is not JSON: {error}"),)) from None
    if not isinstance(found, dict):
        raise InvalidParams((Problem("--input", "must be a JSON object of fields"),))
    return found


def _pictures(endpoint: Endpoint, images: list[str]) -> dict[str, Any]:
    """Give ``--image`` to the picture field that the endpoint has."""
    if not images:
        return {}
    fields = [each for each in endpoint.fields if each.kind in _PICTURE_KINDS and not each.advanced]
    if not fields:
        raise InvalidParams((Problem("--image", "is not used by this endpoint", images[0]),))
    field = fields[0]
    if field.kind is FieldKind.PICTURES:
        return {field.name: images}
    if len(images) > 1:
        raise InvalidParams((Problem("--image", "may be given once for this endpoint"),))
    return {field.name: images[0]}


_PICTURE_KINDS = {FieldKind.PICTURE, FieldKind.PICTURES}
