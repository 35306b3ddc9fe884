"""What a drag out of the queue carries: waiting jobs to another place, finished clips elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QUrl

from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.jobs import WAITING, JobId
from kling_desktop.ui.incoming import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.domain.jobs import Job


def can_travel(job: Job) -> bool:
    """Whether a job has a place in the line to change, or a file to give."""
    return job.state in WAITING or bool(job.clips)


def pack(jobs: Iterable[Job], sender: str) -> QMimeData:
    """Ids for the queue that sends them, and files for everybody else."""
    mime, ids, files = QMimeData(), list[str](), list[QUrl]()
    for job in jobs:
        if job.state in WAITING:
            ids.append(job.id)
        files += [QUrl.fromLocalFile(clip.path) for clip in job.clips]
    note = json.dumps({"sender": sender, "ids": ids})
    mime.setData(OURS, QByteArray(note.encode("ascii")))
    if files:
        mime.setUrls(files)
    return mime


def unpack(mime: QMimeData, receiver: str) -> tuple[JobId, ...]:
    """The ids in it; none where it makes no sense, or is from another window and its ledger."""
    try:
        note = parsed(bytes(mime.data(OURS).data()))
    except ValueError:
        return ()
    match note:
        case {"sender": sender, "ids": [*ids]} if sender == receiver:
            return tuple(JobId(each) for each in ids if isinstance(each, str))
        case _:
            return ()
