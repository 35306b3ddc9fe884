"""The model's stand-in: takes the input of a request and makes its clip, or says why not."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import UnknownEndpoint
from kling_desktop.domain.money import clip_seconds
from kling_desktop.sandbox.addresses import app_of
from kling_desktop.sandbox.records import Outcome
from kling_desktop.sandbox.refusals import Refused, accepted, item
from kling_desktop.sandbox.weather import Stage, Weather

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.sandbox.files import Files
    from kling_desktop.sandbox.records import Record
    from kling_desktop.sandbox.refusals import Loc

CLIP_NAME = "output.mp4"


class Studio:
    """Makes clips, in a thread, for the whole catalog."""

    def __init__(self, catalog: Catalog, files: Files, weather: Weather) -> None:
        self._catalog = catalog
        self._files = files
        self._weather = weather

    async def produce(self, record: Record) -> Outcome:
        """Carry out a request; whatever is wrong with it is an outcome as well."""
        try:
            endpoint = self._catalog.endpoint(record.endpoint)
            params = accepted(endpoint, json.loads(record.input))
            self._refuse_by_weather(endpoint, params)
            part = self._files.part()
            await asyncio.to_thread(_make, endpoint, params, self._files, part)
        except UnknownEndpoint:
            path = record.endpoint.removeprefix(app_of(record.endpoint))
            return Outcome(404, {"detail": f"Path {path or '/'} not found"})
        except Refused as refused:
            return refused.outcome
        clip = self._files.promise(CLIP_NAME, "video/mp4")
        self._files.keep(clip, part)
        return Outcome(200, clip=clip.id, units=clip_seconds(endpoint, params))

    def _refuse_by_weather(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        if self._weather.strike(Stage.RUN, endpoint.id):
            field = "prompt" if "prompt" in params else "effect_scene"
            message = "The content was flagged by a content checker."
            raise Refused([item((field,), "content_policy_violation", message, params[field])])


def _make(endpoint: Endpoint, params: Mapping[str, Any], files: Files, part: Path) -> None:
    # Imported in the thread, so that the server listens before av, OpenCV and NumPy are loaded.
    from kling_desktop.media.render import render_clip
    from kling_desktop.sandbox.pictures import load_pictures

    pictures = load_pictures(endpoint, params, files)
    still, size = _first_frame(endpoint, params, pictures)
    tail = pictures.get(("tail_image_url",))
    render_clip(part, still, seconds=clip_seconds(endpoint, params), size=size, tail=tail)


def _first_frame(
    endpoint: Endpoint, params: Mapping[str, Any], pictures: Mapping[Loc, NDArray[np.uint8]]
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """What the clip starts from, and the size of its frames."""
    from kling_desktop.media import render, scenes

    given = [pixels for loc, pixels in pictures.items() if loc[0] == "input_image_urls"]
    match endpoint.task:
        case Task.IMAGE_TO_VIDEO:
            picture = pictures["image_url",]
            return picture, render.frame_size_of(picture)
        case Task.TEXT_TO_VIDEO:
            size = render.frame_size(_aspect(params))
            return scenes.prompt_scene(params["prompt"], size), size
        case Task.ELEMENTS:
            size = render.frame_size(_aspect(params))
            return scenes.row_scene(given, size), size
        case Task.EFFECTS:
            size = render.frame_size_of(given[0])
            name = params["effect_scene"].replace("_", " ")
            return scenes.caption(scenes.row_scene(given, size), name), size


def _aspect(params: Mapping[str, Any]) -> float:
    width, height = params["aspect_ratio"].split(":")
    return int(width) / int(height)
