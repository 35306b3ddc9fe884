"""The clip that the panels describe: gathered, asked about where money is at stake, and ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.templates import how_many
from kling_desktop.engine.intake import Draft
from kling_desktop.ui.brush.order import BrushOrder
from kling_desktop.ui.compose.many import ask_about_many
from kling_desktop.ui.twins import ask_about_twin

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.line import WaitingLine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.pictures import Pictures
    from kling_desktop.ui.tasks import TaskScope

GROUP = "generate"


class Ordering(QObject):
    """Orders one clip for each answer that came, never two for one."""

    ordered = Signal(object)
    """A job that was just begun."""
    shown = Signal(object)
    """A job whose clip is to be seen instead of making another."""
    many_asked = Signal(str)
    """A text with alternatives, of which each is to become a clip."""

    def __init__(
        self,
        window: MainWindow,
        engine: RemoteEngine,
        tasks: TaskScope,
        pictures: Pictures,
        line: WaitingLine,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._pictures = pictures
        self._line = line
        self._backend = ""
        self._brush = BrushOrder(window.stage, self.generate)
        window.compose.many_asked.connect(self._plan_many)

    def show_backend(self, name: str) -> None:
        """From now on clips are made there; what is being gathered for another is dropped."""
        self._backend = name

    def generate(self, *, as_draft: bool = False) -> bool:
        """Ask for the clip; False while another is being asked for."""
        if self._tasks.is_busy(GROUP):
            return False
        if self._line.edited is None and not as_draft and self._asks_about_many():
            return True
        self._tasks.start(self._generate(as_draft=as_draft), group=GROUP)
        return True

    async def draft(self) -> Draft | None:
        """What would be ordered; None if the user has to choose first, as the screen says."""
        wanted = await self._wanted()
        return None if wanted is None else wanted[0]

    def _asks_about_many(self) -> bool:
        """Alternatives are never sent as they stand, nor as many clips, without a word."""
        compose = self._window.compose
        count = how_many(compose.text("prompt"))
        if count < 2:
            return False

        def once() -> None:
            if not self._tasks.is_busy(GROUP):
                self._tasks.start(self._generate(as_draft=False), group=GROUP)

        ask_about_many(self._window, count, compose.price, plan=self._plan_many, once=once)
        return True

    def _plan_many(self) -> None:
        self.many_asked.emit(" ".join(self._window.compose.text("prompt").split()))

    async def _generate(self, *, as_draft: bool) -> None:
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

    async def _wanted(self) -> tuple[Draft, bool] | None:
        """What the panels describe, and whether it leaves out what is painted."""
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
        self.ordered.emit(await self._engine.generate(draft))
        self._window.compose.model.note_use()

    def _ask_about_twin(self, draft: Draft, twin: Job) -> None:
        def show() -> None:
            self.shown.emit(twin)

        def another() -> None:
            if not self._tasks.is_busy(GROUP):
                self._tasks.start(self._order(draft), group=GROUP)

        ask_about_twin(self._window, twin, show=show, another=another)
