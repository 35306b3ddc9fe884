"""What is done about batches: they are checked, priced, begun and followed."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.events import Event, JobChanged, WatchTold
from kling_desktop.domain.matrix import picture_field
from kling_desktop.domain.messages import explain
from kling_desktop.domain.templates import alternatives, as_template, escape
from kling_desktop.domain.watched import Watched, WatchStatus
from kling_desktop.ui.batch import words
from kling_desktop.ui.batch.dialog import BatchDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from kling_desktop.engine.batch_source import Source
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

OPENS, CHECKS, FORESEES, STARTS, WATCHES = (
    "batch", "batch: check", "batch: foresee", "batch: start", "batch: watch",
)  # fmt: skip
PAINTED = (
    "A batch carries no motion brush, so what is painted would be left out of each clip. "
    "Save the project and open the bare picture, or make the clips one by one. Nothing was sent."
)
ELSEWHERE = (
    "Clips are made elsewhere from now on, so the plan of many was closed; open it again to see "
    "what it costs there."
)
SETTLES = 250
"""Milliseconds: many jobs change together, and the sums are told once."""


class BatchDesk(QObject):
    """Opens the window for it, one at a time; what was begun there does not need it."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._backend = ""
        self._dialog: BatchDialog | None = None
        self._last: tuple[Source, str] = (None, "")
        """The source and the lines of the window that was closed."""
        self._offered = ""
        """The lines that the form's prompt became: where nobody changed them, they follow it."""
        self._edits: deque[tuple[int, str, str]] = deque()
        """Cells that were typed and are not checked yet, in their order."""
        self._values: dict[str, Any] = {}
        self._endpoint = ""
        window.compose.many_asked.connect(self.open_prompt)
        self._soon = QTimer(self, singleShot=True, interval=SETTLES)
        self._soon.timeout.connect(self._refresh)

    def show_backend(self, name: str) -> None:
        """From now on clips are made there; what was planned and priced elsewhere is closed."""
        if self._dialog is not None and name != self._backend:
            self._dialog.reject()
            self._window.stage.notice.tell(ELSEWHERE)
        self._backend = name

    def open(self) -> None:
        """Let somebody plan many clips, with the form's settings as they are now."""
        if self._dialog is None and self._backend and not self._tasks.is_busy(OPENS):
            self._tasks.start(self._open(), group=OPENS)

    def open_prompt(self) -> None:
        """The same, with what the prompt asks for in sight at once."""
        found = alternatives(self._window.compose.text("prompt"))
        source = self._last[0] if found is not None and found.variables else None
        self._last = (source, as_template(" ".join(self._window.compose.text("prompt").split())))
        self.open()

    def open_with(self, pictures: Sequence[Path]) -> None:
        """The same, with a clip of each of these pictures."""
        self._last = (tuple(pictures), "")
        self.open()

    def hear(self, events: Iterable[Event]) -> None:
        """Follow the jobs of the batch that is shown, and the watched folder."""
        if (dialog := self._dialog) is None:
            return
        for event in events:
            match event:
                case JobChanged(job=job):
                    if dialog.model.follow(job):
                        self._soon.start()
                case WatchTold(status=status):
                    self._show_watch(status)
                case _:
                    pass

    async def _open(self) -> None:
        compose = self._window.compose
        self._endpoint = compose.endpoint.id
        values = {name: each for name, each in compose.values().items() if each not in ("", None)}
        prompt = str(values.pop("prompt", ""))
        source = self._window.stage.source
        name = picture_field(compose.endpoint)
        if name and source is not None:
            if self._window.stage.painted is not None:
                self._window.stage.notice.tell(PAINTED)
                return
            values.setdefault(name, str(source.path))
        # What the form holds is meant as it stands; only the lines here are templates.
        self._values = {
            each: escape(value) if isinstance(value, str) else value
            for each, value in values.items()
        }
        dialog = self._dialog = BatchDialog(self._window, compose.endpoint.title)
        dialog.show_backend(is_play=self._backend == "sandbox")
        path, lines = self._last
        before, self._offered = self._offered, as_template(" ".join(prompt.split()))
        if not isinstance(path, Path) and lines in ("", before):
            lines = self._offered
        dialog.prompts.setPlainText(lines)
        dialog.choose(path)
        self._connect(dialog)
        dialog.open()
        status = await self._engine.watch_status()
        if self._dialog is dialog:
            self._show_watch(status)
            if path is not None or alternatives(lines) is not None:
                self._survey()

    def _connect(self, dialog: BatchDialog) -> None:
        dialog.survey_asked.connect(self._survey)
        dialog.edited.connect(self._edit)
        dialog.forecast_asked.connect(self._foresee)
        dialog.start_asked.connect(self._start)
        dialog.watch_asked.connect(self._watch)
        dialog.finished.connect(self._close)

    def _close(self) -> None:
        if (dialog := self._dialog) is not None:
            self._last = (dialog.source, dialog.prompts.toPlainText())
        self._dialog = None
        self._edits.clear()
        self._soon.stop()
        for group in (CHECKS, FORESEES):
            self._tasks.start(_nothing(), group=group, exclusive=True)

    def _refresh(self) -> None:
        if self._dialog is not None:
            self._dialog.refresh()

    # Checking

    def _survey(self) -> None:
        if self._tasks.is_busy(STARTS):
            return
        self._edits.clear()
        self._tasks.start(self._do(self._survey_now), group=CHECKS, exclusive=True)

    async def _survey_now(self, dialog: BatchDialog) -> None:
        dialog.show_busy(words.CHECKING)
        batch = await self._engine.survey(dialog.source, self._endpoint, dialog.lines, self._values)
        dialog.show_batch(batch)
        dialog.table.setFocus()
        self._foresee()

    def _edit(self, number: int, name: str, text: str) -> None:
        """Check what was typed, after what was typed before it."""
        if self._tasks.is_busy(STARTS):
            return
        is_at_work = bool(self._edits)
        self._edits.append((number, name, text))
        if not is_at_work:
            self._tasks.start(self._do(self._edit_all), group=CHECKS)

    async def _edit_all(self, dialog: BatchDialog) -> None:
        try:
            while self._edits and (batch := dialog.model.batch) is not None:
                checked = await self._engine.recheck(batch, *self._edits[0])
                dialog.show_batch(checked, anew=False)
                self._edits.popleft()
        except Exception:  # whatever it is, the next edit must not wait for this one
            self._edits.clear()
            raise
        self._foresee()

    def _foresee(self) -> None:
        async def work(dialog: BatchDialog) -> None:
            prices = [each.price for each in dialog.model.ready]
            dialog.show_forecast(str(await self._engine.forecast(prices)))

        self._tasks.start(self._do(work), group=FORESEES, exclusive=True)

    # Money

    def _start(self) -> None:
        if not self._tasks.is_busy(STARTS) and not self._tasks.is_busy(CHECKS):
            self._tasks.start(self._do(self._start_now), group=STARTS)

    async def _start_now(self, dialog: BatchDialog) -> None:
        batch, ready = dialog.model.batch, dialog.model.ready
        if batch is None or not ready:
            return
        text = f"Beginning {words.count(len(ready))}\N{HORIZONTAL ELLIPSIS}"
        dialog.show_busy(text, begins=True)
        jobs = await self._engine.begin_batch(batch, {each.entry.number for each in ready})
        settled = await self._engine.settled(batch)
        if self._dialog is dialog:
            dialog.show_batch(settled, anew=False)
            dialog.model.begun(jobs.items())
            dialog.refresh()
            self._foresee()

    # The watched folder

    def _watch(self, on: bool) -> None:  # noqa: FBT001 - as Qt calls it
        async def work(dialog: BatchDialog) -> None:
            if not on or not isinstance(dialog.source, Path):
                self._show_watch(await self._engine.unwatch())
                return
            lines = dialog.lines
            if len(lines) > 1 or any("{" in each for each in lines):
                dialog.show_watch("", on=False)
                dialog.show_problem(ONE_LINE)
                return
            name = picture_field(self._window.compose.catalog.endpoint(self._endpoint))
            values = {each: _plain(value) for each, value in self._values.items() if each != name}
            if lines:
                values["prompt"] = lines[0]
            try:
                status = await self._engine.watch(Watched(dialog.source, self._endpoint, values))
            except KlingDesktopError:
                if self._dialog is dialog:
                    dialog.show_watch("", on=False)
                raise
            self._show_watch(status)

        self._tasks.start(self._do(work), group=WATCHES, exclusive=True)

    def _show_watch(self, status: WatchStatus) -> None:
        if self._dialog is not None:
            on = bool(status.folder) and not status.stopped
            self._dialog.show_watch(str(status), on=on)

    async def _do(self, work: Callable[[BatchDialog], Coroutine[Any, Any, None]]) -> None:
        """What goes wrong here is said in the window about it, if that is still open."""
        if (dialog := self._dialog) is None:
            return
        try:
            await work(dialog)
        except KlingDesktopError as error:
            if self._dialog is not dialog:
                raise
            dialog.show_problem(str(explain(error)))


ONE_LINE = "A watched folder makes one clip of each picture: write one line, without alternatives."


def _plain(value: Any) -> Any:
    """As the form has it."""
    return value.replace("{{", "{").replace("}}", "}") if isinstance(value, str) else value


async def _nothing() -> None:
    """In the place of what is no longer wanted."""
