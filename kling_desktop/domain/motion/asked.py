"""What a request asks of the motion brush, as files and points: enough to judge a clip by."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from kling_desktop.domain.catalog import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERED = re.compile(r"mask-([0-6])\.png")
"""What the masks that are made here are called."""


@dataclass(frozen=True, slots=True)
class AskedRegion:
    """A region that shall move."""

    number: int
    """As people know it."""
    mask: str
    """Path of its picture."""
    points: tuple[tuple[int, int], ...]
    """Of its way, as the endpoint counts them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All of it. The masks have the picture's size."""

    regions: tuple[AskedRegion, ...]
    static: str = ""
    """Path of the mask of what shall stay."""
    origin: Origin = Origin.TOP_LEFT
    names: Mapping[str, str] = field(default_factory=dict)
    """As ``Job.regions``."""

    @property
    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"origin": self.origin.value}


def mask_name(region: int) -> str:
    """What the mask of a region is called."""
    return f"mask-{region}.png"


def title_of(number: int, names: Mapping[str, str] | None = None) -> str:
    """What people read for a region: its name, if it was given one (as ``Job.regions``)."""
    return (names or {}).get(str(number)) or (f"Region {number}" if number else "Static")


def asked_of(
    params: Mapping[str, Any], origin: Origin, names: Mapping[str, str] | None = None
) -> Asked | None:
    """What the input of a job asks; None if it has no brush, or masks that are not here."""
    regions = []
    for index, each in enumerate(params.get("dynamic_masks") or (), start=1):
        path = _path(each.get("mask_url"))
        if path is None:
            return None
        points = tuple((at["x"], at["y"]) for at in each.get("trajectories") or ())
        regions.append(AskedRegion(_number(path, index), str(path), points))
    static = _path(params.get("static_mask_url"))
    if static is None and (params.get("static_mask_url") or not regions):
        return None
    return Asked(tuple(regions), "" if static is None else str(static), origin, dict(names or {}))


def from_json(document: Mapping[str, Any]) -> Asked:
    """The inverse of ``as_json``."""
    regions = tuple(
        AskedRegion(each["number"], each["mask"], tuple((x, y) for x, y in each["points"]))
        for each in document["regions"]
    )
    return Asked(regions, document["static"], Origin(document["origin"]), document["names"])


def _path(address: object) -> Path | None:
    if not isinstance(address, str) or not address.startswith("file:"):
        return None
    try:
        return Path(url2pathname(urlsplit(address).path))
    except ValueError:  # brackets that are no address
        return None


def _number(path: Path, index: int) -> int:
    found = _NUMBERED.fullmatch(path.name)
    return int(found[1]) if found else index
