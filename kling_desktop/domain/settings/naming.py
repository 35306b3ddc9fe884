"""How finished clips are called: a template of a few words in braces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.settings.kinds import LONGEST, BadValue, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL = "{date}-{prompt}-{id}"
WORDS = ("date", "time", "prompt", "model", "project", "id")
NEEDED = "id"
"""Without it two clips of one prompt would fight for a name, and none could be found again."""
EXAMPLE = {
    "date": "2026-11-25", "time": "143005", "prompt": "a-paper-boat-leaves-the-harbour",
    "model": "kling-video-v2.6-pro", "project": "harbour", "id": "4f0c2a9b",
}  # fmt: skip
_WORD = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_SHORT = 80
"""Characters of the template itself; what it stands for is cut by the system's own limits."""


@dataclass(frozen=True, slots=True)
class Template(Kind):
    """The name of a clip, without its suffix."""

    def read(self, text: str) -> str:
        return self.check(text)

    def check(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
            raise BadValue("must be one line of plain text")
        text = value.strip()
        around = _WORD.sub("", text)
        if wrong := [word for word in _WORD.findall(text) if word not in WORDS]:
            raise BadValue(f"knows no {{{wrong[0]}}}; it knows {_list()}")
        if "{" in around or "}" in around:
            raise BadValue(f"has a brace too many; it knows {_list()}")
        if found := _FORBIDDEN.search(around):
            raise BadValue(f"cannot have {found[0]} in the name of a file")
        if f"{{{NEEDED}}}" not in text:
            raise BadValue("must have {id}, which keeps clips apart")
        if len(text) > _SHORT:
            raise BadValue(f"can have {_SHORT} characters at most")
        return text

    @property
    def allowed(self) -> str:
        return f"text with {_list()}; {{id}} must be there"


def filled(template: str, facts: Mapping[str, str]) -> str:
    """The name that a template gives; words without a fact leave no gap."""
    text = _WORD.sub(lambda found: facts.get(found[1], ""), template)
    return re.sub(r"([-_. ])(?:\1)+", r"\1", text).strip("-_. ")


def _list() -> str:
    return ", ".join(f"{{{word}}}" for word in WORDS)
