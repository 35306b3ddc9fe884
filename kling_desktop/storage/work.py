"""Projects as the engine sees them: files, those used last, and the journal of the work."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.motion.project import RecentProject
from kling_desktop.storage.autosave import Autosave
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.projects import read_project, write_project

if TYPE_CHECKING:
    from kling_desktop.domain.motion.project import OpenedProject, Project
    from kling_desktop.storage.projects import Measure

logger = logging.getLogger(__name__)

MOST = 10
"""Files in the list of those used last."""


class StoredProjects:
    """Satisfies ``engine.work_ports.Projects``; every call blocks."""

    def __init__(self, autosave: Path, recent: Path, measure: Measure) -> None:
        self._autosave = autosave
        self._recent = recent
        self._measure = measure

    def open(self, path: Path) -> OpenedProject:
        """Read a project file. Raises BadProject."""
        opened = read_project(path, self._measure)
        self._note(path)
        return opened

    def save(self, path: Path, project: Project, picture: bytes) -> None:
        """Write it, whole or not at all. Raises BadProject, FolderUnusable."""
        write_project(path, project, picture)
        self._note(path)

    def recent(self) -> list[RecentProject]:
        """The project files that were opened or saved last, newest first."""
        return [RecentProject(each, _is_there(each)) for each in self._noted()]

    def journal(self) -> Autosave:
        """A new journal. Raises FolderUnusable."""
        return Autosave(self._autosave)

    def _noted(self) -> list[Path]:
        with suppress(OSError, ValueError):
            found = parsed(self._recent.read_text("utf-8"))
            if isinstance(found, list):
                return [Path(each) for each in found if isinstance(each, str)][:MOST]
        return []

    def _note(self, path: Path) -> None:
        """To lose the list is no disaster, so a full disk only reaches the log."""
        path = path.absolute()
        noted = [path, *(each for each in self._noted() if each != path)][:MOST]
        try:
            write_document(self._recent, json.dumps([str(each) for each in noted]))
        except OSError as error:
            logger.info("recent files not noted reason=%s", error.strerror)


def _is_there(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have is that of none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
