"""Serves the form's shelf: looks at the files that its fields name, off the window's thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from shiboken6 import isValid

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import BadMedia, KlingDesktopError
from kling_desktop.domain.jobs import JobId
from kling_desktop.domain.lineage import AT, FIRST, Moment
from kling_desktop.ui import incoming
from kling_desktop.ui.forms.brought import kind_of
from kling_desktop.ui.forms.shelf import REMOTE, Look, name_of, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kling_desktop.domain.lineage import Frame, Still
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.forms.brought import Brought
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.pictures import Pictures
    from kling_desktop.ui.tasks import TaskScope

    Reply = Callable[[list[str]], None]

THUMB = QSize(320, 320)
"""Pixels that a thumbnail fits into; enough for the sharpest screens."""
ELSEWHERE = "on the web; fal fetches it"
TOO_LATE = (
    "The form changed before the picture was ready, so it was put nowhere. Give it once more; "
    "nothing was sent."
)


class FormFiles(QObject):
    """Asks the engine about files, which reads them as it will for the request."""

    def __init__(
        self,
        window: MainWindow,
        engine: RemoteEngine,
        tasks: TaskScope,
        opened: asyncio.Event,
        pictures: Pictures,
    ) -> None:
        super().__init__(window)
        self._window, self._shelf, self._pictures = window, window.compose.shelf, pictures
        self._engine, self._tasks, self._opened = engine, tasks, opened
        self._shelf.look_wanted.connect(self._look)
        self._shelf.brought.connect(self._bring)
        self._shelf.refused.connect(window.stage.notice.tell)
        for address, kind in self._shelf.unseen():
            self._look(address, kind)

    def _look(self, address: str, kind: FieldKind) -> None:
        self._tasks.start(self._describe(address, kind))

    def _bring(self, given: Brought, _kind: FieldKind, reply: Reply) -> None:
        self._tasks.start(self._bring_pictures(given, reply))

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
        first = await self._first_frame(path) if kind is FieldKind.VIDEO else None
        return Look(path.name, f"{seconds:.1f} s, {megabytes(size_bytes)}", first, seconds)

    async def _first_frame(self, path: Path) -> QImage | None:
        """A small one; None where it cannot be had, which is no reason against the video."""
        try:
            still = await self._engine.still_of(path, Moment(FIRST), within=THUMB.width())
        except BadMedia:
            return None
        return await asyncio.to_thread(QImage.fromData, still.data)

    async def _bring_pictures(self, given: Brought, reply: Reply) -> None:
        await self._opened.wait()
        found = await self._of_videos(given.files) if given.files else await self._made(given)
        if not found:
            return
        owner = getattr(reply, "__self__", None)
        if not isinstance(owner, QObject) or isValid(owner):
            reply(found)
        else:
            self._window.stage.notice.tell(TOO_LATE)

    async def _of_videos(self, files: Sequence[str]) -> list[str]:
        """The frames of videos that somebody chooses, as files that we keep. Raises BadMedia."""
        found = []
        for each in files:
            if kind_of(each) is FieldKind.VIDEO:
                still = await self._pictures.frame_of(path_of(each))
                found += [] if still is None else [await self._kept(still)]
        return found

    async def _made(self, given: Brought) -> list[str]:
        """A file that we keep of what is none yet.

        Raises:
            BadPicture, BadMedia, FolderUnusable, UnknownJob: it cannot be had.
        """
        if given.frame is not None:
            job_id, seconds = given.frame
            frame = await self._engine.frame_of(JobId(job_id), Moment(AT, seconds))
            return [await self._kept(frame)]
        if given.image is not None:
            return [await self._kept_pixels(given.image)]
        if given.data is not None:
            name = await asyncio.to_thread(given.piece.name_for, given.data)
            return [str(await self._engine.keep_bytes(name, given.data))]
        found = await self._pictures.fetched(given.piece)
        return [] if found is None else [str(await self._engine.keep_bytes(found.name, found.data))]

    async def _kept(self, frame: Frame | Still) -> str:
        kept = str(await self._engine.keep_bytes(frame.name, frame.data))
        if frame.made_from is not None:
            self._pictures.note_lineage(kept, frame.made_from)
        return kept

    async def _kept_pixels(self, image: QImage) -> str:
        path = await incoming.write_pixels(image)
        try:
            return str(await self._engine.keep_picture(path))
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)


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
