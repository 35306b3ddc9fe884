"""Draft first: a cheap clip shows the motion, and one click makes it at the model that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.calibration import brush_price
from kling_desktop.domain.errors import InvalidParams, UnknownEndpoint
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.money import dollars, estimate
from kling_desktop.engine.ladder import cheapest, is_rung, target_of
from kling_desktop.ui.brush.offer import short
from kling_desktop.ui.question import ask
from kling_desktop.ui.twins import ask_about_twin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.ladder import Promotion
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

DOT = "\N{MIDDLE DOT}"
NO_DRAFT = "Choose a draft in the queue that is done: it can be promoted then."
UNDER_WAY = "It was promoted already, and that job is {state}. Make another take of it?"
LOST = "{name} has no {fields}, so {it} not sent: the clip may turn out otherwise."


class DraftLadder(QObject):
    """Offers the draft beside the button that makes the clip, and the promotion of those there."""

    begun = Signal(object)
    """A job that somebody here has just asked for."""
    shown = Signal(object)
    """A job that somebody would rather see than pay for again."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._shown: Job | None = None
        compose, stage = window.compose, window.stage
        compose.endpoint_changed.connect(self.look)
        compose.price_changed.connect(self.look)
        compose.values_changed.connect(self.look)
        stage.brush_made.connect(self._follow_brush)
        stage.promote_asked.connect(self._promote_shown)
        self.look()

    def look(self) -> None:
        """Whether a draft comes into question now, and what it would be made without."""
        compose = self._window.compose
        if self._window.stage.painted is None or not is_rung(compose.endpoint, compose.catalog):
            compose.show_draft("")
            return
        cheap = cheapest(compose.catalog)
        lost = [each for each in compose.chosen() if not cheap.has(each)]
        tip = f"Made by {short(cheap)}; promote it once it moves as you want."
        note = f"Without {_list(lost)} until it is promoted." if lost else ""
        compose.show_draft(f"Draft first: {dollars(brush_price(cheap))}", tip, note)

    @property
    def may_draft(self) -> bool:
        """Whether the button is there."""
        compose = self._window.compose
        return self._window.stage.painted is not None and is_rung(compose.endpoint, compose.catalog)

    def offer(self, job: Job) -> str:
        """What a button says that promotes this job; empty if it is no draft that is done."""
        target = self._target(job)
        if target is None or job.state is not JobState.DONE:
            return ""
        return f"Promote to {short(target)}  {DOT}  {dollars(self._price(job, target))}"

    def show(self, job: Job) -> None:
        """The job whose clip is in sight from now on."""
        self._shown = job
        self._window.stage.offer_promotion(self.offer(job))

    def show_none(self) -> None:
        """The clip in sight is no job's."""
        self._shown = None
        self._window.stage.offer_promotion("")

    def promote_chosen(self) -> None:
        """Promote what is chosen in the queue, or else what is in sight."""
        for job in (self._window.queue.chosen, self._shown):
            if job is not None and self.offer(job):
                self.promote(job)
                return
        self._window.stage.notice.tell(NO_DRAFT)

    def promote(self, job: Job) -> None:
        """Make what a draft is for, once for each answer that came."""
        if not self._tasks.is_busy(group := f"promote {job.id}"):
            self._tasks.start(self._promote(job), group=group)

    def _promote_shown(self) -> None:
        if self._shown is not None:
            self.promote(self._shown)

    async def _promote(self, job: Job) -> None:
        self._window.stage.notice.hide()
        found = await self._engine.promotion(job.id)
        if found.earlier is not None and found.earlier.state is JobState.DONE:
            self._ask_about(job, found.earlier, found)
        elif found.earlier is not None:
            await self._ask_about_open(job, found.earlier, found)
        elif not found.lost or await self._accepts(found):
            await self._begin(job, twice=False)

    async def _begin(self, job: Job, *, twice: bool) -> None:
        self.begun.emit(await self._engine.promote(job.id, twice=twice))

    def _ask_about(self, job: Job, earlier: Job, found: Promotion) -> None:
        def another() -> None:
            if not self._tasks.is_busy(group := f"promote {job.id}"):
                self._tasks.start(self._begin(job, twice=True), group=group)

        price = found.plan.estimate_usd
        ask_about_twin(
            self._window,
            earlier,
            price=price,
            show=lambda: self.shown.emit(earlier),
            another=another,
        )

    async def _ask_about_open(self, job: Job, earlier: Job, found: Promotion) -> None:
        price = dollars(found.plan.estimate_usd)
        text = UNDER_WAY.format(state=earlier.state)
        yes = f"Another take  {DOT}  {price}"
        if await ask(self._window, "Promoted already", text, yes=yes):
            await self._begin(job, twice=True)
        else:
            self.shown.emit(earlier)

    async def _accepts(self, found: Promotion) -> bool:
        target = found.plan.endpoint
        it = "it is" if len(found.lost) == 1 else "they are"
        text = LOST.format(name=short(target), fields=_list(found.lost, "and"), it=it)
        yes = f"Promote for {dollars(found.plan.estimate_usd)}"
        return await ask(self._window, "Promote the draft", text, yes=yes)

    def _target(self, job: Job) -> Endpoint | None:
        wanted = target_of(job)
        try:
            return self._window.compose.catalog.endpoint(wanted) if wanted else None
        except (UnknownEndpoint, InvalidParams):
            return None

    def _price(self, job: Job, target: Endpoint) -> Decimal | None:
        return estimate(target, {"duration": job.params.get("duration")})

    def _follow_brush(self) -> None:
        if (brush := self._window.stage.brush) is not None:
            brush.session.document_changed.connect(self.look)
            brush.session.opened.connect(self.look)
        self.look()


def _list(names: Sequence[str], last: str = "or") -> str:
    words = [each.replace("_", " ") for each in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
