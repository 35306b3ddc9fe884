"""One window a state folder: a second start hands over what it was given, also after a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import PICTURE, Kling

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.thorough,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]
LISTENS = "0A"
"""The state of a listening socket in ``/proc/net/tcp``."""


def _until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _window(kling: Kling, reap: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """A window that is the first of its home, though it may only just be coming up."""
    kling.been_here()
    window = kling.start("--sandbox")
    reap.append(window)
    _until((kling.home / "sandbox").exists)  # its engine is being opened
    return window


def _close(window: subprocess.Popen[bytes]) -> int:
    window.send_signal(signal.SIGTERM)
    return window.wait(60)


def _runs(kling: Kling) -> list[Path]:
    return list((kling.home / "runs").glob("*.run"))


def _listening(pid: int) -> list[str]:
    """The TCP ports that a process listens on."""
    inodes = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            inodes.add(str(each.readlink()))
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
    ]
    return [each[1] for each in lines if each[3] == LISTENS and f"socket:[{each[9]}]" in inodes]


def test_a_second_start_hands_its_picture_to_the_first_window_and_ends(
    kling: Kling, reap: list[subprocess.Popen[bytes]]
) -> None:
    first = _window(kling, reap)
    assert _listening(first.pid) == []
    second = kling.run(str(PICTURE))
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert kling.run("jobs", "--sandbox").returncode == 0
    assert first.poll() is None
    # Our own copy of the picture: the first window has taken it in.
    _until(lambda: list((kling.home / "inputs").glob(f"*/{PICTURE.name}")))
    assert _close(first) == 0
    assert _runs(kling) == []


def test_another_home_is_another_window(
    kling: Kling, tmp_path: Path, reap: list[subprocess.Popen[bytes]]
) -> None:
    other = Kling(tmp_path / "other")
    first, second = _window(kling, reap), _window(other, reap)
    _until(lambda: len(_runs(kling)) == len(_runs(other)) == 1)
    assert first.poll() is second.poll() is None
    assert _close(first) == _close(second) == 0


def test_a_window_that_was_killed_is_noticed_and_its_place_is_taken(
    kling: Kling, reap: list[subprocess.Popen[bytes]]
) -> None:
    first = _window(kling, reap)
    _until(lambda: _runs(kling))
    (left,) = _runs(kling)
    first.kill()
    first.wait()
    assert left.exists()
    second = _window(kling, reap)
    _until(lambda: not left.exists())
    assert kling.run(str(PICTURE)).returncode == 0
    assert second.poll() is None
    assert _close(second) == 0


def _broken(where: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The program with a fault in it that nobody foresaw."""
    code = (
        "import sys, kling_desktop.__main__ as way_in;"
        f"{where};"
        "sys.argv = ['kling-desktop', 'models'];"
        "sys.exit(way_in.main())"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env=Kling(home).environment | {"FAL_KEY": "my-key-id-0123:my-key-secret-4567"},
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


BOOM = "(_ for _ in ()).throw(ValueError('my-key-id-0123:my-key-secret-4567'))"


@pytest.mark.parametrize(
    "where",
    [
        f"way_in.run_command = lambda _: {BOOM}",
        f"import kling_desktop.cli.models as m; m.run = lambda _: {BOOM}",
    ],
)
def test_a_fault_in_a_command_is_one_sentence_and_names_the_log(where: str, tmp_path: Path) -> None:
    done = _broken(where, tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "my-key" not in done.stderr + done.stdout
    assert done.stderr.count("\n") <= 2
    assert "unexpected" in done.stderr
    assert "[hidden]" in done.stderr or ".log" in done.stderr
    logs = list(tmp_path.rglob("*.log"))
    for each in logs:
        text = each.read_text()
        assert "ValueError" in text
        assert "my-key" not in text
        assert str(each) in done.stderr
