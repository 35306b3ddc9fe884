"""What the panels describe becomes a job, once for each time that somebody asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.money import estimate
from kling_desktop.domain.sentences import NOTHING_SENT
from kling_desktop.engine.intake import Draft
from kling_desktop.ui.brush.order import BrushOrder
from kling_desktop.ui.many import braces_are_meant
from kling_desktop.ui.twins import ask_about_twin

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.ladder import DraftLadder
    from kling_desktop.ui.line import WaitingLine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.pictures import Pictures
    from kling_desktop.ui.tasks import TaskScope

NO_LADDER = (
    "A draft needs something painted, and a model with the motion brush that is not the cheapest."
)

ELSEWHERE = "You have changed where clips are made while this one was made ready."


class Ordering(QObject):
    """Stands between the panels and the engine; nothing else orders what they describe."""

    ordered = Signal(object)
    """A job that is there now."""
    shown = Signal(object)
    """A job that somebody would rather see than pay for again."""

    def __init__(  # noqa: PLR0913 - what a clip is made of is spread over the window
        self,
        window: MainWindow,
        engine: RemoteEngine,
        tasks: TaskScope,
        *,
        pictures: Pictures,
        line: WaitingLine,
        ladder: DraftLadder,
        backend: Callable[[], str],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._pictures = pictures
        self._line = line
        self._ladder = ladder
        self._backend = backend
        """Which backend makes the clips now."""
        self._brush = BrushOrder(window.stage, self.generate)

    def generate(self) -> bool:
        """Ask for the clip that the panels describe, once for each answer that came."""
        if self._tasks.is_busy("generate"):
            return False
        self._tasks.start(self._generate(), group="generate")
        return True

    def draft_first(self) -> None:
        """Ask for the same clip where it is cheapest, to be promoted later."""
        if not self._ladder.may_draft:
            self._window.stage.notice.tell(f"{NO_LADDER} {NOTHING_SENT}")
        elif not self._tasks.is_busy("generate"):
            self._tasks.start(self._generate(as_draft=True), group="generate")

    async def _generate(self, *, as_draft: bool = False) -> None:
        self._window.stage.notice.hide()
        self._window.compose.show_problems(())
        edited, backend, price = self._line.edited, self._backend(), self._window.compose.price
        wanted = await self._wanted() if await braces_are_meant(self._window) else None
        if wanted is None or self._has_left(backend):
            return
        draft, leaves_out = wanted
        if as_draft:
            draft = (await self._engine.first_draft(draft)).draft
            price = estimate(self._window.compose.catalog.endpoint(draft.endpoint), draft.values)
        elif edited is not None:  # It was asked to be saved, and never becomes another clip.
            await self._line.save(edited, draft, leaves_out=leaves_out)
            return
        if twins := await self._engine.twins(draft):
            self._ask_about_twin(draft, twins[0], backend, price)
        else:
            await self._order(draft, backend)

    async def draft(self) -> Draft | None:
        """What the panels describe; None if the user has to choose first, as the screen says."""
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

    def _has_left(self, backend: str) -> bool:
        """Whether clips are made elsewhere by now, which is said then."""
        if backend == self._backend():
            return False
        self._window.stage.notice.tell(f"{ELSEWHERE} {NOTHING_SENT}")
        return True

    async def _order(self, draft: Draft, backend: str) -> None:
        """Have it made, unless that is no longer where it was asked for."""
        if self._has_left(backend):
            return
        job = await self._engine.generate(draft)
        self._window.compose.model.note_use()
        self.ordered.emit(job)

    def _ask_about_twin(self, draft: Draft, twin: Job, backend: str, price: Decimal | None) -> None:
        def another() -> None:
            if not self._tasks.is_busy("generate"):
                self._tasks.start(self._order(draft, backend), group="generate")

        show = partial(self.shown.emit, twin)
        ask_about_twin(self._window, twin, price=price, show=show, another=another)
