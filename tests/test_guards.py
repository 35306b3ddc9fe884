"""The guards of conftest.py work: what they forbid really fails."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from typing import TYPE_CHECKING

import pytest

from tests.helpers.guards import LogGuard, leaving_no_task

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def _record(text: str) -> logging.LogRecord:
    return logging.LogRecord("somebody", logging.WARNING, __file__, 1, text, None, None)


def test_a_complaint_in_the_log_is_a_failure() -> None:
    guard = LogGuard()
    guard.emit(_record("the disk is full"))
    assert "the disk is full" in guard.verdict()


def test_an_announced_complaint_is_none() -> None:
    guard = LogGuard()
    guard("disk is full")
    guard.emit(_record("the disk is full"))
    assert guard.verdict() == ""


def test_an_announced_complaint_must_come() -> None:
    guard = LogGuard()
    guard("disk is full")
    assert "not there" in guard.verdict()


async def test_a_task_left_behind_is_a_failure() -> None:
    left: list[asyncio.Task[bool]] = []

    async def careless() -> None:
        left.append(asyncio.create_task(asyncio.Event().wait()))

    with pytest.raises(AssertionError, match="left behind"):
        await leaving_no_task(careless, grace=0.0)()
    left[0].cancel()


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com"])
def test_no_test_can_leave_this_computer(host: str) -> None:
    with socket.socket() as sock, pytest.raises(AssertionError, match="wanted to connect"):
        sock.connect((host, 443))


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_every_test_has_a_home_of_its_own(tmp_path: Path) -> None:
    assert os.environ["KLING_DESKTOP_HOME"].startswith(str(tmp_path))


async def test_async_tests_run_on_asyncio() -> None:
    assert not type(asyncio.get_running_loop()).__module__.startswith("qasync")


async def test_async_tests_with_qt_run_on_its_loop(qtbot: QtBot) -> None:
    assert type(asyncio.get_running_loop()).__module__.startswith("qasync")
