"""What a life left behind, read without the program: the ledger, the clips, what lies around."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import ClipDamaged
from kling_desktop.domain.jobs import TRANSITIONS, Job, JobState
from kling_desktop.media.probe import measure
from kling_desktop.storage.rows import from_row
from kling_desktop.storage.sidecar import sidecar_of

if TYPE_CHECKING:
    from tests.helpers.crashes.lives import Life

FRAMES = 10
"""Of the clip that the studio copies."""


@dataclass(frozen=True)
class Remains:
    """The ledger of a life, while nobody has it open."""

    jobs: list[Job]
    histories: dict[str, list[JobState]]
    is_sound: bool
    """What SQLite says of its own file."""


def read_ledger(path: Path) -> Remains:
    """Everything in a ledger; nothing where none was made."""
    if not path.exists():
        return Remains([], {}, is_sound=True)
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        (sound,) = db.execute("PRAGMA integrity_check").fetchone()
        if not db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'jobs'").fetchone()[0]:
            return Remains([], {}, is_sound=sound == "ok")
        jobs = [from_row(dict(row)) for row in db.execute("SELECT * FROM jobs ORDER BY created_at")]
        histories: dict[str, list[JobState]] = {}
        for row in db.execute("SELECT job_id, state FROM job_events ORDER BY number"):
            histories.setdefault(row["job_id"], []).append(JobState(row["state"]))
    return Remains(jobs, histories, is_sound=sound == "ok")


def broken_files(life: Life, jobs: list[Job]) -> list[str]:
    """What is wrong with the files of jobs that are over."""
    wrong = [each for job in jobs for each in _wrong_clips(job)]
    named = {Path(clip.path) for job in jobs for clip in job.clips}
    expected = named | {sidecar_of(each) for each in named}
    found = set(life.clips.iterdir()) if life.clips.exists() else set()
    if all(job.is_over for job in jobs):
        wrong += [f"stray file {path.name}" for path in found - expected]
    # Half a picture in our own store is no harm: no job names it, and it is swept after an hour.
    return wrong


def wrong_histories(remains: Remains) -> list[str]:
    """Steps that the table lacks: the trace of two programs that wrote one job."""
    wrong = [] if remains.is_sound else ["SQLite finds the ledger damaged"]
    for job in remains.jobs:
        # Most changes are of facts alone.
        states = [state for state, _ in groupby(remains.histories.get(job.id, []))]
        wrong += [f"{a} -> {b}" for a, b in pairwise(states) if b not in TRANSITIONS[a]]
        if states[-1:] != [job.state]:
            wrong.append(f"the last event of {job.id} is not {job.state}")
    return wrong


def _wrong_clips(job: Job) -> list[str]:
    wrong = [each for clip in job.clips if (each := _wrong_clip(job, Path(clip.path)))]
    if (job.state is JobState.DONE) != (len(job.clips) == 1):
        wrong.append(f"{job.state} with {len(job.clips)} clips")
    return wrong


def _wrong_clip(job: Job, path: Path) -> str | None:
    (clip,) = job.clips
    try:
        content, facts = path.read_bytes(), measure(path)
        sidecar = json.loads(sidecar_of(path).read_bytes())
    except (OSError, ValueError, ClipDamaged) as error:
        return repr(error)
    if facts.frames != FRAMES or path.suffix != ".mp4":
        return f"{path.name} has {facts.frames} frames"
    if hashlib.sha256(content).hexdigest() != clip.sha256:
        return f"{path.name} is not what the ledger says"
    if (sidecar["job_id"], sidecar["clip"]["sha256"]) != (job.id, clip.sha256):
        return f"the sidecar of {path.name} is another's"
    return None


def tells_of_full_disk(life: Life) -> bool:
    """Whether the ledger says that a folder is unusable."""
    try:
        jobs = read_ledger(life.ledger).jobs
    except sqlite3.OperationalError:
        return False  # a full disk has no room for a reader's lock either
    return any(job.trouble and job.trouble.code == "folder_unusable" for job in jobs)


def last_words(life: Life) -> str:
    return life.log.read_text(errors="replace")[-3000:]
