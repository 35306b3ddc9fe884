"""What the user does with waiting jobs in the window: hold, move, put off, edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kling_desktop.domain.carrying import START, start_in
from kling_desktop.domain.jobs import WAITING, Job, JobId, JobState
from kling_desktop.domain.params import BRUSH_FIELDS
from kling_desktop.domain.rules import BRUSH_DOCUMENTED, has_brush
from kling_desktop.engine.intake import path_of
from kling_desktop.ui.answers import accepted
from kling_desktop.ui.queue.later import LaterDialog
from kling_desktop.ui.queue.moves import LineMoves
from kling_desktop.ui.queue.waiting import Where

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.incoming import Source
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.pictures import Pictures
    from kling_desktop.ui.queue.moves import Move
    from kling_desktop.ui.tasks import TaskScope

NOT_HERE = "This window cannot edit such a job; `kling-desktop jobs edit` can."
NOT_WAITING = (
    "Only a job that waits here can be moved or put off. This one was sent already, or is over."
)
NOTHING_TO_MOVE = "The jobs of that move do not wait here any more, so the order stays as it is."
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
        self._source_before: Source | None = None
        """The picture that was on the stage when the edit began."""
        queue = window.queue
        self._moves = LineMoves(queue.line, window)
        self._moves.asked.connect(lambda moves: tasks.start(self._move_all(moves)))
        self._moves.in_vain.connect(lambda: window.stage.notice.tell(NOTHING_TO_MOVE))
        window.undo_actions.follow_line(self._moves.stack, queue.table)
        queue.hold_asked.connect(self.hold_or_release)
        queue.move_asked.connect(self.move)
        queue.later_asked.connect(self.ask_for_time)
        queue.soon_asked.connect(self.start_soon)
        queue.edit_asked.connect(self.edit)
        window.compose.edit_ended.connect(self.end_edit)

    def slots(self) -> dict[str, Callable[[], object]]:
        """The actions of the window that this is about."""
        return {
            "hold": lambda: self.hold_or_release(self._window.queue.selected),
            "later": self._put_off_chosen,
            "front": lambda: self._move_chosen(Where.FRONT),
            "up": lambda: self._move_chosen(Where.UP),
            "down": lambda: self._move_chosen(Where.DOWN),
            "edit": lambda: self.edit(self._window.queue.chosen),
        }

    def follow(self, job: Job) -> None:
        """A job that is edited may be released or cancelled meanwhile."""
        if self._edited and job.id == self._edited.id and job.state is not JobState.HELD:
            self.end_edit()

    def hold_or_release(self, jobs: Sequence[Job]) -> None:
        """Hold jobs that were not sent yet; or let them go, where all of them are held."""
        going = [each.id for each in jobs if each.state in {JobState.INTENT, JobState.UPLOADING}]
        held = [each.id for each in jobs if each.state is JobState.HELD]
        if going:
            self._tasks.start(self._hold(going))
        elif held:
            self._tasks.start(self._release(held))

    def move(self, job_ids: Sequence[JobId], before: JobId | None) -> None:
        """Change the order of the line; the keys for undo take it back in the queue."""
        self._moves.move(job_ids, before)

    def ask_for_time(self, jobs: Sequence[Job]) -> None:
        """Ask when waiting jobs shall begin."""
        if not self._tasks.is_busy("later"):
            self._tasks.start(self._ask_for_time(jobs), group="later")

    def start_soon(self, jobs: Sequence[Job]) -> None:
        """Forget the time that jobs were put off to; what is held stays held."""
        self._tasks.start(self._put_off([each.id for each in jobs], None))

    def edit(self, job: Job | None) -> None:
        """Bring what a held job asks for to the panels; the big button then saves it."""
        if job is None or job.state is not JobState.HELD:
            return
        compose = self._window.compose
        if not compose.offers(job.endpoint):
            self._window.stage.notice.tell(NOT_HERE)
            return
        self._edited, self._source_before = job, self._window.stage.source
        compose.load(job.endpoint, job.params)
        picture = start_in(job.params)
        if picture.startswith("file:"):
            self._pictures.take_kept(path_of(picture))
        compose.show_editing(editing=True)

    def end_edit(self) -> None:
        """The big button makes new clips again; the held job stays as it was."""
        self._edited = None
        self._window.compose.show_editing(editing=False)

    @property
    def edited(self) -> Job | None:
        """The held job that the panels describe."""
        return self._edited

    async def save(self, job: Job, draft: Draft, *, leaves_out: bool = False) -> None:
        """Change the job that is edited. Raises as ``Engine.edit``: it may wait no more.

        Its masks stay unless others are painted, or somebody wants it without them; and so does
        its picture as long as the stage shows what it showed before the edit began.
        """
        if self._window.stage.source is self._source_before:
            others = {name: each for name, each in draft.values.items() if name not in START}
            draft = replace(draft, values=others, motion=None)
        has_masks = draft.motion is None and not leaves_out and has_brush(job.params)
        names = (*START, *BRUSH_FIELDS) if has_masks else START
        kept = {name: job.params[name] for name in names if name in job.params}
        was_documented = has_masks and draft.endpoint == job.endpoint in BRUSH_DOCUMENTED
        whole = replace(
            draft,
            values={**kept, **draft.values},
            brush_as_documented=draft.brush_as_documented or was_documented,
        )
        await self._engine.edit(job.id, whole)
        if self._edited is not None and self._edited.id == job.id:  # Else another edit has begun.
            self.end_edit()
        self._window.stage.notice.tell(SAVED, is_good=True)

    def _waiting(self) -> list[Job]:
        """Those of the marked jobs that wait here; says so if there are none."""
        marked = self._window.queue.selected
        found = [each for each in marked if each.state in WAITING]
        if marked and not found:
            self._window.stage.notice.tell(NOT_WAITING)
        return found

    def _put_off_chosen(self) -> None:
        if jobs := self._waiting():
            self.ask_for_time(jobs)

    def _move_chosen(self, where: Where) -> None:
        jobs, model = self._waiting(), self._window.queue.model
        ways = model.ways_of(*jobs)
        if where in ways:
            self.move(model.in_line({each.id for each in jobs}), ways[where])

    async def _move_all(self, moves: Sequence[Move]) -> None:
        for ids, before in moves:
            await self._engine.move_all(ids, before)

    async def _hold(self, job_ids: Sequence[JobId]) -> None:
        for each in job_ids:
            await self._engine.hold(each)

    async def _release(self, job_ids: Sequence[JobId]) -> None:
        for each in job_ids:
            await self._engine.release(each)

    async def _put_off(self, job_ids: Sequence[JobId], run_at: datetime | None) -> None:
        for each in job_ids:
            await self._engine.put_off(each, run_at)

    async def _ask_for_time(self, jobs: Sequence[Job]) -> None:
        held = [each.id for each in jobs if each.state is JobState.HELD]
        known = next((each.run_at for each in jobs if each.run_at), None)
        dialog = LaterDialog(
            self._window, count=len(jobs), run_at=known, now=datetime.now(UTC), releases=bool(held)
        )
        try:
            if await accepted(dialog):
                await self._put_off([each.id for each in jobs], dialog.run_at)
                # Not before: a job that is released first might begin at once.
                await self._release(held if dialog.run_at else [])
        finally:
            dialog.deleteLater()
