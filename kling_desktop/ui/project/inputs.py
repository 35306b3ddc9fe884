"""An input document, as ``generate --input`` takes it, fills the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.translating import translate
from kling_desktop.ui.forms.shelf import REMOTE, path_of
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.project.given import read_input, with_given_masks, without_masks

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.translating import Translated
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.project.desk import ProjectDesk

NOT_FETCHED: Final = "Its start picture is on the web and was not fetched; bring the file."


class InputFiles:
    """Its fields go into the form, its picture onto the stage, its masks onto the canvas."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, projects: ProjectDesk) -> None:
        self._window, self._engine, self._projects = window, engine, projects

    async def open(self, path: Path) -> None:
        """Take an input document from a file.

        Raises:
            BadProject, BadPicture, UnknownEndpoint: what is in the window stays then.
        """
        given, compose = await read_input(path), self._window.compose
        catalog = compose.catalog
        wanted = catalog.endpoint(given.endpoint) if given.endpoint else compose.endpoint
        told = translate(catalog, wanted, given.values)
        notes, values = list(told.notes), without_masks(told.values)
        start = start_of(told.endpoint)
        picture = str(values.pop(start, "") or "") if start else ""
        if picture.startswith(REMOTE):
            notes.append(NOT_FETCHED)
        elif picture and not await self._begin(path, picture, told, notes):
            return
        compose.load(told.endpoint.id, values)
        if notes:
            self._window.stage.notice.tell(" ".join(notes), is_good=True)

    async def _begin(self, path: Path, picture: str, told: Translated, notes: list[str]) -> bool:
        """Show its picture with its masks; False if what is in the window is to stay."""
        from kling_desktop.domain.motion.document import MotionDocument

        decoded = await self._engine.decode_picture(path.parent / path_of(picture))
        kept = await self._engine.keep_bytes(decoded.name, decoded.data)
        blank = MotionDocument.blank(decoded.ref)
        document, said = await with_given_masks(
            self._engine, blank, told.endpoint, told.values, path
        )
        notes += said
        return await self._projects.begin_with(decoded, Source(kept, decoded.name), document)
