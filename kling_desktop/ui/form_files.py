"""Serves the form's shelf: looks at the files that its fields name, off the window's thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.ui import incoming
from kling_desktop.ui.forms.shelf import REMOTE, Look, name_of, path_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.forms.shelf import Shelf
    from kling_desktop.ui.tasks import TaskScope

THUMB = QSize(320, 320)
"""Pixels that a thumbnail fits into; enough for the sharpest screens."""
ELSEWHERE = "on the web; fal fetches it"


class FormFiles(QObject):
    """Asks the engine about files, which reads them as it will for the request."""

    def __init__(
        self, shelf: Shelf, engine: RemoteEngine, tasks: TaskScope, opened: asyncio.Event
    ) -> None:
        super().__init__(shelf)
        self._shelf, self._engine, self._tasks, self._opened = shelf, engine, tasks, opened
        shelf.look_wanted.connect(self._look)
        shelf.pixels_given.connect(self._keep)
        for address, kind in shelf.unseen():
            self._look(address, kind)

    def _look(self, address: str, kind: FieldKind) -> None:
        self._tasks.start(self._describe(address, kind))

    def _keep(self, image: QImage, reply: Callable[[list[str]], None]) -> None:
        self._tasks.start(self._keep_pixels(image, reply))

    async def _describe(self, address: str, kind: FieldKind) -> None:
        if address.startswith(REMOTE):
            self._shelf.take(address, Look(name_of(address), ELSEWHERE))
            return
        await self._opened.wait()
        try:
            look = await self._seen(path_of(address), kind)
        except KlingDesktopError as error:
            look = Look(name_of(address), problem=_sentence(str(error)))
        except OSError as error:
            look = Look(name_of(address), problem=f"Cannot be read: {error.strerror}")
        self._shelf.take(address, look)

    async def _seen(self, path: Path, kind: FieldKind) -> Look:
        if kind is FieldKind.PICTURE:
            kept = await self._engine.keep_picture(path)
            image, size = await asyncio.to_thread(_thumbnail, kept)
            details = f"{size.width()} \N{MULTIPLICATION SIGN} {size.height()}"
            return Look(path.name, details, image)
        seconds = await self._engine.media_seconds(path)
        size_bytes = (await asyncio.to_thread(path.stat)).st_size
        return Look(path.name, f"{seconds:.1f} s, {megabytes(size_bytes)}", seconds=seconds)

    async def _keep_pixels(self, image: QImage, reply: Callable[[list[str]], None]) -> None:
        await self._opened.wait()
        path = await incoming.write_pixels(image)
        try:
            reply([str(await self._engine.keep_picture(path))])
        finally:
            path.unlink(missing_ok=True)


def megabytes(size: int) -> str:
    """A file's size as people read it."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _thumbnail(path: Path) -> tuple[QImage, QSize]:
    """A small picture and the size of the whole; a null one where Qt cannot read it."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and (size.width() > THUMB.width() or size.height() > THUMB.height()):
        reader.setScaledSize(size.scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read(), size
