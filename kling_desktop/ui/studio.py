"""What the panels mean together: pictures come in, jobs go out, clips are shown."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QDesktopServices

from kling_desktop.domain.carrying import START
from kling_desktop.domain.errors import InvalidParams, KlingDesktopError
from kling_desktop.domain.events import (
    Event,
    HolderChanged,
    JobAdded,
    JobChanged,
    LedgerSalvaged,
    Searched,
    SteeringChanged,
)
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.messages import explain
from kling_desktop.domain.sentences import NOTHING_SENT
from kling_desktop.ui import dialogs
from kling_desktop.ui.batch.desk import BatchDesk
from kling_desktop.ui.brush.history import show_steps
from kling_desktop.ui.brush.mask_file import MaskFiles
from kling_desktop.ui.calibration.desk import CalibrationDesk
from kling_desktop.ui.cancelling import Cancelling
from kling_desktop.ui.chains import ClipChains
from kling_desktop.ui.desk import JobDesk
from kling_desktop.ui.first.desk import FirstSteps
from kling_desktop.ui.form_files import FormFiles
from kling_desktop.ui.inspect.desk import InspectDesk
from kling_desktop.ui.ladder import DraftLadder
from kling_desktop.ui.line import WaitingLine
from kling_desktop.ui.models_check import ModelsCheck
from kling_desktop.ui.money.desk import MoneyDesk
from kling_desktop.ui.money.foresight import BudgetWatch
from kling_desktop.ui.older import OlderJobs
from kling_desktop.ui.ordering import Ordering
from kling_desktop.ui.pictures import Pictures
from kling_desktop.ui.preview.export import PreviewExport
from kling_desktop.ui.project.desk import ProjectDesk
from kling_desktop.ui.prompts.desk import PromptDesk
from kling_desktop.ui.rescue.desk import RescueDesk
from kling_desktop.ui.shortcuts import show_keys
from kling_desktop.ui.steering import SteeringWheel
from kling_desktop.ui.tasks import TaskScope
from kling_desktop.ui.trouble.desk import TroubleDesk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow

NO_FOLDER = "{} is not there any more, or the disk that it is on is not connected."


class Studio:
    """Connects the window's wishes with the engine's work."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, clips: Path) -> None:  # noqa: PLR0915 - a line for each desk
        self._window = window
        self._engine = engine
        self.clips = clips
        self._mine: str | None = None
        """The newest job of this window: its clip is shown as soon as it is there."""
        self._opened = asyncio.Event()
        self._backend = ""
        self._left: set[str] = set()
        """Backends that this window has turned away from; a late word of theirs is not shown."""
        self.tasks = TaskScope(self.report)
        self.projects = ProjectDesk(window, engine, self.tasks, self._opened)
        self._pictures = Pictures(window, engine, self.tasks, self._opened, self.projects)
        self._exports = PreviewExport(window, self.tasks)
        self._helpers = (
            MaskFiles(window, engine, self.tasks),
            FormFiles(window, engine, self.tasks, self._opened, self._pictures),
        )
        self._chains = ClipChains(window, engine, self.tasks, self._pictures)
        self._line = WaitingLine(window, engine, self.tasks, self._pictures)
        self._wheel = SteeringWheel(window, engine, self.tasks)
        self._older = OlderJobs(window, engine, self.tasks)
        self._models = ModelsCheck(window, engine, self.tasks)
        self._desk = JobDesk(window, engine, self.tasks, self._pictures)
        self._money = MoneyDesk(window, engine, self.tasks)
        self.budgets = BudgetWatch(window, engine, self.tasks)
        self._rescue = RescueDesk(window, engine, self.tasks)
        self._ladder = DraftLadder(window, engine, self.tasks)
        self._ordering = self._make_ordering()
        self._cancelling = Cancelling(window, engine, self.tasks)
        self._calibration = CalibrationDesk(window, engine, self.tasks)
        self.prompts = PromptDesk(window, engine, self.tasks)
        self.trouble = TroubleDesk(window, self.tasks, self.projects.keeper.keep_now)
        self.inspector = InspectDesk(window, engine, self.tasks, self._ordering.draft)
        self.first = FirstSteps(window, engine, self.tasks, self.projects)
        self._batch = BatchDesk(window, engine, self.tasks)
        self._pictures.batch = self._batch.open_with
        self._connect()

    def _make_ordering(self) -> Ordering:
        return Ordering(
            self._window,
            self._engine,
            self.tasks,
            pictures=self._pictures,
            line=self._line,
            ladder=self._ladder,
            backend=lambda: self._backend,
        )

    async def start(self) -> None:
        """Open the engine and show what it has. Raises KlingDesktopError."""
        await self._start(self._engine.open)

    async def _start(self, open_: Callable[[], Awaitable[str]]) -> None:
        """Whichever way the first engine comes, what was there before comes back with it."""
        recall = self.tasks.start(self._pictures.recall())
        try:
            name = await open_()
        except KlingDesktopError as error:
            self._window.show_failure(explain(error))
            raise
        await recall  # A picture that comes now is newer.
        await self._show_engine(name)
        self.tasks.start(self.projects.look_for_work())

    async def switch(self) -> str:
        """Have the clips made by the backend that counts now. Raises KlingDesktopError.

        Where the start has not come to an engine, this is the start.
        """
        if not self._opened.is_set():
            await self._start(self._engine.switch)
            return self._backend
        name = await self._engine.switch()
        self._mine = None
        self._window.stage.notice.hide()
        await self._show_engine(name)
        return name

    async def _show_engine(self, name: str) -> None:
        self._opened.set()
        self._left = (self._left | {self._backend}) - {name}
        self._backend = name
        self._window.compose.show_catalog(await self._engine.catalog())
        self._window.show_backend(name)
        for each in (self._money, self.budgets, self._rescue, self._calibration):
            each.show_backend(name)
        self._batch.show_backend(name)
        self._window.queue.model.show_holder(await self._engine.holder())
        await self._older.show()
        self._wheel.show(await self._engine.steering())
        self.hear(tuple(Searched(each, under_way=True) for each in await self._engine.searched()))
        self.tasks.start(self.prompts.start())

    def report(self, error: Exception) -> None:
        """Show any error where it belongs."""
        if isinstance(error, InvalidParams):
            self._show_problems(error)
        elif isinstance(error, KlingDesktopError):
            self._window.stage.notice.tell(str(explain(error)))
        else:
            self.trouble.raised(error)

    def hear(self, events: tuple[Event, ...]) -> None:
        """Follow a batch of the engine's events; jobs of an earlier backend are not shown."""
        events = tuple(each for each in events if self._is_ours(each))
        self._window.queue.take(events)
        self.prompts.hear(events)
        for each in (self._desk, self._money, self.budgets, self._rescue, self._calibration):
            each.hear(events)
        self._batch.hear(events)
        for event in events:
            match event:
                case JobChanged(job=job):
                    self._follow(job)
                    self._line.follow(job)
                case SteeringChanged(steering=steering):
                    self._wheel.show(steering)
                case HolderChanged(holder=holder):
                    self._window.queue.model.show_holder(holder)
                case LedgerSalvaged(news=news):
                    self._window.salvage.tell(news)
                case _:
                    pass

    @property
    def backend(self) -> str:
        """Which backend makes the clips; empty before the start."""
        return self._backend

    def _is_ours(self, event: Event) -> bool:
        return not isinstance(event, JobAdded | JobChanged) or event.job.backend not in self._left

    def take_file(self, path: Path) -> None:
        """Use a picture or project file from now on."""
        self._pictures.take_file(path)

    def take_mime(self, mime: QMimeData) -> None:
        """Use what was dropped or pasted."""
        self._pictures.take_mime(mime)

    def generate(self) -> bool:
        """Ask for the clip that the panels describe, once for each answer that came."""
        return self._ordering.generate()

    def cancel(self, job: Job | None) -> None:
        """Stop a job, if it still can be."""
        self._cancelling.cancel(job)

    def _connect(self) -> None:
        self._chains.joined.connect(self._ladder.show_none)
        self._ordering.ordered.connect(self._note_order)
        self._ordering.shown.connect(self._bring_forward)
        self._cancelling.stopped.connect(self._explain)
        window = self._window
        window.compose.generate_asked.connect(self._ordering.generate)
        # The next Space is meant for the clip, and must not order another one.
        window.compose.generate_asked.connect(window.stage.setFocus)
        window.compose.draft_asked.connect(self._ordering.draft_first)
        window.compose.draft_asked.connect(window.stage.setFocus)
        self._desk.promotion_of = self._ladder.offer
        self._desk.promote_asked.connect(self._ladder.promote)
        self._ladder.begun.connect(self._desk.show)
        self._ladder.shown.connect(self._bring_forward)
        window.compose.money_asked.connect(self._money.open_budgets)
        self._money.budgets_changed.connect(self.budgets.look)
        window.stage.crop_asked.connect(window.actions_by_id["crop"].trigger)
        window.queue.job_chosen.connect(self._show_job)
        window.queue.cancel_asked.connect(self._cancelling.cancel)
        window.queue.cancel_all_asked.connect(self._cancelling.cancel_all)
        window.queue.folder_asked.connect(self._open_folder)
        window.stage.folder_asked.connect(self._open_folder)
        window.salvage.file_asked.connect(self._open_folder)
        self._desk.begun.connect(self._expect)
        self._desk.cancel_asked.connect(self._cancelling.cancel)
        self._desk.folder_asked.connect(self._open_folder)
        self._desk.inspect_asked.connect(self.inspector.open_job)
        for name, slot in self._slots().items():
            window.actions_by_id[name].triggered.connect(slot)

    def _slots(self) -> dict[str, Callable[[], object]]:
        return (
            self._line.slots()
            | self._wheel.slots()
            | self.projects.slots()
            | self.prompts.slots()
            | self.inspector.slots()
            | self._chains.slots()
            | {
                "align": self._pictures.compare,
                "open": self._pictures.ask_for_file,
                "paste": self._pictures.paste,
                "folder": self._open_clips,
                "generate": self._ordering.generate,
                "find": self._window.compose.find_model,
                "effects": self._window.compose.scenes.open,
                "draft": self._ordering.draft_first,
                "promote": self._ladder.promote_chosen,
                "origin": self._calibration.open,
                "cancel": lambda: self._cancelling.cancel_all(self._window.queue.selected),
                "story": self._window.queue.wish_story,
                "export": self._exports.ask,
                "marks": self._window.stage.toggle_marks,
                "sift": self._window.queue.open_sieve,
                "play": self._window.stage.toggle,
                "models": self._models.ask,
                "money": self._money.open,
                "rescue": self._rescue.open,
                "batch": self._batch.open,
                "first": self.first.open,
                "quit": self._window.close,
                "history": lambda: show_steps(self._window, self._window.stage),
                "brush": self._window.stage.toggle_brush,
                "report": self.trouble.report,
                "keys": lambda: show_keys(self._window, self._window.shortcuts),
                "about": lambda: dialogs.show_about(self._window),
            }
        )

    def _bring_forward(self, job: Job) -> None:
        self._window.queue.choose(job.id)
        self._show_job(job)

    def _note_order(self, job: Job) -> None:
        self._expect(job)
        self.projects.note_job(job.id)

    def _expect(self, job: Job) -> None:
        """Show its clip as soon as it is there."""
        self._mine = job.id

    def _show_problems(self, error: InvalidParams) -> None:
        rest = self._window.compose.show_problems(error.problems)
        if any(each.field in START for each in rest):
            self._window.stage.notice.tell(f"A picture is needed. {NOTHING_SENT}")
        elif rest:
            self._window.stage.notice.tell(str(explain(InvalidParams(tuple(rest)))))

    def _follow(self, job: Job) -> None:
        if job.id == self._mine and job.state is JobState.DONE:
            self._window.queue.choose(job.id)
            self._show_job(job)
        elif job.id == self._window.stage.notice.topic or (
            # Who has just ordered it must not have to look for the reason in its row.
            job.id == self._mine and job.state in {JobState.FAILED, JobState.REFUSED}
        ):
            self._explain(job)
        if job.clips:
            self._window.stage.show_verdict(job.clips[0].path, job.brush)

    def _show_job(self, job: Job) -> None:
        self._explain(job)
        self._ladder.show(job)
        self._chains.show(job)
        if job.clips:
            self._window.stage.show_clip(job.clips[0].path, job.brush)
        else:
            self._window.stage.show_no_clip()

    def _explain(self, job: Job) -> None:
        self._desk.explain(job)

    def _open_clips(self) -> None:
        self.tasks.start(self._make_and_open_clips())

    async def _make_and_open_clips(self) -> None:
        with contextlib.suppress(OSError):  # Before the first clip there may be no folder.
            await asyncio.to_thread(self.clips.mkdir, parents=True, exist_ok=True)
        _show(self.clips)

    def _open_folder(self, file: str) -> None:
        self.tasks.start(self._open_where(Path(file).parent))

    async def _open_where(self, folder: Path) -> None:
        if await asyncio.to_thread(folder.is_dir):
            _show(folder)
        else:
            self._window.stage.notice.tell(NO_FOLDER.format(folder))


def _show(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
