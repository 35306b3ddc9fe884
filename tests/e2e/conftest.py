"""The whole program from outside: its commands as child processes, its sandbox on a real port."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kling_desktop.paths import own_command, resource
from kling_desktop.sandbox.process import Lease, ensure_running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IMAGE = "fal-ai/kling-video/v1.6/pro/image-to-video"
TEXT = "fal-ai/kling-video/v1.6/pro/text-to-video"
SMALL = "--pixels 57600"
"""Clips of the sandbox that are soon made; what their size is does not matter to most tests."""
PICTURE = resource("samples/astronaut.jpg")


@dataclass(frozen=True)
class Kling:
    """One user's program: a home folder and the commands in it."""

    home: Path
    sandbox: str = SMALL
    """Options of the sandbox that it starts."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FAL_", "KLING_"))}
        # No session bus: a keyring of the machine must not decide what a test sees.
        kept.pop("DBUS_SESSION_BUS_ADDRESS", None)
        own = {"KLING_DESKTOP_HOME": str(self.home), "KLING_DESKTOP_SANDBOX": self.sandbox}
        return kept | own

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            own_command(*words),
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            own_command(*words),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def been_here(self) -> None:
        """Let the next window not be the first one: nobody is greeted with a sample."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "window.json").write_text('{"marks": true}', "utf-8")

    def jobs(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self.run("jobs", "--json").stdout)
        return listed


@dataclass(frozen=True)
class Bill:
    """What the sandbox says was asked of it."""

    lease: Lease

    def requests(self, endpoint: str) -> list[dict[str, Any]]:
        """Every accepted submit, as fal's platform lists them."""
        answer = httpx.get(
            f"{self.lease.url}/platform/v1/models/requests/by-endpoint",
            params={"endpoint_id": endpoint},
            headers={"Authorization": f"Key {self.lease.key}"},
        )
        listed: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return listed


@pytest.fixture(autouse=True)
def small_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the programs that run in the test itself."""
    monkeypatch.setenv("KLING_DESKTOP_SANDBOX", SMALL)


@pytest.fixture
def kling(tmp_path: Path, request: pytest.FixtureRequest) -> Kling:
    more = request.node.get_closest_marker("sandbox")
    return Kling(tmp_path / "home", " ".join((SMALL, *more.args) if more else (SMALL,)))


@pytest.fixture
def bill(kling: Kling) -> Iterator[Bill]:
    """Keeps the sandbox of this home alive, and reads its bill."""
    options = kling.sandbox.split()
    folder = kling.home / "sandbox"
    lease = asyncio.run(ensure_running(folder, command=own_command(), options=options))
    yield Bill(lease)
    lease.release()


@pytest.fixture
def reap() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Programs that must not outlive the test, whatever happens."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for program in started:
        program.kill()
        program.wait()
