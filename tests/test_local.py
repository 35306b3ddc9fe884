"""The provider on the sandbox says what is true of a request, whatever becomes of the sandbox."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from kling_desktop.domain.errors import NetworkDown, ServiceDown
from kling_desktop.local import SandboxProvider
from kling_desktop.sandbox.process import Lease

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.ports import Provider
    from tests.helpers.guards import LogGuard

ENDPOINT = "fal-ai/kling-video/v1.6/pro/text-to-video"


@pytest.fixture
def nowhere(tmp_path: Path) -> Lease:
    """The lease of a sandbox that is dead: nobody listens at its address."""
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    return Lease(f"http://127.0.0.1:{port}", "id:secret", 0, FileLock(tmp_path / "user.lock"))


async def test_a_submit_to_a_dead_sandbox_that_cannot_be_started_was_not_sent(
    nowhere: Lease, expected_log: LogGuard
) -> None:
    expected_log("the sandbox is gone")

    async def find() -> Lease:
        raise ServiceDown("it does not start")

    provider: Provider = SandboxProvider(nowhere, find)
    with pytest.raises(NetworkDown):
        await provider.submit(ENDPOINT, {"prompt": "x"})
    await provider.aclose()


async def test_a_question_about_models_to_a_dead_sandbox_finds_one_that_lives(
    nowhere: Lease, expected_log: LogGuard
) -> None:
    expected_log("the sandbox is gone")
    found: list[Lease] = []

    async def find() -> Lease:
        found.append(nowhere)
        return nowhere

    provider: Provider = SandboxProvider(nowhere, find)
    with pytest.raises(NetworkDown):
        await provider.describe((ENDPOINT,))
    assert len(found) == 1
    await provider.aclose()


async def test_a_dead_sandbox_has_no_file_and_takes_none(
    nowhere: Lease, tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log("the sandbox is gone")

    async def find() -> Lease:
        raise ServiceDown("it does not start")

    picture = tmp_path / "boat.png"
    picture.touch()
    provider: Provider = SandboxProvider(nowhere, find, bookmarks=tmp_path / "bookmarks")
    assert not await provider.is_there(f"{nowhere.url}/cdn/files/x")
    with pytest.raises(NetworkDown):
        await provider.upload(picture, lambda *_: None, sha256="5e" * 32)
    await provider.aclose()


async def test_after_that_the_next_call_goes_to_the_sandbox_that_was_found(
    nowhere: Lease, expected_log: LogGuard
) -> None:
    expected_log("the sandbox is gone")
    found: list[Lease] = []

    async def find() -> Lease:
        found.append(nowhere)
        return nowhere

    provider = SandboxProvider(nowhere, find)
    for _ in range(2):
        with pytest.raises(NetworkDown):
            await provider.submit(ENDPOINT, {"prompt": "x"})
    assert len(found) == 2
    await provider.aclose()
