"""What is done when something breaks: work is kept, one dialog says so, a report can be made."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kling_desktop.alarm import Alarm
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain
from kling_desktop.ui.money.export import write
from kling_desktop.ui.trouble import words
from kling_desktop.ui.trouble.dialog import FailureDialog
from kling_desktop.ui.trouble.report_dialog import ReportDialog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from kling_desktop.domain.bug_report import Crash, Failure
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

PATIENCE = 10.0
"""Seconds that keeping the work may take; what is broken may be what would keep it."""
REPORT = "report"
"""The group of tasks."""


class TroubleDesk(QObject):
    """Hears of failures on any thread, and speaks on the window's."""

    _heard = Signal(object)

    def __init__(
        self, window: MainWindow, tasks: TaskScope, keep: Callable[[], Awaitable[bool]]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._keep = keep
        self._alarm = Alarm(self._heard.emit)
        self._known: set[str] = set()
        """Details of failures that somebody has seen: they are not shown once more."""
        self.crashes: Sequence[Crash] = ()
        self.make_report: Callable[[bool], Awaitable[str]] | None = None
        self.dialog: FailureDialog | None = None
        # Never inside what failed: it may be painting, or half-way through a change.
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        window.crash.report_asked.connect(self.report)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What failed since the start."""
        return self._alarm.seen

    def use(self, alarm: Alarm) -> None:
        """Hear what that one hears."""
        self._alarm = alarm
        alarm.listen(self._heard.emit)

    def raised(self, error: Exception) -> None:
        """A task of the window failed, and is in the log already."""
        self._alarm.raised(error, "in a task of the window", is_logged=True)

    def of_loop(self, loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """The handler of an event loop on any thread."""
        self._alarm.of_loop(loop, context)

    def tell_crashes(self, crashes: Sequence[Crash]) -> None:
        """Programs died before this one was started."""
        self.crashes = crashes
        self._window.crash.tell(crashes)

    def report(self) -> ReportDialog:
        """Show what a report would hold."""
        dialog = ReportDialog(self.dialog or self._window)
        dialog.wished.connect(lambda: self._gather(dialog))
        dialog.file_chosen.connect(lambda path: self._tasks.start(_save(dialog, Path(path))))
        dialog.open()
        self._gather(dialog)
        return dialog

    @Slot(object)
    def _hear(self, failure: Failure) -> None:
        if self._tasks.is_closed or failure.details in self._known:
            return
        if self.dialog is not None:
            self.dialog.count(failure)
            return
        self.dialog = dialog = FailureDialog(self._window, failure)
        dialog.report_asked.connect(self.report)
        dialog.finished.connect(self._forget)
        dialog.open()
        self._tasks.start(self._keep_work(dialog))

    def _forget(self) -> None:
        if self.dialog is not None:
            self._known.update(each.details for each in self.dialog.seen)
        self.dialog = None

    async def _keep_work(self, dialog: FailureDialog) -> None:
        sentence = await self._kept()
        if self.dialog is dialog:
            dialog.tell_kept(sentence)

    async def _kept(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                return words.KEPT if await self._keep() else words.NOTHING_TO_KEEP
        except KlingDesktopError as error:
            return words.NOT_KEPT.format(explain(error).what.rstrip("."))
        except TimeoutError:
            return words.NOT_KEPT.format(words.TOO_SLOW)
        except Exception as error:  # noqa: BLE001 - what is broken may be this very part
            return words.NOT_KEPT.format(type(error).__name__)

    def _gather(self, dialog: ReportDialog) -> None:
        if self.make_report is not None:
            work = self._fill(dialog, self.make_report(dialog.with_prompts))
            # Only the newest wish counts.
            self._tasks.start(work, group=REPORT, exclusive=True)

    async def _fill(self, dialog: ReportDialog, made: Awaitable[str]) -> None:
        text = await made
        if _is_alive(dialog):
            dialog.show_report(text)


async def _save(dialog: ReportDialog, path: Path) -> None:
    text = dialog.text.rstrip("\n")  # it ends with one line's end, which is added
    try:
        await write(path, text)
    except OSError as error:
        said = f"It could not be written: {error.strerror or type(error).__name__}."
    else:
        said = f"Saved as {path.name}."
    if _is_alive(dialog):
        dialog.say(said)


def _is_alive(dialog: QObject) -> bool:
    from shiboken6 import isValid

    return bool(isValid(dialog))
