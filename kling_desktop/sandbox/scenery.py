"""What a clip of the sandbox shows: the pictures and videos that were given, and the words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import FieldKind, Task
from kling_desktop.domain.money import clip_seconds, estimate
from kling_desktop.sandbox.arguments import PIXELS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.addresses import Loc
    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.sandbox.files import Files

    Given = Mapping[FieldKind, tuple[Path, float]]
    Pictures = Mapping[Loc, NDArray[np.uint8]]

ABOVE = 0.1
"""Where words stand on pictures, in shares of the height: clear of faces and of the watermark."""
LONGEST = 30
"""Seconds of a clip, however long what was given is."""
BRUSH = ("static_mask_url", "dynamic_masks")
_STARTS = ("image_url", "start_image_url")
_ENDS = ("tail_image_url", "end_image_url")
_WORKED_ON = frozenset((Task.VIDEO_EDIT, Task.VIDEO_REFERENCE, Task.LIPSYNC, Task.VIDEO_TO_AUDIO))
"""Their clips show the video that was given."""


def seconds_of(endpoint: Endpoint, params: Mapping[str, Any], given: Given) -> int:
    """The length that was asked for, else that of the sound or video that was given."""
    told = clip_seconds(endpoint, params)
    if told is not None:
        return told
    recording = given.get(FieldKind.SOUND) or given.get(FieldKind.VIDEO)
    return min(LONGEST, max(1, math.ceil(recording[1]))) if recording else 5


def units_of(endpoint: Endpoint, params: Mapping[str, Any], given: Given, seconds: int) -> float:
    """Billable units: seconds, of which one with sound takes more; or a clip."""
    recording = given.get(FieldKind.VIDEO) or given.get(FieldKind.SOUND)
    cost = estimate(endpoint, params, given_seconds=recording[1] if recording else None)
    if cost is None or endpoint.price is None:
        return seconds
    units = cost / endpoint.price.usd_per_unit
    return int(units) if units == int(units) else float(units)


def make(
    endpoint: Endpoint,
    params: Mapping[str, Any],
    given: Given,
    files: Files,
    part: Path,
    *,
    pixels: int = PIXELS,
) -> None:
    """Write the clip of a request. Raises Refused for what cannot be shown."""
    # Imported in the thread, so that the server listens before av, OpenCV and NumPy are loaded.
    from kling_desktop.media import render
    from kling_desktop.sandbox.pictures import load_pictures

    pictures = load_pictures(endpoint, params, files)
    seconds = seconds_of(endpoint, params, given)
    if endpoint.task in _WORKED_ON:
        _retake(part, given[FieldKind.VIDEO][0], words_of(params), seconds, pixels)
        return
    still, size = _first_frame(endpoint, params, pictures, pixels)
    if any(params.get(name) for name in BRUSH):
        from kling_desktop.sandbox import brush

        brush.check_masks(params, pictures)
        moving = brush.moving_of(endpoint, params, pictures)
        static = brush.static_of(pictures)
        render.render_motion(part, still, moving, static, seconds=seconds, size=size)
    else:
        tail = next((pictures[name,] for name in _ENDS if (name,) in pictures), None)
        render.render_clip(part, still, seconds=seconds, size=size, tail=tail)


def words_of(params: Mapping[str, Any]) -> str:
    """What was written, to be shown in the clip."""
    shots = (each.get("prompt", "") for each in params.get("multi_prompt") or ())
    told = params.get("prompt") or " / ".join(shots) or params.get("text")
    return str(told or params.get("sound_effect_prompt") or "")


def _retake(part: Path, video: Path, words: str, seconds: int, pixels: int) -> None:
    from kling_desktop.media import render, retake
    from kling_desktop.media.encode import write_mp4

    size = render.frame_size_of(retake.first_frame(video), pixels)
    write_mp4(part, retake.retaken(video, words, seconds=seconds, size=size), size=size)


def _first_frame(
    endpoint: Endpoint, params: Mapping[str, Any], pictures: Pictures, pixels: int
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """What the clip starts from, and the size of its frames."""
    from kling_desktop.media import render, scenes

    start = next((pictures[name,] for name in _STARTS if (name,) in pictures), None)
    if start is not None:
        return start, render.frame_size_of(start, pixels)
    given = list(pictures.values())
    if endpoint.task is Task.EFFECTS:
        size = render.frame_size_of(given[0], pixels)
        name = params["effect_scene"].replace("_", " ")
        return scenes.caption(scenes.row_scene(given, size), name, at=ABOVE), size
    size = render.frame_size(_aspect(params), pixels)
    if given:
        return scenes.caption(scenes.row_scene(given, size), words_of(params), at=ABOVE), size
    return scenes.prompt_scene(words_of(params), size), size


def _aspect(params: Mapping[str, Any]) -> float:
    width, _, height = str(params.get("aspect_ratio") or "16:9").partition(":")
    return int(width) / int(height) if width.isdigit() else 16 / 9
