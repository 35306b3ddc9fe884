"""Pictures on their way to the stage: opened, dropped, pasted, or there from last time."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.catalog import FieldKind, Task
from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.limits import MAX_BYTES
from kling_desktop.ui import incoming
from kling_desktop.ui.consent import WebPictures
from kling_desktop.ui.forms.brought import kind_of
from kling_desktop.ui.forms.shelf import path_of
from kling_desktop.ui.further import (
    BATCH,
    ELEMENTS,
    LAST,
    ask_further,
    end_field,
    several_field,
    ways,
)
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.incoming_web import Piece, picture_bytes
from kling_desktop.ui.moment_dialog import ask_moment
from kling_desktop.ui.project.desk import is_project
from kling_desktop.ui.project.given import INPUT
from kling_desktop.ui.project.inputs import InputFiles
from kling_desktop.ui.project.questions import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QImage

    from kling_desktop.domain.foreign import Fetched
    from kling_desktop.domain.lineage import MadeFrom, Still
    from kling_desktop.domain.motion.picture import DecodedPicture
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.project.desk import ProjectDesk
    from kling_desktop.ui.tasks import TaskScope

KINDS = "*.jpg *.jpeg *.png *.webp *.avif *.gif *.bmp *.tif *.tiff"
HEIC = "*.heic *.heif"

NO_PICTURE = "There is no picture in what you gave."
NOTHING_TO_COMPARE = "There is no start and end picture to compare: choose both first."
NO_END = "This model takes no end picture. Choose one that does, such as Kling 1.6 Pro."
NO_PLACE = "The form has no place for an end picture here, so nothing was changed."
ENDS_ON = "The clip will end on {}. “Compare start and end picture” in Edit shows whether they fit."
KEPT_NO_MORE = (
    "The picture of that job is no longer kept here; the rest is in the form. Choose a picture."
)


class Pictures(QObject):
    """Has every picture kept by the engine before it is shown; the newest one counts."""

    frame_dropped = Signal(str, float)
    """A job, and the time in its clip: its frame was dragged here."""

    def __init__(
        self,
        window: MainWindow,
        engine: RemoteEngine,
        tasks: TaskScope,
        opened: asyncio.Event,
        projects: ProjectDesk,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._opened = opened
        self._projects = projects
        self.web = WebPictures(window, engine)
        self.batch: Callable[[Sequence[Path]], None] | None = None
        """Orders a clip of each of several pictures; without it that is not offered."""
        self._lineages: dict[str, MadeFrom] = {}
        """What pictures in the form are frames of, by the file that we keep."""
        window.mime_given.connect(self.take_mime)
        window.start_wanted.connect(lambda address: self.take_kept(path_of(address)))
        window.compose.mime_given.connect(self.take_mime)
        window.stage.picture.open_asked.connect(self.ask_for_file)
        window.stage.picture.paste_asked.connect(self.paste)
        window.stage.remove_asked.connect(lambda: self.start(projects.remove()))

    def take_file(self, path: Path) -> None:
        """Use a picture file from now on, or a project file with all that is in it."""
        if kind_of(path.name) is FieldKind.VIDEO:
            self.start(self._use_frame(path))
        elif path.suffix.lower() == INPUT:
            self.start(self._use_input(path))
        else:
            self.start(self._projects.open(path) if is_project(path) else self._use_file(path))

    def take_kept(self, path: Path) -> None:
        """Use our own copy of a picture of an earlier job again."""
        self.start(self._use_kept(path))

    def take_files(self, paths: Sequence[Path]) -> None:
        """Use the first one from now on, and ask what becomes of the others."""
        if len(paths) == 1 or is_project(paths[0]):
            self.take_file(paths[0])
        elif several := [each for each in paths if kind_of(each.name) is not FieldKind.VIDEO]:
            self.start(self._use_several(several))
        else:
            self.take_file(paths[0])

    def take_mime(self, mime: QMimeData) -> None:
        """Use what was dropped or pasted: the original before its pixels, those before the web."""
        paths = incoming.local_files(mime)
        if (frame := incoming.frame_in(mime)) is not None:
            self.frame_dropped.emit(*frame)
        elif self._goes_into_the_form(paths):
            pass
        elif paths:
            self.take_files(paths)
        elif (data := picture_bytes(mime)) is not None:
            self.start(self._use_given(data, Piece.of(mime)))
        elif (image := incoming.pixels(mime)) is not None:
            self.start(self._use_pixels(image))
        elif (piece := Piece.of(mime)).has_hope:
            self.start(self._use_web(piece))
        else:
            self._window.stage.notice.tell(NO_PICTURE)

    def _goes_into_the_form(self, files: Sequence[Path]) -> bool:
        """Videos and sounds have their place there, and so have pictures where several are."""
        compose = self._window.compose
        for kind in (FieldKind.VIDEO, FieldKind.SOUND):
            found = [each for each in files if kind_of(each.name) is kind]
            if found and compose.take_file(kind, str(found[0])):
                return True
        several = not start_of(compose.endpoint) and not any(map(is_project, files))
        return bool(files) and several and compose.add_pictures([str(each) for each in files])

    def paste(self) -> None:
        """Use what is in the clipboard."""
        self.take_mime(QGuiApplication.clipboard().mimeData())

    def ask_for_file(self) -> None:
        """Let the user choose a file."""
        dialog = QFileDialog(self._window, "Open a picture or a project", "", kinds())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda paths: self.take_files([Path(each) for each in paths]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def recall(self) -> None:
        """Show the picture of last time again; that it is gone is news to nobody."""
        source = self._window.last_picture
        if source is None:
            return
        with contextlib.suppress(BadPicture):
            self._window.stage.show_picture(await incoming.load(source.path), source)
        self._window.last_picture = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Bring a picture; what was being brought before is given up."""
        self._tasks.start(work, group="picture", exclusive=True)

    def lineage(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Which clips the pictures of an input are frames of, by field."""
        source = self._window.stage.source
        known = dict(self._lineages)
        if source is not None and source.made_from is not None:
            known[str(source.path)] = source.made_from
        found = {
            name: known[each].to_json()
            for name, each in values.items()
            if isinstance(each, str) and each in known
        }
        return found or None

    async def use_bytes(self, name: str, data: bytes) -> None:
        """Use a picture that is in memory. Raises BadPicture, FolderUnusable."""
        await self._opened.wait()
        path = await incoming.write_bytes(name, data)
        try:
            await self._use(path, await self._engine.decode_picture(path), name)
        finally:
            await asyncio.to_thread(shutil.rmtree, path.parent, ignore_errors=True)

    async def use_as_end(self, name: str, data: bytes) -> None:
        """Let the next clip end on a picture in memory. Raises BadPicture, FolderUnusable."""
        await self._opened.wait()
        path = await incoming.write_bytes(name, data)
        try:
            await self._end_on(path)
        finally:
            await asyncio.to_thread(shutil.rmtree, path.parent, ignore_errors=True)

    def compare(self) -> None:
        """Show the end picture over the start picture."""
        self._tasks.start(self._compare(), group="compare", exclusive=True)

    async def _compare(self) -> None:
        from kling_desktop.ui.align.dialog import AlignDialog

        compose, stage = self._window.compose, self._window.stage
        name = end_field(compose.endpoint)
        end = str(compose.values().get(name) or "") if name else ""
        if stage.source is None or not end:
            stage.notice.tell(NOTHING_TO_COMPARE)
            return
        image = await incoming.load(path_of(end) if end.startswith("file:") else Path(end))
        AlignDialog(self._window, stage.picture.image, image).open()

    async def _end_on(self, path: Path) -> None:
        compose, notice = self._window.compose, self._window.stage.notice
        name = end_field(compose.endpoint)
        if not name:
            notice.tell(NO_END)
            return
        decoded = await self._engine.decode_picture(path)
        kept = str(await self._engine.keep_picture(path))
        if decoded.made_from is not None:
            self._lineages[kept] = decoded.made_from
        compose.set_values({name: kept})
        if compose.values().get(name) != kept:
            notice.tell(NO_PLACE)
        else:
            notice.tell(ENDS_ON.format(path.name), is_good=True)

    async def _use_several(self, paths: Sequence[Path]) -> None:
        first, *others = paths
        await self._use_file(first)
        compose = self._window.compose
        found = ways(compose.endpoint, len(others), batch=self.batch is not None)
        chosen = await ask_further(self._window, others, found)
        if chosen == LAST:
            await self._end_on(others[0])
        elif chosen == BATCH and self.batch is not None:
            self.batch(paths)
        elif chosen == ELEMENTS:
            kept = [str(await self._engine.keep_picture(each)) for each in others]
            name = several_field(compose.endpoint)
            before = compose.values().get(name) or []
            most = compose.endpoint.field(name).max_items
            compose.set_values({name: [*before, *kept][:most]})

    async def _use_input(self, path: Path) -> None:
        await self._opened.wait()
        await InputFiles(self._window, self._engine, self._projects).open(path)

    async def _use_frame(self, video: Path) -> None:
        await self._opened.wait()
        if (frame := await self.frame_of(video)) is not None:
            await self.use_bytes(frame.name, frame.data)

    async def frame_of(self, video: Path) -> Still | None:
        """The frame of a video that somebody chooses. Raises BadMedia."""
        stage = self._window.stage
        in_sight = stage.clip_seconds if Path(stage.clip_path) == video else None
        moment = await ask_moment(self._window, video, in_sight)
        return None if moment is None else await self._engine.still_of(video, moment)

    def note_lineage(self, kept: str, made_from: MadeFrom) -> None:
        """A picture that the form may name is a frame of a clip."""
        self._lineages[kept] = made_from

    async def _use_given(self, data: bytes, piece: Piece) -> None:
        await self.use_bytes(await asyncio.to_thread(piece.name_for, data), data)

    async def _use_web(self, piece: Piece) -> None:
        await self._opened.wait()
        if (found := await self.fetched(piece)) is not None:
            await self.use_bytes(found.name, found.data)

    async def fetched(self, piece: Piece) -> Fetched | None:
        """The picture of the web that a drop names, after a yes. Raises BadPicture."""
        url = await asyncio.to_thread(piece.address)
        if not url:
            self._window.stage.notice.tell(NO_PICTURE)
        return await self.web.fetch(url) if url else None

    async def _use_file(self, path: Path) -> None:
        await self._opened.wait()
        await self._use(path, await self._engine.decode_picture(path), path.name)

    async def _use_kept(self, path: Path) -> None:
        try:
            decoded = await self._engine.decode_picture(path)
            await self._show(Source(path, path.name), decoded)
        except BadPicture:
            self._window.stage.notice.tell(KEPT_NO_MORE)

    async def _use_pixels(self, image: QImage) -> None:
        await self._opened.wait()
        path = await incoming.write_pixels(image)
        try:
            await self._use(path, await self._engine.decode_picture(path), "Pasted picture")
        finally:
            path.unlink(missing_ok=True)

    async def _use(self, path: Path, decoded: DecodedPicture, name: str) -> None:
        """As it is, or as much of it as Kling takes. Raises BadPicture, FolderUnusable."""
        from kling_desktop.domain.motion.fitting import proposal

        file_bytes = 0
        if proposal(decoded.size) is None:
            try:
                kept = await self._engine.keep_picture(path)
            except BadPicture:
                file_bytes = len(decoded.data)
                if file_bytes <= MAX_BYTES:
                    raise  # it is not the size
            else:
                await self._show(_source(kept, name, decoded), decoded)
                return
        fit = await self._projects.offer_fit(decoded, file_bytes=file_bytes)
        if fit is not None:
            made, kept = await self._projects.fitted(decoded, fit)
            await self._show(replace(_source(kept, name, decoded), held_back=""), made)

    async def _show(self, source: Source, decoded: DecodedPicture) -> None:
        if not await self._projects.bring(decoded, source):
            return
        window = self._window
        window.stage.notice.hide()
        if decoded.frames > 1 or decoded.alpha is not None:
            window.stage.notice.tell(" ".join(decoded.notes), is_good=True)
        if not start_of(window.compose.endpoint):
            window.compose.choose(Task.IMAGE_TO_VIDEO.value, window.compose.endpoint.tier)
        window.compose.focus_prompt()


def kinds() -> str:
    """What the dialog for files lists: HEIC only where it can be read."""
    pictures = f"{KINDS} {HEIC}" if importlib.util.find_spec("pillow_heif") else KINDS
    return (
        f"Pictures and projects ({pictures} *{SUFFIX});;Pictures ({pictures});;"
        f"Projects (*{SUFFIX});;Inputs of clips (*{INPUT});;All files (*)"
    )


def _source(kept: Path, name: str, decoded: DecodedPicture) -> Source:
    return Source(kept, name, decoded.made_from, decoded.held_back)
