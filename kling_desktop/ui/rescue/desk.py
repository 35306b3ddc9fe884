"""What is done about lost clips: the account is asked, and what is wanted is taken in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from kling_desktop.domain.carrying import start_in
from kling_desktop.domain.errors import KlingDesktopError, UnknownEndpoint
from kling_desktop.domain.events import Event, JobAdded, JobChanged
from kling_desktop.engine.intake import path_of
from kling_desktop.ui.rescue import words
from kling_desktop.ui.rescue.details import PICTURE
from kling_desktop.ui.rescue.dialog import RescueDialog
from kling_desktop.ui.rescue.model import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.engine.rescue import Found
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

OPENS, LOOKS, BRINGS, GLIMPSES = "rescue", "rescue: look", "rescue: bring", "rescue: picture"


class RescueDesk:
    """Opens the window for it, one at a time, and does what is wanted there."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._backend = ""
        self._dialog: RescueDialog | None = None
        self._catalog: Catalog | None = None
        self._glimpsed = ""
        """The request whose picture is shown, or is on its way."""
        self._wanted: set[str] = set()
        """Requests that are on their way here, until it is told how that ended."""

    def show_backend(self, name: str) -> None:
        """From now on that account is asked."""
        self._backend = name

    def open(self) -> None:
        """Let somebody look for clips."""
        if self._dialog is None and self._backend and not self._tasks.is_busy(OPENS):
            self._tasks.start(self._open(), group=OPENS)

    def hear(self, events: Iterable[Event]) -> None:
        """Follow the jobs of requests that are shown."""
        for event in events:
            if self._dialog is not None and isinstance(event, JobAdded | JobChanged):
                self._dialog.model.follow(event.job)
        if self._wanted:
            self._tell_end()

    async def _open(self) -> None:
        self._catalog = await self._engine.catalog()
        is_sandbox = self._backend == "sandbox"
        dialog = RescueDialog(self._window, self._catalog, is_sandbox=is_sandbox)
        self._dialog, self._glimpsed, self._wanted = dialog, "", set()
        dialog.look_up_asked.connect(self._look_up)
        dialog.scan_asked.connect(self._scan)
        dialog.stop_asked.connect(self._stop)
        dialog.bring_asked.connect(self._bring)
        dialog.chosen.connect(self._show)
        dialog.finished.connect(self._close)
        dialog.show_bringing(bringing=self._tasks.is_busy(BRINGS))
        dialog.open()

    def _close(self) -> None:
        self._dialog = None
        self._wanted.clear()
        for group in (LOOKS, GLIMPSES):
            self._end(group)

    def _end(self, group: str) -> None:
        """Whatever a group does, it is no longer wanted; what is brought back goes on."""
        self._tasks.start(_nothing(), group=group, exclusive=True)

    # Looking

    def _look_up(self, what: str, endpoint: str) -> None:
        self._tasks.start(self._find(what, endpoint), group=LOOKS, exclusive=True)

    def _scan(self, days: int) -> None:
        self._tasks.start(self._list(days), group=LOOKS, exclusive=True)

    def _stop(self) -> None:
        self._end(LOOKS)
        if self._dialog is not None:
            self._dialog.show_idle(self._summary("Stopped. "))

    async def _find(self, what: str, endpoint: str) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        dialog.show_looking()
        try:
            found = await self._engine.look_up(endpoint, what)
        except KlingDesktopError as error:
            dialog.show_idle(words.why_not(error, endpoint=endpoint), is_problem=True)
            return
        entry = self._entry(found, ticked=True)
        dialog.model.take([entry])
        if found.job is not None:
            dialog.reveal_known()
        dialog.choose(entry.id)
        dialog.show_idle("It is in your jobs already." if not entry.can_come else "Found.")
        dialog.table.setFocus()

    async def _list(self, days: int) -> None:
        dialog, catalog = self._dialog, self._catalog
        if dialog is None or catalog is None:
            return
        dialog.model.clear()
        since = datetime.now(UTC) - timedelta(days=days)
        for number, endpoint in enumerate(catalog.endpoints):
            dialog.show_scanning(number, len(catalog.endpoints), endpoint.title)
            try:
                found = await self._engine.listed(since, [endpoint.id])
            except KlingDesktopError as error:
                dialog.show_idle(words.why_not(error, endpoint=endpoint.id), is_problem=True)
                return
            there = {each.id for each in dialog.model.entries}
            more = [each for each in found if each.past.request_id not in there]
            dialog.model.take(map(self._entry, more))
        dialog.show_idle(self._summary())

    def _summary(self, lead: str = "") -> str:
        entries = self._dialog.model.entries if self._dialog is not None else []
        lost = sum(each.found.job is None for each in entries)
        here = len(entries) - lost
        if not entries:
            return f"{lead}There is no request of that time in your account's list."
        what = f"{_requests(lost)} in no job here" if lost else "Every request is in a job here"
        beside = f"; {here} in your jobs already" if here and lost else ""
        return f"{lead}{what}{beside}."

    def _entry(self, found: Found, *, ticked: bool = False) -> Entry:
        endpoint = self._endpoint(found.past.endpoint)
        return Entry(found, endpoint.title if endpoint else found.past.endpoint, ticked=ticked)

    def _endpoint(self, endpoint_id: str) -> Endpoint | None:
        try:
            return self._catalog.endpoint(endpoint_id) if self._catalog else None
        except UnknownEndpoint:
            return None

    # Details

    def _show(self, entry: Entry | None) -> None:
        dialog = self._dialog
        if dialog is None or entry is None:
            self._glimpsed = ""
            return
        dialog.details.tell(entry, self._endpoint(entry.found.past.endpoint))
        if entry.id != self._glimpsed:
            self._glimpsed = entry.id
            self._tasks.start(self._glimpse(entry), group=GLIMPSES, exclusive=True)

    async def _glimpse(self, entry: Entry) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        if not start_in(entry.found.past.body or {}):
            dialog.details.show_no_picture("Made from text, or its picture is not known")
            return
        dialog.details.show_no_picture(f"Fetching its picture{words.ELLIPSIS}")
        image = await self._picture(entry)
        if image.isNull():
            dialog.details.show_no_picture("Its picture cannot be shown")
        else:
            dialog.details.show_picture(image)

    async def _picture(self, entry: Entry) -> QImage:
        own = start_in(entry.found.job.params) if entry.found.job else ""
        if own.startswith("file:"):
            return await asyncio.to_thread(_small, QImage(), str(path_of(own)))
        data = await self._engine.glimpse(entry.found.past)
        return QImage() if data is None else await asyncio.to_thread(_decoded, data)

    # Bringing back

    def _bring(self) -> None:
        if not self._tasks.is_busy(BRINGS):
            self._tasks.start(self._bring_all(), group=BRINGS)

    async def _bring_all(self) -> None:
        """One that is gone stops no other; closing the window stops none."""
        dialog = self._dialog
        if dialog is None:
            return
        entries = dialog.model.ticked()
        self._wanted.clear()
        dialog.show_bringing(bringing=True)
        for each in entries:
            dialog.model.mark_coming(each)
        missed = sum([not await self._take_in(dialog, each) for each in entries])
        if self._dialog is not None:  # It may be another one by now.
            self._dialog.show_bringing(bringing=False)
        if self._dialog is dialog:
            dialog.show_idle(_told(len(entries) - missed, missed), is_problem=bool(missed))
            if missed < len(entries):
                self._wanted = {each.id for each in entries}
                self._tell_end()  # Some may be here already.

    async def _take_in(self, dialog: RescueDialog, entry: Entry) -> bool:
        """Whether it comes; why not is said in its row, if that is still there."""
        try:
            job = await self._engine.take_in(entry.found.past)
        except KlingDesktopError as error:
            if self._dialog is dialog:
                dialog.model.mark_problem(entry, words.not_back(error))
            return False
        if self._dialog is dialog:
            dialog.model.follow(job)
        return True

    def _tell_end(self) -> None:
        """Say how many came back, once that is known of all that were wanted together."""
        if (dialog := self._dialog) is None:
            return
        wanted = [each for each in dialog.model.entries if each.id in self._wanted]
        if all(each.problem or each.has_ended for each in wanted):
            back = sum(each.is_back for each in wanted)
            dialog.show_idle(_ended(back, len(wanted) - back), is_problem=back < len(wanted))
            self._wanted.clear()


async def _nothing() -> None:
    """Takes the place of what is no longer wanted."""


def _told(coming: int, missed: int) -> str:
    parts = []
    if coming:
        clips = "1 clip is" if coming == 1 else f"{coming} clips are"
        parts.append(f"{clips} on the way; the queue shows them. This is free.")
    if missed:
        parts.append(f"{missed} could not be brought back; choose its row to read why.")
    return " ".join(parts)


def _ended(back: int, missed: int) -> str:
    parts = []
    if back:
        parts.append("1 clip is back." if back == 1 else f"{back} clips are back.")
    if missed:
        parts.append(f"{missed} did not come back; the row and the queue say why.")
    return " ".join(parts)


def _requests(number: int) -> str:
    return "1 request is" if number == 1 else f"{number} requests are"


def _decoded(data: bytes) -> QImage:
    return _fitted(QImage.fromData(data))


def _small(image: QImage, path: str) -> QImage:
    image.load(path)
    return _fitted(image)


def _fitted(image: QImage) -> QImage:
    """Small enough to be cheap for the window's thread, large enough for a fine screen."""
    if image.isNull():
        return image
    bounds: QSize = PICTURE * 3
    return image.scaled(
        bounds, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
