"""The file next to each clip that says where it came from: ``NAME.mp4.kling.json``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from kling_desktop.domain.given_json import parsed
from kling_desktop.storage.disk import sha256_of, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.jobs import Clip, Job

VERSION = 1


def sidecar_of(clip: Path) -> Path:
    """Where the sidecar of a clip is."""
    return clip.with_name(f"{clip.name}.kling.json")


def owner_of(clip: Path) -> str | None:
    """The job that a clip's sidecar names; None where there is no readable sidecar."""
    try:
        document = parsed(sidecar_of(clip).read_bytes())
    except (OSError, ValueError):
        return None
    named = document.get("job_id") if isinstance(document, dict) else None
    return named if isinstance(named, str) else None


def write_sidecar(job: Job, clip: Clip, *, inputs: Path) -> None:
    """Record the request, its ids, times and price, and the hashes of what went in and out."""
    # When the last byte arrived: the same however often the sidecar is written.
    finished = datetime.fromtimestamp(Path(clip.path).stat().st_mtime, UTC)
    document = {
        "version": VERSION,
        "job_id": job.id,
        "endpoint": job.endpoint,
        "backend": job.backend,
        "request_id": job.request_id,
        "params": _named(job.params, inputs),
        "body": job.body,
        "created": job.created_at.isoformat(),
        "finished": finished.isoformat(),
        "estimate_usd": None if job.estimate_usd is None else str(job.estimate_usd),
        "cost_usd": None if job.cost_usd is None else str(job.cost_usd),
        "clip": _facts(clip),
        **({} if job.brush is None else {"brush": job.brush}),
        **_lineage(job),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    # A prompt may hold half a surrogate pair, which UTF-8 cannot.
    data = text.encode(errors="backslashreplace")
    place = sidecar_of(Path(clip.path))
    write_whole(place, data, part=place.with_name(f".{job.id}.kling.json.part"))


def _lineage(job: Job) -> dict[str, Any]:
    """Where its points are counted from, what it is for, and where it stands on the ladder."""
    meant = str((job.draft_for or {}).get("endpoint") or "")
    told = {"origin": job.origin, "purpose": job.purpose, "draft_for": meant}
    told["promoted_from"] = job.promoted_from
    frames = {} if not job.made_from else {"made_from": dict(job.made_from)}
    return {name: each for name, each in told.items() if each} | frames


def _facts(clip: Clip) -> dict[str, Any]:
    return {
        "file": Path(clip.path).name,
        "sha256": clip.sha256,
        "size": clip.size,
        "width": clip.width,
        "height": clip.height,
        "frames": clip.frames,
        "fps": clip.fps,
        "seconds": clip.duration,
        "codec": clip.codec,
    }


def _named(value: Any, inputs: Path) -> Any:
    """The same input with our own pictures by name and content, since their paths mean nothing."""
    match value:
        case str() if picture := _own_picture(value, inputs):
            digest = sha256_of(picture) if picture.is_file() else None
            return {"name": picture.name, "sha256": digest}
        case dict():
            return _named_values(value, inputs)
        case list() | tuple():
            return [_named(each, inputs) for each in value]
        case _:
            return value


def _named_values(values: Mapping[str, Any], inputs: Path) -> dict[str, Any]:
    return {name: _named(each, inputs) for name, each in values.items()}


def _own_picture(address: str, inputs: Path) -> Path | None:
    """The picture that a ``file:`` address names, if it is one of ours."""
    if not address.startswith("file:"):
        return None
    try:
        path = Path(url2pathname(urlsplit(address).path))
    except ValueError:  # brackets that are no address
        return None
    return path if path.is_relative_to(inputs) else None
