"""The engine's thread: results, errors and cancels cross over, and it ends when it is told to."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from kling_desktop.engine.thread import EngineThread

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def thread() -> Iterator[EngineThread]:
    made = EngineThread()
    yield made
    assert made.close()


async def _name() -> str:
    return threading.current_thread().name


async def _add(one: int, two: int) -> int:
    return one + two


async def _fail() -> None:
    raise LookupError("over there")


async def test_work_is_done_on_the_other_thread(thread: EngineThread) -> None:
    assert await thread.call(_name) == "kling-engine"


async def test_arguments_and_results_cross_over(thread: EngineThread) -> None:
    assert await thread.call(_add, 1, 2) == 3


async def test_errors_cross_over(thread: EngineThread) -> None:
    with pytest.raises(LookupError, match="over there"):
        await thread.call(_fail)


async def test_many_calls_run_side_by_side(thread: EngineThread) -> None:
    sums = await asyncio.gather(*(thread.call(_add, each, 1) for each in range(100)))
    assert sums == list(range(1, 101))


async def test_a_cancel_crosses_over(thread: EngineThread) -> None:
    begun, cancelled = threading.Event(), threading.Event()

    async def hang() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    call = asyncio.create_task(thread.call(hang))
    await asyncio.to_thread(begun.wait)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await asyncio.to_thread(cancelled.wait, 10)


async def test_closing_cancels_what_is_left() -> None:
    thread = EngineThread()
    begun = threading.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    call = asyncio.create_task(thread.call(hang))
    await asyncio.to_thread(begun.wait)
    assert await asyncio.to_thread(thread.close)
    with pytest.raises(asyncio.CancelledError):
        await call


def test_closing_twice_is_harmless() -> None:
    thread = EngineThread()
    assert thread.close()
    assert thread.close()


async def test_after_closing_a_call_is_refused() -> None:
    thread = EngineThread()
    thread.close()
    with pytest.raises(RuntimeError, match="has stopped"):
        await thread.call(_name)
