"""What the account has is shown before anything is taken in, with the picture it was made from."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.requests import PastRequest
from kling_desktop.engine import glimpse
from tests.helpers.fakes import START, MemoryLedger
from tests.helpers.worlds import I2V, T2V, Scene, a_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EARLIER = START - timedelta(days=3)
NEW = PastRequest(T2V, "r-new", EARLIER, 200, {"prompt": "new"})
KNOWN = PastRequest(T2V, "r-known", START, 200, {"prompt": "known"})
JOB = a_job(JobState.DONE, id=JobId("had"), request_id="r-known")


def pictured(address: str) -> PastRequest:
    return PastRequest(I2V, "r-1", START, 200, {"image_url": address})


async def test_the_list_says_which_requests_are_in_a_job(scene: Scene) -> None:
    scene.ledger = MemoryLedger([JOB])
    scene.provider.on_past.habit = [NEW, KNOWN]
    async with scene.engine() as engine:
        found = await engine.listed(EARLIER, [T2V])
        assert [(each.past.request_id, each.job) for each in found] == [
            ("r-known", JOB),
            ("r-new", None),
        ]
        assert await engine.scan(EARLIER, [T2V]) == [NEW]


async def test_looking_a_request_up_takes_nothing_in(scene: Scene) -> None:
    scene.ledger = MemoryLedger([JOB])
    scene.provider.on_past.habit = [NEW, KNOWN]
    async with scene.engine() as engine:
        assert (await engine.look_up("", "r-new")).past == NEW
        known = await engine.look_up("", "https://fal.ai/dashboard?request_id=r-known")
        assert known.job == JOB
        assert engine.jobs() == [JOB]


async def test_a_request_in_no_list_can_be_named_with_its_endpoint(scene: Scene) -> None:
    async with scene.engine() as engine:
        found = await engine.look_up(T2V, "r-9")
        assert (found.past.endpoint, found.past.has_entry) == (T2V, False)
        with pytest.raises(e.UnknownRequest):
            await engine.look_up("", "r-9")


async def test_the_picture_comes_from_where_it_was_sent(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    async def download(url: str, part: Path, on_progress: Callable[[int, int | None], None]) -> int:
        assert url == "https://cdn.test/boat.png"
        seen.append(part)
        await asyncio.to_thread(part.write_bytes, b"pixels")
        on_progress(6, 6)
        return 6

    monkeypatch.setattr(scene.provider, "download", download)
    async with scene.engine() as engine:
        assert await engine.glimpse(pictured("https://cdn.test/boat.png")) == b"pixels"
    assert not seen[0].parent.exists()


async def test_a_picture_inside_the_request_needs_no_download(scene: Scene) -> None:
    inline = "data:image/png;base64," + base64.b64encode(b"pixels").decode()
    async with scene.engine() as engine:
        assert await engine.glimpse(pictured(inline)) == b"pixels"
    assert "download" not in scene.provider.journal


@pytest.mark.parametrize(
    "address", ["", "file:///etc/passwd", "data:image/png,x", "data:image/png;base64,%%"]
)
async def test_what_is_no_picture_address_is_not_followed(scene: Scene, address: str) -> None:
    async with scene.engine() as engine:
        assert await engine.glimpse(pictured(address)) is None
    assert "download" not in scene.provider.journal


@pytest.mark.parametrize("error", [e.ForeignOrigin("https://x.test"), e.Transient("broke")])
async def test_a_picture_that_cannot_be_had_is_no_trouble(scene: Scene, error: Exception) -> None:
    scene.provider.on_download.then(error)
    async with scene.engine() as engine:
        assert await engine.glimpse(pictured("https://cdn.test/boat.png")) is None


async def test_a_picture_as_large_as_a_film_is_left_alone(scene: Scene) -> None:
    scene.provider.on_download.habit = glimpse.LARGEST + 1
    async with scene.engine() as engine:
        assert await engine.glimpse(pictured("https://cdn.test/boat.png")) is None
