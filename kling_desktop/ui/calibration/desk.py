"""What is done about where y counts from: a probe is sent, followed, told; an answer forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kling_desktop.domain.calibration import PURPOSE, Finding, finding_of
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.events import Event, JobAdded, JobChanged
from kling_desktop.domain.messages import explain
from kling_desktop.ui.calibration.dialog import CalibrationDialog
from kling_desktop.ui.calibration.words import became

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import Any

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

OPENS, ACTS, TELLS = "calibration", "calibration: act", "calibration: tell"


class CalibrationDesk(QObject):
    """Opens the window about it, one at a time; an answer is told though it is closed."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._backend = ""
        self._dialog: CalibrationDialog | None = None
        self._heard: dict[str, Job] = {}
        """The newest probe of each endpoint, since the window about it was opened."""
        self._judged: set[JobId] = set()

    def show_backend(self, name: str) -> None:
        """From now on it is about the endpoints of that backend; what was said of another ends."""
        if self._dialog is not None and name != self._backend:
            self._dialog.reject()
        self._backend = name

    def open(self) -> None:
        """Show what is known, and offer the probe."""
        if self._dialog is None and self._backend and not self._tasks.is_busy(OPENS):
            self._tasks.start(self._open(), group=OPENS)

    def hear(self, events: Iterable[Event]) -> None:
        """Follow every probe, whoever has sent it."""
        for event in events:
            if isinstance(event, JobAdded | JobChanged) and event.job.purpose == PURPOSE:
                self._follow(event.job)

    def _follow(self, job: Job) -> None:
        known = self._heard.get(job.endpoint)
        if known is None or job.created_at >= known.created_at:
            self._heard[job.endpoint] = job
        if job.brush is not None and job.id not in self._judged:
            self._judged.add(job.id)
            self._tasks.start(self._learn(job))
        if self._dialog is not None:
            self._tasks.start(self._do(self._tell), group=TELLS, exclusive=True)

    async def _learn(self, job: Job) -> None:
        """From now on this window believes what the clip has shown."""
        self._window.compose.show_catalog(await self._engine.catalog())
        if self._dialog is None:
            is_good = finding_of(job.brush) in {Finding.UP, Finding.DOWN}
            self._window.stage.notice.tell(became(job), is_good=is_good)

    async def _open(self) -> None:
        known = await self._engine.calibrations()
        if not known:
            self._window.stage.notice.tell("No model has the motion brush any more.")
            return
        self._heard = {}
        self._dialog = dialog = CalibrationDialog(self._window, self._backend, known)
        dialog.choose(self._window.compose.endpoint.id)
        dialog.send_asked.connect(self._send)
        dialog.forget_asked.connect(self._forget)
        dialog.finished.connect(self._close)
        dialog.open()

    def _close(self) -> None:
        self._dialog = None

    def _send(self, endpoint_id: str) -> None:
        if self._dialog is not None and not self._tasks.is_busy(ACTS):
            self._dialog.show_sending()
            self._tasks.start(self._do(lambda: self._send_now(endpoint_id)), group=ACTS)

    async def _send_now(self, endpoint_id: str) -> None:
        try:
            job = await self._engine.calibrate(endpoint_id)
        except KlingDesktopError:
            await self._tell()
            raise
        self._heard.setdefault(endpoint_id, job)
        await self._tell()

    def _forget(self, endpoint_id: str) -> None:
        if not self._tasks.is_busy(ACTS):
            self._tasks.start(self._do(lambda: self._forget_now(endpoint_id)), group=ACTS)

    async def _forget_now(self, endpoint_id: str) -> None:
        await self._engine.forget_origin(endpoint_id)
        self._window.compose.show_catalog(await self._engine.catalog())
        await self._tell()

    async def _tell(self) -> None:
        known = await self._engine.calibrations()
        if self._dialog is not None:
            self._dialog.tell(known, self._heard)

    async def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What goes wrong here is said in the window about it, if that is still open."""
        try:
            await work()
        except KlingDesktopError as error:
            if self._dialog is None:
                raise
            self._dialog.show_problem(str(explain(error)))
