"""What the models are called where one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.money import exact_dollars
from kling_desktop.ui.forms.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.carrying import Lost
    from kling_desktop.domain.catalog import Endpoint

TASKS: Final = {
    Task.IMAGE_TO_VIDEO: "Picture to video",
    Task.TEXT_TO_VIDEO: "Text to video",
    Task.ELEMENTS: "Elements",
    Task.EFFECTS: "Effects",
    Task.REFERENCE_TO_VIDEO: "References to video",
    Task.VIDEO_EDIT: "Edit a video",
    Task.VIDEO_REFERENCE: "Video as reference",
    Task.MOTION_CONTROL: "Motion control",
    Task.AVATAR: "Speaking person",
    Task.LIPSYNC: "Lip sync",
    Task.VIDEO_TO_AUDIO: "Sound for a video",
}
"""In the order in which they are offered."""
TIERS: Final = {"standard": "Standard", "pro": "Pro", "master": "Master", "4k": "4K"}
RETIRED: Final = "no longer offered"
STAR: Final = "\N{BLACK STAR}"
BRUSH: Final = "motion brush"
DOT: Final = "  \N{MIDDLE DOT}  "


def version_words(endpoint: Endpoint) -> str:
    """The model without its quality; lip sync and sounds are not told apart by a version."""
    if endpoint.task is Task.LIPSYNC:
        return "From sound" if endpoint.id.endswith("audio-to-video") else "From text"
    if endpoint.task is Task.VIDEO_TO_AUDIO:
        return "Kling"
    return f"Kling {endpoint.version[:1].upper()}{endpoint.version[1:]}"


def model_words(endpoint: Endpoint) -> str:
    """Model and quality."""
    if endpoint.task in {Task.LIPSYNC, Task.VIDEO_TO_AUDIO}:
        return version_words(endpoint)
    return f"{version_words(endpoint)} {TIERS.get(endpoint.tier, endpoint.tier)}"


def price_words(endpoint: Endpoint) -> str:
    """What it costs, as briefly as can be."""
    price = endpoint.price
    if price is None:
        return "price unknown"
    unit = exact_dollars(price.usd_per_unit)
    return f"{unit} a clip" if price.usd_per_second is None else f"{unit}/s"


def range_words(first: str, last: str = "") -> str:
    """The cheapest and the dearest in one: ``$0.056`` to ``$0.098/s`` names the unit once."""
    return f"{first.removesuffix('/s')}\N{EN DASH}{last}" if last else first


def marks(endpoint: Endpoint) -> str:
    """What sets it apart."""
    told = [BRUSH] if endpoint.has("dynamic_masks") else []
    told += [RETIRED] if endpoint.retired else []
    return ", ".join(told)


def left_behind(endpoint: Endpoint, lost: Sequence[Lost]) -> str:
    """One line about what does not go along to an endpoint; empty if all does."""
    gone = [_name(each.name) for each in lost if "not part" in each.reason]
    other = [f"{_name(each.name)}: {each.reason}" for each in lost if "not part" not in each.reason]
    parts = []
    if gone:
        parts.append(f"{_short(endpoint)} goes without: {_list(gone)}.")
    parts += [f"{each}." for each in other]
    if parts:
        parts.append("It comes back when you do.")
    return " ".join(parts)


def _short(endpoint: Endpoint) -> str:
    if endpoint.task in {Task.LIPSYNC, Task.VIDEO_TO_AUDIO}:
        return TASKS[endpoint.task]
    return model_words(endpoint)


def _list(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return ", ".join(unique[:1] + [each[:1].lower() + each[1:] for each in unique[1:]])


def _name(field: str) -> str:
    first, _, inner = field.partition(".")
    told = LABELS.get(first, first.replace("_", " ").capitalize())
    if inner:
        told += f" ({LABELS.get(inner, inner.replace('_', ' ')).lower()})"
    return told
