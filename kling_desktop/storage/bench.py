"""Frames and joined clips on the disk: named, whole or not there, with a sidecar of their parts."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.lineage import Still
from kling_desktop.storage.disk import sha256_of, sync_file, sync_folder, write_whole, writing
from kling_desktop.storage.names import slug
from kling_desktop.storage.sidecar import VERSION, owner_of, sidecar_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.lineage import Frame, Joined, Moment

    Report = Callable[[int, int], None]
    TakeFrame = Callable[[Path, Moment, str], Frame]
    TakeStill = Callable[[Path, Moment, int], Still]
    JoinClips = Callable[[Sequence[Path], Path, Report], Joined]


class StoredBench:
    """Satisfies ``engine.work_ports.Bench``; every call blocks."""

    def __init__(
        self,
        clips: Path,
        *,
        take_frame: TakeFrame,
        take_still: TakeStill,
        join: JoinClips,
        now: Callable[[], datetime],
    ) -> None:
        self._clips = clips
        self._take_frame = take_frame
        self._take_still = take_still
        self._join = join
        self._now = now

    def frame(self, job: Job, moment: Moment) -> Frame:
        """A frame of a job's clip. Raises BadMedia."""
        return self._take_frame(Path(job.clips[0].path), moment, job.id)

    def still(self, video: Path, moment: Moment, within: int = 0) -> Still:
        """A frame of any video; of one of our clips it tells from which job. Raises BadMedia."""
        job_id = "" if within else owner_of(video)
        if job_id:
            frame = self._take_frame(video, moment, job_id)
            return Still(frame.data, frame.name, frame.made_from)
        return self._take_still(video, moment, within)

    def join(self, jobs: Sequence[Job], out: Path | None, report: Report) -> Joined:
        """The clips of jobs one after the other, in a file that is named once it is whole.

        Raises:
            BadMedia: they do not go together, or one of them cannot be read.
            FolderUnusable: the result cannot be written.
            Whatever ``report`` raises; nothing is left then.
        """
        paths = [Path(each.clips[0].path) for each in jobs]
        with writing():
            place = out or self._free_place(jobs)
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f".{uuid.uuid4().hex}.join.mp4")
            try:
                made = self._join(paths, part, report)
                sync_file(part)
                part.replace(place)
            finally:
                part.unlink(missing_ok=True)
            sync_folder(place.parent)
            made = replace(made, path=place)
            _write_sidecar(jobs, made, self._now())
        return made

    def _free_place(self, jobs: Sequence[Job]) -> Path:
        """In the folder of the first clip, under a name that nothing has."""
        folder = Path(jobs[0].out_dir) if jobs[0].out_dir else self._clips
        base = f"{self._now():%Y-%m-%d}-{slug(jobs[0].prompt)}-joined-{jobs[0].id[:8]}"
        names = (f"{base}.mp4" if number == 1 else f"{base}-{number}.mp4" for number in count(1))
        return next(each for name in names if not (each := folder / name).exists())


def _write_sidecar(jobs: Sequence[Job], made: Joined, now: datetime) -> None:
    """Names no job of its own: it is made of others."""
    document = {
        "version": VERSION,
        "joined": [_part(each) for each in jobs],
        "lossless": made.is_lossless,
        "how": made.text,
        "finished": now.isoformat(),
        "clip": {
            "file": made.path.name,
            "sha256": sha256_of(made.path),
            "size": made.path.stat().st_size,
            "frames": made.frames,
            "seconds": made.seconds,
        },
    }
    place = sidecar_of(made.path)
    data = (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode(
        errors="backslashreplace"
    )
    write_whole(place, data, part=place.with_name(f".{uuid.uuid4().hex}.kling.json.part"))


def _part(job: Job) -> dict[str, Any]:
    clip = job.clips[0]
    return {
        "job_id": job.id,
        "file": Path(clip.path).name,
        "sha256": clip.sha256,
        "frames": clip.frames,
    }
