"""Each clip of a brush job is looked at once it is home, and that never troubles the job."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.errors import Broken, ClipDamaged
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.story import tell
from kling_desktop.engine.brush_checks import MOST_MISSED, NOT_SEEN, OLDEST, REST
from kling_desktop.engine.intake import Draft
from tests.domain.motion.documents import a_document
from tests.helpers.worlds import BRUSH, I2V, PICTURE, Scene, a_draft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.motion.asked import Asked

TOLD: dict[str, Any] = {
    "took": "no",
    "score": 0.0,
    "headline": "The brush was ignored.",
    "words": ["Region 1 did not move: the brush was ignored (0.1 % of 13.0 %)."],
}


@dataclass
class Eye:
    """Says what it is told to say, when it is told to."""

    told: Mapping[str, Any] | Exception = field(default_factory=lambda: dict(TOLD))
    may_look: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[tuple[Path, Asked]] = field(default_factory=list)

    async def __call__(self, clip: Path, asked: Asked, /) -> Mapping[str, Any]:
        self.seen.append((clip, asked))
        self.began.set()
        await self.may_look.wait()
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


@pytest.fixture
def eye() -> Eye:
    return Eye()


@pytest.fixture
def scene(tmp_path: Path, eye: Eye) -> Scene:
    return Scene(tmp_path, brush_eye=eye)


def a_wish() -> Draft:
    values = {"prompt": "drifts", "image_url": str(PICTURE)}
    return Draft(endpoint=BRUSH, values=values, motion=a_document())


async def test_a_job_is_done_before_its_clip_is_looked_at(scene: Scene, eye: Eye) -> None:
    heard: list[JobChanged] = []
    async with scene.engine(adopts=True) as engine:
        engine.subscribe(
            lambda event: heard.append(event) if isinstance(event, JobChanged) else None
        )
        job = await engine.wait((await engine.generate(a_wish())).id)
        assert (job.state, job.brush) == (JobState.DONE, None)
        seconds = job.seconds
        eye.may_look.set()
        looked = await engine.looked_at(job.id)
        assert looked.brush == TOLD
        assert looked.seconds == seconds
        assert heard[-1].job == looked
        assert scene.files.retold == [looked]
        lines = [each.text for each in tell(looked, engine.history(job.id))]
    assert any("The brush was ignored. Region 1 did not move" in line for line in lines)
    ((clip, asked),) = eye.seen
    assert str(clip) == job.clips[0].path
    assert [each.number for each in asked.regions] == [1, 2]
    assert all(len(each.points) >= 2 for each in asked.regions)
    assert asked.static


@pytest.mark.parametrize("error", [Broken("the child failed"), ClipDamaged("?"), OSError("no")])
async def test_a_look_that_fails_leaves_the_job_as_it_is(
    scene: Scene, eye: Eye, error: Exception
) -> None:
    eye.told = error
    eye.may_look.set()
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait((await engine.generate(a_wish())).id)
        looked = await engine.looked_at(job.id)
    assert (looked.state, looked.brush, looked.trouble) == (JobState.DONE, None, None)


async def test_closing_does_not_wait_for_a_look(scene: Scene, eye: Eye) -> None:
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait((await engine.generate(a_wish())).id)
        await eye.began.wait()
    assert scene.ledger.get(job.id).brush is None


async def test_a_clip_without_a_brush_is_not_looked_at(scene: Scene, eye: Eye) -> None:
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait((await engine.generate(a_draft(I2V))).id)
        assert (await engine.looked_at(job.id)).brush is None
    assert eye.seen == []


async def test_one_clip_is_looked_at_at_a_time(scene: Scene, eye: Eye) -> None:
    async with scene.engine(adopts=True) as engine:
        one = await engine.wait((await engine.generate(a_wish())).id)
        await eye.began.wait()
        other = await engine.wait((await engine.generate(a_wish())).id)
        assert len(eye.seen) == 1
        eye.may_look.set()
        for job in (one, other):
            assert (await engine.looked_at(job.id)).brush == TOLD
    assert len(eye.seen) == 2


async def died_before_the_look(scene: Scene, eye: Eye) -> JobId:
    """A job that is done, in a ledger whose program ended just then."""
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait((await engine.generate(a_wish())).id)
        await eye.began.wait()
    eye.seen.clear()
    eye.may_look.set()
    return job.id


async def seen_after_a_start(scene: Scene, job_id: JobId) -> Job:
    async with scene.engine(adopts=True) as engine:
        heard = asyncio.Event()
        engine.subscribe(lambda event: heard.set() if isinstance(event, JobChanged) else None)
        async with asyncio.timeout(5):
            await heard.wait()
        return await engine.looked_at(job_id)


async def test_a_clip_that_nobody_looked_at_is_looked_at_after_the_next_start(
    scene: Scene, eye: Eye
) -> None:
    job_id = await died_before_the_look(scene, eye)
    assert (await seen_after_a_start(scene, job_id)).brush == TOLD
    assert len(eye.seen) == 1
    assert REST in scene.clock.sleeps


@pytest.mark.parametrize("error", [Broken("the child failed"), ClipDamaged("?"), OSError("gone")])
async def test_one_that_cannot_be_seen_then_is_left_alone_from_then_on(
    scene: Scene, eye: Eye, error: Exception
) -> None:
    job_id = await died_before_the_look(scene, eye)
    eye.told = error
    assert (await seen_after_a_start(scene, job_id)).brush == NOT_SEEN
    scene.clock.sleeps.clear()
    async with scene.engine(adopts=True):
        await asyncio.sleep(0)
    assert len(eye.seen) == 1
    assert REST not in scene.clock.sleeps


async def test_only_some_old_clips_are_looked_at_after_a_start(scene: Scene, eye: Eye) -> None:
    job_id = await died_before_the_look(scene, eye)
    old = scene.ledger.get(job_id)
    for number in range(30):
        one = replace(old, id=JobId(f"old-{number}"), request_id=f"r-{number}")
        scene.ledger.add(one, "new")
    found = scene.ledger.unseen("test", scene.clock.now() - OLDEST, MOST_MISSED)
    assert len(found) == MOST_MISSED
    assert scene.ledger.unseen("test", scene.clock.now() + OLDEST, MOST_MISSED) == []


async def test_a_program_that_was_started_for_one_thing_leaves_old_clips_alone(
    scene: Scene, eye: Eye
) -> None:
    await died_before_the_look(scene, eye)
    async with scene.engine() as engine:
        await engine.start(takes_unsent=False)
        await asyncio.sleep(0)
    assert eye.seen == []
    assert REST not in scene.clock.sleeps
