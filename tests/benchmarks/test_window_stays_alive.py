"""How long the window is ever kept from painting while a job uploads, renders and downloads."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, QTimer

from kling_desktop.domain.jobs import JobState
from kling_desktop.paths import resource
from tests.helpers.programs import drop, running_program, until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from kling_desktop.app import Program

pytestmark = pytest.mark.benchmark

BEAT = 5
"""Milliseconds."""
LIMIT = 50.0
"""Milliseconds: three frames at 60 Hz, from where on a stutter is seen."""
RUNS = 3
"""The machine may be busy with something else in one of them."""


class Heart(QObject):
    """A precise timer that notes how late its beats are."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT)

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


async def test_no_gap_over_50_ms_while_a_job_uploads_renders_and_downloads(
    qapp: QApplication,
) -> None:
    async with running_program(qapp) as program:
        drop(program.window, resource("samples/boat.jpg"))
        await until(lambda: not program.window.stage.picture.is_empty)
        worst = [await _measure(program, run) for run in range(RUNS)]
    assert min(worst) <= LIMIT, worst


async def _measure(program: Program, run: int) -> float:
    model = program.window.queue.model
    # Each time another prompt: the same request again is asked about first.
    program.window.compose.set_values({"prompt": f"The boat drifts, take {run + 1}."})
    heart = Heart()
    program.studio.generate()
    await until(lambda: model.rowCount() == run + 1)
    await until(lambda: (job := model.job_at(0)) is not None and job.state is JobState.DONE)
    heart.stop()
    gaps = sorted(heart.gaps)
    assert len(gaps) > 200
    p99 = gaps[int(len(gaps) * 0.99)]
    print(f"run {run}: {len(gaps)} beats of {BEAT} ms, p50 {gaps[len(gaps) // 2]:.1f}, "
          f"p99 {p99:.1f}, worst {gaps[-1]:.1f} ms")  # fmt: skip
    return gaps[-1]
