"""Every test: no window, no key, no keyring, no network, its own home, a clean log at the end.

Async tests run on anyio's asyncio runner; those that use ``qapp`` or ``qtbot`` run on Qt's loop.
A test that provokes a complaint announces it: ``expected_log("listener failed")``.
"""

from __future__ import annotations

import gc
import inspect
import logging
import os
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from kling_desktop.ui.rubbish import collect_due
from tests.helpers.crashes.sums import TITLE, lines
from tests.helpers.guards import LocalSocket, LogGuard, leaving_no_task
from tests.helpers.rights import modes_counting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")
for _name in [each for each in os.environ if each.startswith(("FAL_KEY", "KLING_DESKTOP_"))]:
    del os.environ[_name]
# How long an example takes says nothing where other work shares the machine.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("brief", settings.get_profile("patient"), max_examples=25)
settings.load_profile("patient")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Watch the tasks of async tests, from inside their loop."""
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        pyfuncitem.obj = leaving_no_task(pyfuncitem.obj)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sums of the crash test, wherever it ran and however it went."""
    reports = [each for group in terminalreporter.stats.values() for each in group]
    told = [
        sums
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, each in report.user_properties
        if name == TITLE
        for sums in each.items()
    ]
    for line in lines(told):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def _only_we_collect() -> None:
    """What the imports made is no garbage; what tests make has Qt objects in it.

    Python would collect on whichever thread allocates next, and Qt objects end on their own only.
    """
    gc.freeze()
    gc.disable()


@pytest.fixture(autouse=True)
def _collected(_only_we_collect: None) -> Iterator[None]:
    yield
    collect_due()


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> str | tuple[str, dict[str, Any]]:
    """asyncio; on Qt's own loop where the test has to do with Qt."""
    if {"qapp", "qtbot"}.isdisjoint(request.fixturenames):
        return "asyncio"
    from qasync import QEventLoop

    qapp = request.getfixturevalue("qapp")
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: QEventLoop(qapp)}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that this test's program thinks is the user's."""
    folder = tmp_path / "home"
    monkeypatch.setenv("KLING_DESKTOP_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def expected_log() -> Iterator[LogGuard]:
    """Fail on complaints in the log, except those that the test announces to this."""
    guard = LogGuard()
    logging.getLogger().addHandler(guard)
    yield guard
    logging.getLogger().removeHandler(guard)
    if verdict := guard.verdict():
        pytest.fail(verdict, pytrace=False)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", LocalSocket.connect)
    monkeypatch.setattr(socket.socket, "connect_ex", LocalSocket.connect_ex)


@pytest.fixture
def modes_count() -> Iterator[None]:
    """The modes of files count, whoever runs the tests."""
    with ExitStack() as stack:
        try:
            stack.enter_context(modes_counting())
        except NotImplementedError as error:
            pytest.skip(str(error))
        yield
