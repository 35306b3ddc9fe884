"""A file goes up once, however many jobs want it; and the pictures of one job go side by side."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.content import Content
from kling_desktop.domain.events import BytesMoved, Event
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.refusals import FileUnreachable
from kling_desktop.engine.intake import Draft
from kling_desktop.engine.uploads import AT_ONCE, Uploads
from tests.helpers.fakes import TURNS, FakeCache, FakeProvider
from tests.helpers.worlds import I2V, PICTURE, Scene, a_draft, until

if TYPE_CHECKING:
    from pathlib import Path

S = JobState
ELEMENTS = "fal-ai/kling-video/v1.6/pro/elements"
NAMES = ("a.png", "b.png", "c.png", "d.png")
CONTENT = Content("5e" * 32, ".jpg", 1)


def elements(*names: str) -> Draft:
    pictures = [str(PICTURE.with_name(name)) for name in names]
    return Draft(endpoint=ELEMENTS, values={"prompt": "x", "input_image_urls": pictures})


class Gate:
    """Holds uploads until it is opened, and counts those that wait."""

    def __init__(self, provider: FakeProvider) -> None:
        self.opened = asyncio.Event()
        self.waiting = 0
        self.begun = asyncio.Condition()
        provider.on_upload.habit = self._hold

    async def _hold(self, path: Path) -> str:
        self.waiting += 1
        async with self.begun:
            self.begun.notify_all()
        try:
            await self.opened.wait()
        finally:
            self.waiting -= 1
        return f"https://cdn.test/{path.name}"

    async def until(self, count: int) -> None:
        async with self.begun:
            await self.begun.wait_for(lambda: self.waiting >= count)


async def everybody_has_had_a_turn() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def ignore(_done: int, _total: int | None) -> None:
    pass


async def test_pictures_of_one_job_go_up_side_by_side_but_three_at_once(scene: Scene) -> None:
    gate = Gate(scene.provider)
    async with scene.engine() as engine:
        job = await engine.generate(elements(*NAMES))
        await gate.until(AT_ONCE)
        await everybody_has_had_a_turn()
        assert gate.waiting == AT_ONCE == 3
        gate.opened.set()
        done = await engine.wait(job.id)
    assert done.state is S.DONE
    (_, body) = scene.provider.submits[0]
    assert body["input_image_urls"] == [f"https://cdn.test/{name}" for name in NAMES]


async def test_every_address_is_in_the_ledger_as_soon_as_it_is_known(scene: Scene) -> None:
    stuck = asyncio.Event()

    async def answer(path: Path) -> str:
        if path.name == "b.png":
            await stuck.wait()
        return f"https://cdn.test/{path.name}"

    scene.provider.on_upload.habit = answer
    async with scene.engine() as engine:
        job = await engine.generate(elements("a.png", "b.png", "c.png"))
        while len(scene.ledger.get(job.id).uploads) < 2:
            assert len(scene.ledger.written) < 100
            await asyncio.sleep(0)
        assert set(scene.ledger.get(job.id).uploads.values()) == {
            "https://cdn.test/a.png",
            "https://cdn.test/c.png",
        }
        stuck.set()
        assert (await engine.wait(job.id)).state is S.DONE


async def test_only_the_picture_that_failed_is_sent_again(scene: Scene) -> None:
    tries: list[str] = []

    def answer(path: Path) -> str:
        tries.append(path.name)
        if tries.count("b.png") == 1 and path.name == "b.png":
            raise e.ServiceDown
        return f"https://cdn.test/{path.name}"

    scene.provider.on_upload.habit = answer
    async with scene.engine() as engine:
        job = await engine.generate(elements("a.png", "b.png", "c.png"))
        assert (await engine.wait(job.id)).state is S.DONE
    assert sorted(tries) == ["a.png", "b.png", "b.png", "c.png"]


async def test_a_picture_that_fails_for_good_ends_the_others(scene: Scene) -> None:
    ended = asyncio.Event()

    async def answer(path: Path) -> str:
        if path.name == "b.png":
            raise e.ProtocolBroken
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ""

    scene.provider.on_upload.habit = answer
    async with scene.engine() as engine:
        job = await engine.generate(elements("a.png", "b.png"))
        failed = await engine.wait(job.id)
    assert failed.state is S.FAILED
    assert failed.trouble is not None
    assert failed.trouble.charge == "no"
    assert ended.is_set()


async def test_a_picture_that_is_gone_fails_the_job_before_anything_is_sent(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.generate(elements("a.png", "b.png"))
        scene.files.on_content.then(e.BadPicture("a.png", "No such file"))
        failed = await engine.wait(job.id)
    assert failed.state is S.FAILED
    assert "upload" not in scene.provider.journal


async def test_cancelled_while_pictures_go_up_the_job_ends_and_so_do_they(scene: Scene) -> None:
    gate = Gate(scene.provider)
    async with scene.engine() as engine:
        job = await engine.generate(elements(*NAMES))
        await gate.until(AT_ONCE)
        assert (await engine.cancel(job.id)).state is S.CANCELLED
        assert gate.waiting == 0
    assert scene.provider.submits == []


async def test_progress_is_the_sum_over_the_pictures_and_never_goes_back(scene: Scene) -> None:
    heard: list[tuple[int, int | None]] = []

    def hear(event: Event) -> None:
        if isinstance(event, BytesMoved):
            heard.append((event.done, event.total))

    async with scene.engine() as engine:
        engine.subscribe(hear)
        job = await engine.generate(elements(*NAMES))
        await engine.wait(job.id)
    ups = [each for each in heard if each[1] == 4]  # a byte for each picture
    assert ups[-1] == (4, 4)
    assert all(a <= b for a, b in itertools.pairwise(done for done, _ in ups))


async def test_two_jobs_share_the_upload_of_one_picture(scene: Scene) -> None:
    gate = Gate(scene.provider)
    async with scene.engine() as engine:
        jobs = [await engine.generate(a_draft(I2V)) for _ in range(2)]
        await gate.until(1)
        for job in jobs:
            await until(engine, job.id, S.UPLOADING)
        await everybody_has_had_a_turn()
        gate.opened.set()
        assert {(await engine.wait(job.id)).state for job in jobs} == {S.DONE}
    assert scene.provider.journal.count("upload") == 1
    assert len(scene.provider.submits) == 2


@pytest.mark.parametrize("which", [0, 1])
async def test_the_cancellation_of_one_job_leaves_a_shared_upload_to_the_other(
    scene: Scene, which: int
) -> None:
    gate = Gate(scene.provider)
    async with scene.engine() as engine:
        jobs = [await engine.generate(a_draft(I2V)) for _ in range(2)]
        await gate.until(1)
        for job in jobs:
            await until(engine, job.id, S.UPLOADING)
        await everybody_has_had_a_turn()
        assert (await engine.cancel(jobs[which].id)).state is S.CANCELLED
        assert gate.waiting == 1
        gate.opened.set()
        assert (await engine.wait(jobs[1 - which].id)).state is S.DONE
    assert scene.provider.journal.count("upload") == 1


async def test_an_upload_that_nobody_waits_for_ends_and_the_next_begins_anew() -> None:
    provider = FakeProvider()
    gate, uploads = Gate(provider), Uploads()
    task = asyncio.create_task(uploads.bring(provider, PICTURE, CONTENT, ignore))
    await gate.until(1)
    task.cancel()
    await asyncio.wait((task,))
    assert gate.waiting == 0
    gate.opened.set()
    assert await uploads.bring(provider, PICTURE, CONTENT, ignore) == "https://cdn.test/boat.jpg"


async def test_all_who_share_an_upload_hear_of_its_failure_and_may_try_again() -> None:
    provider, uploads = FakeProvider(), Uploads()
    provider.on_upload.then(e.ServiceDown("busy"))
    both = [uploads.bring(provider, PICTURE, CONTENT, ignore) for _ in range(2)]
    assert [type(each) for each in await asyncio.gather(*both, return_exceptions=True)] == [
        e.ServiceDown,
        e.ServiceDown,
    ]
    assert await uploads.bring(provider, PICTURE, CONTENT, ignore) == "https://cdn.test/boat.jpg"


def cached(scene: Scene) -> FakeCache:
    cache = FakeCache()
    scene.uploads = lambda: Uploads(cache)
    return cache


async def test_a_file_that_is_still_there_is_not_uploaded_again(scene: Scene) -> None:
    cached(scene)
    for _ in range(2):
        assert (await scene.run(a_draft(I2V))).state is S.DONE
    assert scene.provider.journal.count("upload") == 1
    assert scene.provider.on_is_there.calls == [("https://cdn.test/boat.jpg",)]
    assert len({body["image_url"] for _, body in scene.provider.submits}) == 1


async def test_a_file_that_is_gone_is_uploaded_again(scene: Scene) -> None:
    cache = cached(scene)
    await scene.run(a_draft(I2V))
    scene.provider.on_is_there.habit = False
    scene.provider.on_upload.habit = "https://cdn.test/anew.jpg"
    await scene.run(a_draft(I2V))
    assert list(cache.known.values()) == ["https://cdn.test/anew.jpg"]
    assert scene.provider.submits[-1][1]["image_url"] == "https://cdn.test/anew.jpg"


async def test_a_file_that_needs_no_upload_counts_as_moved() -> None:
    provider, cache = FakeProvider(), FakeCache()
    content, seen = Content("5e" * 32, ".jpg", 1234), list[tuple[int, int | None]]()
    cache.known[content] = "https://cdn.test/x"
    uploads = Uploads(cache)
    await uploads.bring(provider, PICTURE, content, lambda *moved: seen.append(moved))
    assert seen == [(1234, 1234)]


@pytest.mark.parametrize("stage", ["on_submit", "on_result"])
async def test_a_file_that_the_model_could_not_read_is_forgotten(scene: Scene, stage: str) -> None:
    cache = cached(scene)
    getattr(scene.provider, stage).then(FileUnreachable("Failed to download the file"))
    assert (await scene.run(a_draft(I2V))).state is S.REFUSED
    assert cache.known == {}


async def test_what_could_not_be_read_is_not_used_again_while_the_cache_is_slow_to_forget() -> None:
    provider, forgets = FakeProvider(), asyncio.Event()

    class Slow(FakeCache):
        async def drop(self, url: str) -> None:
            await forgets.wait()

    cache = Slow()
    cache.known[CONTENT] = "https://cdn.test/old.jpg"
    uploads = Uploads(cache)
    forgetting = asyncio.create_task(uploads.forget(["https://cdn.test/old.jpg"]))
    await asyncio.sleep(0)
    assert await uploads.bring(provider, PICTURE, CONTENT, ignore) == "https://cdn.test/boat.jpg"
    forgets.set()
    await forgetting


async def test_another_refusal_does_not_concern_the_file(scene: Scene) -> None:
    cache = cached(scene)
    scene.provider.on_result.then(e.InputRefused("no"))
    await scene.run(a_draft(I2V))
    assert len(cache.known) == 1


@pytest.mark.parametrize("address", ["data:image/png;base64,aGk=", "https://a.test/b.png"])
async def test_what_is_not_local_goes_as_it_is(scene: Scene, address: str) -> None:
    assert (await scene.run(a_draft(I2V, image_url=address))).state is S.DONE
    assert "upload" not in scene.provider.journal
    assert scene.provider.submits[0][1]["image_url"] == address
