"""A second start reaches the first window, strangers and nonsense do not."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.knock import LARGEST, Knock
from kling_desktop.ui.doorbell import MOST_AT_ONCE, Doorbell, ring
from kling_desktop.ui.threshold import Threshold
from tests.ui.fakes import eventually
from tests.ui.looks import notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(os.name == "nt", reason="spoken to through a socket of this system"),
]


@pytest.fixture
def address() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"{folder}/bell.sock"


@pytest.fixture
def bell(address: str) -> Iterator[Doorbell]:
    made = Doorbell(address)
    yield made
    made.close()


@pytest.fixture
def heard(bell: Doorbell) -> list[Knock]:
    knocks: list[Knock] = []
    bell.knocked.connect(knocks.append)
    return knocks


async def _say(address: str, data: bytes) -> bytes:
    """What a raw caller is answered."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.setblocking(False)
        loop = asyncio.get_running_loop()
        caller.connect(address)
        try:
            await asyncio.wait_for(loop.sock_sendall(caller, data), 5)
            return await asyncio.wait_for(loop.sock_recv(caller, 100), 5)
        except ConnectionError:
            return b""


async def test_what_a_second_start_says_is_heard_and_answered(
    address: str, heard: list[Knock]
) -> None:
    knock = Knock((str(Path.cwd() / "boat.png"),), "sandbox")
    # The second start is another program; here it is another thread's process.
    code = (
        "import sys; from PySide6.QtCore import QCoreApplication;"
        "from kling_desktop.domain.knock import Knock; from kling_desktop.ui.doorbell import ring;"
        f"app = QCoreApplication([]); sys.exit(0 if ring({address!r}, {knock!r}) else 1)"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    await eventually(lambda: heard)
    assert await child.wait() == 0
    assert heard == [knock]


@pytest.mark.parametrize(
    "line",
    [b"\n", b"{}\n", b"GET / HTTP/1.1\r\n\r\n", b"\xff\n", b'{"files": ["x"], "wish": ""}\n'],
)
async def test_nonsense_is_hung_up_on(address: str, heard: list[Knock], line: bytes) -> None:
    assert await _say(address, line) == b""
    assert heard == []


async def test_a_line_without_end_is_hung_up_on(address: str, heard: list[Knock]) -> None:
    assert await _say(address, b"x" * (LARGEST * 4)) == b""
    assert heard == []


async def test_a_crowd_of_silent_callers_does_not_keep_others_out_for_ever(
    address: str, bell: Doorbell, heard: list[Knock]
) -> None:
    crowd = []
    for _ in range(MOST_AT_ONCE):
        caller = socket.socket(socket.AF_UNIX)
        caller.connect(address)
        crowd.append(caller)
    await eventually(lambda: len(bell._callers) == MOST_AT_ONCE)
    for each in crowd:
        each.close()
    await eventually(lambda: not bell._callers)
    assert await _say(address, Knock().line()) == b"heard\n"
    assert heard == [Knock()]


async def test_nobody_else_can_reach_it(address: str, bell: Doorbell) -> None:
    assert bell.is_listening
    mode = os.stat(address).st_mode  # noqa: PTH116 - quick, and of this test alone
    assert stat.S_ISSOCK(mode)
    assert mode & 0o077 == 0


async def test_what_a_dead_program_left_is_taken_over(address: str) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(address)
    dead.close()  # its file stays
    bell = Doorbell(address)
    assert bell.is_listening
    assert await _say(address, Knock().line()) == b"heard\n"
    bell.close()
    with pytest.raises(FileNotFoundError):
        os.stat(address)  # noqa: PTH116 - quick, and of this test alone


async def test_where_nobody_is_nobody_has_heard(address: str) -> None:
    assert not ring(address, Knock(), seconds=0.2)


# What the window does


async def test_a_file_is_taken_and_the_window_comes_forward(
    studio: Studio, window: MainWindow, bell: Doorbell, tmp_path: Path
) -> None:
    from tests.ui.project.worlds import a_file

    threshold = Threshold(window, studio, bell)
    window.showMinimized()
    threshold.welcome(Knock((str(a_file(tmp_path, "teal.png")),)))
    assert not window.isMinimized()
    await eventually(lambda: window.stage.source and window.stage.source.name == "teal.png")


async def test_another_backend_is_refused_with_a_sentence_and_takes_no_file(
    studio: Studio, window: MainWindow, bell: Doorbell, tmp_path: Path
) -> None:
    threshold = Threshold(window, studio, bell)
    threshold.welcome(Knock((str(tmp_path / "x.png"),), "live"))
    assert "this window is on the sandbox" in notice(window)
    assert window.stage.source is None
