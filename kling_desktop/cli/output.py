"""What goes where: one JSON document on stdout, everything for people on stderr."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from kling_desktop.domain.facts import Charge, Retry
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.refusals import kind_of

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Clip, Job
    from kling_desktop.domain.salvage import Salvage

THERE = "is there already; name another file"
"""Of a file to write: nothing is written over, least of all a clip that was paid for."""
_READER_GONE = {errno.EPIPE, errno.EINVAL}
"""What a pipe says that nobody reads any more; the second is that of Windows."""


def prepare() -> None:
    """A terminal that lacks a letter must not end a command that has cost money."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def finish() -> None:
    """Write what is left, before the interpreter tries to and complains."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, AttributeError):  # A program without a console has no streams at all.
            _silence(stream)


def say(text: str) -> None:
    """A line for the person at the terminal; a job goes on even if there is nobody."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _silence(sys.stderr)


def show(text: str) -> None:
    """What was asked for, on stdout, as far as the reader wants to read it."""
    try:
        print(text, flush=True)
    except OSError as error:
        if error.errno not in _READER_GONE:
            raise
        _silence(sys.stdout)


def show_json(document: Any) -> None:
    """The one document of a ``--json`` command, in letters that every stdout has."""
    show(json.dumps(document, indent=2))


def fail(code: str, message: str, *, as_json: bool) -> None:
    """Say what went wrong, to people and to scripts."""
    say(message)
    if as_json:
        show_json({"error": {"code": code, "message": message}})


def say_salvage(news: Salvage) -> None:
    """Somebody's record of jobs was damaged: a line that they must see."""
    say(str(news))


def _silence(stream: TextIO) -> None:
    with contextlib.suppress(OSError, AttributeError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def job_json(job: Job) -> dict[str, Any]:
    """A job as scripts see it; the first seven names are settled (``design.md`` §3)."""
    return {
        "job_id": job.id,
        "endpoint": job.endpoint,
        "request_id": job.request_id,
        "status": job.state.value,
        "files": [clip.path for clip in job.clips],
        "cost_usd": _number(job.cost_usd),
        "seconds": round(job.seconds, 3),
        "backend": job.backend,
        "estimate_usd": _number(job.estimate_usd),
        "billed_at": job.billed_at and job.billed_at.isoformat(),
        "project": job.project,
        "prompt": job.prompt,
        "created_at": job.created_at.isoformat(),
        "run_at": job.run_at and job.run_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
        "clips": [_clip_json(clip) for clip in job.clips],
        "brush": job.brush and dict(job.brush),
        "origin": job.origin,
        "purpose": job.purpose,
        "draft_for": None if job.draft_for is None else job.draft_for.get("endpoint"),
        "promoted_from": job.promoted_from,
        "batch": job.batch,
        "made_from": job.made_from and dict(job.made_from),
        "error": _trouble_json(job),
    }


def _clip_json(clip: Clip) -> dict[str, Any]:
    return {
        "path": clip.path,
        "sha256": clip.sha256,
        "size": clip.size,
        "width": clip.width,
        "height": clip.height,
        "frames": clip.frames,
        "fps": clip.fps,
        "duration": round(clip.duration, 3),
        "codec": clip.codec,
    }


def _trouble_json(job: Job) -> dict[str, str] | None:
    if job.trouble is None:
        return None
    # What a sent job waits out says nothing about its money.
    paid = job.goes_on and job.request_id is not None
    kind = kind_of(job.trouble.code)
    return {
        "code": job.trouble.code,
        "actor": kind.actor.value,
        "retry": Retry.LATER.value if job.goes_on else job.trouble.retry or kind.retry.value,
        "message": str(explain_trouble(job.trouble, waiting=job.goes_on)),
        "charge": Charge.MAYBE.value if paid else job.trouble.charge,
    }


def _number(amount: Any) -> float | None:
    return None if amount is None else float(amount)
