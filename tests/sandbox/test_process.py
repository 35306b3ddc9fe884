from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.domain.errors import ServiceDown
from kling_desktop.sandbox.process import Lease, ensure_running
from tests.sandbox.conftest import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

CLIENT = """
import asyncio, pathlib, sys
from kling_desktop.sandbox.process import ensure_running
lease = asyncio.run(ensure_running(pathlib.Path(sys.argv[1]), command=sys.argv[2:]))
print(lease.pid, flush=True)
sys.stdin.read()
"""


def answers(lease: Lease) -> bool:
    try:
        reply = httpx.get(f"{lease.url}/health", headers={"Authorization": f"Key {lease.key}"})
    except httpx.TransportError:
        return False
    return reply.status_code == 200


def wait_until_gone(lease: Lease, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while answers(lease):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def client(folder: Path) -> subprocess.Popen[str]:
    """Another program that uses the sandbox of that folder."""
    words = [sys.executable, "-c", CLIENT, str(folder), *COMMAND]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def test_two_programs_share_one_sandbox_and_it_leaves_after_the_last(tmp_path: Path) -> None:
    one, two = await asyncio.gather(*(ensure_running(tmp_path, command=COMMAND) for _ in range(2)))
    assert one.url == two.url
    assert answers(one)
    one.release()
    await asyncio.sleep(4)  # longer than the grace: the other still uses it
    assert answers(two)
    two.release()
    wait_until_gone(two)
    assert not (tmp_path / "address.json").exists()


async def test_the_sandbox_survives_the_program_that_started_it(tmp_path: Path) -> None:
    with client(tmp_path) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        lease = await ensure_running(tmp_path, command=COMMAND)
        starter.kill()
    assert lease.pid == pid
    await asyncio.sleep(4)
    assert answers(lease)
    lease.release()
    wait_until_gone(lease)


async def test_the_sandbox_leaves_when_its_only_user_is_killed(tmp_path: Path) -> None:
    with client(tmp_path) as starter:
        assert starter.stdout is not None
        starter.stdout.readline()
        starter.kill()
    again = await ensure_running(tmp_path, command=COMMAND)  # the same one or a new one
    assert answers(again)
    again.release()
    wait_until_gone(again)


async def test_a_sandbox_that_was_killed_is_started_again(tmp_path: Path) -> None:
    first = await ensure_running(tmp_path, command=COMMAND)
    os.kill(first.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    second = await ensure_running(tmp_path, command=COMMAND)
    assert second.pid != first.pid
    assert second.key == first.key
    assert answers(second)
    first.release()
    second.release()
    wait_until_gone(second)


@pytest.mark.parametrize("command", [["/no/such/program"], [sys.executable, "-c", "pass"]])
async def test_a_sandbox_that_does_not_start_is_a_service_that_is_down(
    tmp_path: Path, command: list[str]
) -> None:
    with pytest.raises(ServiceDown):
        await ensure_running(tmp_path, command=command)
    lease = await ensure_running(tmp_path, command=COMMAND, options=["--speed", "9"])
    lease.release()
    wait_until_gone(lease)
