"""What the user does with waiting jobs in the window: hold, move, edit, pause everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.engine.intake import Draft, path_of
from kling_desktop.ui.queue.waiting import Where

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.line import Steering
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.pictures import Pictures
    from kling_desktop.ui.tasks import TaskScope

OUTLOOK_EVERY = 5_000
"""Milliseconds between questions about what to expect."""
NOT_HERE = "This window cannot edit such a job; `kling-desktop jobs edit` can."
SAVED = "The job is changed and still on hold. Nothing was sent."


class WaitingLine:
    """Connects the queue's wishes about waiting jobs with the engine."""

    def __init__(
        self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope, pictures: Pictures
    ) -> None:
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._pictures = pictures
        self._edited: Job | None = None
        self._paused = False
        self._clock = QTimer(window, interval=OUTLOOK_EVERY)
        self._clock.timeout.connect(self.look_out)
        queue = window.queue
        queue.hold_asked.connect(self.hold_or_release)
        queue.move_asked.connect(self.move)
        queue.edit_asked.connect(self.edit)
        queue.go_on_asked.connect(self.pause_or_go_on)
        window.compose.edit_ended.connect(self.end_edit)

    def slots(self) -> dict[str, Callable[[], object]]:
        """The actions of the window that this is about."""
        return {
            "hold": lambda: self.hold_or_release(self._chosen),
            "front": lambda: self._move_chosen(Where.FRONT),
            "up": lambda: self._move_chosen(Where.UP),
            "down": lambda: self._move_chosen(Where.DOWN),
            "edit": lambda: self.edit(self._chosen),
            "pause": self.pause_or_go_on,
        }

    def look_out(self) -> None:
        """Ask what to expect of the requests under way, if there are any."""
        if self._engine.is_open and self._window.queue.model.active():
            self._tasks.start(self._look_out(), group="outlook")

    def show(self, steering: Steering) -> None:
        """Show whether all is paused; from now on the engine can be asked."""
        self._clock.start()
        self._paused = steering.paused
        self._window.queue.show_steering(steering)
        text = "&Go on with all" if steering.paused else "&Pause all"
        self._window.actions_by_id["pause"].setText(text)

    def follow(self, job: Job) -> None:
        """A job that is edited may be released or cancelled meanwhile."""
        if self._edited and job.id == self._edited.id and job.state is not JobState.HELD:
            self.end_edit()

    def hold_or_release(self, job: Job | None) -> None:
        """Hold a job that was not sent yet, or let go one that is held."""
        if job is None:
            return
        if job.state is JobState.HELD:
            self._tasks.start(self._release(job.id))
        elif job.state in {JobState.INTENT, JobState.UPLOADING}:
            self._tasks.start(self._hold(job.id))

    def move(self, job: Job, before: JobId | None) -> None:
        """Change the order of the line."""
        self._tasks.start(self._engine.move(job.id, before))

    def edit(self, job: Job | None) -> None:
        """Bring what a held job asks for to the panels; the big button then saves it."""
        if job is None or job.state is not JobState.HELD:
            return
        compose = self._window.compose
        if not compose.choose_endpoint(job.endpoint):
            self._window.stage.notice.tell(NOT_HERE)
            return
        self._edited = job
        compose.set_values({**job.params})
        picture = str(job.params.get("image_url", ""))
        if picture.startswith("file:"):
            self._pictures.take_file(path_of(picture))
        compose.show_editing(editing=True)

    def end_edit(self) -> None:
        """The big button makes new clips again; the held job stays as it was."""
        self._edited = None
        self._window.compose.show_editing(editing=False)

    async def save(self, draft: Draft) -> bool:
        """Change the job that is edited; False if none is. Raises as ``Engine.edit``."""
        job = self._edited
        if job is None:
            return False
        kept = {name: job.params[name] for name in ("image_url",) if name in job.params}
        whole = Draft(endpoint=draft.endpoint, values={**kept, **draft.values})
        await self._engine.edit(job.id, whole)
        self.end_edit()
        self._window.stage.notice.tell(SAVED, is_good=True)
        return True

    def pause_or_go_on(self) -> None:
        """Send nothing new, or let the line go on."""
        self._tasks.start(self._steer(), group="pause")

    @property
    def _chosen(self) -> Job | None:
        return self._window.queue.chosen

    def _move_chosen(self, where: Where) -> None:
        job = self._chosen
        ways = self._window.queue.model.ways_of(job) if job else {}
        if job is not None and where in ways:
            self.move(job, ways[where])

    async def _look_out(self) -> None:
        self._window.queue.model.show_outlooks(await self._engine.outlooks())

    async def _hold(self, job_id: JobId) -> None:
        await self._engine.hold(job_id)

    async def _release(self, job_id: JobId) -> None:
        await self._engine.release(job_id)

    async def _steer(self) -> None:
        engine = self._engine
        self.show(await (engine.resume_all() if self._paused else engine.pause_all()))
