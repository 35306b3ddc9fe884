"""File names that every system accepts and people recognise."""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import TYPE_CHECKING

from kling_desktop.domain.settings.naming import USUAL, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.jobs import Job

SLUG_LENGTH = 40
"""Characters."""
STEM_LENGTH = 120
"""Bytes in UTF-8; leaves room for a suffix where a name may have 255."""
CLIP_LENGTH = 200
"""The same for a clip, whose sidecar has the longest suffix."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)")


def slug(text: str) -> str:
    """The words of a text in lower case, joined by hyphens; letters of all scripts are kept."""
    text = unicodedata.normalize("NFC", text.lower())
    words = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in text)
    # A mark alone (say, the variation selector of an emoji) is invisible; a word needs a letter.
    kept = "-".join(word for word in words.split() if any(map(str.isalnum, word)))
    return kept[:SLUG_LENGTH].strip("-") or "clip"


def safe_stem(stem: str) -> str:
    """A name without suffix, as near to the given one as Windows, macOS and Linux all allow."""
    stem = unicodedata.normalize("NFC", stem)
    stem = "".join("_" if unicodedata.category(each)[0] == "C" else each for each in stem)
    stem = _FORBIDDEN.sub("_", stem)
    stem = stem.encode()[:STEM_LENGTH].decode(errors="ignore").strip(". ")
    if _RESERVED.match(stem):
        return f"_{stem}"
    return stem or "picture"


def clip_names(job: Job, template: str = USUAL) -> Iterator[str]:
    """The name of a job's clip, then those to fall back on where it is taken."""
    base = _named(job, template)
    yield f"{base}.mp4"
    for number in count(2):
        yield f"{base}-{number}.mp4"


def _named(job: Job, template: str) -> str:
    """What a template makes of a job; the letters of its id are there even if it is cut."""
    short = job.id[:8]
    facts = {
        "date": f"{job.created_at:%Y-%m-%d}",
        "time": f"{job.created_at:%H%M%S}",
        "prompt": slug(job.prompt),
        "model": _model(job.endpoint),
        "project": slug(job.project) if job.project else "",
        "id": short,
    }
    stem = unicodedata.normalize("NFC", filled(template, facts))
    stem = stem.encode()[:CLIP_LENGTH].decode(errors="ignore").strip(". ")
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return stem if short in stem else f"{stem[:SLUG_LENGTH]}-{short}"


def _model(endpoint: str) -> str:
    """The parts of an endpoint's id that people know it by."""
    return slug(" ".join(endpoint.split("/")[1:]) or endpoint)
