"""What a drag out of the queue carries: waiting jobs to another place, finished clips elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QUrl

from kling_desktop.domain.jobs import WAITING, JobId
from kling_desktop.ui.incoming import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.domain.jobs import Job


def can_travel(job: Job) -> bool:
    """Whether a job has a place in the line to change, or a file to give."""
    return job.state in WAITING or bool(job.clips)


def pack(jobs: Iterable[Job]) -> QMimeData:
    """Ids for this window, and files for everybody else."""
    mime, ids, files = QMimeData(), list[str](), list[QUrl]()
    for job in jobs:
        if job.state in WAITING:
            ids.append(job.id)
        files += [QUrl.fromLocalFile(clip.path) for clip in job.clips]
    mime.setData(OURS, QByteArray(json.dumps(ids).encode("ascii")))
    if files:
        mime.setUrls(files)
    return mime


def unpack(mime: QMimeData) -> tuple[JobId, ...]:
    """The ids in it; none where it is from elsewhere or makes no sense."""
    try:
        found = json.loads(bytes(mime.data(OURS).data()))
    except ValueError:
        return ()
    ids = found if isinstance(found, list) else []
    return tuple(JobId(each) for each in ids if isinstance(each, str))
