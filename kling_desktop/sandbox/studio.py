"""The model's stand-in: takes the input of a request and makes its clip, or says why not."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.addresses import places
from kling_desktop.domain.errors import UnknownEndpoint
from kling_desktop.sandbox import scenery
from kling_desktop.sandbox.addresses import app_of
from kling_desktop.sandbox.faults import Fault
from kling_desktop.sandbox.mishaps import mishap_of
from kling_desktop.sandbox.pictures import load_recordings
from kling_desktop.sandbox.records import Outcome
from kling_desktop.sandbox.refusals import Refused, accepted, item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog, Endpoint, FieldKind
    from kling_desktop.sandbox.files import Files
    from kling_desktop.sandbox.readers import Readers
    from kling_desktop.sandbox.records import Record, Requests
    from kling_desktop.sandbox.weather import Rule

CLIP_NAME = "output.mp4"


class Studio:
    """Makes clips, in a thread, for the whole catalog."""

    def __init__(
        self,
        catalog: Catalog,
        files: Files,
        requests: Requests,
        readers: Readers,
        *,
        pixels: int,
    ) -> None:
        """``pixels`` is how many a frame has."""
        self._catalog = catalog
        self._readers = readers
        self._files = files
        self._requests = requests
        self._pixels = pixels
        self._made: dict[bytes, str] = {}
        """Which file shows the clip of an input, as long as the server runs."""

    def refusal(self, endpoint_id: str, body: object) -> Outcome | None:
        """What is wrong with an input at first sight; None if nothing is."""
        try:
            accepted(self._catalog.endpoint(endpoint_id).with_unlisted(), body)
        except UnknownEndpoint:
            return unknown_path(endpoint_id)
        except Refused as refused:
            return refused.outcome
        return None

    async def produce(self, record: Record, rule: Rule | None) -> Outcome:
        """Carry out a request; whatever is wrong with it is an outcome as well."""
        self._requests.write_log(record.id, "Input received")
        try:
            endpoint = self._catalog.endpoint(record.endpoint).with_unlisted()
            params = accepted(endpoint, json.loads(record.input))
            if rule and (mishap := mishap_of(rule.fault, params)):
                return mishap
            self._check_files(endpoint, params)
            given = await asyncio.to_thread(load_recordings, endpoint, params, self._files)
            seconds = scenery.seconds_of(endpoint, params, given)
            self._requests.write_log(record.id, f"Rendering {seconds} seconds")
            if rule and rule.fault is Fault.IGNORE_BRUSH:
                params = {name: each for name, each in params.items() if name not in scenery.BRUSH}
            if rule and rule.fault is Fault.OTHER_ORIGIN:
                endpoint = endpoint.counting_from_the_other_edge()
            origin = endpoint.brush and endpoint.brush.origin
            digest = sha256(json.dumps([endpoint.id, origin, params]).encode()).digest()
            part = await self._rendered(endpoint, params, digest, given)
        except UnknownEndpoint:
            return unknown_path(record.endpoint)
        except Refused as refused:
            return refused.outcome
        clip = self._files.promise(
            CLIP_NAME, "video/mp4", life=record.file_life, access=record.file_access
        )
        if rule and rule.fault is Fault.DAMAGED_CLIP:
            os.truncate(part, part.stat().st_size // 2)
        else:
            self._made[digest] = clip.id
        self._files.keep(clip, part)
        self._requests.write_log(record.id, "Clip written")
        return Outcome(200, clip=clip.id, units=scenery.units_of(endpoint, params, given, seconds))

    def _check_files(self, endpoint: Endpoint, params: Mapping[str, Any]) -> None:
        """A model reads files as any stranger does. Raises Refused for those that are private."""
        wrong = [
            item(loc, "file_download_error", "Failed to download the file", address)
            for loc, _, address in places(endpoint, params)
            if not self._readers.lets_models_in(address)
        ]
        if wrong:
            raise Refused(wrong)

    async def _rendered(
        self,
        endpoint: Endpoint,
        params: Mapping[str, Any],
        digest: bytes,
        given: Mapping[FieldKind, tuple[Path, float]],
    ) -> Path:
        """A new file with the clip; the same input makes the same frames, so they are made once."""
        part = self._files.part()
        earlier = self._files.path(self._made.get(digest, ""))
        if earlier is None:
            make = partial(scenery.make, endpoint, params, given, self._files, part)
            await asyncio.to_thread(make, pixels=self._pixels)
        else:
            await asyncio.to_thread(shutil.copyfile, earlier, part)
        return part


def unknown_path(endpoint_id: str) -> Outcome:
    """What an app says to an endpoint that it does not have (``fal-protocol.md`` §8.3)."""
    path = endpoint_id.removeprefix(app_of(endpoint_id))
    return Outcome(404, {"detail": f"Path {path or '/'} not found"})
