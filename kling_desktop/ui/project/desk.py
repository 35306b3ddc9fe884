"""Project files in the window: what comes into it, what is saved, and what is asked before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths

from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain
from kling_desktop.domain.motion.history import History
from kling_desktop.domain.translating import EFFECT, translate
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.project.given import with_given_masks, without_masks
from kling_desktop.ui.project.keeper import Keeper
from kling_desktop.ui.project.last import GONE, WORK_GONE, Last, load_heavy
from kling_desktop.ui.project.questions import (
    SUFFIX,
    Painting,
    Saving,
    ask_painting,
    ask_path,
    ask_saving,
)
from kling_desktop.ui.project.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.fitting import Fit
    from kling_desktop.domain.motion.history import Abandoned
    from kling_desktop.domain.motion.picture import DecodedPicture
    from kling_desktop.domain.motion.project import Project
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

PROJECT, PICTURE = "project", "picture"
"""Groups of tasks; the second is that of pictures which come in."""
NO_PICTURE = "There is nothing to save yet: open a picture first."
NOT_OPEN = "Nothing can be saved before the program has started; why it has not is said above."
NO_MODEL = "This window does not offer the model {}; the one chosen here stays."
UNFIT = "Kling would refuse this picture as it is; “Crop or scale the picture” in Edit mends that."
RESTORED = "Your work is back, with its undo history. It is not saved yet."


class ProjectDesk(QObject):
    """Everything that puts another picture into the window goes through here."""

    def __init__(
        self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope, opened: asyncio.Event
    ) -> None:
        super().__init__(window)
        self._window = window
        self._stage = window.stage
        self._engine = engine
        self._tasks = tasks
        self._opened = opened
        self.keeper = Keeper(window, engine, tasks)
        self.last: Last | None = None
        """What the window before worked on, until it is here again."""
        window.recent.wanted.connect(self._list_recent)
        window.recent.chosen.connect(lambda path: self._begin(self.open(path), PICTURE))
        window.recovery.restore_asked.connect(
            lambda each: self._begin(self._restore(each), PICTURE)
        )
        window.recovery.discard_asked.connect(lambda each: self._begin(self._discard(each)))

    def slots(self) -> dict[str, Callable[[], object]]:
        """The actions of the window that this is about."""
        return {
            "new": lambda: self._begin(self._new(), PICTURE),
            "save": lambda: self._begin(self._save_as_asked(None)),
            "save-as": lambda: self._begin(self._save_elsewhere()),
            "crop": lambda: self._begin(self._crop(), PICTURE),
        }

    async def look_for_work(self) -> None:
        """Offer what was left behind by programs that have died."""
        left = await self._engine.abandoned_work()
        mine = self.last.among(left) if self.last is not None else None
        self._window.recovery.offer([each for each in left if each is not mine])
        last = self.last
        if self._tasks.is_busy(PICTURE):
            self.last = None  # somebody has brought something else already
        elif last is not None:
            self._begin(self._recall(last, mine), PICTURE)

    def notes(self) -> dict[str, Any] | None:
        """What the next window should begin with; None: with the picture at most."""
        work, keeper, last = self.keeper.work, self.keeper, self.last
        if last is None and self._stage.source is not None:
            path = "" if work.path is None else str(work.path)
            last = Last(path, self._stage.source.name, keeper.is_kept)
        return None if last is None or not (last.path or last.is_kept) else last.notes()

    def note_job(self, job_id: str) -> None:
        """A clip was ordered of what is in the window."""
        work = self.keeper.work
        self.keeper.work = replace(work, jobs=(*work.jobs, job_id))

    async def may_close(self) -> bool:
        """Whether nothing is lost if the window closes now; asks where something would be."""
        if not await self.may_leave():
            return False
        await self.keeper.end()
        return True

    async def may_leave(self) -> bool:
        """The same before something else comes in place of what is in the window."""
        if not self.keeper.is_dirty:
            return True
        answer = await ask_saving(self._window, self.keeper.name)
        if answer is Saving.SAVE:
            return await self._save(None)
        return answer is Saving.DISCARD

    async def bring(self, decoded: DecodedPicture, source: Source) -> bool:
        """Show a picture; False if somebody would rather keep what is there."""
        from kling_desktop.domain.motion.document import MotionDocument

        history, work = History(MotionDocument.blank(decoded.ref)), Work()
        painted = self._stage.painted
        if painted is not None and painted.size == decoded.size:
            answer = await ask_painting(self._window)
            if answer is Painting.CANCEL:
                return False
            if answer is Painting.KEEP:
                history = self.keeper.history().on(decoded.ref)
                self._show(decoded, source, history, replace(self.keeper.work, is_changed=True))
                return True
        if not await self.may_leave():
            return False
        await self.keeper.end()
        self._show(decoded, source, history, work)
        return True

    async def show_painted(
        self, decoded: DecodedPicture, source: Source, document: MotionDocument
    ) -> bool:
        """Show a picture with what belongs on it; False if somebody would rather keep the other."""
        if not await self.may_leave():
            return False
        await self.keeper.end()
        self._show(decoded, source, History(document), Work())
        return True

    async def remove(self) -> None:
        """Do without the picture, and without what is painted on it."""
        if await self.may_leave():
            await self.keeper.end()
            self._stage.clear_picture()
            self.keeper.begin(Work())

    async def open(self, path: Path) -> None:
        """Open a project file. Raises BadProject, BadPicture; what is in the window stays then."""
        await self._opened.wait()
        opened = await self._engine.open_project(path)
        project, notes = opened.project, list(opened.notes)
        decoded = await self._engine.decode_bytes(_picture_name(project, path.stem), opened.picture)
        kept = await self._engine.keep_bytes(decoded.name, decoded.data)
        if not await self.may_leave():
            return
        await self.keeper.end()
        endpoint, values = self._load(project, notes)
        document, said = await with_given_masks(
            self._engine, project.document, endpoint, values, path
        )
        notes += said
        history = History(document)
        work = Work(path=path, is_read_only=opened.is_read_only, jobs=project.jobs)
        work = replace(work, muted=project.muted)
        source = Source(kept, project.document.picture.name or decoded.name)
        self._show(decoded, source, history, work)
        if EFFECT in project.parameters:
            self._window.compose.add_pictures([str(kept)])
        self.keeper.was_saved()
        self._stage.notice.hide()
        await self._offer_fit(decoded, notes)
        if notes:
            self._stage.notice.tell(" ".join(notes))

    async def begin_with(
        self, decoded: DecodedPicture, source: Source, document: MotionDocument
    ) -> bool:
        """Show a picture with what is on it; False if somebody would rather keep what is there."""
        if not await self.may_leave():
            return False
        await self.keeper.end()
        work = Work(is_changed=not document.is_blank)
        self._show(decoded, source, History(document), work)
        return True

    async def offer_fit(self, decoded: DecodedPicture, *, file_bytes: int = 0) -> Fit | None:
        """Ask how a picture that Kling would refuse is to be cut and scaled; None: not at all."""
        from kling_desktop.ui.brush.opening import image_of
        from kling_desktop.ui.project.fit_dialog import ask_fit

        return await ask_fit(self._window, image_of(decoded.rows), file_bytes=file_bytes)

    async def fitted(self, decoded: DecodedPicture, fit: Fit) -> tuple[DecodedPicture, Path]:
        """The picture that it becomes, and our kept file of it. Raises BadPicture."""
        data, suffix = await self._engine.fit_picture(decoded.name, decoded.data, fit)
        made = await self._engine.decode_bytes(Path(decoded.name).stem + suffix, data)
        return made, await self._engine.keep_bytes(made.name, data)

    def _begin(self, work: Coroutine[Any, Any, None], group: str = PROJECT) -> None:
        """One after the other: who asks while something is asked already has it in sight."""
        if self._tasks.is_busy(PROJECT) or self._tasks.is_busy(PICTURE):
            work.close()
        else:
            self._tasks.start(work, group=group)

    async def _new(self) -> None:
        await self._opened.wait()
        await self.remove()
        self._window.compose.focus_prompt()

    async def _save_as_asked(self, path: Path | None) -> None:
        await self._save(path)

    async def _save_elsewhere(self) -> None:
        if (path := await self._ask_path()) is not None:
            await self._save(path)

    async def _save(self, path: Path | None) -> bool:
        """Whether it is saved now. Raises BadProject, BadPicture, FolderUnusable."""
        work = self.keeper.work
        path = path or (None if work.is_read_only else work.path) or await self._ask_path()
        if path is None:
            return False
        running = await self.keeper.running()
        await self._engine.save_project(path, running.project, running.picture)
        self.keeper.was_saved(running, path)
        return True

    async def _ask_path(self) -> Path | None:
        """Where to save; None for nowhere, and if nothing can be saved the window says why."""
        if self._stage.source is None or not self._engine.is_open:
            self._stage.notice.tell(NOT_OPEN if self._stage.source is not None else NO_PICTURE)
            return None
        work, name = self.keeper.work, Path(self._stage.source.name).stem
        path = await ask_path(self._window, work.path or documents() / f"{name}{SUFFIX}")
        return Path(path) if path else None

    async def _crop(self) -> None:
        await self._opened.wait()
        if self._stage.source is None:
            self._stage.notice.tell("There is no picture to crop: open one first.")
            return
        from kling_desktop.ui.project.fit_dialog import ask_fit
        from kling_desktop.ui.project.shapes import shapes_of

        is_painted = self._stage.painted is not None
        shapes = shapes_of(self._window.compose.endpoint)
        image = self._stage.picture.image
        fit = await ask_fit(self._window, image, is_painted=is_painted, shapes=shapes)
        if fit is not None:
            running = await self.keeper.running()
            name = _picture_name(running.project, "picture")
            decoded = await self._engine.decode_bytes(name, running.picture)
            await self._apply_fit(decoded, fit)

    async def _offer_fit(self, decoded: DecodedPicture, notes: list[str]) -> None:
        """For a project whose picture would be refused: it may stay as it is."""
        from kling_desktop.domain.motion.fitting import proposal
        from kling_desktop.ui.project.fit_dialog import ask_fit

        if proposal(decoded.size) is None:
            return
        image = self._stage.picture.image
        fit = await ask_fit(self._window, image, is_painted=True, no="Leave it as it is")
        if fit is None:
            notes.append(UNFIT)
        else:
            await self._apply_fit(decoded, fit)

    async def _apply_fit(self, decoded: DecodedPicture, fit: Fit) -> None:
        """Cut and scale the picture in the window, and with it what is painted."""
        from kling_desktop.domain.motion.fitting import fit_document

        assert self._stage.source is not None
        document = (await self.keeper.running()).project.document
        made, kept = await self.fitted(decoded, fit)
        document = await asyncio.to_thread(fit_document, document, fit, made.digest)
        work = replace(self.keeper.work, is_changed=True)
        self._show(made, replace(self._stage.source, path=kept), History(document), work)

    async def _restore(self, abandoned_id: str) -> None:
        await self._opened.wait()
        if not await self.may_leave():
            return
        try:
            running = await self._engine.take_work(abandoned_id)
        finally:
            self._window.recovery.drop(abandoned_id)
        project, notes = running.project, [RESTORED]
        decoded = await self._engine.decode_bytes(_picture_name(project, "work"), running.picture)
        kept = await self._engine.keep_bytes(decoded.name, decoded.data)
        path = Path(running.path) if running.path else None
        self._load(project, notes)
        source = Source(kept, project.document.picture.name or decoded.name)
        work = Work(path=path, jobs=project.jobs, is_changed=not running.is_saved)
        work = replace(work, muted=project.muted)
        self._show(decoded, source, running.history, work)
        self._stage.notice.tell(" ".join(notes), is_good=True)

    async def _recall(self, last: Last, mine: Abandoned | None) -> None:
        """Begin where the last window ended; what cannot be opened leaves an empty desk."""
        if self.keeper.is_dirty or (mine is None and not last.path):
            self.last = None
            return
        # So that the window stays quick while it is shown already.
        await asyncio.to_thread(load_heavy)
        try:
            if mine is not None:
                await self._restore(mine.id)
            else:
                await self.open(Path(last.path))
        except KlingDesktopError as error:
            words = GONE if mine is None else WORK_GONE
            self._stage.clear_picture()
            self.keeper.begin(Work())
            self._stage.notice.tell(words.format(explain(error).what))
        finally:
            self.last = None

    async def _discard(self, abandoned_id: str) -> None:
        await self._engine.discard_work(abandoned_id)
        self._window.recovery.drop(abandoned_id)

    def _list_recent(self) -> None:
        if self._engine.is_open and not self._tasks.is_busy("recent"):
            self._tasks.start(self._fetch_recent(), group="recent")

    async def _fetch_recent(self) -> None:
        self._window.recent.show_projects(await self._engine.recent_projects())

    def _load(self, project: Project, notes: list[str]) -> tuple[Endpoint, Mapping[str, Any]]:
        """Put a project's settings into the form; returns them, and the endpoint they are for."""
        compose = self._window.compose
        if compose.offers(project.endpoint):
            catalog = compose.catalog
            told = translate(catalog, catalog.endpoint(project.endpoint), project.parameters)
            compose.load(told.endpoint.id, told.values, with_files=False)
            notes += told.notes
            return told.endpoint, told.values
        compose.set_values(without_masks(project.parameters))
        if project.endpoint:
            notes.append(NO_MODEL.format(project.endpoint))
        return compose.endpoint, project.parameters

    def _show(self, decoded: DecodedPicture, source: Source, history: History, work: Work) -> None:
        from kling_desktop.ui.brush.opening import Opening

        opening = Opening(history, decoded.rows, decoded.alpha)
        self.keeper.begin(replace(work, picture=decoded.data, suffix=decoded.suffix))
        self._stage.show_picture(opening.image, source, opening)
        if not history.document.is_blank or history.steps:
            self._stage.show_brush(wanted=True)


def _picture_name(project: Project, instead: str) -> str:
    """A name for the picture in a project; the suffix is that of what is in it."""
    return (Path(project.document.picture.name).stem or instead) + project.suffix


def documents() -> Path:
    """Where people look for what they have made."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def is_project(path: Path) -> bool:
    """Whether a file says that it is a project."""
    return path.suffix.lower() == SUFFIX
