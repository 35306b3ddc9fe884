"""``--self-test``: one sandbox job through the real window, as a user would do it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.paths import resource
from kling_desktop.ui.queue.words import state_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

PATIENCE = 90.0
"""Seconds for the whole test."""
SAMPLE = "samples/boat.jpg"
FRAMES = 10
"""Frames that must have been shown before the clip counts as playing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it went, in one line."""

    passed: bool
    text: str


class SelfTest:
    """Brings a picture, presses Generate, watches the clip."""

    def __init__(self, window: MainWindow, studio: Studio, patience: float = PATIENCE) -> None:
        self._window = window
        self._studio = studio
        self._patience = patience

    async def run(self) -> Verdict:
        """Do it all, within a time."""
        start = time.monotonic()
        try:
            async with asyncio.timeout(self._patience):
                job = await self._make_clip()
        except TimeoutError:
            return Verdict(passed=False, text=f"self-test failed: {self._where_it_hangs()}")
        clip = job.clips[0]
        took = time.monotonic() - start
        size = f"{clip.width}x{clip.height}, {clip.frames} frames at {clip.fps:g}/s"
        return Verdict(passed=True, text=f"self-test passed in {took:.1f} s: {size}")

    async def _make_clip(self) -> Job:
        await self._until(lambda: self._window.windowTitle().endswith("Sandbox"))
        self._studio.take_file(resource(SAMPLE))
        await self._until(lambda: not self._window.stage.picture.is_empty)
        self._window.compose.set_values({"prompt": "The boat drifts across the calm sea."})
        self._studio.generate()
        await self._until(lambda: self._frames() >= FRAMES)
        job = self._window.queue.model.job_at(0)
        assert job is not None
        return job

    def _frames(self) -> int:
        player = self._window.stage.player
        return 0 if player is None else player.view.frames_shown

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Look at the window as a person would, until it shows what is expected."""
        while not holds():  # noqa: ASYNC110 - a person has no event to wait for either
            await asyncio.sleep(0.05)

    def _where_it_hangs(self) -> str:
        job = self._window.queue.model.job_at(0)
        state = state_line(job) if job else self._window.banner.text
        return f"{state} {self._window.stage.notice.text}".strip()
