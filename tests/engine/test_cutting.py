"""Frames and joined clips are made of jobs that are done, and their lineage is kept."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import BadMedia, InvalidParams
from kling_desktop.domain.jobs import Clip, JobId, JobState
from kling_desktop.domain.lineage import FIRST, LAST, Joined, MadeFrom, Moment, after_change
from kling_desktop.domain.story import tell
from kling_desktop.media.frames import take_frame, take_still
from kling_desktop.media.join import join_clips
from kling_desktop.storage.bench import StoredBench
from kling_desktop.storage.rows import from_row, to_row
from kling_desktop.storage.sidecar import sidecar_of, write_sidecar
from tests.helpers.clips import write_clip
from tests.helpers.fakes import START
from tests.helpers.worlds import Scene, a_draft, a_job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.world import World

LINEAGE = {"image_url": MadeFrom("abc", LAST, 4.967).to_json()}
SENTENCE = "Its start picture is the last frame of job abc."


def with_clip(folder: Path, name: str, frames: int = 10) -> Job:
    path = write_clip(folder / f"{name}.mp4", frames=frames)
    clip = Clip(str(path), "0" * 64, path.stat().st_size, 64, 48, frames, 10.0)
    return a_job(JobState.DONE, id=JobId(name), clips=(clip,), out_dir=str(folder))


def list_of(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def world_of(scene: Scene, folder: Path, jobs: Sequence[Job]) -> World:
    for each in jobs:
        scene.ledger.add(each, "made")
    bench = StoredBench(
        folder, take_frame=take_frame, take_still=take_still, join=join_clips, now=lambda: START
    )
    return replace(scene.world(), bench=bench)


async def test_a_frame_is_taken_of_a_job_that_is_done(scene: Scene, tmp_path: Path) -> None:
    jobs = [with_clip(tmp_path, "abc"), a_job(id=JobId("under-way"))]
    async with scene.engine(world=world_of(scene, tmp_path, jobs)) as engine:
        frame = await engine.frame_of(JobId("abc"), Moment(LAST))
        assert frame.made_from == MadeFrom("abc", LAST, 0.9)
        with pytest.raises(InvalidParams, match="its clip has to be there"):
            await engine.frame_of(JobId("under-way"), Moment(LAST))


async def test_a_frame_of_any_video_knows_its_job_where_that_is_one_of_ours(
    scene: Scene, tmp_path: Path
) -> None:
    ours, other = with_clip(tmp_path, "abc"), write_clip(tmp_path / "holiday.mp4")
    clip = Path(ours.clips[0].path)
    write_sidecar(ours, ours.clips[0], inputs=tmp_path)
    async with scene.engine(world=world_of(scene, tmp_path, [ours])) as engine:
        assert (await engine.still_of(clip, Moment(LAST))).made_from == MadeFrom("abc", LAST, 0.9)
        still = await engine.still_of(other, Moment(FIRST))
        assert (still.name, still.made_from) == ("holiday-first.png", None)
        with pytest.raises(BadMedia):
            await engine.still_of(tmp_path / "none.mp4", Moment(FIRST))


async def test_joined_clips_are_a_file_beside_the_first_with_the_names_of_its_parts(
    scene: Scene, tmp_path: Path
) -> None:
    jobs = [with_clip(tmp_path, "abc"), with_clip(tmp_path, "def", 20)]
    async with scene.engine(world=world_of(scene, tmp_path, jobs)) as engine:
        ids = [each.id for each in jobs]
        first = await engine.join(ids, None, lambda *_: None)
        second = await engine.join(ids, None, lambda *_: None)
        with pytest.raises(InvalidParams, match="two or more"):
            await engine.join(ids[:1], None, lambda *_: None)
    assert first.frames == 30
    assert first.path.parent == tmp_path
    assert first.path != second.path
    told = json.loads(sidecar_of(first.path).read_bytes())
    assert [each["job_id"] for each in told["joined"]] == ["abc", "def"]
    assert told["lossless"] is first.is_lossless
    assert not [each for each in list_of(tmp_path) if each.startswith(".")]


async def test_whoever_no_longer_waits_stops_the_work(scene: Scene, tmp_path: Path) -> None:
    begun, ended = threading.Event(), threading.Event()

    class Slow:
        """A bench that never comes to an end by itself."""

        def frame(self, job: Job, moment: Moment) -> object:
            raise AssertionError

        def join(self, jobs: object, out: object, report: object) -> Joined:
            begun.set()
            try:
                while True:
                    report(1, 2)  # type: ignore[operator]
            finally:
                ended.set()

    jobs = [with_clip(tmp_path, "abc"), with_clip(tmp_path, "def")]
    world = replace(world_of(scene, tmp_path, jobs), bench=Slow())  # type: ignore[arg-type]
    async with scene.engine(world=world) as engine:
        work = asyncio.ensure_future(engine.join([each.id for each in jobs], None, lambda *_: None))
        assert await asyncio.to_thread(begun.wait, 10)
        work.cancel()
        assert await asyncio.to_thread(ended.wait, 10)


async def test_a_job_keeps_where_its_pictures_are_from(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.generate(replace(a_draft(), made_from=LINEAGE))
        assert job.made_from == LINEAGE
        assert (await engine.again(job.id)).made_from == LINEAGE
        told = " ".join(each.text for each in tell(job, engine.history(job.id)))
    assert SENTENCE in told
    assert from_row(to_row(job)).made_from == LINEAGE


def test_lineage_holds_for_what_was_not_changed() -> None:
    before = {"image_url": "file:///a.png", "prompt": "a"}
    assert after_change(LINEAGE, before, before | {"prompt": "b"}) == LINEAGE
    assert after_change(LINEAGE, before, before | {"image_url": "file:///b.png"}) is None
