"""What the panels mean together: pictures come in, jobs go out, clips are shown."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QDesktopServices

from kling_desktop.domain.carrying import START, start_of
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
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.messages import explain
from kling_desktop.domain.sentences import NOTHING_SENT
from kling_desktop.engine.intake import Draft
from kling_desktop.ui import dialogs
from kling_desktop.ui.batch.desk import BatchDesk
from kling_desktop.ui.brush.history import show_steps
from kling_desktop.ui.brush.mask_file import MaskFiles
from kling_desktop.ui.brush.order import BrushOrder
from kling_desktop.ui.calibration.desk import CalibrationDesk
from kling_desktop.ui.chains import ClipChains
from kling_desktop.ui.desk import JobDesk
from kling_desktop.ui.form_files import FormFiles
from kling_desktop.ui.inspect.desk import InspectDesk
from kling_desktop.ui.ladder import DraftLadder
from kling_desktop.ui.line import WaitingLine
from kling_desktop.ui.models_check import ModelsCheck
from kling_desktop.ui.money.desk import MoneyDesk
from kling_desktop.ui.money.foresight import BudgetWatch
from kling_desktop.ui.older import OlderJobs
from kling_desktop.ui.pictures import Pictures
from kling_desktop.ui.preview.export import PreviewExport
from kling_desktop.ui.project.desk import ProjectDesk
from kling_desktop.ui.prompts.desk import PromptDesk
from kling_desktop.ui.question import ask
from kling_desktop.ui.rescue.desk import RescueDesk
from kling_desktop.ui.shortcuts import show_keys
from kling_desktop.ui.steering import SteeringWheel
from kling_desktop.ui.tasks import TaskScope
from kling_desktop.ui.trouble.desk import TroubleDesk
from kling_desktop.ui.twins import ask_about_twin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow

NO_LADDER = (
    "A draft needs something painted, and a model with the motion brush that is not the cheapest."
)
SEVERAL = (
    "What waits here or in fal's queue costs nothing then. What the model is at work on already "
    "may be charged even so; each row says what became of it."
)


class Studio:
    """Connects the window's wishes with the engine's work."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, clips: Path) -> None:  # noqa: PLR0915 - a line for each desk
        self._window = window
        self._engine = engine
        self._clips = clips
        self._mine: str | None = None
        """The newest job of this window: its clip is shown as soon as it is there."""
        self._opened = asyncio.Event()
        self._backend = ""
        self._left: set[str] = set()
        """Backends that this window has turned away from; a late word of theirs is not shown."""
        self.tasks = TaskScope(self.report)
        self._brush = BrushOrder(window.stage, self.generate)
        self.projects = ProjectDesk(window, engine, self.tasks, self._opened)
        self._pictures = Pictures(window, engine, self.tasks, self._opened, self.projects)
        self._exports = PreviewExport(window, self.tasks)
        self._helpers = (
            MaskFiles(window, engine, self.tasks),
            FormFiles(window.compose.shelf, engine, self.tasks, self._opened),
        )
        self._chains = ClipChains(window, engine, self.tasks, self._pictures)
        self._line = WaitingLine(window, engine, self.tasks, self._pictures)
        self._wheel = SteeringWheel(window, engine, self.tasks)
        self._older = OlderJobs(window, engine, self.tasks)
        self._models = ModelsCheck(window, engine, self.tasks)
        self._desk = JobDesk(window, engine, self.tasks, self._pictures)
        self._money = MoneyDesk(window, engine, self.tasks)
        self._budgets = BudgetWatch(window, engine, self.tasks)
        self._rescue = RescueDesk(window, engine, self.tasks)
        self._ladder = DraftLadder(window, engine, self.tasks)
        self._calibration = CalibrationDesk(window, engine, self.tasks)
        self.prompts = PromptDesk(window, engine, self.tasks)
        self.trouble = TroubleDesk(window, self.tasks, self.projects.keeper.keep_now)
        self.inspector = InspectDesk(window, engine, self.tasks, self._draft)
        self._batch = BatchDesk(window, engine, self.tasks)
        self._connect()

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
        for each in (self._money, self._budgets, self._rescue, self._calibration):
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
        for each in (self._desk, self._money, self._budgets, self._rescue, self._calibration):
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
        if self.tasks.is_busy("generate"):
            return False
        self.tasks.start(self._generate(), group="generate")
        return True

    def draft_first(self) -> None:
        """Ask for the same clip where it is cheapest, to be promoted later."""
        if not self._ladder.may_draft:
            self._window.stage.notice.tell(f"{NO_LADDER} {NOTHING_SENT}")
        elif not self.tasks.is_busy("generate"):
            self.tasks.start(self._generate(as_draft=True), group="generate")

    def cancel(self, job: Job | None) -> None:
        """Stop a job, if it still can be."""
        if job is not None and not job.is_over:
            self.tasks.start(self._cancel(job))

    def cancel_all(self, jobs: Sequence[Job]) -> None:
        """Stop one job at once, and several after a question; what is uncertain by itself only."""
        if len(jobs) == 1:
            self.cancel(jobs[0])
            return
        ids = [
            each.id for each in jobs if not each.is_over and each.state is not JobState.UNCERTAIN
        ]
        if ids and not self.tasks.is_busy("cancel all"):
            self.tasks.start(self._cancel_all(ids), group="cancel all")

    def _connect(self) -> None:
        self._chains.joined.connect(self._ladder.show_none)
        window = self._window
        window.compose.generate_asked.connect(self.generate)
        # The next Space is meant for the clip, and must not order another one.
        window.compose.generate_asked.connect(window.stage.setFocus)
        window.compose.draft_asked.connect(self.draft_first)
        window.compose.draft_asked.connect(window.stage.setFocus)
        self._desk.promotion_of = self._ladder.offer
        self._desk.promote_asked.connect(self._ladder.promote)
        self._ladder.begun.connect(self._desk.show)
        self._ladder.shown.connect(self._bring_forward)
        window.compose.money_asked.connect(self._money.open_budgets)
        self._money.budgets_changed.connect(self._budgets.look)
        window.stage.crop_asked.connect(window.actions_by_id["crop"].trigger)
        window.queue.job_chosen.connect(self._show_job)
        window.queue.cancel_asked.connect(self.cancel)
        window.queue.cancel_all_asked.connect(self.cancel_all)
        window.queue.folder_asked.connect(self._open_folder)
        window.stage.folder_asked.connect(self._open_folder)
        window.salvage.file_asked.connect(self._open_folder)
        self._desk.begun.connect(self._expect)
        self._desk.cancel_asked.connect(self.cancel)
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
                "generate": self.generate,
                "find": self._window.compose.find_model,
                "effects": self._window.compose.scenes.open,
                "draft": self.draft_first,
                "promote": self._ladder.promote_chosen,
                "origin": self._calibration.open,
                "cancel": lambda: self.cancel_all(self._window.queue.selected),
                "story": self._window.queue.wish_story,
                "export": self._exports.ask,
                "marks": self._window.stage.toggle_marks,
                "sift": self._window.queue.open_sieve,
                "play": self._window.stage.toggle,
                "models": self._models.ask,
                "money": self._money.open,
                "rescue": self._rescue.open,
                "batch": self._batch.open,
                "quit": self._window.close,
                "history": lambda: show_steps(self._window, self._window.stage),
                "brush": self._window.stage.toggle_brush,
                "report": self.trouble.report,
                "keys": lambda: show_keys(self._window, self._window.shortcuts),
                "about": lambda: dialogs.show_about(self._window),
            }
        )

    async def _generate(self, *, as_draft: bool = False) -> None:
        self._window.stage.notice.hide()
        self._window.compose.show_problems(())
        edited, backend = self._line.edited, self._backend
        wanted = await self._wanted()
        if wanted is None or backend != self._backend:
            return
        draft, leaves_out = wanted
        if as_draft:
            draft = (await self._engine.first_draft(draft)).draft
        elif edited is not None:  # It was asked to be saved, and never becomes another clip.
            await self._line.save(edited, draft, leaves_out=leaves_out)
            return
        if twins := await self._engine.twins(draft):
            self._ask_about_twin(draft, twins[0])
        else:
            await self._order(draft)

    async def _draft(self) -> Draft | None:
        wanted = await self._wanted()
        return None if wanted is None else wanted[0]

    async def _wanted(self) -> tuple[Draft, bool] | None:
        """What the panels describe, and whether it leaves out what is painted.

        None if the user has to choose first, as the screen says.
        """
        endpoint = self._window.compose.endpoint
        values = self._window.compose.values()
        source = self._window.stage.source
        if source is not None and (start := start_of(endpoint)):
            values[start] = str(source.path)
        painted = await self._brush.take(endpoint)
        if painted is None:
            return None
        draft = Draft(
            endpoint=endpoint.id,
            values=values,
            made_from=self._pictures.lineage(values),
            motion=painted.document,
            brush_as_documented=painted.as_documented,
        )
        return draft, painted.is_left_out

    async def _order(self, draft: Draft) -> None:
        self._mine = (await self._engine.generate(draft)).id
        self._window.compose.model.note_use()
        self.projects.note_job(self._mine)

    def _ask_about_twin(self, draft: Draft, twin: Job) -> None:
        def show() -> None:
            self._bring_forward(twin)

        def another() -> None:
            if not self.tasks.is_busy("generate"):
                self.tasks.start(self._order(draft), group="generate")

        ask_about_twin(self._window, twin, show=show, another=another)

    def _bring_forward(self, job: Job) -> None:
        self._window.queue.choose(job.id)
        self._show_job(job)

    async def _cancel(self, job: Job) -> None:
        self._explain(await self._engine.cancel(job.id))

    async def _cancel_all(self, job_ids: Sequence[JobId]) -> None:
        name = "1 job" if len(job_ids) == 1 else f"{len(job_ids)} jobs"
        text = f"Cancel {name}?\n\n{SEVERAL}"
        if await ask(self._window, "Cancel", text, yes=f"Cancel {name}", no="Keep"):
            await asyncio.gather(*map(self._engine.cancel, job_ids))

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
        elif job.id == self._window.stage.notice.topic:
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
            await asyncio.to_thread(self._clips.mkdir, parents=True, exist_ok=True)
        self._open_folder(str(self._clips / "-"))

    def _open_folder(self, file: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(file).parent)))
