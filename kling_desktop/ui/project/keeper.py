"""Watches the work: hands each step to the engine's autosave, and marks what is not saved."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QObject
from shiboken6 import isValid

from kling_desktop.domain.errors import BadPicture, FolderUnusable
from kling_desktop.domain.messages import explain
from kling_desktop.domain.motion.history import History, Running
from kling_desktop.domain.motion.project import Project
from kling_desktop.ui.project.work import Form, Work

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

NOT_KEPT = "What you paint is not being kept against a crash: {} Save the project elsewhere."


class Keeper(QObject):
    """Knows the work in the window; nothing of it is read or written on the window's thread."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self.work = Work()
        self._window = window
        self._stage = window.stage
        self._engine = engine
        self._tasks = tasks
        self._is_kept = False
        """Whether the autosave has something of this work."""
        self._is_over = False
        """Whether nothing of this work is to be kept any longer, whatever is seen of it."""
        self._is_warned = False
        self._soon: asyncio.Handle | None = None
        window.stage.brush_made.connect(self._follow_session)
        window.stage.advice_muted.connect(self._mute)
        window.compose.values_changed.connect(self.look_soon)
        window.compose.endpoint_changed.connect(self.look_soon)

    def look_soon(self) -> None:
        """A step is told while it is being made; a moment later it is whole."""
        if self._soon is None and not self._tasks.is_closed:
            # Where no loop runs the program is about to end, or has not begun.
            with suppress(RuntimeError):
                self._soon = asyncio.get_running_loop().call_soon(self._look)

    @property
    def is_kept(self) -> bool:
        """Whether the next window finds in the autosave what is not saved."""
        return self._is_kept and self.is_dirty

    @property
    def name(self) -> str:
        """What the user knows the work by."""
        if self.work.path is not None:
            return self.work.path.name
        return "" if self._stage.source is None else self._stage.source.name

    @property
    def is_dirty(self) -> bool:
        """Whether something would be lost; words alone are not, for every window remembers them."""
        session, work = self._session, self.work
        if self._stage.source is None:
            return False
        steps = session is not None and not session.history.isClean()
        if work.path is None:
            return (steps or work.is_changed) and self._stage.painted is not None
        return steps or work.is_changed or work.saved != self.form()

    def begin(self, work: Work) -> None:
        """From now on it is about other work."""
        self.work, self._is_over = work, False
        self._stage.mute_here(work.muted)
        self.look_soon()

    def was_saved(self, running: Running | None = None, path: Path | None = None) -> None:
        """A file has what was handed out; without it, all that there is now."""
        session = self._session
        if running is None:
            self.work = replace(self.work, saved=self.form(), is_changed=False)
        else:
            project = running.project
            form = Form(project.endpoint, dict(project.parameters))
            self.work = replace(
                self.work, path=path, saved=form, is_read_only=False, is_changed=False
            )
        # What was painted while it was being written is not in the file.
        is_same = running is None or self._stage.document is running.project.document
        if session is not None and is_same:
            session.history.setClean()
        self.look_soon()

    async def end(self) -> None:
        """This work is closed or given up: nothing of it is kept any longer."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        self._is_kept, self._is_over = False, True
        if self._engine.is_open:
            await self._engine.end_work()

    async def keep_now(self) -> bool:
        """Keep what is not saved, whatever happens next; whether there was anything.

        Raises:
            FolderUnusable: the disk refuses.
        """
        if self._is_over or not self.is_dirty or not self._engine.is_open:
            return False
        running = await self.running()
        self._is_kept = True
        await self._engine.keep_work(running)
        return True

    async def running(self) -> Running:
        """Everything that there is now."""
        source = self._stage.source
        assert source is not None, "there is no picture"
        if not self.work.picture:  # it is from last time
            picture, suffix = await self._file(source.path)
            self.work = replace(self.work, picture=picture, suffix=suffix)
        work, form, history = self.work, self.form(), self.history()
        project = Project(
            document=history.document,
            endpoint=form.endpoint,
            parameters=form.values,
            jobs=work.jobs,
            muted=work.muted,
            suffix=work.suffix,
        )
        path = "" if work.path is None or work.is_read_only else str(work.path)
        return Running(project, history, work.picture, path, not self.is_dirty)

    def history(self) -> History:
        """The steps that led to what is painted."""
        session = self._session
        return History(self._document()) if session is None else session.history.told(
            session.document
        )  # fmt: skip

    def form(self) -> Form:
        """What the panel of settings holds now."""
        compose = self._window.compose
        return Form(compose.endpoint.id, compose.settings())

    @property
    def _session(self) -> Session | None:
        return None if self._stage.brush is None else self._stage.brush.session

    def _document(self) -> MotionDocument:
        from kling_desktop.domain.motion.document import MotionDocument, PictureRef
        from kling_desktop.domain.motion.geometry import Size

        known = self._stage.document
        if known is not None:
            return known
        size = self._stage.picture.image_size
        return MotionDocument.blank(PictureRef(Size(size.width(), size.height()), self.name))

    def _mute(self) -> None:
        """No step of the history tells of it, and yet it is to be saved."""
        self.work = replace(self.work, muted=self._stage.muted_here, is_changed=True)
        self.look_soon()

    def _follow_session(self) -> None:
        session = self._session
        assert session is not None
        session.opened.connect(self.look_soon)
        session.history.indexChanged.connect(self.look_soon)
        session.history.cleanChanged.connect(self.look_soon)
        self.look_soon()

    def _look(self) -> None:
        self._soon = None
        # The window comes to its end, or has: a history tells even of that.
        if self._tasks.is_closed or not isValid(self):
            return
        is_dirty = self.is_dirty
        shown = is_dirty or self.work.path is not None
        read_only = " (read-only)" if self.work.is_read_only else ""
        self._window.show_project(self.name + read_only if shown else "", is_dirty=is_dirty)
        if not self._engine.is_open:
            return
        if is_dirty:
            self._tasks.start(self._keep())
        elif self._is_kept:
            self._is_kept = False
            self._tasks.start(self._engine.end_work())

    async def _file(self, path: Path) -> tuple[bytes, str]:
        """The file of a picture from last time, and its suffix."""
        try:
            decoded = await self._engine.decode_picture(path)
        except BadPicture:  # it was deleted under us, but its pixels are in sight
            return await asyncio.to_thread(_png, self._stage.picture.image), ".png"
        return decoded.data, decoded.suffix

    async def _keep(self) -> None:
        running = await self.running()
        if self._is_over or not self.is_dirty:
            return
        self._is_kept = True
        try:
            await self._engine.keep_work(running)
        except FolderUnusable as error:
            if not self._is_warned:  # once is enough: every stroke tries again
                self._is_warned = True
                self._stage.notice.tell(NOT_KEPT.format(explain(error).what))
        else:
            self._is_warned = False


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
