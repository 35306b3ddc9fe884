from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread

from kling_desktop.domain.events import BytesMoved, Direction, Event, JobAdded, JobChanged
from kling_desktop.domain.jobs import JobId
from kling_desktop.ui.bridge import Bridge
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest
    from pytestqt.qtbot import QtBot


class Listener:
    """Keeps the batches that come, and the thread on which they came."""

    def __init__(self, bridge: Bridge) -> None:
        self.batches: list[tuple[Event, ...]] = []
        self.threads: set[QThread] = set()
        bridge.events.connect(self.hear)

    def hear(self, batch: tuple[Event, ...]) -> None:
        self.batches.append(batch)
        self.threads.add(QThread.currentThread())

    @property
    def events(self) -> list[Event]:
        return [event for batch in self.batches for event in batch]


def push_all(bridge: Bridge, events: Iterable[Event]) -> None:
    for each in events:
        bridge.push(each)


def from_another_thread(bridge: Bridge, events: Iterable[Event]) -> None:
    """Push everything from a thread of its own, and wait until it is done."""
    thread = threading.Thread(target=push_all, args=(bridge, events))
    thread.start()
    thread.join()


def some_jobs(number: int) -> list[Event]:
    return [JobAdded(a_job(id=JobId(f"job-{each}"))) for each in range(number)]


def bytes_of(job_id: str, done: int) -> BytesMoved:
    return BytesMoved(JobId(job_id), Direction.DOWN, done, 1000)


def test_a_thousand_events_arrive_in_order_in_few_batches_on_the_windows_thread(
    qtbot: QtBot,
) -> None:
    bridge, events = Bridge(), some_jobs(1000)
    listener = Listener(bridge)
    from_another_thread(bridge, events)
    qtbot.waitUntil(lambda: len(listener.events) >= 1000)
    assert listener.events == events
    assert len(listener.batches) == 1
    assert listener.threads == {QThread.currentThread()}


def test_events_that_come_while_others_are_delivered_come_too(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    events = some_jobs(3000)
    thread = threading.Thread(target=push_all, args=(bridge, events))
    thread.start()
    qtbot.waitUntil(lambda: len(listener.events) >= 3000)
    thread.join()
    assert listener.events == events


def test_of_several_reports_about_one_transfer_only_the_newest_arrives(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    from_another_thread(bridge, [bytes_of("a", done) for done in range(500)])
    qtbot.waitUntil(lambda: bool(listener.batches))
    assert listener.events == [bytes_of("a", 499)]


def test_a_report_is_not_moved_past_a_change_of_its_job(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    change = JobChanged(a_job(id=JobId("a")))
    from_another_thread(bridge, [bytes_of("a", 1), change, bytes_of("a", 2)])
    qtbot.waitUntil(lambda: bool(listener.batches))
    assert listener.events == [bytes_of("a", 1), change, bytes_of("a", 2)]


def test_two_transfers_do_not_swallow_each_other(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    from_another_thread(bridge, [bytes_of("a", 1), bytes_of("b", 1)])
    qtbot.waitUntil(lambda: bool(listener.batches))
    assert listener.events == [bytes_of("a", 1), bytes_of("b", 1)]


def test_nothing_is_told_where_nothing_happened(qtbot: QtBot) -> None:
    bridge = Bridge()
    with qtbot.assertNotEmitted(bridge.events, wait=50):
        pass


def test_a_listener_that_fails_does_not_stop_later_events(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    bridge = Bridge()
    listener = Listener(bridge)

    def fail(_batch: object) -> None:
        raise ValueError("on purpose")

    bridge.events.connect(fail)
    with qtbot.captureExceptions() as caught:
        bridge.push(some_jobs(1)[0])
        qtbot.waitUntil(lambda: len(listener.batches) == 1)
        bridge.push(some_jobs(1)[0])
        qtbot.waitUntil(lambda: len(listener.batches) == 2)
    assert len(caught) == 2
