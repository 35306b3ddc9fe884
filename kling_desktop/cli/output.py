"""What goes where: one JSON document on stdout, everything for people on stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.messages import explain, explain_trouble

if TYPE_CHECKING:
    from kling_desktop.domain.errors import KlingDesktopError
    from kling_desktop.domain.jobs import Clip, Job


def say(text: str) -> None:
    """A line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def show_json(document: Any) -> None:
    """The one document of a ``--json`` command."""
    print(json.dumps(document, ensure_ascii=False, indent=2), flush=True)


def error_json(error: KlingDesktopError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": str(explain(error))}}


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
        "prompt": job.prompt,
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
        "clips": [_clip_json(clip) for clip in job.clips],
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
    return {
        "code": job.trouble.code,
        "message": str(explain_trouble(job.trouble)),
        "charge": job.trouble.charge,
    }


def _number(amount: Any) -> float | None:
    return None if amount is None else float(amount)
