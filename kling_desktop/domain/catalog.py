"""The endpoint catalog: one data file that validation, forms, the CLI and the sandbox all read."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from kling_desktop.domain.errors import UnknownEndpoint
from kling_desktop.domain.near import nearest


class FieldKind(StrEnum):
    """What a field holds; each kind has one widget and one check."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    COUNT = "count"
    """A whole number."""
    FLAG = "flag"
    """Yes or no."""
    WORDS = "words"
    """A list of short texts, such as the ids of voices."""
    PICTURE = "picture"
    """One address of a picture; a local path is uploaded."""
    PICTURES = "pictures"
    """A list of addresses."""
    MASKS = "masks"
    """Motion brush: ``[{mask_url, trajectories: [{x, y}]}]``."""
    VIDEO = "video"
    """One address of a video; a local path is uploaded."""
    SOUND = "sound"
    """One address of a sound; a local path is uploaded."""
    RECORD = "record"
    """Fields that belong together."""
    RECORDS = "records"
    """A list of such."""


FILE_KINDS = frozenset(
    (FieldKind.PICTURE, FieldKind.PICTURES, FieldKind.MASKS, FieldKind.VIDEO, FieldKind.SOUND)
)


class Task(StrEnum):
    """What an endpoint turns into a clip."""

    IMAGE_TO_VIDEO = "image-to-video"
    TEXT_TO_VIDEO = "text-to-video"
    ELEMENTS = "elements"
    EFFECTS = "effects"
    REFERENCE_TO_VIDEO = "reference-to-video"
    VIDEO_EDIT = "video-edit"
    VIDEO_REFERENCE = "video-reference"
    MOTION_CONTROL = "motion-control"
    AVATAR = "avatar"
    LIPSYNC = "lipsync"
    VIDEO_TO_AUDIO = "video-to-audio"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Frozen):
    """One input field, under fal's own name."""

    name: str
    kind: FieldKind
    help: str
    required: bool = False
    default: str | bool | float | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    """Characters."""
    min_items: int | None = None
    max_items: int | None = None
    fields: tuple[Field, ...] = ()
    """What a record is made of."""
    limits: str = ""
    """What fal writes about the files that it takes here."""
    advanced: bool = False
    """Folded away in the form."""

    @property
    def takes_files(self) -> bool:
        """Whether it holds addresses of files, be it deep inside."""
        return self.kind in FILE_KINDS or any(each.takes_files for each in self.fields)


class Price(_Frozen):
    """A price with its date and source, because prices drift.

    It is by the second of the clip, or of the video that is given (``of_input``), or by the clip.
    """

    usd_per_second: Annotated[Decimal, BeforeValidator(str)] | None = None
    with_sound: Annotated[Decimal, BeforeValidator(str)] | None = None
    """By the second as well, where sound is made along with the clip."""
    with_voice: Annotated[Decimal, BeforeValidator(str)] | None = None
    """And where chosen voices speak in it."""
    usd_per_clip: Annotated[Decimal, BeforeValidator(str)] | None = None
    of_input: int = 0
    """Seconds of the given video are counted, in steps of so many; 0 counts those of the clip."""
    date: str
    source: str
    note: str = ""

    @property
    def usd_per_unit(self) -> Decimal:
        """What fal's billable unit costs: a second, or a clip."""
        unit = self.usd_per_second if self.usd_per_second is not None else self.usd_per_clip
        assert unit is not None
        return unit

    @model_validator(mode="after")
    def _is_one_price(self) -> Self:
        if (self.usd_per_second is None) is (self.usd_per_clip is None):
            raise ValueError("a price is by the second or by the clip")
        return self


class Origin(StrEnum):
    """Where an endpoint counts the points of a path from."""

    TOP_LEFT = "top-left"
    BOTTOM_LEFT = "bottom-left"

    @property
    def other(self) -> Origin:
        return Origin.BOTTOM_LEFT if self is Origin.TOP_LEFT else Origin.TOP_LEFT

    @property
    def edge(self) -> str:
        """Where y is 0, in a word."""
        return "top" if self is Origin.TOP_LEFT else "bottom"


class Brush(_Frozen):
    """How an endpoint takes the motion brush (kling-facts.md §1)."""

    origin: Origin
    seconds: int
    """Of the only clips that it can be used for."""
    is_verified: bool = False
    """Whether a clip has shown the origin; until then it is only what Kling has written."""
    date: str
    source: str
    unlisted: tuple[Field, ...] = ()
    """Its fields where fal's schema does not have them: it may ignore them, and charges."""


class Endpoint(_Frozen):
    """One endpoint of fal: its fields in wire order, its price, what it can do."""

    id: str
    title: str
    task: Task
    version: str
    tier: str
    """``pro``, ``standard``, ``master`` or ``4k``."""
    fields: tuple[Field, ...]
    price: Price | None = None
    brush: Brush | None = None
    """None where nobody says that it takes one."""
    aspect_follows_picture: bool = False
    """The frame takes the picture's shape whatever ``aspect_ratio`` says (kling-facts.md §2)."""
    two_picture_scenes: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    retired: bool = False
    """fal says that it no longer offers it; known only after it was asked."""

    @property
    def app(self) -> str:
        """``owner/app``: the part of the id that status and result addresses keep."""
        return "/".join(self.id.split("/")[:2])

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: the endpoint has no such field.
        """
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)

    def has(self, name: str) -> bool:
        return any(each.name == name for each in self.fields)

    def with_brush(self, **facts: Any) -> Endpoint:
        """With other facts about its brush, if it has one."""
        if self.brush is None:
            return self
        return self.model_copy(update={"brush": self.brush.model_copy(update=facts)})

    def counting_from_the_other_edge(self) -> Endpoint:
        """As it would be if what is known of its origin were wrong."""
        return self if self.brush is None else self.with_brush(origin=self.brush.origin.other)

    def with_unlisted(self) -> Endpoint:
        """With the brush's fields that others document and fal's schema does not list.

        For whoever was told that they may be ignored and charged for, and wants them sent.
        """
        if self.brush is None or not self.brush.unlisted:
            return self
        return self.model_copy(update={"fields": (*self.fields, *self.brush.unlisted)})


class NotOffered(_Frozen):
    """An endpoint of fal's Kling models that this program leaves out."""

    id: str
    reason: str


class Catalog(_Frozen):
    """All endpoints that this program knows."""

    date: str
    endpoints: tuple[Endpoint, ...]
    not_offered: tuple[NotOffered, ...] = ()
    checked: str = ""
    """When fal was last asked what has changed since; empty for the catalog as it ships."""

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """The endpoint of that id.

        Raises:
            UnknownEndpoint: with the ids that come nearest.
        """
        for each in self.endpoints:
            if each.id == endpoint_id:
                return each
        ids = [each.id for each in self.endpoints]
        raise UnknownEndpoint(endpoint_id, nearest(endpoint_id, ids, cutoff=0.3))

    def sibling(self, endpoint: Endpoint, *, tier: str) -> Endpoint | None:
        """The same task and version in another tier, if there is one."""
        for each in self.endpoints:
            if (each.task, each.version, each.tier) == (endpoint.task, endpoint.version, tier):
                return each
        return None


def _expand(raw: dict[str, Any]) -> dict[str, Any]:
    """Put the shared field descriptions and word lists of the data file where they are used."""
    shared, words = raw.pop("fields"), raw.pop("words")

    def described(names: list[str]) -> list[dict[str, Any]]:
        return [described_one(each) for each in names]

    def described_one(name: str) -> dict[str, Any]:
        told: dict[str, Any] = shared[name] | {"name": name.split(":", maxsplit=1)[0]}
        if "choices_of" in told:
            told["choices"] = words[told.pop("choices_of")]
        if "fields" in told:
            told["fields"] = described(told["fields"])
        return told

    for endpoint in raw["endpoints"]:
        endpoint["fields"] = described(endpoint["fields"])
        if brush := endpoint.get("brush"):
            brush["unlisted"] = described(brush.get("unlisted", []))
        if endpoint["task"] == Task.EFFECTS:
            endpoint["two_picture_scenes"] = words["two_picture_scenes"]
    return raw


@cache
def load_catalog() -> Catalog:
    """The catalog that ships with the program."""
    text = resources.files("kling_desktop.domain").joinpath("catalog.json").read_text("utf-8")
    return Catalog.model_validate(_expand(json.loads(text)))
