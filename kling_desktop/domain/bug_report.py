"""What goes wrong without anybody having foreseen it, and the one file that tells us about it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.jobs import Job

PROMPT = "[prompt]"
SHORTEST_PROMPT = 4
"""Characters; blotting out a shorter one would blot out ordinary words."""
NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that nobody handled."""

    summary: str
    """The kind of error and where it came up, in one line."""
    details: str
    """The traceback, redacted."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Crash:
    """A program of ours that ended without saying so."""

    began: datetime | None
    trace: str
    """What the dying program could still write; empty where it was killed."""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it."""

    title: str
    lines: tuple[str, ...]


def text(sections: Iterable[Section]) -> str:
    """The whole report; the file holds exactly this."""
    parts = []
    for each in sections:
        rule = "-" * len(each.title)
        parts.append("\n".join((each.title, rule, *(each.lines or (NOTHING,)))))
    return "\n\n".join(parts) + "\n"


def failures(seen: Sequence[Failure]) -> Section:
    """Errors since the program was started."""
    lines = [
        line
        for each in seen
        for line in (f"{each.at:%Y-%m-%d %H:%M:%S %z} {each.summary}", *each.details.splitlines())
    ]
    return Section("Unexpected errors", tuple(lines))


def crashes(seen: Sequence[Crash]) -> Section:
    """Programs that died."""
    lines = []
    for each in seen:
        began = "at an unknown time" if each.began is None else f"{each.began:%Y-%m-%d %H:%M:%S %z}"
        lines.append(f"A program that began {began} ended unexpectedly.")
        lines += each.trace.splitlines() or ["It left no trace: it was killed."]
    return Section("Crashes", tuple(lines))


def job_line(job: Job, *, with_prompt: bool) -> str:
    """Where a job stands, and only if somebody wants it what it asks for."""
    trouble = f" {job.trouble.code}" if job.trouble else ""
    asked = f" prompt={job.prompt!r}" if with_prompt else ""
    when = f"{job.updated_at:%Y-%m-%d %H:%M:%S}"
    return f"{when} {job.id} {job.state.value}{trouble} {job.endpoint} {job.backend}{asked}"


def without_prompts(whole: str, prompts: Iterable[str], slugs: Iterable[str] = ()) -> str:
    """Blot out what was asked for, also where it became the name of a file."""
    forms = {form for each in prompts for form in (each.strip(), repr(each)[1:-1])} | {*slugs}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= SHORTEST_PROMPT:
            whole = whole.replace(form, PROMPT)
    return whole


def without_home(whole: str, home: Path) -> str:
    """Somebody's folder is often their name."""
    for form in {str(home), home.as_posix(), str(home).replace("\\", "\\\\")}:
        if len(form) > len(os.sep) + 1:
            whole = whole.replace(form, "~")
    return whole
