"""Pictures in, clips out."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.content import Content
from kling_desktop.domain.errors import BadMedia, BadPicture, ClipDamaged, FolderUnusable
from kling_desktop.domain.jobs import JobId
from kling_desktop.storage.files import StoredFiles
from kling_desktop.storage.sidecar import sidecar_of
from tests.storage.children import child
from tests.storage.some_jobs import NOON, a_job

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.disk_ports import Files


@dataclass(frozen=True)
class Picture:
    data: bytes
    suffix: str = ".png"


@dataclass(frozen=True)
class Facts:
    width: int = 64
    height: int = 48
    frames: int = 50
    fps: float = 10.0
    codec: str = "h264"


def prepare(path: Path) -> Picture:
    if path.suffix == ".txt":
        raise BadPicture(path.name, "is not a picture")
    return Picture(b"prepared " + path.read_bytes())


def content(path: Path | str) -> bytes:
    return Path(path).read_bytes()


class Measure:
    """Takes every file for a whole video, but for those that begin with ``bad``."""

    def __init__(self) -> None:
        self.seen: list[Path] = []

    async def __call__(self, path: Path) -> Facts:
        self.seen.append(path)
        if content(path).startswith(b"bad"):
            raise ClipDamaged("it has no frames")
        return Facts()


def seconds_of(path: Path, _kind: FieldKind | None) -> float:
    if not path.stem.isdigit():
        raise BadMedia(path.name, "it has no video in it")
    return float(path.stem)


def size_of(path: Path) -> tuple[int, int]:
    return len(content(path)), 1


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return tmp_path / "state" / "inputs"


@pytest.fixture
def measure() -> Measure:
    return Measure()


@pytest.fixture
def files(inputs: Path, measure: Measure) -> StoredFiles:
    return StoredFiles(
        inputs,
        prepare=prepare,
        measure=measure,
        prepare_mask=prepare,
        size_of=size_of,
        seconds_of=seconds_of,
    )


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "clips").mkdir()
    return a_job(out_dir=str(tmp_path / "clips"))


def downloaded(files: StoredFiles, job: Job, data: bytes = b"a clip") -> Path:
    part = files.part(job)
    part.write_bytes(data)
    return part


def names(folder: Path | str) -> set[str]:
    return {each.name for each in Path(folder).iterdir()}


def harm(path: str) -> None:
    Path(path).write_bytes(b"bad")


def remove(path: str) -> None:
    Path(path).unlink()


def sidecar(clip_path: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sidecar_of(Path(clip_path)).read_bytes())
    return document


NAME = "2026-05-04-a-boat-on-the-lake-00000000.mp4"


def test_they_are_the_files_that_the_engine_asks_for(files: StoredFiles, job: Job) -> None:
    asked_for: Files = files
    assert asked_for.part(job) == Path(job.out_dir) / ".000000000001.part"


async def test_a_picture_is_kept_prepared_by_its_content(
    files: StoredFiles, inputs: Path, tmp_path: Path
) -> None:
    (tmp_path / "boat.webp").write_bytes(b"pixels")
    digest = hashlib.sha256(b"prepared pixels").hexdigest()[:16]
    kept = await files.keep_picture(tmp_path / "boat.webp")
    assert kept == inputs / digest / "boat.png"
    assert kept.read_bytes() == b"prepared pixels"


async def test_our_copies_are_for_this_user_alone(files: StoredFiles, tmp_path: Path) -> None:
    (tmp_path / "boat.png").write_bytes(b"pixels")
    kept = await files.keep_picture(tmp_path / "boat.png")
    found = [each.stat().st_mode & 0o777 for each in (kept, *kept.parents[:3])]
    assert found == [0o600, 0o700, 0o700, 0o700]


async def test_the_same_picture_twice_is_one_file_written_once(
    files: StoredFiles, tmp_path: Path
) -> None:
    (tmp_path / "boat.png").write_bytes(b"pixels")
    first = await files.keep_picture(tmp_path / "boat.png")
    before = first.stat()
    second = await files.keep_picture(tmp_path / "boat.png")
    assert (second, second.stat().st_ino) == (first, before.st_ino)


async def test_a_copy_that_was_harmed_is_written_anew(files: StoredFiles, tmp_path: Path) -> None:
    (tmp_path / "boat.png").write_bytes(b"pixels")
    kept = await files.keep_picture(tmp_path / "boat.png")
    kept.write_bytes(b"half")
    await files.keep_picture(tmp_path / "boat.png")
    assert kept.read_bytes() == b"prepared pixels"


@pytest.mark.parametrize("kind", [FieldKind.VIDEO, FieldKind.SOUND])
async def test_a_video_or_a_sound_is_kept_as_it_is(
    files: StoredFiles, inputs: Path, tmp_path: Path, kind: FieldKind
) -> None:
    (tmp_path / "7.MP4").write_bytes(b"frames")
    kept = await files.keep_media(tmp_path / "7.MP4", kind)
    assert kept == inputs / hashlib.sha256(b"frames").hexdigest()[:16] / "7.mp4"
    assert kept.read_bytes() == b"frames"
    assert await files.media_seconds(kept) == 7.0


async def test_the_same_video_twice_is_one_file(files: StoredFiles, tmp_path: Path) -> None:
    for name in ("7.mp4", "8.mp4"):
        (tmp_path / name).write_bytes(b"frames")
    first, again = [await files.keep_media(tmp_path / "7.mp4", FieldKind.VIDEO) for _ in range(2)]
    assert first.stat().st_ino == again.stat().st_ino
    other = await files.keep_media(tmp_path / "8.mp4", FieldKind.VIDEO)
    assert (other.parent, other.name) == (first.parent, "8.mp4")


async def test_a_copy_outlives_the_original(files: StoredFiles, tmp_path: Path) -> None:
    (tmp_path / "7.wav").write_bytes(b"sound")
    kept = await files.keep_media(tmp_path / "7.wav", FieldKind.SOUND)
    (tmp_path / "7.wav").unlink()
    assert kept.read_bytes() == b"sound"


async def test_what_cannot_be_measured_leaves_no_copy(
    files: StoredFiles, inputs: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"nonsense")
    with pytest.raises(BadMedia, match="no video in it"):
        await files.keep_media(tmp_path / "bad.mp4", FieldKind.VIDEO)
    assert not await asyncio.to_thread(inputs.exists)


async def test_a_video_that_goes_away_meanwhile_is_told(files: StoredFiles, tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="No such file"):
        await files.keep_media(tmp_path / "7.mp4", FieldKind.VIDEO)


async def test_a_bad_picture_leaves_no_copy(files: StoredFiles, tmp_path: Path) -> None:
    with pytest.raises(BadPicture):
        await files.keep_picture(tmp_path / "notes.txt")
    assert names(tmp_path) == set()


async def test_a_place_for_copies_that_cannot_be_written_is_said_to_be_so(
    files: StoredFiles, inputs: Path, tmp_path: Path
) -> None:
    inputs.parent.write_bytes(b"a file where the folder should be")
    (tmp_path / "boat.png").write_bytes(b"pixels")
    with pytest.raises(FolderUnusable):
        await files.keep_picture(tmp_path / "boat.png")


async def test_a_whole_clip_gets_its_name_and_its_facts(files: StoredFiles, job: Job) -> None:
    clip = await files.settle(job, downloaded(files, job))
    assert names(job.out_dir) == {NAME, f"{NAME}.kling.json"}
    assert clip.path == str(Path(job.out_dir) / NAME)
    assert clip.sha256 == hashlib.sha256(b"a clip").hexdigest()
    assert (clip.size, clip.width, clip.height, clip.duration) == (6, 64, 48, 5.0)


async def test_what_a_killed_program_left_of_a_picture_is_swept_after_an_hour(
    files: StoredFiles, tmp_path: Path
) -> None:
    picture = tmp_path / "boat.png"
    picture.write_bytes(b"a boat")
    kept = await files.keep_picture(picture)
    old, new = (kept.with_name(f".{name}.part") for name in ("old", "new"))
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 3601,) * 2)
    assert await files.keep_picture(picture) == kept
    assert (old.exists(), new.exists()) == (False, True)  # the new one may be growing just now


async def test_a_damaged_part_is_removed(files: StoredFiles, job: Job) -> None:
    with pytest.raises(ClipDamaged, match="no frames"):
        await files.settle(job, downloaded(files, job, b"bad"))
    assert names(job.out_dir) == set()


async def test_nothing_downloaded_is_not_a_clip(files: StoredFiles, job: Job) -> None:
    with pytest.raises(ClipDamaged, match="gone"):
        await files.settle(job, files.part(job))


async def test_settling_again_finds_the_finished_file(files: StoredFiles, job: Job) -> None:
    part = downloaded(files, job)
    first = await files.settle(job, part)
    assert await files.settle(job, part) == first


async def test_a_kill_between_rename_and_sidecar_is_made_good(files: StoredFiles, job: Job) -> None:
    first = await files.settle(job, downloaded(files, job))
    before = sidecar_of(Path(first.path)).read_bytes()
    sidecar_of(Path(first.path)).unlink()
    assert await files.settle(job, files.part(job)) == first
    assert sidecar_of(Path(first.path)).read_bytes() == before


async def test_the_same_clip_downloaded_again_is_not_kept_twice(
    files: StoredFiles, job: Job
) -> None:
    first = await files.settle(job, downloaded(files, job))
    assert await files.settle(job, downloaded(files, job)) == first
    assert names(job.out_dir) == {NAME, f"{NAME}.kling.json"}


async def test_another_file_of_that_name_is_left_alone(files: StoredFiles, job: Job) -> None:
    (Path(job.out_dir) / NAME).write_bytes(b"somebody's own")
    clip = await files.settle(job, downloaded(files, job))
    assert Path(clip.path).name == NAME.replace(".mp4", "-2.mp4")
    assert (Path(job.out_dir) / NAME).read_bytes() == b"somebody's own"
    assert await files.settle(job, files.part(job)) == clip


async def test_the_clip_of_another_job_is_never_taken_for_ours(
    files: StoredFiles, job: Job
) -> None:
    twin = replace(job, id=type(job.id)("000000009999"))
    theirs = await files.settle(twin, downloaded(files, twin))
    ours = await files.settle(job, downloaded(files, job))
    assert theirs.path != ours.path
    assert sidecar(theirs.path)["job_id"] == twin.id
    assert sidecar(ours.path)["job_id"] == job.id


async def test_a_damaged_finished_file_is_not_removed(files: StoredFiles, job: Job) -> None:
    clip = await files.settle(job, downloaded(files, job))
    harm(clip.path)
    with pytest.raises(ClipDamaged):
        await files.settle(job, files.part(job))
    assert content(clip.path) == b"bad"


async def test_the_part_is_measured_before_it_has_a_name(
    files: StoredFiles, job: Job, measure: Measure
) -> None:
    part = downloaded(files, job)
    await files.settle(job, part)
    assert measure.seen == [part]


async def test_a_clip_that_cannot_be_checked_stays_where_it_is(inputs: Path, job: Job) -> None:
    async def measure(path: Path) -> Facts:
        raise OSError(12, "Cannot allocate memory", str(path))

    files = StoredFiles(
        inputs,
        prepare=prepare,
        measure=measure,
        prepare_mask=prepare,
        size_of=size_of,
        seconds_of=seconds_of,
    )
    part = downloaded(files, job)
    with pytest.raises(FolderUnusable, match="Cannot allocate memory"):
        await files.settle(job, part)
    assert part.exists()


async def test_a_sidecar_tells_everything_about_the_request(
    files: StoredFiles, job: Job, tmp_path: Path
) -> None:
    (tmp_path / "boat.png").write_bytes(b"pixels")
    kept = await files.keep_picture(tmp_path / "boat.png")
    job = replace(
        job,
        params={
            "prompt": "Über den See",
            "image_url": kept.as_uri(),
            "dynamic_masks": [{"mask_url": kept.as_uri(), "trajectories": [{"x": 1, "y": 2}]}],
            "tail_image_url": "https://example.org/a.png",
        },
        body={"prompt": "Über den See", "image_url": "https://cdn/boat.png"},
        request_id="r-1",
        estimate_usd=Decimal("0.475"),
    )
    part = downloaded(files, job)
    os.utime(part, (NOON.timestamp(), NOON.timestamp()))
    clip = await files.settle(job, part)
    picture = {"name": "boat.png", "sha256": hashlib.sha256(b"prepared pixels").hexdigest()}
    assert sidecar(clip.path) == {
        "version": 1,
        "job_id": "000000000001",
        "endpoint": job.endpoint,
        "backend": "sandbox",
        "request_id": "r-1",
        "params": {
            "prompt": "Über den See",
            "image_url": picture,
            "dynamic_masks": [{"mask_url": picture, "trajectories": [{"x": 1, "y": 2}]}],
            "tail_image_url": "https://example.org/a.png",
        },
        "body": {"prompt": "Über den See", "image_url": "https://cdn/boat.png"},
        "created": "2026-05-04T12:01:00+00:00",
        "finished": "2026-05-04T12:00:00+00:00",
        "estimate_usd": "0.475",
        "cost_usd": None,
        "clip": {
            "file": Path(clip.path).name,
            "sha256": clip.sha256,
            "size": 6,
            "width": 64,
            "height": 48,
            "frames": 50,
            "fps": 10.0,
            "seconds": 5.0,
            "codec": "h264",
        },
    }


async def test_a_prompt_that_only_looks_like_a_file_is_kept_as_it_is(
    files: StoredFiles, job: Job
) -> None:
    job = replace(job, params={"prompt": "file:///etc/passwd \udcff"})
    clip = await files.settle(job, downloaded(files, job))
    assert "file:///etc/passwd" in sidecar(clip.path)["params"]["prompt"]


async def test_times_in_a_sidecar_are_utc(files: StoredFiles, job: Job) -> None:
    clip = await files.settle(job, downloaded(files, job))
    finished = datetime.fromisoformat(sidecar(clip.path)["finished"])
    assert finished.tzinfo == UTC


async def test_a_kill_while_a_clip_is_checked_loses_nothing(
    files: StoredFiles, tmp_path: Path
) -> None:
    with child("settle", tmp_path) as program:
        program.kill()
    job = a_job(out_dir=str(tmp_path))
    clip = await files.settle(job, files.part(job))
    assert content(clip.path) == b"a clip"


async def test_the_content_of_a_kept_picture_is_told(files: StoredFiles, tmp_path: Path) -> None:
    picture = tmp_path / "Boot.PNG"
    picture.write_bytes(b"abc")
    told = await files.content(picture)
    assert told == Content(hashlib.sha256(b"abc").hexdigest(), ".png", 3)


async def test_the_content_of_a_picture_that_is_gone_cannot_be_told(
    files: StoredFiles, tmp_path: Path
) -> None:
    with pytest.raises(BadPicture, match="No such file"):
        await files.content(tmp_path / "gone.png")


async def test_what_was_seen_of_the_brush_is_added_beside_the_clip(
    files: StoredFiles, job: Job
) -> None:
    clip = await files.settle(job, downloaded(files, job))
    seen = replace(job, clips=(clip,), brush={"took": "yes", "score": 0.9})
    before = sidecar(clip.path)
    await files.retell(seen)
    assert sidecar(clip.path) == before | {"brush": {"took": "yes", "score": 0.9}}


async def test_the_sidecar_of_another_job_is_left_alone(files: StoredFiles, job: Job) -> None:
    clip = await files.settle(job, downloaded(files, job))
    before = sidecar(clip.path)
    other = replace(job, id=JobId("other"), clips=(clip,), brush={"took": "no"})
    await files.retell(other)
    assert sidecar(clip.path) == before
    remove(clip.path)
    await files.retell(replace(job, clips=(clip,), brush={"took": "no"}))
    assert sidecar(clip.path) == before
