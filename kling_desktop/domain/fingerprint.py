"""Whether two requests ask for the same thing: their endpoint and input as one hash."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import addresses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.catalog import Endpoint


def fingerprint_of(
    endpoint: Endpoint, values: Mapping[str, Any], contents: Mapping[str, str]
) -> str:
    """The hash of a complete input.

    ``contents`` has the hash of each picture on this computer by its address: its name and place
    do not matter. A picture on the web is known by its address alone.
    """
    told = addresses.mapped(endpoint, values, lambda each: contents.get(each, each))
    text = json.dumps([endpoint.id, told], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
