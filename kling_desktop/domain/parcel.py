"""Everything that a request takes along, to be looked at: its body, its files, its paths.

A file that is not uploaded yet has no address; where it will stand, the body has ``upload:NAME``,
which is nothing that anybody could take for an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import addresses
from kling_desktop.domain.catalog import FieldKind, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job

PLACEHOLDER = "upload:"
HIDDEN_KEY = "Key \N{BULLET}\N{BULLET}\N{BULLET}\N{BULLET} (hidden)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file of this computer that goes up before the request does."""

    name: str
    """What it is called among the files of this request; no two have the same name."""
    path: str
    """Of our own copy, which is what is uploaded."""
    fields: tuple[str, ...]
    """Where its address stands: ``image_url``, ``dynamic_masks.0.mask_url``."""
    address: str
    """What stands there."""
    size: int = 0
    """Bytes."""
    sha256: str = ""
    """In hexadecimal; empty where our copy cannot be read any more."""
    width: int = 0
    height: int = 0
    """Pixels."""

    @property
    def is_here(self) -> bool:
        return bool(self.sha256)

    @property
    def is_uploaded(self) -> bool:
        return not self.address.startswith(PLACEHOLDER)


@dataclass(frozen=True, slots=True)
class SentPoint:
    """A point of a path, in the two ways in which it can be counted."""

    x: int
    """Pixels from the left, in both."""
    y: int | None
    """Pixels of the picture from the top; None where nobody knows any more how high it is."""
    wire_y: int
    """As it is written in the request."""


@dataclass(frozen=True, slots=True)
class SentMask:
    """A mask, and the way of what is under it."""

    field: str
    """``static_mask_url`` or ``dynamic_masks.0.mask_url``."""
    number: int
    """0 for what stays; the others are numbered as people know them."""
    title: str
    address: str
    """As it stands in the body."""
    points: tuple[SentPoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A request with all that it takes along."""

    endpoint: Endpoint
    body: Mapping[str, Any]
    files: tuple[SentFile, ...] = ()
    masks: tuple[SentMask, ...] = ()
    origin: Origin = Origin.TOP_LEFT
    """Where the points in the body are counted from."""

    def file_at(self, address: str) -> SentFile | None:
        """The file whose address that is, if it is one of this computer."""
        return next((each for each in self.files if each.address == address), None)

    @property
    def picture(self) -> SentFile | None:
        """What the paths are drawn on, or else the first picture."""
        masks = {each.address for each in self.masks}
        others = [each for each in self.files if each.address not in masks]
        first = [each for each in others if "image_url" in each.fields]
        return next(iter(first or others), None)

    @property
    def waits_for_uploads(self) -> bool:
        """Whether some of its addresses are known only once the files are up."""
        return any(not each.is_uploaded for each in self.files)


@dataclass(frozen=True, slots=True)
class Letter:
    """The head of the HTTP request, without the key."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What somebody sees who wants to know exactly what is sent."""

    parcel: Parcel
    letter: Letter
    backend: str
    estimate_usd: Decimal | None
    job: Job | None = None
    """Whose request it is; None for one that nobody has ordered yet."""
    was_sent: bool = False


def named_pictures(endpoint: Endpoint, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every address in the input that stands for a picture, with the place that it stands at."""
    masks = dict(addresses.masks(endpoint, values))
    for field in endpoint.fields:
        value = values.get(field.name)
        if value is None or field.name in masks:
            continue
        match field.kind:
            case FieldKind.PICTURE:
                yield field.name, value
            case FieldKind.PICTURES:
                yield from ((f"{field.name}.{index}", each) for index, each in enumerate(value))
            case _:
                pass
    yield from masks.items()


def names_for(paths: Mapping[str, str]) -> dict[str, str]:
    """From address to a name of its own; ``paths`` has the names that the files have by now."""
    taken: set[str] = set()
    found = {}
    for address, name in paths.items():
        found[address] = _free(name, taken)
        taken.add(found[address].casefold())
    return found


def _free(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    number, free = 2, name
    while free.casefold() in taken:
        free = f"{stem}-{number}{dot}{suffix}" if dot else f"{name}-{number}"
        number += 1
    return free


def readdressed(parcel: Parcel, change: Callable[[str], str]) -> dict[str, Any]:
    """The body with other addresses of its pictures."""
    return addresses.mapped(parcel.endpoint, parcel.body, change)
