"""The first start: a sample in the sandbox that is painted already, and one press makes a clip."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kling_desktop.paths import resource
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.project.last import load_heavy

if TYPE_CHECKING:
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.project.desk import ProjectDesk
    from kling_desktop.ui.tasks import TaskScope

GROUP = "first"


class FirstSteps(QObject):
    """Opens the sample with its hints, at the first start and whenever somebody asks for it."""

    def __init__(
        self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope, projects: ProjectDesk
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._projects = projects

    def open(self) -> None:
        """Show the hints and the sample, unless the engine is not there yet."""
        self._window.hints.show()
        if self._engine.is_open and not self._tasks.is_busy(GROUP):
            self._tasks.start(self.begin(), group=GROUP)

    async def begin(self) -> None:
        """Bring the sample into the window; what is not saved there is asked about first."""
        from kling_desktop.domain.motion.sample import ENDPOINT, PICTURE, PROMPT, sample

        window, path = self._window, resource(PICTURE)
        window.hints.show()
        # So that the window stays quick while it is shown already.
        await asyncio.to_thread(load_heavy)
        decoded = await self._engine.decode_picture(path)
        kept = await self._engine.keep_picture(path)
        document = await asyncio.to_thread(sample, decoded.ref)
        if await self._projects.show_painted(decoded, Source(kept, path.name), document):
            window.compose.choose_endpoint(ENDPOINT)
            window.compose.set_values({"prompt": PROMPT})
