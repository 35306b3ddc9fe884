"""Where pictures and clips are worked on: ``media`` behind the doors that other rooms know.

What is heavy (numpy, Pillow, FFmpeg) is loaded by the first who needs it, never before.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.tuning import wishes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.catalog import FieldKind
    from kling_desktop.domain.motion.asked import Asked
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.engine.work_ports import Pictures, Projects
    from kling_desktop.media.motion.motion import Motion
    from kling_desktop.media.pictures import Prepared
    from kling_desktop.paths import Places
    from kling_desktop.storage.bench import StoredBench
    from kling_desktop.storage.files import StoredFiles


def stored_files(places: Places) -> StoredFiles:
    """Pictures in and clips out, with the checks of ``media``."""
    from kling_desktop.media.pictures import prepare, size_of
    from kling_desktop.media.probe import measure_in_child
    from kling_desktop.storage.files import StoredFiles

    wishes = wishes_of(places)
    return StoredFiles(
        places.inputs,
        prepare=lambda path: prepare(path, strips=wishes().strips_metadata),
        measure=measure_in_child,
        prepare_mask=_prepare_mask,
        size_of=size_of,
        seconds_of=_seconds_of,
        wishes=wishes,
    )


def _prepare_mask(path: Path) -> Prepared:
    """Masks need numpy, which takes long to load and is not wanted before there is one."""
    from kling_desktop.media.masks import prepare_mask

    return prepare_mask(path)


def _seconds_of(path: Path, kind: FieldKind | None) -> float:
    """FFmpeg takes long to load as well."""
    from kling_desktop.media.sources import seconds_of

    return seconds_of(path, kind)


def picture_size(name: str, data: bytes) -> Size:
    """The size of the upright picture in the bytes of a file. Raises BadPicture."""
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.media.pictures import upright_size

    return Size(*upright_size(name, data))


def brush_disk(places: Places) -> tuple[Projects, Pictures]:
    """Project files, work in progress, and pictures for the canvas."""
    from kling_desktop.media.decode import PictureFiles
    from kling_desktop.storage.work import StoredProjects

    projects = StoredProjects(places.autosave, places.recent, picture_size)
    return projects, PictureFiles()


def clip_bench(places: Places) -> StoredBench:
    """Cuts frames out of clips and joins them; FFmpeg is not loaded before that."""
    from kling_desktop.media import cuts
    from kling_desktop.storage.bench import StoredBench

    return StoredBench(
        places.clips,
        take_frame=cuts.take_frame,
        take_still=cuts.take_still,
        join=cuts.join_clips,
        now=lambda: datetime.now(UTC),
    )


def lineage_in(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The clips that the pictures among an input's values are frames of, by field; blocks."""
    from kling_desktop.media.pictures import lineage_in

    return lineage_in(values)


def make_motion(picture: NDArray[np.uint8], long_side: int) -> Callable[[MotionDocument], Motion]:
    """Renders versions of what is painted on a picture, for the canvas."""
    from kling_desktop.media.motion.motion import Motion
    from kling_desktop.media.motion.of_document import Scenes
    from kling_desktop.media.motion.plates import Plates

    scenes, plates = Scenes(picture, long_side), Plates()
    return lambda document: Motion(scenes.scene(document), plates)


def export_motion(
    out: Path,
    document: MotionDocument,
    picture: NDArray[np.uint8],
    on_frame: Callable[[int, int], None],
) -> None:
    """Write the preview of what is painted on a picture (blue, green, red, 255); blocks.

    Raises:
        FolderUnusable: the file cannot be written.
        Whatever ``on_frame`` raises.
    """
    from kling_desktop.media.animatic import export_animatic

    try:
        export_animatic(out, document, picture[..., 2::-1], on_frame=on_frame)
    except OSError as error:
        raise FolderUnusable(error.strerror or str(error)) from error


async def look_at_clip(clip: Path, asked: Asked) -> Mapping[str, Any]:
    """Whether the brush took, seen by a child process. Raises as ``check_in_child``."""
    from kling_desktop.media.brush_check import check_in_child

    return await check_in_child(clip, asked)
