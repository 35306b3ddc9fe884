"""Serves the form's shelf: looks at the files that its fields name, off the window's thread."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from shiboken6 import isValid

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.ui import incoming
from kling_desktop.ui.forms.shelf import REMOTE, Look, name_of, path_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.consent import WebPictures
    from kling_desktop.ui.forms.shelf import Shelf
    from kling_desktop.ui.tasks import TaskScope

    Reply = Callable[[list[str]], None]

THUMB = QSize(320, 320)
"""Pixels that a thumbnail fits into; enough for the sharpest screens."""
SMOOTH = Qt.TransformationMode.SmoothTransformation
ELSEWHERE = "on the web; fal fetches it"


class FormFiles(QObject):
    """Asks the engine about files, which reads them as it will for the request."""

    def __init__(
        self,
        shelf: Shelf,
        engine: RemoteEngine,
        tasks: TaskScope,
        opened: asyncio.Event,
        web: WebPictures,
    ) -> None:
        super().__init__(shelf)
        self._shelf, self._engine, self._tasks, self._opened = shelf, engine, tasks, opened
        self._web = web
        shelf.look_wanted.connect(self._look)
        shelf.pixels_given.connect(self._keep)
        shelf.bytes_given.connect(lambda *given: tasks.start(self._keep_bytes(*given)))
        shelf.web_given.connect(lambda *given: tasks.start(self._keep_from_web(*given)))
        shelf.frame_wanted.connect(lambda *given: tasks.start(self._keep_frame(*given)))
        for address, kind in shelf.unseen():
            self._look(address, kind)

    def _look(self, address: str, kind: FieldKind) -> None:
        self._tasks.start(self._describe(address, kind))

    def _keep(self, image: QImage, reply: Reply) -> None:
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
            thumbnail, size = await asyncio.to_thread(_thumbnail, kept)
            details = f"{size.width()} \N{MULTIPLICATION SIGN} {size.height()}"
            return Look(path.name, details, thumbnail)
        seconds = await self._engine.media_seconds(path)
        size_bytes = (await asyncio.to_thread(path.stat)).st_size
        details = f"{seconds:.1f} s, {megabytes(size_bytes)}"
        image = await self._still(path) if kind is FieldKind.VIDEO else None
        return Look(path.name, details, image, seconds=seconds)

    async def _still(self, path: Path) -> QImage | None:
        """What a video begins with, small; a sign does where it cannot be shown."""
        if self._shelf.still is None:
            return None
        try:
            data = await self._shelf.still(path)
        except KlingDesktopError:
            return None
        return await asyncio.to_thread(_small, data)

    async def _keep_pixels(self, image: QImage, reply: Reply) -> None:
        await self._opened.wait()
        path = await incoming.write_pixels(image)
        try:
            _answer(reply, str(await self._engine.keep_picture(path)))
        finally:
            path.unlink(missing_ok=True)

    async def _keep_bytes(self, name: str, data: bytes, reply: Reply) -> None:
        await self._opened.wait()
        path = await incoming.write_bytes(name, data)
        try:
            _answer(reply, str(await self._engine.keep_picture(path)))
        finally:
            await asyncio.to_thread(shutil.rmtree, path.parent, ignore_errors=True)

    async def _keep_from_web(self, url: str, reply: Reply) -> None:
        await self._opened.wait()
        found = await self._web.fetch(url)
        if found is not None:
            await self._keep_bytes(found.name, found.data, reply)

    async def _keep_frame(self, video: Path, reply: Reply) -> None:
        if self._shelf.still is None:
            _answer(reply, str(video))  # which says why it is no picture
        else:
            data = await self._shelf.still(video)
            await self._keep_bytes(f"{video.stem}-first.png", data, reply)


def _answer(reply: Reply, address: str) -> None:
    """Tell who asked, unless its field is gone: another model may have been chosen meanwhile."""
    asked = getattr(reply, "__self__", None)
    if not isinstance(asked, QObject) or isValid(asked):
        reply([address])


def megabytes(size: int) -> str:
    """A file's size as people read it."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _small(data: bytes) -> QImage:
    image = QImage.fromData(data)
    return image.scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio, SMOOTH)


def _thumbnail(path: Path) -> tuple[QImage, QSize]:
    """A small picture and the size of the whole; a null one where Qt cannot read it."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and (size.width() > THUMB.width() or size.height() > THUMB.height()):
        reader.setScaledSize(size.scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read(), size
