"""Everything around the window that has to do with its life: one of its kind, and how it ends.

It is the part of :mod:`kling_desktop.app` that looks after second starts and unforeseen ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from kling_desktop import reporting
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.knock import Knock
from kling_desktop.storage.first import First
from kling_desktop.storage.runs import Run
from kling_desktop.ui.doorbell import Doorbell, ring
from kling_desktop.ui.threshold import Threshold
from kling_desktop.ui.trouble.qt import about_qt, hear_qt

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.alarm import Alarm
    from kling_desktop.domain.bug_report import Crash
    from kling_desktop.paths import Places
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

PATIENCE = 30.0
"""Seconds until another window must have answered, or have closed: it may be sending something."""
RING = 0.5
"""Seconds of ringing between looks whether it is gone."""

logger = logging.getLogger(__name__)


class Watch:
    """From before the window until after it."""

    def __init__(self, alarm: Alarm, where: Places) -> None:
        self.where = where
        self._alarm = alarm
        self._bell: Doorbell | None = None
        self._crashes: list[Crash] = []
        self._ends = ExitStack()

    def begin(self, picture: Path | None, wish: str) -> bool:
        """Whether this start is to have a window; if not, the first one has its arguments."""
        files = () if picture is None else (str(picture.absolute()),)
        try:
            if self._is_answered(Knock(files, wish)):
                return False
        except (OSError, FolderUnusable) as error:
            # One window more is better than none.
            logger.warning("cannot tell whether there is another window: %s", error)
        with suppress(FolderUnusable, OSError):
            run = Run(self.where.runs)
            self._ends.callback(run.end)
            self._crashes = run.crashed()
        return True

    def over(self, window: MainWindow, studio: Studio) -> None:
        """Watch over a window; its loop is running."""
        asyncio.get_running_loop().set_exception_handler(self._alarm.of_loop)
        self._ends.callback(hear_qt(self._alarm.complain))
        trouble = studio.trouble
        trouble.use(self._alarm)
        trouble.tell_crashes(self._crashes)

        async def report(with_prompts: bool) -> str:  # noqa: FBT001 - asked for by one tick
            found = await reporting.findings(os.environ)
            window_told = [about_qt(window.backend)]
            told = reporting.Told(found, trouble.failures, trouble.crashes, window_told)
            return await asyncio.to_thread(
                reporting.compose, self.where, told, with_prompts=with_prompts
            )

        trouble.make_report = report
        if self._bell is not None:
            Threshold(window, studio, self._bell)

    def leave(self) -> None:
        """The window is about to close: whoever knocks from now on opens the next one."""
        if self._bell is not None:
            self._bell.close()

    def end(self) -> None:
        """The window is closed, in good order as far as can be told."""
        self._ends.close()

    def _is_answered(self, knock: Knock) -> bool:
        """Be the first window, or ring at the one that is. Raises OSError."""
        first = First(self.where.state)
        until = time.monotonic() + PATIENCE
        while not first.claim():
            if ring(first.address(), knock, RING):
                return True
            if time.monotonic() >= until:
                return False
        # One that was just closing answers nobody any more, so that its place is free now.
        self._ends.callback(first.release)
        self._bell = Doorbell(first.address())
        self._ends.callback(self._bell.close)
        return False
