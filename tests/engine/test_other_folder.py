"""A results folder that cannot be written keeps a clip waiting, and never loses it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import FolderUnusable, UnknownJob
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.storage.disk import writing
from kling_desktop.storage.files import StoredFiles
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.helpers.fakes import START, FakeProvider, a_clip
from tests.helpers.worlds import T2V, Scene, a_draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kling_desktop.engine.engine import Engine
    from kling_desktop.engine.world import World

S = JobState
CONTENT = b"a whole clip"


class Downloads(FakeProvider):
    """Writes what it brings, as the real one does."""

    async def download(
        self, url: str, part: Path, on_progress: Callable[[int, int | None], None]
    ) -> int:
        size = await super().download(url, part, on_progress)
        with writing():
            await asyncio.to_thread(part.write_bytes, CONTENT)
        return size


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, provider=Downloads())


def on_disk(scene: Scene) -> World:
    """The real ledger and the real files; only the service is a fake."""

    async def measure(_: Path) -> object:
        return a_clip()

    folder = scene.folder / "state"
    ledger = SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: START)
    files = StoredFiles(
        folder / "inputs",
        prepare=_no_picture,  # type: ignore[arg-type]
        prepare_mask=_no_picture,  # type: ignore[arg-type]
        size_of=_no_picture,  # type: ignore[arg-type]
        seconds_of=_no_picture,  # type: ignore[arg-type]
        measure=measure,  # type: ignore[arg-type]
    )
    return replace(scene.world(), ledger=ledger, files=files)


def _no_picture(_: Path) -> object:
    raise AssertionError


async def waits_for_its_folder(engine: Engine, job_id: JobId, tries: int = 3) -> Job:
    """The job once it has waited for a while, and could not be written each time."""
    provider = engine._world.provider
    assert isinstance(provider, Downloads)
    for _ in range(100_000):
        job = engine.job(job_id)
        if job.trouble is not None and len(provider.on_download.calls) >= tries:
            return job
        await asyncio.sleep(0)
    raise AssertionError("it never waits")


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system that nobody may write to, not even root; skipped where none can be mounted."""
    folder = tmp_path / "clips"
    folder.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root may mount")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro", "none", str(folder)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_read_only_folder_keeps_the_clip_waiting_until_it_can_be_written(
    scene: Scene, mounted: Path
) -> None:
    async with scene.engine(world=on_disk(scene)) as engine:
        job = await engine.generate(replace(a_draft(T2V), out_dir=mounted))
        waiting = await waits_for_its_folder(engine, job.id)
        assert_says_what_it_waits_for(waiting, mounted)
        remount = ["mount", "-o", "remount,rw", str(mounted)]
        await asyncio.to_thread(subprocess.run, remount, check=True)
        assert_is_home(await engine.wait(job.id), mounted, scene)


@pytest.mark.usefixtures("modes_count")
async def test_a_folder_without_the_right_to_write_keeps_the_clip_waiting(
    scene: Scene, tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir(mode=0o555)
    async with scene.engine(world=on_disk(scene)) as engine:
        job = await engine.generate(replace(a_draft(T2V), out_dir=folder))
        assert_says_what_it_waits_for(await waits_for_its_folder(engine, job.id), folder)
        folder.chmod(0o755)
        assert_is_home(await engine.wait(job.id), folder, scene)


async def in_the_way(engine: Engine, folder: Path) -> Job:
    """A job whose folder has become a file by the time that its clip is there."""

    def block(event: object) -> None:
        if isinstance(event, JobChanged) and event.job.state is S.QUEUED:
            with suppress(OSError):
                folder.rmdir()
                folder.write_bytes(b"in the way")

    engine.subscribe(block)
    return await engine.generate(replace(a_draft(T2V), out_dir=folder))


async def test_a_file_in_the_place_of_the_folder_keeps_the_clip_waiting_until_it_is_gone(
    scene: Scene, tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    async with scene.engine(world=on_disk(scene)) as engine:
        job = await in_the_way(engine, folder)
        assert_says_what_it_waits_for(await waits_for_its_folder(engine, job.id), folder)
        folder.unlink()
        folder.mkdir()
        assert_is_home(await engine.wait(job.id), folder, scene)


async def test_a_program_that_starts_anew_waits_for_the_folder_as_well(
    scene: Scene, tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    async with scene.engine(world=on_disk(scene)) as engine:
        job = await in_the_way(engine, folder)
        await waits_for_its_folder(engine, job.id)
    tries = len(scene.provider.on_download.calls)
    async with scene.engine(adopts=True, world=on_disk(scene)) as engine:
        await waits_for_its_folder(engine, job.id, tries + 2)
        folder.unlink()
        folder.mkdir()
        assert_is_home(await engine.wait(job.id), folder, scene)


async def test_a_clip_comes_to_another_folder_that_is_chosen_for_it(
    scene: Scene, tmp_path: Path
) -> None:
    folder, other = tmp_path / "clips", tmp_path / "other" / "clips"
    async with scene.engine(world=on_disk(scene)) as engine:
        job = await in_the_way(engine, folder)
        await waits_for_its_folder(engine, job.id)
        with pytest.raises(FolderUnusable):
            engine.put_elsewhere(job.id, folder / "below a file")
        engine.put_elsewhere(job.id, other)
        done = await engine.wait(job.id)
        assert_is_home(done, other, scene)
        assert "another folder was chosen" in [each.cause for each in engine.history(job.id)]
        with pytest.raises(UnknownJob, match="is done"):
            engine.put_elsewhere(job.id, other)
    assert folder.read_bytes() == b"in the way"


def assert_says_what_it_waits_for(job: Job, folder: Path) -> None:
    assert job.state is S.DOWNLOADING
    assert job.trouble is not None
    assert job.trouble.code == "folder_unusable"
    assert str(folder) in str(explain_trouble(job.trouble, waiting=True))


def assert_is_home(job: Job, folder: Path, scene: Scene) -> None:
    assert (job.state, job.trouble) == (S.DONE, None)
    (clip,) = folder.glob("*.mp4")
    assert (clip.read_bytes(), job.clips[0].path) == (CONTENT, str(clip))
    assert len(scene.provider.submits) == 1
    assert not list(folder.glob(".*.part"))
