"""What ``media`` does for the engine: its libraries take long to load, and wait until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kling_desktop.domain.catalog import FieldKind
    from kling_desktop.domain.lineage import Frame, Joined, Moment
    from kling_desktop.domain.motion.asked import Asked
    from kling_desktop.media.pictures import Prepared


def prepare(path: Path, *, strips: bool) -> Prepared:
    from kling_desktop.media.pictures import prepare

    return prepare(path, strips=strips)


def prepare_mask(path: Path) -> Prepared:
    """Masks need numpy, which takes long to load and is not wanted before there is one."""
    from kling_desktop.media.masks import prepare_mask

    return prepare_mask(path)


def seconds_of(path: Path, kind: FieldKind | None) -> float:
    """FFmpeg takes long to load as well."""
    from kling_desktop.media.sources import seconds_of

    return seconds_of(path, kind)


def take_frame(clip: Path, moment: Moment, job_id: str) -> Frame:
    from kling_desktop.media.frames import take_frame

    return take_frame(clip, moment, job_id)


def join_clips(clips: Sequence[Path], out: Path, report: Callable[[int, int], None]) -> Joined:
    from kling_desktop.media.join import join_clips

    return join_clips(clips, out, report)


async def look_at_clip(clip: Path, asked: Asked) -> Mapping[str, Any]:
    """Whether the brush took, seen by a child process. Raises as ``check_in_child``."""
    from kling_desktop.media.brush_check import check_in_child

    return await check_in_child(clip, asked)
