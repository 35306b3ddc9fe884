"""A command is stopped once, in an orderly way, whatever signal says so and however often."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kling_desktop.cli import session
from kling_desktop.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

STOPS = [signal.SIGINT, signal.SIGTERM]


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in STOPS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_command_that_nobody_stops_leaves_the_handlers_as_they_were() -> None:
    async def command() -> Exit:
        return Exit.PROVIDER

    before = [signal.getsignal(number) for number in STOPS]
    assert session.run(command()) is Exit.PROVIDER
    assert [signal.getsignal(number) for number in STOPS] == before


@pytest.mark.parametrize("number", STOPS)
def test_a_signal_cancels_the_command(number: signal.Signals) -> None:
    async def command() -> Exit:
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(asyncio.CancelledError):
        session.run(command())


@pytest.mark.parametrize("number", STOPS)
def test_further_signals_hurry_nothing(number: signal.Signals) -> None:
    async def command() -> Exit:
        os.kill(os.getpid(), number)
        with pytest.raises(asyncio.CancelledError):
            await asyncio.Event().wait()
        for _ in range(3):
            os.kill(os.getpid(), number)
            await asyncio.sleep(0.01)
        return Exit.STOPPED

    assert session.run(command()) is Exit.STOPPED
    os.kill(os.getpid(), number)  # It would end the tests.


def test_a_command_that_only_lists_is_stopped_without_a_traceback() -> None:
    code = (
        "import signal, sys; from kling_desktop.cli import main, models;"
        "models.run = lambda args: signal.raise_signal(signal.SIGINT);"  # this very thread gets it
        "sys.exit(main.main(['models', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (Exit.STOPPED, "Stopped.\n")
    assert '"code": "stopped"' in done.stdout
