"""What the inspector says."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.body import encoded, pretty
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.money import priced
from kling_desktop.domain.snippets import Language, snippet
from kling_desktop.ui.story.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.parcel import Inspection, SentFile, SentMask

CROSS = "\N{MULTIPLICATION SIGN}"
DOT = "\N{MIDDLE DOT}"
WILL, WAS = "What will be sent", "What was sent"
ORIGINS = {Origin.TOP_LEFT: "top left", Origin.BOTTOM_LEFT: "bottom left"}
NO_POINT = "Point at a point of a path, or choose it in the list, to see where it is."
NO_PATHS = "No masks and no paths are part of this request."
LONGEST = 200_000
"""Signs of a text that are shown; what is copied is always whole."""


class Page(StrEnum):
    """In what form the request is shown."""

    PRETTY = "pretty"
    RAW = "raw"
    CURL = "curl"
    PYTHON = "python"
    JAVASCRIPT = "javascript"


PAGES = {
    Page.PRETTY: "JSON",
    Page.RAW: "Raw",
    Page.CURL: "curl",
    Page.PYTHON: "Python",
    Page.JAVASCRIPT: "JavaScript",
}
ABOUT = {
    Page.PRETTY: "The body of the request, indented to be read.",
    Page.RAW: "The body of the request, byte for byte.",
    Page.CURL: "For bash. It uploads the files, and asks fal.ai for a clip, which costs money.",
    Page.PYTHON: "For fal_client. It asks fal.ai for a clip, which costs money.",
    Page.JAVASCRIPT: "For @fal-ai/client. It asks fal.ai for a clip, which costs money.",
}
WAITS = (
    "Where a file has no address yet, upload:NAME stands for it; fal names the address when the "
    "file is up."
)


def title(inspected: Inspection) -> str:
    return WAS if inspected.was_sent else WILL


def text(inspected: Inspection, page: Page, paths: Mapping[str, str] | None = None) -> str:
    """The request in one of its forms."""
    match page:
        case Page.PRETTY:
            return pretty(inspected.parcel.body)
        case Page.RAW:
            return encoded(inspected.parcel.body).decode()
        case _:
            return snippet(inspected.parcel, Language(page.value), paths)


def about(inspected: Inspection, page: Page) -> str:
    """What somebody who reads a form of it has to know."""
    is_body = page in {Page.PRETTY, Page.RAW}
    if is_body and inspected.parcel.waits_for_uploads:
        return f"{ABOUT[page]} {WAITS}"
    return ABOUT[page]


def shown(whole: str) -> str:
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[:LONGEST]}\n\N{HORIZONTAL ELLIPSIS} and {len(whole) - LONGEST} more signs"


def price(inspected: Inspection) -> str:
    """What it costs, with the date of the price."""
    endpoint, job = inspected.parcel.endpoint, inspected.job
    if job is not None:
        return facts_of(job, endpoint)["Expected"]
    told = priced(endpoint, inspected.estimate_usd)
    if inspected.backend == "sandbox":
        return f"Nothing in the sandbox. At fal: {told[:1].lower()}{told[1:]}"
    return told


def head(inspected: Inspection) -> str:
    """Method, address and headers."""
    letter = inspected.letter
    lines = [f"{name}: {value}" for name, value in letter.headers]
    return "\n".join([f"{letter.method} {letter.url}", *lines])


def point(inspected: Inspection, mask: SentMask, index: int) -> str:
    """Where a point is, counted in both ways."""
    found, count = mask.points[index], len(mask.points)
    name = {0: " (the first)", count - 1: " (the last)"}.get(index, "")
    place = "not known" if found.y is None else f"{found.x}, {found.y}"
    origin = ORIGINS[inspected.parcel.origin]
    return (
        f"{mask.title}, point {index + 1} of {count}{name}: {place} from the picture's top left  "
        f"{DOT}  {found.x}, {found.wire_y} in the request, from the {origin}"
    )


def size(file: SentFile | None) -> str:
    if file is None or not file.is_here:
        return "not on this computer"
    return f"{file.width} {CROSS} {file.height}"


def bytes_of(file: SentFile) -> str:
    return f"{file.size:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if file.is_here else ""
