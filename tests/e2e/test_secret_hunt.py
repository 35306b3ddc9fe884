"""After a day of work the key is in no file, argument list, environment of a child or clipboard."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr
from PySide6.QtGui import QClipboard, QGuiApplication

from kling_desktop import log, wiring
from kling_desktop.app import Program
from kling_desktop.paths import own_command, places
from tests.e2e.conftest import IMAGE, PICTURE, TEXT
from tests.helpers.hunting import Hunt, traces
from tests.helpers.programs import drop, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from tests.e2e.conftest import Kling

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.thorough,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc"),
]

KEY = "5e1f0a2b-77aa-4c3d-9e8f-1122aabbccdd:c0ffee00deadbeef8badf00dfeedface"
WRONG = "5e1f0a2b-77aa-4c3d-9e8f-1122aabbccdd:0000ee00deadbeef8badf00dfeed0000"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
I2V = ("generate", IMAGE, "--image", str(PICTURE), "--set", "prompt=She smiles")
T2V = ("generate", TEXT, "--set", "prompt=a boat")


@dataclass(frozen=True)
class Server:
    """A sandbox on a port, in the place of a server that the environment names."""

    origin: str
    pid: int

    def weather(self, *rules: dict[str, Any]) -> None:
        headers = {"Authorization": f"Key {KEY}"}
        address = f"{self.origin}/sandbox/weather"
        httpx.put(address, json=list(rules), headers=headers).raise_for_status()


@pytest.fixture
def server(tmp_path: Path, kling: Kling) -> Iterator[Server]:
    """Its own memory is not hunted through: it is not ours, and fal knows the key as well."""
    environment = kling.environment | {"KLING_DESKTOP_HOME": str(tmp_path / "server")}
    command = own_command("sandbox", "--port", "0", "--speed", "50", "--key", KEY)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        found = next(filter(None, map(ADDRESS.search, process.stdout)))
        yield Server(found.group(), process.pid)
        process.terminate()


@dataclass(frozen=True)
class Day:
    """What is done with a known key, and what was said."""

    kling: Kling
    server: Server
    hunt: Hunt

    @property
    def environment(self) -> dict[str, str]:
        return {"FAL_KEY": KEY, "KLING_DESKTOP_BACKEND": self.server.origin}

    def run(self, *words: str, codes: tuple[int, ...] = (0,), **more: str) -> None:
        """Run a command; what it says is hunted through too."""
        done = self.kling.run(*words, **(self.environment | more))
        assert done.returncode in codes, (words, done.stderr)
        self.hunt.look_at(f"what {words[0]} says", (done.stdout + done.stderr).encode())

    def killed(self) -> None:
        """A job whose program dies in the middle of it."""
        program = subprocess.Popen(
            own_command(*I2V), env=self.kling.environment | self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        log_file = self.kling.home / "ledger.sqlite3-wal"
        deadline = time.monotonic() + 30
        while not log_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.7)  # somewhere on its way; where does not matter
        program.send_signal(signal.SIGKILL)
        program.wait()


def _commands(day: Day) -> None:
    day.run(*I2V)
    day.run(*T2V, "--json")
    day.run(*T2V, codes=(3,), FAL_KEY=WRONG)
    for fault, stage in (("refuse", "model"), ("locked", "submit"), ("server_error", "status")):
        day.server.weather({"fault": fault, "stage": stage, "count": 1})
        day.run(*T2V, codes=(0, 3, 4, 5, 6, 7))
    day.server.weather()
    day.killed()
    day.run("jobs", "resume", codes=(0, 3, 4, 5, 7))
    for words in (
        ("jobs", "--json"), ("jobs", "report", "--csv"), ("jobs", "report", "--json"),
        ("jobs", "doubtful", "--csv"), ("key", "status"),
    ):  # fmt: skip
        day.run(*words)
    day.run("doctor", "--json", codes=(0, 1))


async def _window(day: Day, app: QApplication, folder: Path) -> None:
    program = Program(app, wiring.Wish.AUTO, places())
    task = asyncio.ensure_future(program.run())
    window = program.window
    try:
        await until(lambda: day.server.origin in window.windowTitle())
        drop(window, PICTURE)
        await until(lambda: not window.stage.picture.is_empty)
        window.compose.set_values({"prompt": "Painted"})
        program.studio.generate()
        await until(lambda: (job := window.queue.model.job_at(0)) is not None and job.is_over)
        running = await program.studio.projects.keeper.running()
        await program.engine.save_project(folder / "day.klproj", running.project, running.picture)
        program.keys.open()
        await until(lambda: not program.studio.tasks.is_busy("key"))
        board = QGuiApplication.clipboard()
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            day.hunt.look_at("clipboard", board.text(mode).encode())
        day.hunt.look_at("notes of the window", json.dumps(window.remember()).encode())
    finally:
        program.stop()
        await task


async def test_the_key_is_left_nowhere(
    qapp: QApplication,
    kling: Kling,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hunt = Hunt(KEY)
    day = Day(kling, server, hunt)
    folder, temporary = tmp_path / "out", tmp_path / "tmp"
    for each in (folder, temporary):
        each.mkdir()
    for name, value in (day.environment | {"TMPDIR": str(temporary)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KLING_DESKTOP_HOME", str(kling.home))
    with hunt.watching(but=(server.pid,)):
        await asyncio.to_thread(_commands, day)
        hunt.gives_key = False  # from here on the children are the window's
        await _window(day, qapp, folder)
    hunt.look_through(kling.home, folder, temporary)
    assert hunt.found == []
    assert hunt.files > 10
    assert len(hunt.processes) > 12
    assert (folder / "day.klproj").is_file()
    assert list((kling.home / "logs").glob("*.log"))


@pytest.mark.parametrize("place", range(len(traces(KEY))))
def test_the_hunt_finds_each_trace(tmp_path: Path, place: int) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"before " + traces(KEY)[place] + b" after")
    hunt = Hunt(KEY)
    hunt.look_through(tmp_path)
    assert len(hunt.found) == 1


@pytest.mark.parametrize(
    "sleeping",
    [
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])",
        "import os; child = os.fork(); os.read(0, 1); child and os.waitpid(child, 0)",
    ],
    ids=["of its own", "like its parent"],
)
def test_the_hunt_finds_a_key_in_the_environment_of_a_child_of_a_child(sleeping: str) -> None:
    hunt = Hunt(KEY)
    with (
        hunt.watching(),
        subprocess.Popen(
            [sys.executable, "-c", sleeping], env={"FAL_KEY": KEY}, stdin=subprocess.PIPE
        ) as child,
    ):
        deadline = time.monotonic() + 20
        while not hunt.found and time.monotonic() < deadline:
            time.sleep(0.02)
        child.communicate(b"\n\n")
    assert any(each.startswith("environment of") for each in hunt.found)


def test_a_key_in_memory_is_not_written_by_chance() -> None:
    """What people print while they look for a defect."""
    choice = wiring.Choice("live", key=SecretStr(KEY))
    assert not any(each in f"{choice!r} {choice}".encode() for each in traces(KEY))
    log.hide(KEY)
    line = log.redact(f"sent {KEY} and {KEY.partition(':')[2]}")
    assert not any(each in line.encode() for each in traces(KEY))
