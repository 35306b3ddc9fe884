"""``generate --project``: a piece of work from a file becomes values of a request."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop import workrooms
from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.rules import BRUSH_DOCUMENTED, BRUSH_TAKERS
from kling_desktop.domain.translating import NAMES
from kling_desktop.paths import places

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.project import Project


@dataclass(frozen=True, slots=True)
class Work:
    """An opened project, with its picture where requests can name it."""

    project: Project
    picture: Path
    notes: tuple[str, ...]

    @property
    def document(self) -> MotionDocument:
        return self.project.document

    def values_for(self, endpoint: Endpoint) -> dict[str, Any]:
        """The project's fields that the endpoint has, and its picture for the first that takes one.

        What another endpoint has more is left out: people try one project at several.
        """
        known = {k: v for k, v in self.project.parameters.items() if endpoint.has(k) or k in NAMES}
        if start := start_of(endpoint):
            known[start] = str(self.picture)
        return known


async def open_work(path: Path) -> Work:
    """Open a project file.

    Raises:
        BadProject: it cannot be used.
    """
    from kling_desktop.storage.projects import read_project

    opened = await asyncio.to_thread(read_project, path, workrooms.picture_size)
    name = Path(opened.project.document.picture.name or path.name).stem
    files = workrooms.stored_files(places())
    kept = await files.keep_bytes(f"{name}{opened.project.suffix}", opened.picture)
    return Work(opened.project, kept, opened.notes)


def brush_endpoint(catalog: Catalog, wanted: str) -> Endpoint:
    """The endpoint that the user wants the brush sent to.

    Raises:
        InvalidParams: it cannot go there.
        UnknownEndpoint: there is none of that name.
    """
    chosen = catalog.endpoint(wanted)
    allowed = (*BRUSH_TAKERS, *sorted(BRUSH_DOCUMENTED))
    if chosen.id not in allowed:
        text = "does not have the motion brush"
        raise InvalidParams((Problem("--brush-endpoint", text, wanted, allowed),))
    return chosen
