"""Pictures in, clips out: our own copies of inputs, and clips that are whole once they have a name.

    keep_picture   path -> prepared -> inputs/<content>/<name>
    settle         part -> measured, hashed, synced -> renamed -> sidecar written

Each step leaves the disk in a state from which the same call, made again, comes to the same end.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from contextlib import suppress
from dataclasses import replace
from glob import escape
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kling_desktop.domain.content import Content
from kling_desktop.domain.errors import BadMedia, BadPicture, ClipDamaged
from kling_desktop.domain.jobs import Clip
from kling_desktop.domain.settings.values import Settings
from kling_desktop.storage.disk import (
    private_folder,
    sha256_of,
    sync_file,
    sync_folder,
    write_whole,
    writing,
)
from kling_desktop.storage.names import clip_names, safe_stem
from kling_desktop.storage.sidecar import owner_of, write_sidecar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from kling_desktop.domain.catalog import FieldKind
    from kling_desktop.domain.jobs import Job

STRAY_AFTER = 3600.0
"""Seconds after which the part of a picture belongs to nobody: to write it takes a moment."""


class PreparedPicture(Protocol):
    """A picture as it will be uploaded."""

    @property
    def data(self) -> bytes: ...
    @property
    def suffix(self) -> str: ...


class MeasuredClip(Protocol):
    """What decoding a whole video told."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def fps(self) -> float: ...
    @property
    def codec(self) -> str: ...


class StoredFiles:
    """The files of all jobs; satisfies ``engine.disk_ports.Files``."""

    def __init__(  # noqa: PLR0913 - what each kind of file needs
        self,
        inputs: Path,
        *,
        prepare: Callable[[Path], PreparedPicture],
        measure: Callable[[Path], Awaitable[MeasuredClip]],
        prepare_mask: Callable[[Path], PreparedPicture],
        size_of: Callable[[Path], tuple[int, int]],
        seconds_of: Callable[[Path, FieldKind | None], float],
        wishes: Callable[[], Settings] = Settings,
    ) -> None:
        self._wishes = wishes
        self._inputs = inputs
        self._prepare = prepare
        self._prepare_mask = prepare_mask
        self._size_of = size_of
        self._measure = measure
        self._seconds_of = seconds_of

    async def keep_picture(self, path: Path) -> Path:
        """Prepare a picture and keep our own copy; the same content and name give the same path.

        Raises:
            BadPicture: it cannot be used; says why.
            FolderUnusable: our copy cannot be written.
        """
        return await asyncio.to_thread(self._keep, path, self._prepare)

    async def keep_mask(self, path: Path) -> Path:
        """The same for a mask. Raises as :meth:`keep_picture`."""
        return await asyncio.to_thread(self._keep, path, self._prepare_mask)

    async def keep_media(self, path: Path, kind: FieldKind) -> Path:
        """Keep our own copy of a video or a sound that can be read; same content, same path.

        Raises:
            BadMedia: it cannot be used; says why.
            FolderUnusable: our copy cannot be written.
        """
        return await asyncio.to_thread(self._keep_media, path, kind)

    async def media_seconds(self, path: Path) -> float:
        """The length of a video or a sound. Raises BadMedia."""
        return await asyncio.to_thread(self._seconds_of, path, None)

    async def keep_bytes(self, name: str, data: bytes) -> Path:
        """Keep something that was made here; the same content and name give the same path.

        Raises:
            FolderUnusable: it cannot be written.
        """
        return await asyncio.to_thread(self._kept, Path(name), Path(name).suffix, data)

    async def picture_size(self, path: Path) -> tuple[int, int]:
        """Width and height of the upright picture in a file. Raises BadPicture."""
        return await asyncio.to_thread(self._size_of, path)

    async def content(self, path: Path) -> Content:
        """What is in our copy of a picture.

        Raises:
            BadPicture: it cannot be read.
        """
        try:
            digest, size = await asyncio.to_thread(lambda: (sha256_of(path), path.stat().st_size))
        except OSError as error:
            raise BadPicture(path.name, error.strerror or type(error).__name__) from None
        return Content(digest, path.suffix.lower(), size)

    def part(self, job: Job) -> Path:
        """Where the clip of a job is collected while it is incomplete."""
        return Path(job.out_dir) / f".{job.id}.part"

    async def finished(self, job: Job) -> Clip | None:
        """The clip that an earlier program brought home whole but died before it could say so."""
        part = self.part(job)
        if await asyncio.to_thread(part.exists):
            return None
        try:
            return await self.settle(job, part)
        except ClipDamaged:
            return None

    async def settle(self, job: Job, part: Path) -> Clip:
        """Verify a downloaded file as a video and give it its name; safe to call once more.

        Where the part is gone because an earlier call got as far as renaming it, the finished
        file is found and measured instead.

        Raises:
            ClipDamaged: it is not a whole video, or there is none; a damaged part is removed.
            FolderUnusable: it cannot be written.
        """
        with writing():
            source = await asyncio.to_thread(_source, job, part, self._template)
            try:
                measured = await self._measure(source)
            except ClipDamaged:
                if source == part:
                    await asyncio.to_thread(part.unlink)
                raise
            return await asyncio.to_thread(self._place, job, source, measured)

    async def retell(self, job: Job) -> None:
        """Write the sidecars of a job's clips anew, where the clips are still ours.

        Raises:
            FolderUnusable: one cannot be written.
        """
        with writing():
            await asyncio.to_thread(self._retell, job)

    @property
    def _template(self) -> str:
        return self._wishes().clip_name

    def _retell(self, job: Job) -> None:
        for clip in job.clips:
            path = Path(clip.path)
            if path.exists() and owner_of(path) == job.id:
                write_sidecar(job, clip, inputs=self._inputs)

    def _keep(self, path: Path, prepare: Callable[[Path], PreparedPicture]) -> Path:
        prepared = prepare(path)
        return self._kept(path, prepared.suffix, prepared.data)

    def _keep_media(self, path: Path, kind: FieldKind) -> Path:
        self._seconds_of(path, kind)
        try:
            return self._kept(path, path.suffix.lower(), path.read_bytes())
        except OSError as error:
            raise BadMedia(path.name, error.strerror or type(error).__name__) from None

    def _kept(self, path: Path, suffix: str, data: bytes) -> Path:
        digest = hashlib.sha256(data).hexdigest()[:16]
        kept = self._inputs / digest / f"{safe_stem(path.stem)}{suffix}"
        with writing():
            if not (kept.is_file() and kept.read_bytes() == data):
                private_folder(kept.parent)
                # Two programs may keep the same picture at one moment, each in its own part.
                part = kept.with_name(f".{uuid.uuid4().hex}.part")
                write_whole(kept, data, part=part)
            _sweep(kept.parent)
        return kept

    def _place(self, job: Job, source: Path, measured: MeasuredClip) -> Clip:
        clip = Clip(
            path=str(source),
            sha256=sha256_of(source),
            size=source.stat().st_size,
            width=measured.width,
            height=measured.height,
            frames=measured.frames,
            fps=measured.fps,
            codec=measured.codec,
        )
        if source == self.part(job):
            clip = _renamed(job, source, clip, self._template)
        if owner_of(Path(clip.path)) != job.id:
            write_sidecar(job, clip, inputs=self._inputs)
        return clip


def _sweep(folder: Path) -> None:
    """Drop what programs left that were killed while they kept a picture."""
    for part in folder.glob(".*.part"):
        with suppress(OSError):  # another program may be sweeping as well
            if time.time() - part.stat().st_mtime > STRAY_AFTER:
                part.unlink()


def _source(job: Job, part: Path, template: str) -> Path:
    """The part, or the finished file if an earlier call came as far as giving it its name."""
    if part.exists():
        return part
    existing = list(takewhile(Path.exists, _places(job, template)))
    # It may have been named when names were made in another way; its id is in each of them.
    others = [] if existing else sorted(Path(job.out_dir).glob(f"*{escape(job.id[:8])}*.mp4"))
    existing = existing or [each for each in others if owner_of(each) == job.id]
    ours = [path for path in existing if owner_of(path) == job.id]
    # Killed before the sidecar was written: the job took the last name that was free then.
    unmarked = [path for path in existing[-1:] if owner_of(path) is None]
    for path in (*ours, *unmarked):
        return path
    raise ClipDamaged("the downloaded file is gone")


def _renamed(job: Job, part: Path, clip: Clip, template: str) -> Clip:
    """Give the part its name; where that file exists already with this content, drop the part."""
    sync_file(part)
    for path in _places(job, template):
        if not path.exists():
            part.replace(path)
            break
        if owner_of(path) in {None, job.id} and sha256_of(path) == clip.sha256:
            part.unlink()
            break
    sync_folder(path.parent)
    return replace(clip, path=str(path))


def _places(job: Job, template: str) -> Iterator[Path]:
    return (Path(job.out_dir) / name for name in clip_names(job, template))
