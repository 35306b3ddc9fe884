"""From clip to clip: a frame as the start or the end of the next one, and clips that are joined."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QProgressDialog

from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.lineage import AT, FIRST, LAST, Moment
from kling_desktop.ui.incoming import FRAME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.pictures import Pictures
    from kling_desktop.ui.tasks import TaskScope

GROUP = "join"
NO_CLIP = "Choose a clip in the queue first: one that is done."
NOT_TWO = "Mark two or more clips in the queue that are done; they are joined from the top down."
OTHER_SIZES = "Only clips of one size can be joined; these are {}."
JOINED = "The clips are joined: {}. {}"
STOPPED = "Joining was stopped, and no file was written."


class ClipChains(QObject):
    """Grants what somebody wants of clips that are there."""

    folder_asked = Signal(str)
    joined = Signal()
    """A clip that no job made is in sight."""
    _moved = Signal(int, int)

    def __init__(
        self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope, pictures: Pictures
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._pictures = pictures
        self._shown: Job | None = None
        """The job whose clip is in sight."""
        self.progress: QProgressDialog | None = None
        """While clips are joined."""
        self._moved.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        window.stage.frame_asked.connect(self.use_frame)
        window.stage.frame_dragged.connect(self.drag_frame)
        window.queue.chained.connect(self._grant)
        pictures.frame_dropped.connect(self._use)

    def slots(self) -> dict[str, Callable[[], object]]:
        """The actions of the window that this is about."""
        return {
            "frame": self.use_frame,
            "continue": lambda: self._with_one(self.continue_from),
            "as-end": lambda: self._with_one(self.end_on),
            "join": lambda: self.join(self._window.queue.selected),
        }

    def show(self, job: Job) -> None:
        """The job whose clip is in sight from now on."""
        self._shown = job if job.clips else None

    def use_frame(self) -> None:
        """The frame that is in sight becomes the start picture."""
        if self._shown is None:
            self._window.stage.notice.tell(NO_CLIP)
        else:
            self._use(self._shown.id, self._window.stage.clip_seconds)

    def drag_frame(self) -> None:
        """Take the frame in sight along with the mouse; called by its press and move alone."""
        image = self._window.stage.clip_image
        if self._shown is None or image is None:
            return
        mime = QMimeData()
        told = {"job": self._shown.id, "at": self._window.stage.clip_seconds}
        mime.setData(FRAME, json.dumps(told).encode())
        mime.setImageData(image)  # for other programs, and for the places of the form
        drag = QDrag(self._window)
        drag.setMimeData(mime)
        drag.exec(Qt.DropAction.CopyAction)

    def continue_from(self, job: Job) -> None:
        """Its last frame and its words are the beginning of the next clip."""
        self._start(self._continue(job))

    def end_on(self, job: Job) -> None:
        """The next clip ends where this one begins."""
        self._start(self._end_on(job))

    def join(self, jobs: Sequence[Job]) -> None:
        """Put the clips of jobs after one another; one such work at a time."""
        there = [each for each in jobs if can_join(each)]
        sizes = {(each.clips[0].width, each.clips[0].height) for each in there}
        if len(there) < 2:
            self._window.stage.notice.tell(NOT_TWO)
        elif len(sizes) > 1:
            named = " and ".join(f"{width} \N{MULTIPLICATION SIGN} {height}" for width, height in
                                 sorted(sizes))  # fmt: skip
            self._window.stage.notice.tell(OTHER_SIZES.format(named))
        elif not self._tasks.is_busy(GROUP):
            self._tasks.start(self._join([each.id for each in there]), group=GROUP)

    def _grant(self, way: str, jobs: Sequence[Job]) -> None:
        match way:
            case "continue":
                self.continue_from(jobs[0])
            case "as-end":
                self.end_on(jobs[0])
            case _:
                self.join(jobs)

    def _with_one(self, act: Callable[[Job], None]) -> None:
        for job in (self._window.queue.chosen, self._shown):
            if job is not None and can_join(job):
                act(job)
                return
        self._window.stage.notice.tell(NO_CLIP)

    def _use(self, job_id: JobId, seconds: float) -> None:
        self._start(self._bring(job_id, Moment(AT, seconds)))

    def _start(self, work: object) -> None:
        self._pictures.start(work)  # type: ignore[arg-type]

    async def _bring(self, job_id: JobId, moment: Moment) -> None:
        frame = await self._engine.frame_of(job_id, moment)
        await self._pictures.use_bytes(frame.name, frame.data)

    async def _continue(self, job: Job) -> None:
        frame = await self._engine.frame_of(job.id, Moment(LAST))
        # The picture first: a form that changes over an empty stage brings one of its own there.
        await self._pictures.use_bytes(frame.name, frame.data)
        compose = self._window.compose
        if compose.offers(job.endpoint):
            compose.load(job.endpoint, job.params)

    async def _end_on(self, job: Job) -> None:
        frame = await self._engine.frame_of(job.id, Moment(FIRST))
        await self._pictures.use_as_end(frame.name, frame.data)

    async def _join(self, ids: Sequence[JobId]) -> None:
        stopped = False
        notice = self._window.stage.notice
        work = asyncio.ensure_future(self._engine.join(ids, None, self._moved.emit))

        def stop() -> None:
            nonlocal stopped
            stopped = True
            work.cancel()

        self.progress = self._open_progress(len(ids), stop)
        try:
            made = await work
        except asyncio.CancelledError:
            if not stopped:
                raise  # the window closes
            notice.tell(STOPPED)
        else:
            notice.tell(JOINED.format(made.path.name, made.text), is_good=True)
            self._window.stage.show_clip(str(made.path))
            self._shown = None
            self.joined.emit()
        finally:
            work.cancel()
            self.progress.deleteLater()
            self.progress = None

    def _open_progress(self, count: int, stop: Callable[[], object]) -> QProgressDialog:
        made = QProgressDialog(f"Joining {count} clips", "Cancel", 0, 0, self._window)
        made.setWindowTitle("Join clips")
        made.setWindowModality(Qt.WindowModality.NonModal)
        made.setAutoClose(False)
        made.setAutoReset(False)
        made.setMinimumDuration(400)
        made.setMinimumWidth(360)
        made.canceled.connect(stop)
        return made

    def _show_progress(self, done: int, total: int) -> None:
        if self.progress is not None and not self.progress.wasCanceled():
            self.progress.setMaximum(total)
            self.progress.setValue(done)


def can_join(job: Job) -> bool:
    """Whether there is a clip that something can be made of."""
    return job.state is JobState.DONE and bool(job.clips)
