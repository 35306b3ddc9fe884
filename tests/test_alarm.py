"""Every error that nobody handled is logged without secrets, told once, and ends nothing."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop import log
from kling_desktop.alarm import MOST, Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.bug_report import Failure
    from tests.helpers.guards import LogGuard

SECRET = "an-announced-secret-0123"


@pytest.fixture
def told() -> list[Failure]:
    return []


@pytest.fixture
def alarm(told: list[Failure]) -> Iterator[Alarm]:
    made = Alarm(told.append)
    undo = made.install()
    before = set(log._secrets)
    log.hide(SECRET)
    yield made
    undo()
    log._secrets.clear()
    log._secrets.update(before)


@pytest.mark.usefixtures("alarm")
def test_an_error_of_the_program_is_told_without_its_secret(
    told: list[Failure], expected_log: LogGuard
) -> None:
    expected_log("unhandled error: in the program")
    error = ValueError(f"bad: {SECRET}")
    sys.excepthook(ValueError, error, None)
    (failure,) = told
    assert failure.summary == "ValueError: in the program"
    assert failure.details == f"ValueError: bad: {log.HIDDEN}\n"


@pytest.mark.usefixtures("alarm")
def test_an_error_of_a_thread_is_told(told: list[Failure], expected_log: LogGuard) -> None:
    expected_log("unhandled error: in the thread worker")

    def fail() -> None:
        raise KeyError("x")

    thread = threading.Thread(target=fail, name="worker")
    thread.start()
    thread.join()
    assert told[0].summary == "KeyError: in the thread worker"
    assert "in fail" in told[0].details


@pytest.mark.usefixtures("alarm")
def test_an_error_while_something_is_put_away_is_told(
    told: list[Failure], expected_log: LogGuard
) -> None:
    expected_log("unhandled error")

    class Broken:
        def __del__(self) -> None:
            raise RuntimeError("cannot go")

    Broken()
    gc.collect()
    assert "RuntimeError: cannot go" in told[0].details


async def test_an_error_that_no_task_awaits_is_told(
    alarm: Alarm, told: list[Failure], expected_log: LogGuard
) -> None:
    expected_log("Task exception was never retrieved")
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(alarm.of_loop)

    async def fail() -> None:
        raise LookupError("gone")

    task: Any = asyncio.ensure_future(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    loop.set_exception_handler(before)
    assert "LookupError: gone" in told[0].details


def test_a_connection_that_breaks_off_is_no_failure_of_ours(
    alarm: Alarm, told: list[Failure], expected_log: LogGuard
) -> None:
    expected_log("event loop: Fatal error on transport")
    context = {
        "message": "Fatal error on transport",
        "exception": ConnectionResetError("peer"),
        "transport": object(),
    }
    loop = asyncio.new_event_loop()
    alarm.of_loop(loop, context)
    loop.close()
    assert not told


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_somebody_wished_is_no_error(
    alarm: Alarm, told: list[Failure], kind: type[BaseException]
) -> None:
    alarm.raised(kind(), "anywhere")
    assert not told


def test_a_listener_that_fails_ends_nothing_and_is_not_asked_about_itself(
    alarm: Alarm, expected_log: LogGuard
) -> None:
    expected_log("unhandled error: first")

    def fail(_: Failure) -> None:
        alarm.raised(ValueError("second"), "second")
        raise RuntimeError("third")

    alarm.listen(fail)
    alarm.raised(ValueError("x"), "first")
    assert [each.summary for each in alarm.seen] == ["ValueError: first"]


def test_an_error_whose_own_words_fail_is_told_all_the_same(
    alarm: Alarm, told: list[Failure], expected_log: LogGuard
) -> None:
    expected_log("unhandled error")

    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError("no words")

    alarm.raised(Mute(), "here")
    assert told[0].summary == "Mute: here"


def test_only_the_first_failures_are_kept_for_a_report(
    alarm: Alarm, told: list[Failure], expected_log: LogGuard
) -> None:
    expected_log("unhandled error")
    for _ in range(MOST + 5):
        alarm.raised(ValueError("x"), "here")
    assert len(told) == MOST + 5
    assert len(alarm.seen) == MOST


def test_a_complaint_of_qt_is_told_too(
    alarm: Alarm, told: list[Failure], expected_log: LogGuard
) -> None:
    expected_log("no such thing")
    alarm.complain(f"no such thing: {SECRET}")
    assert told[0].summary == f"no such thing: {log.HIDDEN}"
