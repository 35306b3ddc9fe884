"""Work in progress on the disk, step by step, and what programs left behind that died.

    autosave/<id>.lock         held by the window that works on it (``storage/owners.py``)
    autosave/<id>/journal      header, picture, and every step as the tiles that it changed

A journal only grows, a few hundred bytes a stroke, until it is rewritten with the newest steps.
Whoever takes over abandoned work renames its folder to a name that is locked already: of two
windows that try only one succeeds.
"""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import BadProject
from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.motion.delta import changed, changes
from kling_desktop.domain.motion.document import MotionDocument
from kling_desktop.domain.motion.history import MOST_STEPS, Abandoned, History, Running, Step
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.project_json import from_text, to_text
from kling_desktop.storage.disk import private_folder, write_whole, writing
from kling_desktop.storage.journal import MAGIC, append, record, records
from kling_desktop.storage.owners import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

logger = logging.getLogger(__name__)

LONGEST = 64_000_000
"""Bytes of a journal beside its picture; then it is written anew with fewer steps."""
_HEADER, _PICTURE, _START, _STEP, _PLACE = b"H", b"P", b"B", b"S", b"I"
_NAME = "journal"


class Autosave:
    """The work of one window on one document; every call blocks, so none is for a window's loop."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing on the disk but the lock.

        Raises:
            FolderUnusable: the lock cannot be written.
        """
        self.id = uuid.uuid4().hex
        self._root = folder
        self._owner = Owner(folder, self.id)
        self._known: Running | None = None
        """What the journal was last told."""
        self._versions: list[MotionDocument] = []
        """Those in the journal, in their order."""
        self._place = b""
        """The record of the version that is seen, as it was last written."""
        self._grown = 0

    @property
    def _folder(self) -> Path:
        return self._root / self.id

    @property
    def _journal(self) -> Path:
        return self._folder / _NAME

    def keep(self, running: Running) -> None:
        """Bring the disk up to what is at work now; returns once it is there.

        Raises:
            FolderUnusable: the disk refuses; the next call writes all of it anew.
        """
        known, self._known = self._known, None
        with writing():
            told = None if known is None or self._is_long else self._since(known, running)
            if told is None:
                self._rewrite(running)
            elif told:
                append(self._journal, told)
                self._grown += len(told)
        self._known = running

    def end(self) -> None:
        """The document is closed: what was kept of it goes, and its lock as well."""
        self._known = None
        shutil.rmtree(self._folder, ignore_errors=True)
        self._owner.release()

    def release(self) -> None:
        """Leave the work to whoever wants it; what was kept stays."""
        self._owner.release()

    def abandoned(self) -> list[Abandoned]:
        """The work of programs that have died, newest first."""
        found = [each for each in map(self._look, self._folders()) if each is not None]
        return sorted(found, key=lambda each: each.changed_at, reverse=True)

    def take(self, abandoned_id: str) -> Running:
        """Take over abandoned work: from here on it is that of this window.

        Raises:
            BadProject: somebody else has it, or nothing in it can be read; then it stays there.
            FolderUnusable: it cannot be taken.
        """
        old = self._root / abandoned_id
        if abandoned_id not in {each.name for each in self._folders()} or self._is_alive(old.name):
            raise BadProject("The work", "is not there any more, or another window has it")
        running = _read(old / _NAME)
        with writing():
            if self._folder.exists():
                shutil.rmtree(self._folder)
            try:
                old.rename(self._folder)
            except FileNotFoundError:
                raise BadProject("The work", "was taken by another window just now") from None
            # What was torn off at the end would hide everything that is written after it.
            self._rewrite(running)
        self._known = running
        return running

    def discard(self, abandoned_id: str) -> None:
        """Delete abandoned work that nobody has."""
        for folder in self._folders():
            if folder.name == abandoned_id and not self._is_alive(folder.name):
                shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> Iterator[Path]:
        with suppress(OSError):
            for each in sorted(self._root.iterdir()):
                if each.name != self.id and (each / _NAME).is_file():
                    yield each

    def _is_alive(self, owner_id: str) -> bool:
        return self._owner.is_alive(owner_id)

    def _look(self, folder: Path) -> Abandoned | None:
        if self._is_alive(folder.name):
            return None
        with suppress(OSError, BadProject, ValueError, KeyError):
            facts = (folder / _NAME).stat()
            project, told = _header(next(records(folder / _NAME))[1])
            name = told["path"] or project.document.picture.name
            path = str(told["path"])
            return Abandoned(folder.name, str(name), path, facts.st_mtime, facts.st_size)
        return None

    @property
    def _is_long(self) -> bool:
        return self._grown > LONGEST or len(self._versions) > 2 * MOST_STEPS

    def _rewrite(self, running: Running) -> None:
        private_folder(self._folder)
        history = running.history.newest()
        while len(body := _told_history(history)) > LONGEST // 2 and len(history.steps) > 1:
            history = history.newest(len(history.steps) // 2)
        parts = (MAGIC, _told_header(running), record(_PICTURE, running.picture), body)
        write_whole(self._journal, b"".join(parts), part=self._folder / ".part")
        self._versions, self._grown = history.versions, len(body)
        self._place = _told_place(history.done)

    def _since(self, known: Running, running: Running) -> bytes | None:
        """Records that lead from what the journal says to what is now; None if none do."""
        history = running.history
        shift = _shift(self._versions, history.versions)
        if shift is None or known.picture != running.picture or history.done < shift:
            return None
        now = history.versions[max(shift, 0) :]
        there = self._versions[max(-shift, 0) :]
        pairs = zip(there, now, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))
        if len(now) == same < len(there):
            same -= 1  # steps are dropped by telling the one before them once more
        if same == 0:
            return None
        first = max(shift, 0) + same
        steps = b"".join(_told_steps(history, first, -shift))
        self._versions[max(-shift, 0) + same :] = now[same:]
        header = _told_header(running)
        head = b"" if header == _told_header(known) else header
        place = _told_place(history.done - shift)
        is_there = not steps and place == self._place
        self._place = place
        return head + steps + (b"" if is_there else place)


def _shift(there: list[MotionDocument], now: list[MotionDocument]) -> int | None:
    """How many versions now are before the first one there; negative if some there are before."""
    for index, each in enumerate(now):
        if each is there[0]:
            return index
    for index, each in enumerate(there):
        if each is now[0]:
            return -index
    return None


def _told_header(running: Running) -> bytes:
    project = running.project
    bare = Project(
        document=MotionDocument.blank(project.document.picture),
        endpoint=project.endpoint,
        parameters=project.parameters,
        jobs=project.jobs,
        suffix=project.suffix,
    )
    told = {"project": to_text(bare), "path": running.path, "is_saved": running.is_saved}
    return record(_HEADER, json.dumps(told).encode())


def _header(content: bytes) -> tuple[Project, dict[str, Any]]:
    told = parsed(content)
    return from_text(str(told["project"]).encode(), "The journal"), told


def _told_history(history: History) -> bytes:
    start = changes(history.start, MotionDocument.blank(history.start.picture))
    steps = _told_steps(history, 1, 0)
    return b"".join((record(_START, start), *steps, _told_place(history.done)))


def _told_steps(history: History, first: int, shift: int) -> Iterator[bytes]:
    """The steps that lead to the versions from the first on, numbered as the journal does."""
    for number in range(first, len(history.steps) + 1):
        step = history.steps[number - 1]
        words = json.dumps([number + shift, step.label, step.merges_with]).encode()
        told = changes(step.document, history.version(number - 1))
        yield record(_STEP, len(words).to_bytes(4, "little") + words + told)


def _told_place(done: int) -> bytes:
    return record(_PLACE, str(done).encode())


def _read(path: Path) -> Running:
    """What a journal says, as far as it can be read. Raises BadProject."""
    reader = _Reader()
    try:
        for kind, content in records(path):
            reader.take(kind, content)
    except OSError as error:
        raise BadProject("The work", f"cannot be read: {error.strerror}") from None
    except (BadProject, ValueError, LookupError, TypeError):
        logger.warning("journal has a record that makes no sense; what was before it counts")
    return reader.running()


class _Reader:
    def __init__(self) -> None:
        self._project: Project | None = None
        self._told: dict[str, Any] = {}
        self._picture = b""
        self._start: MotionDocument | None = None
        self._steps: list[Step] = []
        self._done = 0

    def take(self, kind: bytes, content: bytes) -> None:
        match kind:
            case b"H":
                self._project, self._told = _header(content)
            case b"P":
                self._picture = content
            case b"B":
                if self._project is None:
                    raise ValueError("the header is missing")
                blank = MotionDocument.blank(self._project.document.picture)
                self._start = changed(blank, content)
            case b"S":
                self._step(content)
            case b"I":
                self._done = min(max(int(content), 0), len(self._steps))
            case _:
                pass

    def _step(self, content: bytes) -> None:
        size = int.from_bytes(content[:4], "little")
        number, label, merges_with = parsed(content[4 : 4 + size])
        if not 1 <= number <= len(self._steps) + 1 or self._start is None:
            raise ValueError("a step is missing")
        before = self._steps[number - 2].document if number > 1 else self._start
        document = changed(before, content[4 + size :])
        self._steps[number - 1 :] = [Step(str(label), document, str(merges_with))]
        self._done = len(self._steps)

    def running(self) -> Running:
        if self._project is None or self._start is None or not self._picture:
            raise BadProject("The work", "is damaged: nothing in it can be read")
        history = History(self._start, tuple(self._steps), self._done)
        told = self._project
        project = Project(
            document=history.document,
            endpoint=told.endpoint,
            parameters=told.parameters,
            jobs=told.jobs,
            suffix=told.suffix,
        )
        path, is_saved = str(self._told.get("path", "")), bool(self._told.get("is_saved"))
        return Running(project, history, self._picture, path, is_saved)
