"""However many jobs there are, the window begins with the newest and reads on as it is scrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.engine.remote import FIRST
from tests.helpers.worlds import a_job
from tests.ui.fakes import FakeEngine, eventually

if TYPE_CHECKING:
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio


def done(number: int) -> Job:
    return a_job(JobState.DONE, id=JobId(f"done-{number}"))


async def test_older_jobs_come_when_somebody_scrolls_to_the_end_and_each_is_shown_once(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    newest = [done(number) for number in range(FIRST)]
    old_one = a_job(JobState.RUNNING, id=JobId("old"))
    engine.on_jobs.then([*newest, old_one])
    engine.on_older.then([*(done(FIRST + n) for n in range(FIRST - 1)), old_one], [done(999)])
    window.show()
    await studio.start()
    model = window.queue.model
    assert model.rowCount() == FIRST + 1
    assert engine.on_older.calls == []
    window.queue.table.scrollToBottom()
    await eventually(lambda: model.rowCount() == 2 * FIRST)
    assert engine.on_older.calls == [(newest[-1].id,)]
    window.queue.table.scrollToBottom()
    await eventually(lambda: model.rowCount() == 2 * FIRST + 1)
    assert engine.on_older.calls[1:] == [("old",)]
    window.queue.table.scrollToBottom()
    assert not model.canFetchMore(model.index(-1, -1))
    assert model.job("done-999") is not None


async def test_few_jobs_are_all_there_are(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_jobs.then([done(1)])
    window.show()
    await studio.start()
    window.queue.table.scrollToBottom()
    assert not window.queue.model.canFetchMore(window.queue.model.index(-1, -1))
    assert engine.on_older.calls == []
