"""Uploads against the real sandbox: large ones in parts, under weather, and none twice."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.intake import Draft
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.blocks import Line
from kling_desktop.fal.bookmarks import Bookmarks
from kling_desktop.fal.key import ApiKey
from kling_desktop.fal.multipart import Multipart
from kling_desktop.fal.parts import LargeFile
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.storage import Storage
from kling_desktop.fal.wire import Patience, Wire
from kling_desktop.paths import Places
from kling_desktop.sandbox.addresses import own_file
from kling_desktop.sandbox.faults import PLACES, Fault, Stage
from kling_desktop.wiring import Choice, open_engine
from tests.fal.fakes import Progress
from tests.fal.shelf import large_file
from tests.helpers.skies import sky
from tests.helpers.worlds import until
from tests.sandbox.conftest import Sandbox, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("uploads")]

F = Fault
IMAGE = "fal-ai/kling-video/v1.6/pro/image-to-video"
SIZE = 101 * 1024 * 1024 + 7
"""Eleven parts."""
SMALL = 2_000_000
"""Seven parts, where they are small."""
SHA256 = "5e" * 32
PATIENCE = Patience(connect=2.0, read=0.5, write=2.0, answer=1.0, block=0.5)


class Counting(httpx.AsyncHTTPTransport):
    """The real transport; notes which parts were answered well."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        tail = request.url.path.rpartition("/")[2]
        if request.method == "PUT" and tail.isdecimal() and response.is_success:
            self.parts.append(int(tail))
        return response


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as found:
        yield found


@pytest.fixture(autouse=True)
def _fair(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.http.put("/sandbox/weather", json=[]).raise_for_status()


@asynccontextmanager
async def provider(
    sandbox: Sandbox, folder: Path, transport: Counting
) -> AsyncIterator[FalProvider]:
    backend, key = Backend.at(sandbox.url, "sandbox"), SecretStr(sandbox.key)
    found = FalProvider(backend, key, transport=transport, bookmarks=folder / "bookmarks")
    try:
        yield found
    finally:
        await found.aclose()


def is_whole(sandbox: Sandbox, url: str, path: Path) -> bool:
    with sandbox.http.stream("GET", url) as reply, path.open("rb") as file:
        there = hashlib.sha256()
        for piece in reply.iter_raw():
            there.update(piece)
        return there.digest() == hashlib.file_digest(file, "sha256").digest()


async def test_a_file_of_101_mebibytes_goes_up_in_parts(sandbox: Sandbox, tmp_path: Path) -> None:
    path, progress = large_file(tmp_path / "Boot ü 火.mp4", SIZE), Progress()
    transport = Counting()
    async with provider(sandbox, tmp_path, transport) as fal:
        url = await fal.upload(path, progress, sha256=SHA256)
        assert await fal.is_there(url)
    assert sorted(transport.parts) == list(range(1, 12))
    assert progress.seen[-1] == (SIZE, SIZE)
    assert is_whole(sandbox, url, path)


async def test_an_interrupted_upload_goes_on_with_what_is_missing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path, first, second = large_file(tmp_path / "x.mp4", SIZE), Counting(), Counting()

    async with provider(sandbox, tmp_path, first) as fal:
        task: asyncio.Task[str]

        def stop(done: int, _total: int | None) -> None:
            if done > SIZE // 2:
                task.cancel()

        task = asyncio.create_task(fal.upload(path, stop, sha256=SHA256))
        await asyncio.wait((task,))
        assert task.cancelled()
    progress = Progress()
    async with provider(sandbox, tmp_path, second) as fal:
        url = await fal.upload(path, progress, sha256=SHA256)
    assert first.parts
    known = set(range(1, 12)) - set(second.parts)
    # A part whose answer came in the moment of the interruption may be sent once more.
    assert known <= set(first.parts)
    assert len(known) >= len(first.parts) - 4
    assert progress.seen[0][0] >= len(known - {11}) * 10 * 1024 * 1024 > 0
    assert is_whole(sandbox, url, path)


STALE = {F.UNAUTHORIZED, F.FORBIDDEN, F.LOCKED, F.NOT_FOUND}
"""Refusals after which an upload begins anew, once."""
BROKEN = {F.BAD_REQUEST, F.INVALID}


async def _send(sandbox: Sandbox, path: Path, folder: Path) -> str:
    """Upload a file in small parts, as a program with little patience."""
    backend = Backend.at(sandbox.url, "sandbox")
    wire = Wire(backend, ApiKey(SecretStr(sandbox.key)), patience=PATIENCE)
    marks = Bookmarks(folder / "bookmarks", backend)
    parts = Multipart(wire, Line(), marks, Storage(wire).is_there, lambda _: asyncio.sleep(0))
    file = LargeFile(path, SMALL, "video/mp4", SHA256, part=300_000)
    try:
        return await parts.upload(file, Progress())
    finally:
        await wire.aclose()


def _weather(sandbox: Sandbox, fault: Fault, stage: Stage, count: int, skip: int = 0) -> None:
    rule = {"fault": fault, "stage": stage, "count": count, "skip": skip, "seconds": 0.1}
    sandbox.http.put("/sandbox/weather", json=[rule]).raise_for_status()


@pytest.mark.parametrize("skip", [0, 7], ids=["parts", "completion"])
@pytest.mark.parametrize("fault", [each for each in F if Stage.UPLOAD in PLACES[each]], ids=str)
async def test_parts_get_through_every_fault(
    sandbox: Sandbox, tmp_path: Path, fault: Fault, skip: int
) -> None:
    path = large_file(tmp_path / "x.mp4", SMALL)
    _weather(sandbox, fault, Stage.UPLOAD, 1 if fault in STALE else 2, skip)
    is_final = fault in BROKEN and not (fault is F.BAD_REQUEST and skip)
    if is_final:
        with pytest.raises(e.ProtocolBroken):
            await _send(sandbox, path, tmp_path)
        return
    assert is_whole(sandbox, await _send(sandbox, path, tmp_path), path)


REFUSED = {F.UNAUTHORIZED, F.FORBIDDEN, F.LOCKED, F.NOT_FOUND, F.BAD_REQUEST, F.INVALID}


@pytest.mark.parametrize("fault", [each for each in F if Stage.INITIATE in PLACES[each]], ids=str)
async def test_an_upload_that_could_not_begin_can_be_begun_later(
    sandbox: Sandbox, tmp_path: Path, fault: Fault
) -> None:
    path = large_file(tmp_path / "x.mp4", SMALL)
    _weather(sandbox, fault, Stage.INITIATE, 1)
    (told,) = await asyncio.gather(_send(sandbox, path, tmp_path), return_exceptions=True)
    if not isinstance(told, str):
        assert isinstance(told, e.KlingDesktopError)
        assert isinstance(told, e.Transient) == (fault not in REFUSED | {F.FOREIGN_URL})
        told = await _send(sandbox, path, tmp_path)
    assert is_whole(sandbox, told, path)


def _draft(folder: Path, name: str) -> Draft:
    picture = folder / name
    Image.new("RGB", (400, 300), "teal").save(picture)
    return Draft(endpoint=IMAGE, values={"prompt": "a lake", "image_url": str(picture)})


async def test_the_same_picture_goes_up_once_for_two_jobs(tmp_path: Path) -> None:
    async with sky(tmp_path) as above:
        addresses = set()
        for name in ("boat.png", "the same boat.png"):
            job = await above.engine.generate(_draft(tmp_path, name))
            job = await above.engine.wait(job.id)
            assert job.state is JobState.DONE
            addresses |= set(job.uploads.values())
        assert len(addresses) == 1


async def test_another_program_does_not_send_the_picture_again(tmp_path: Path) -> None:
    where = Places(state=tmp_path / "state", clips=tmp_path / "clips")
    addresses = set()
    async with open_engine(Choice("sandbox"), where):  # keeps the sandbox alive
        for _ in range(2):
            async with open_engine(Choice("sandbox"), where) as engine:
                job = await engine.generate(_draft(tmp_path, "boat.png"))
                await until(engine, job.id, JobState.QUEUED)
                addresses |= set(engine.job(job.id).uploads.values())
                await engine.cancel(job.id)
                await engine.wait(job.id)
    assert len(addresses) == 1


async def test_a_picture_that_the_service_has_lost_goes_up_again(tmp_path: Path) -> None:
    async with sky(tmp_path) as above:
        job = await above.engine.generate(_draft(tmp_path, "boat.png"))
        (first,) = (await above.engine.wait(job.id)).uploads.values()
        kept = above.sandbox.files.path(own_file(first) or "")
        assert kept is not None
        kept.unlink()
        job = await above.engine.generate(_draft(tmp_path, "boat.png"))
        done = await above.engine.wait(job.id)
        assert done.state is JobState.DONE
        assert list(done.uploads.values()) != [first]
