from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import NetworkDown
from kling_desktop.ui.tasks import TaskScope

if TYPE_CHECKING:
    from tests.helpers.guards import LogGuard


class Work:
    """A coroutine that can be watched: it runs until it is let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.started = asyncio.Event()
        self.ended = ""

    async def run(self) -> None:
        self.started.set()
        try:
            await self.let_go.wait()
            self.ended = "done"
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise


@pytest.fixture
def reported() -> list[Exception]:
    return []


@pytest.fixture
def scope(reported: list[Exception]) -> TaskScope:
    return TaskScope(reported.append)


async def fail(error: Exception) -> None:
    await asyncio.sleep(0)
    raise error


async def test_work_runs_to_its_end(scope: TaskScope, reported: list[Exception]) -> None:
    work = Work()
    task = scope.start(work.run())
    work.let_go.set()
    await task
    assert work.ended == "done"
    assert reported == []


async def test_an_exclusive_task_ends_the_earlier_one_of_its_group(scope: TaskScope) -> None:
    first, second, other = Work(), Work(), Work()
    scope.start(other.run(), group="generate")
    scope.start(first.run(), group="picture", exclusive=True)
    await first.started.wait()
    task = scope.start(second.run(), group="picture", exclusive=True)
    await second.started.wait()
    for each in (first, second, other):
        each.let_go.set()
    await task
    assert [first.ended, second.ended, other.ended] == ["cancelled", "done", "done"]


async def test_a_task_that_is_overtaken_before_it_began_leaves_no_warning(
    scope: TaskScope,
) -> None:
    first, second = Work(), Work()
    first.let_go.set()
    second.let_go.set()
    scope.start(first.run(), group="picture", exclusive=True)
    await scope.start(second.run(), group="picture", exclusive=True)
    assert [first.ended, second.ended] == ["", "done"]


async def test_tasks_that_are_not_exclusive_run_side_by_side(scope: TaskScope) -> None:
    first, second = Work(), Work()
    tasks = [scope.start(each.run(), group="cancel") for each in (first, second)]
    await second.started.wait()
    first.let_go.set()
    second.let_go.set()
    await asyncio.gather(*tasks)
    assert [first.ended, second.ended] == ["done", "done"]


async def test_an_error_of_ours_is_reported_once_and_is_no_complaint(
    scope: TaskScope, reported: list[Exception]
) -> None:
    error = NetworkDown()
    await scope.start(fail(error))
    assert reported == [error]


async def test_an_unexpected_error_is_reported_once_and_logged(
    scope: TaskScope, reported: list[Exception], expected_log: LogGuard
) -> None:
    expected_log("task failed")
    error = ZeroDivisionError()
    await scope.start(fail(error))
    assert reported == [error]


async def test_a_cancelled_task_reports_nothing(
    scope: TaskScope, reported: list[Exception]
) -> None:
    work = Work()
    task = scope.start(work.run())
    await work.started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reported == []


async def test_closing_cancels_all_and_waits_for_their_end(scope: TaskScope) -> None:
    works = [Work() for _ in range(3)]
    for each in works:
        scope.start(each.run())
    await works[-1].started.wait()
    await scope.aclose()
    assert {each.ended for each in works} == {"cancelled"}


async def test_closing_before_anything_began_leaves_no_warning(scope: TaskScope) -> None:
    scope.start(Work().run())
    await scope.aclose()
