"""What is done about jobs that are there: told, looked for, sent again, fetched, loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.carrying import start_in
from kling_desktop.domain.errors import UnknownEndpoint
from kling_desktop.domain.events import Event, JobAdded, JobChanged, Searched
from kling_desktop.domain.holders import named
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.money import dollars, estimate
from kling_desktop.engine.intake import path_of
from kling_desktop.ui.paths import ask_folder
from kling_desktop.ui.question import ask
from kling_desktop.ui.queue.facts import is_free
from kling_desktop.ui.queue.offers import Offer, Wish, foreign_offers, offers, waits_for_folder
from kling_desktop.ui.queue.words import NEVER_CHARGED, explanation
from kling_desktop.ui.story.dialog import StoryDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.pictures import Pictures
    from kling_desktop.ui.tasks import TaskScope

FOUND = "Found in your account: it goes on, and nothing was sent again."
NOT_YET = "Not in your account's list yet."
ELSEWHERE = "Another program is seeing to this job; it tells here what comes of it."
SENT_AGAIN = "Sent again as a new job. The first one counts as perhaps charged."
OTHER_FOLDER = "Where shall the clip go?"
COMES_TO = "The clip comes to {}. Nothing is charged for that."
FETCHING = "Its clip is asked for once more; this is free."
KEPT_APART = "With the key in use nothing of it is asked, sent or fetched; it is not lost."
TWICE = (
    "Nobody knows whether the first request was accepted. If it was, you pay twice and get two "
    "clips. It is looked for in your account once more before anything is sent, and if it is found "
    "nothing is sent."
)


class JobDesk(QObject):
    """Grants the wishes that the notice and the rows of the queue offer."""

    begun = Signal(object)
    """A job that somebody here has just asked for."""
    cancel_asked = Signal(object)
    inspect_asked = Signal(object)
    folder_asked = Signal(str)
    promote_asked = Signal(object)

    def __init__(
        self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope, pictures: Pictures
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._pictures = pictures
        self._sought: set[JobId] = set()
        """Jobs that somebody here wants to be looked for: the result is told."""
        self._stories: dict[JobId, StoryDialog] = {}
        self.promotion_of: Callable[[Job], str] = lambda _: ""
        """What a button says that promotes a job."""
        window.queue.offers_of = self.offers_of
        window.queue.wished.connect(self.grant)
        window.stage.notice.wished.connect(self._grant_about)

    def hear(self, events: Iterable[Event]) -> None:
        """Follow the engine's events, which the queue has taken already."""
        for event in events:
            match event:
                case JobChanged(job=job):
                    self._tell_found(job)
                    self._refresh(job.id)
                case Searched(job_id=job_id, under_way=under_way):
                    self._tell_search(job_id, under_way=under_way)
                case _:
                    pass

    def explain(self, job: Job, lead: str = "") -> None:
        """Say all that a row has no room for; what was said of another job is over."""
        notice, searching = self._window.stage.notice, self._searching(job)
        late = self._window.queue.model.outlook_of(job)
        late_text = late.text if late.is_late else ""
        text = self._whose(job) or explanation(job, searching=searching) or late_text
        if text:
            notice.tell(f"{lead} {text}".strip(), topic=job.id, offers=self._buttons(job))
        elif notice.topic:
            notice.hide()

    def offers_of(self, job: Job) -> list[Offer]:
        """What can be done about a job, at today's price."""
        if self._window.queue.model.whose(job):
            name = self._window.queue.model.holder.name_of(job)
            return foreign_offers(job, name, self._price(job))
        loads = self._window.compose.offers(job.endpoint)
        return offers(
            job,
            self._price(job),
            searching=self._searching(job),
            loads=loads,
            promotion=self.promotion_of(job),
        )

    def grant(self, wish: str, job: Job) -> None:
        """Do what somebody wants of a job, once for each time that it is done."""
        if wish == Wish.CHOOSE:
            self._window.actions_by_id["key"].trigger()
        elif wish == Wish.LOAD:
            self._load(job)
        elif wish == Wish.PROMOTE:
            self.promote_asked.emit(job)
        elif wish == Wish.GIVE_UP:
            self.cancel_asked.emit(job)
        elif wish == Wish.INSPECT:
            self.inspect_asked.emit(job)
        elif not self._tasks.is_busy(group := f"{wish} {job.id}"):
            self._tasks.start(self._work(Wish(wish))(job), group=group)

    def _work(self, wish: Wish) -> Callable[[Job], Coroutine[Any, Any, None]]:
        return {
            Wish.STORY: self._tell_story,
            Wish.LOOK: self._look,
            Wish.RESEND: self._resend,
            Wish.AGAIN: self._again,
            Wish.FETCH: self._fetch,
            Wish.ELSEWHERE: self._put_elsewhere,
            Wish.HAND_OVER: self._hand_over,
        }[wish]

    def _grant_about(self, wish: str, topic: str) -> None:
        job = self._window.queue.model.job(topic)
        if job is not None:
            self.grant(wish, job)

    def _buttons(self, job: Job) -> list[Offer]:
        """Those that the notice has room for: the helpful ones, where no cancel was wished for."""
        if self._whose(job):
            return self.offers_of(job)
        if waits_for_folder(job):
            return [each for each in self.offers_of(job) if each.wish is Wish.ELSEWHERE]
        if job.goes_on or (job.state is JobState.UNCERTAIN and job.cancel_asked):
            return []
        found = self.offers_of(job)
        others = [each for each in found if each.wish is not Wish.LOAD]
        return others if len(others) > 1 else found

    def _price(self, job: Job) -> str:
        """Of today; where files decide it, which are measured when it is sent, that of then."""
        endpoint = self._endpoint(job)
        today = estimate(endpoint, job.params) if endpoint else None
        return dollars(job.estimate_usd if today is None else today)

    def _searching(self, job: Job) -> bool:
        return self._window.queue.model.is_searched(job.id)

    def _whose(self, job: Job) -> str:
        text = self._window.queue.model.whose(job)
        return f"{text}. {KEPT_APART}" if text else ""

    async def _hand_over(self, job: Job) -> None:
        price, model = self._price(job), self._window.queue.model
        text = (
            f"Let {named(model.holder.name)} make it instead, for {price}?\n\nNothing of it was "
            "sent so far. The account of the key in use pays for it then."
        )
        if await ask(self._window, "Make it with this key", text, yes=f"Make it for {price}"):
            self.show(await self._engine.hand_over(job.id))

    # Uncertain jobs

    async def _look(self, job: Job) -> None:
        self._sought.add(job.id)
        if not await self._engine.look_again(job.id):
            self._sought.discard(job.id)
            self._window.stage.notice.tell(ELSEWHERE)

    def _tell_found(self, job: Job) -> None:
        if job.id in self._sought and job.state is not JobState.UNCERTAIN:
            self._sought.discard(job.id)
            if job.goes_on:
                self._window.stage.notice.tell(FOUND, is_good=True)

    def _tell_search(self, job_id: JobId, *, under_way: bool) -> None:
        job = self._window.queue.model.job(job_id)
        if job is None or job.state is not JobState.UNCERTAIN:
            return
        in_vain = not under_way and job_id in self._sought
        if in_vain:
            self._sought.discard(job_id)
        if in_vain or self._window.stage.notice.topic == job_id:
            self.explain(job, NOT_YET if in_vain else "")

    async def _resend(self, job: Job) -> None:
        price, money = self._price(job), NEVER_CHARGED if is_free(job) else TWICE
        text = f"Send this request again for {price}?\n\n{money}"
        yes = f"Send again for {price}"
        if not await ask(self._window, "Send again", text, yes=yes):
            return
        self._sought.discard(job.id)
        new = await self._engine.resend(job.id)
        self.show(new)
        self._window.stage.notice.tell(FOUND if new.id == job.id else SENT_AGAIN, is_good=True)

    # Jobs that are over

    async def _again(self, job: Job) -> None:
        self.show(await self._engine.again(job.id))

    async def _fetch(self, job: Job) -> None:
        assert job.request_id is not None
        self.show(await self._engine.rescue(job.endpoint, job.request_id))
        self._window.stage.notice.tell(FETCHING, is_good=True)

    async def _put_elsewhere(self, job: Job) -> None:
        if folder := await ask_folder(self._window, OTHER_FOLDER, Path(job.out_dir)):
            moved = await self._engine.put_elsewhere(job.id, folder)
            self._window.stage.notice.tell(COMES_TO.format(moved.out_dir), is_good=True)

    def show(self, job: Job) -> None:
        """Bring a job forward that was just begun; its own news may be here already."""
        if self._window.queue.model.job(job.id) is None:
            self._window.queue.take((JobAdded(job),))
        self._window.queue.choose(job.id)
        self.begun.emit(job)

    def _load(self, job: Job) -> None:
        compose = self._window.compose
        if not compose.offers(job.endpoint):
            return
        compose.load(job.endpoint, job.params)
        picture = start_in(job.params)
        if picture.startswith("file:"):
            self._pictures.take_kept(path_of(picture))
        compose.focus_prompt()

    # Stories

    async def _tell_story(self, job: Job) -> None:
        told = await self._engine.story(job.id)
        if job.id in self._stories:
            return
        dialog = StoryDialog(self._window)
        self._stories[job.id] = dialog
        dialog.finished.connect(lambda: self._stories.pop(job.id, None))
        dialog.folder_asked.connect(self.folder_asked)
        dialog.tell(*told, self._endpoint(job))
        dialog.open()

    def _refresh(self, job_id: JobId) -> None:
        if job_id in self._stories:
            group = f"refresh {job_id}"
            self._tasks.start(self._tell_more(job_id), group=group, exclusive=True)

    async def _tell_more(self, job_id: JobId) -> None:
        told = await self._engine.story(job_id)
        if job_id in self._stories:
            self._stories[job_id].tell(*told, self._endpoint(told[0]))

    def _endpoint(self, job: Job) -> Endpoint | None:
        try:
            return self._window.compose.catalog.endpoint(job.endpoint)
        except UnknownEndpoint:
            return None
