from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import AccountLocked
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Clip, Job, JobId, JobState
from kling_desktop.ui.selftest import SelfTest
from kling_desktop.ui.studio import Studio
from tests.helpers.clips import write_clip
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.intake import Draft
    from kling_desktop.ui.main_window import MainWindow
    from tests.ui.fakes import FakeEngine


async def test_it_fails_with_a_sentence_when_nothing_happens(
    studio: Studio, window: MainWindow
) -> None:
    studio.hear((JobAdded(a_job(JobState.QUEUED, queue_position=3)),))
    verdict = await SelfTest(window, studio, patience=0.2).run()
    assert not verdict.passed
    assert verdict.text == "self-test failed: Waiting in the queue, 3 ahead"


async def test_it_says_what_the_window_says_when_the_engine_does_not_start(
    qtbot: object, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    verdict = await SelfTest(window, Studio(window, engine, tmp_path), patience=0.05).run()
    assert verdict.text.startswith("self-test failed: Starting")


async def test_it_repeats_what_the_notice_says(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_generate.then(AccountLocked())
    verdict = await SelfTest(window, studio, patience=1).run()
    assert not verdict.passed
    assert "out of credit" in verdict.text


@pytest.mark.qt_log_ignore("No RHI backend", extend=True)
async def test_it_passes_once_the_clip_is_seen_to_play(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "clip.mp4", frames=30)
    clip = Clip(str(path), "00", path.stat().st_size, 64, 48, 30, 10.0)

    def make(draft: Draft) -> Job:
        return a_job(id=JobId("mine"), params=draft.values)

    async def finish(draft: Draft) -> Job:
        job = make(draft)
        done = a_job(JobState.DONE, id=job.id, clips=(clip,), params=draft.values)
        studio.tasks.start(tell(job, done))
        return job

    async def tell(job: Job, done: Job) -> None:
        studio.hear((JobAdded(job), JobChanged(done)))

    engine.on_generate.habit = finish
    window.show()
    verdict = await SelfTest(window, studio, patience=30).run()
    assert verdict.passed
    assert verdict.text.endswith("64x48, 30 frames at 10/s")
    assert window.stage.player is not None
    window.stage.player.rest()
