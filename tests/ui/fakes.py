"""An engine for the window's tests: it starts no thread, and answers as its scripts say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kling_desktop.domain import params
from kling_desktop.domain.accounts import Accounts, Foresight, Period, Span
from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.calibration import Calibration, brush_endpoints, brush_price
from kling_desktop.domain.catalog import Catalog, load_catalog
from kling_desktop.domain.differences import Difference
from kling_desktop.domain.errors import BadMedia
from kling_desktop.domain.history import JobEvent
from kling_desktop.domain.holders import Holder
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.line import Steering
from kling_desktop.domain.many import Forecast
from kling_desktop.domain.reports import By, report
from kling_desktop.domain.requests import PastRequest
from kling_desktop.domain.story import Line, tell
from kling_desktop.domain.watched import Watched, WatchStatus
from kling_desktop.engine.remote import RemoteEngine
from kling_desktop.engine.rescue import Found
from kling_desktop.media.decode import PictureFiles
from tests.helpers.fakes import START, Script
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from decimal import Decimal

    from kling_desktop.domain.foreign import Fetched, MovedTo
    from kling_desktop.domain.lineage import Frame, Joined, Moment, Still
    from kling_desktop.domain.motion.fitting import Fit
    from kling_desktop.domain.motion.history import Abandoned, Running
    from kling_desktop.domain.motion.picture import DecodedPicture
    from kling_desktop.domain.motion.project import OpenedProject, Project, RecentProject
    from kling_desktop.domain.outlook import Outlook
    from kling_desktop.domain.parcel import Inspection
    from kling_desktop.engine.batch import Batch
    from kling_desktop.engine.batch_source import Source
    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.ladder import FirstDraft, Promotion
    from kling_desktop.engine.remote import Values


def _no_frame(video: Path, *_: object) -> NoReturn:
    raise BadMedia(video.name, "has no frame")


def _unscripted(*_: object) -> NoReturn:
    raise AssertionError("the test has no answer for this")


class FakeEngine(RemoteEngine):
    """The facade of the engine, without the engine behind it."""

    def __init__(self) -> None:  # noqa: PLR0915 - a script for each question
        # The real one starts a thread here; this one has nothing to run on it.
        self.on_open: Script[str] = Script("sandbox")
        self.on_jobs: Script[list[Job]] = Script(list)
        self.on_older: Script[list[Job]] = Script(lambda _: [])
        self.on_generate: Script[Job] = Script(
            lambda draft: a_job(id=JobId("mine"), endpoint=draft.endpoint, params=draft.values)
        )
        self.on_inspect: Script[Inspection] = Script(_unscripted)
        """Asked with a draft, or with the id of a job."""
        self.on_twins: Script[list[Job]] = Script([])
        self.on_keep: Script[Path] = Script(lambda path: path)
        self.on_media_seconds: Script[float] = Script(5.0)
        self.on_cancel: Script[Job] = Script(lambda job_id: a_job(id=job_id))
        self.on_story: Script[tuple[Job, tuple[Line, ...]]] = Script(_story)
        self.on_look: Script[bool] = Script(habit=True)
        self.on_put: Script[Job] = Script(
            lambda job_id, folder: a_job(id=job_id, out_dir=str(folder))
        )
        self.on_searched: Script[list[JobId]] = Script(list)
        self.on_resend: Script[Job] = Script(lambda job_id: a_job(id=JobId("new")))
        self.on_again: Script[Job] = Script(lambda job_id: a_job(id=JobId("new")))
        self.on_rescue: Script[Job] = Script(lambda *_: a_job(JobState.QUEUED, id=JobId("new")))
        self.on_refresh: Script[Difference] = Script(Difference("sandbox", "2026-12-01", ()))
        self.on_hold: Script[Job] = Script(lambda job_id: a_job(JobState.HELD, id=job_id))
        self.on_release: Script[Job] = Script(lambda job_id: a_job(id=job_id))
        self.on_move: Script[None] = Script(None)
        self.on_put_off: Script[Job] = Script(lambda job_id, at: a_job(id=job_id, run_at=at))
        self.on_edit: Script[Job] = Script(lambda job_id, _: a_job(JobState.HELD, id=job_id))
        self.on_outlooks: Script[dict[JobId, Outlook]] = Script(dict)
        self.on_decode: Script[DecodedPicture] = Script(_decoded)
        self.on_fit: Script[tuple[bytes, str]] = Script(_fitted)
        self.on_keep_bytes: Script[Path] = Script(lambda name, _: Path("kept") / name)
        self.on_open_project: Script[OpenedProject] = Script(_unscripted)
        self.on_save_project: Script[None] = Script(None)
        self.on_keep_work: Script[None] = Script(None)
        self.on_abandoned: Script[list[Abandoned]] = Script(list)
        self.on_take_work: Script[Running] = Script(_unscripted)
        self.on_recent: Script[list[RecentProject]] = Script(list)
        self.discarded: list[str] = []
        """Abandoned work that was deleted."""
        self.ended = 0
        """How often work came to its end."""
        self.steered = Steering()
        self.held_by = Holder()
        self.on_switch: Script[str] = Script("live")
        self.on_hand_over: Script[Job] = Script(lambda job_id: a_job(id=job_id))
        self.known = load_catalog()
        """The catalog that counts."""
        self.was_opened = False
        self.on_frame: Script[Frame] = Script(_unscripted)
        self.on_still: Script[Still] = Script(_no_frame)
        self.on_join: Script[Joined] = Script(_unscripted)
        self.on_fetch: Script[Fetched | MovedTo] = Script(_unscripted)
        self._script_money_and_rescue()
        self._script_probes_and_ladder()
        self._script_batches()

    def _script_money_and_rescue(self) -> None:
        self.on_listed: Script[list[Found]] = Script(lambda *_: [])
        self.on_look_up: Script[Found] = Script(
            lambda endpoint, what: Found(PastRequest(endpoint or T2V, what, START, 200))
        )
        self.on_glimpse: Script[bytes | None] = Script(None)
        self.on_take_in: Script[Job] = Script(
            lambda past: a_job(JobState.QUEUED, id=JobId("back"), request_id=past.request_id)
        )
        self.on_accounts: Script[Accounts] = Script(nothing_spent)
        self.on_foresee: Script[Foresight] = Script(Foresight())
        self.on_bill: Script[list[Job]] = Script(list)
        self.over_budget: list[JobId] = []
        """Jobs that were released although a budget forbids it."""
        self.budgets = Budgets()
        self.budget_errors: list[Exception] = []
        """Raised by the next changes of budgets."""

    def _script_probes_and_ladder(self) -> None:
        self.on_first_draft: Script[FirstDraft] = Script(_unscripted)
        self.on_promotion: Script[Promotion] = Script(_unscripted)
        self.on_promote: Script[Job] = Script(lambda *_: a_job(id=JobId("promoted")))
        self.on_calibrations: Script[list[Calibration]] = Script(self._calibrations)
        self.on_calibrate: Script[Job] = Script(_unscripted)
        self.on_forget: Script[None] = Script(None)

    def _script_batches(self) -> None:
        self.on_survey: Script[Batch] = Script(_unscripted)
        self.on_recheck: Script[Batch] = Script(_unscripted)
        self.on_settled: Script[Batch] = Script(lambda batch: batch)
        self.on_begin: Script[dict[int, Job]] = Script(_unscripted)
        self.on_forecast: Script[Forecast] = Script(Forecast())
        self.on_watch: Script[WatchStatus] = Script(_unscripted)
        self.watched = WatchStatus()

    async def survey(
        self, source: Source, endpoint: str, prompts: Sequence[str], settings: Values
    ) -> Batch:
        self._demand()
        return await self.on_survey.play(source, endpoint, prompts, settings)

    async def recheck(self, batch: Batch, number: int, name: str, text: str) -> Batch:
        self._demand()
        return await self.on_recheck.play(batch, number, name, text)

    async def settled(self, batch: Batch) -> Batch:
        self._demand()
        return await self.on_settled.play(batch)

    async def begin_batch(self, batch: Batch, numbers: Collection[int]) -> dict[int, Job]:
        self._demand()
        return await self.on_begin.play(batch, numbers)

    async def forecast(self, prices: Sequence[Decimal | None]) -> Forecast:
        self._demand()
        return await self.on_forecast.play(prices)

    async def watch(self, wish: Watched) -> WatchStatus:
        self._demand()
        self.watched = await self.on_watch.play(wish)
        return self.watched

    async def unwatch(self) -> WatchStatus:
        self._demand()
        self.watched = WatchStatus()
        return self.watched

    async def watch_status(self) -> WatchStatus:
        self._demand()
        return self.watched

    def _calibrations(self) -> list[Calibration]:
        return [Calibration(each, brush_price(each)) for each in brush_endpoints(self.known)]

    async def first_draft(self, wish: Draft) -> FirstDraft:
        self._demand()
        return await self.on_first_draft.play(wish)

    async def promotion(self, job_id: JobId, endpoint_id: str = "") -> Promotion:
        self._demand()
        return await self.on_promotion.play(job_id, endpoint_id)

    async def promote(self, job_id: JobId, endpoint_id: str = "", *, twice: bool = False) -> Job:
        self._demand()
        return await self.on_promote.play(job_id, endpoint_id, twice)

    async def calibrations(self) -> list[Calibration]:
        self._demand()
        return await self.on_calibrations.play()

    async def calibrate(self, endpoint_id: str) -> Job:
        self._demand()
        return await self.on_calibrate.play(endpoint_id)

    async def forget_origin(self, endpoint_id: str) -> None:
        self._demand()
        await self.on_forget.play(endpoint_id)

    @property
    def is_open(self) -> bool:
        return self.was_opened

    async def open(self) -> str:
        name = await self.on_open.play()
        self.was_opened = True
        return name

    async def switch(self) -> str:
        name = await self.on_switch.play()
        self.was_opened = True
        return name

    async def generate(self, draft: Draft) -> Job:
        self._demand()
        params.check(load_catalog().endpoint(draft.endpoint), draft.values)
        return await self.on_generate.play(draft)

    async def twins(self, draft: Draft) -> list[Job]:
        self._demand()
        return await self.on_twins.play(draft)

    async def inspect(self, draft: Draft) -> Inspection:
        self._demand()
        return await self.on_inspect.play(draft)

    async def inspect_job(self, job_id: JobId) -> Inspection:
        self._demand()
        return await self.on_inspect.play(job_id)

    async def keep_picture(self, path: Path) -> Path:
        self._demand()
        return await self.on_keep.play(path)

    async def media_seconds(self, path: Path) -> float:
        self._demand()
        return await self.on_media_seconds.play(path)

    async def decode_picture(self, path: Path) -> DecodedPicture:
        self._demand()
        return await self.on_decode.play(path)

    async def decode_bytes(self, name: str, data: bytes) -> DecodedPicture:
        self._demand()
        return await self.on_decode.play(name, data)

    async def fit_picture(self, name: str, data: bytes, fit: Fit) -> tuple[bytes, str]:
        self._demand()
        return await self.on_fit.play(name, data, fit)

    async def keep_bytes(self, name: str, data: bytes) -> Path:
        self._demand()
        return await self.on_keep_bytes.play(name, data)

    async def frame_of(self, job_id: JobId, moment: Moment) -> Frame:
        self._demand()
        return await self.on_frame.play(job_id, moment)

    async def still_of(self, video: Path, moment: Moment, *, within: int = 0) -> Still:
        """As asked, with how small it may be."""
        return await self.on_still.play(video, moment, within)

    async def join(
        self, job_ids: Sequence[JobId], out: Path | None, report: Callable[[int, int], None]
    ) -> Joined:
        self._demand()
        return await self.on_join.play(job_ids, out, report)

    async def fetch_picture(self, url: str) -> Fetched | MovedTo:
        self._demand()
        return await self.on_fetch.play(url)

    async def open_project(self, path: Path) -> OpenedProject:
        self._demand()
        return await self.on_open_project.play(path)

    async def save_project(self, path: Path, project: Project, picture: bytes) -> None:
        self._demand()
        await self.on_save_project.play(path, project, picture)

    async def recent_projects(self) -> list[RecentProject]:
        self._demand()
        return await self.on_recent.play()

    async def keep_work(self, running: Running) -> None:
        self._demand()
        await self.on_keep_work.play(running)

    async def end_work(self) -> None:
        self._demand()
        self.ended += 1

    async def abandoned_work(self) -> list[Abandoned]:
        self._demand()
        return await self.on_abandoned.play()

    async def take_work(self, abandoned_id: str) -> Running:
        self._demand()
        return await self.on_take_work.play(abandoned_id)

    async def discard_work(self, abandoned_id: str) -> None:
        self._demand()
        self.discarded.append(abandoned_id)

    async def cancel(self, job_id: JobId) -> Job:
        self._demand()
        return await self.on_cancel.play(job_id)

    async def hold(self, job_id: JobId) -> Job:
        return await self.on_hold.play(job_id)

    async def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        if over_budget:
            self.over_budget.append(job_id)
        return await self.on_release.play(job_id)

    async def move_all(self, job_ids: Sequence[JobId], before: JobId | None) -> None:
        await self.on_move.play(job_ids, before)

    async def put_off(self, job_id: JobId, run_at: datetime | None) -> Job:
        return await self.on_put_off.play(job_id, run_at)

    async def edit(self, job_id: JobId, draft: Draft) -> Job:
        return await self.on_edit.play(job_id, draft)

    async def outlooks(self) -> dict[JobId, Outlook]:
        return await self.on_outlooks.play()

    async def holder(self) -> Holder:
        return self.held_by

    async def hand_over(self, job_id: JobId) -> Job:
        return await self.on_hand_over.play(job_id)

    async def steering(self) -> Steering:
        return self.steered

    async def pause_all(self) -> Steering:
        self.steered = replace(self.steered, paused=True)
        return self.steered

    async def resume_all(self) -> Steering:
        self.steered = replace(self.steered, paused=False)
        return self.steered

    async def set_limit(self, limit: int) -> Steering:
        self.steered = replace(self.steered, limit=limit)
        return self.steered

    async def jobs(self) -> list[Job]:
        self._demand()
        return await self.on_jobs.play()

    async def older_jobs(self, before: JobId) -> list[Job]:
        self._demand()
        return await self.on_older.play(before)

    async def story(self, job_id: JobId) -> tuple[Job, tuple[Line, ...]]:
        self._demand()
        return await self.on_story.play(job_id)

    async def look_again(self, job_id: JobId) -> bool:
        self._demand()
        return await self.on_look.play(job_id)

    async def put_elsewhere(self, job_id: JobId, folder: Path) -> Job:
        return await self.on_put.play(job_id, folder)

    async def searched(self) -> list[JobId]:
        self._demand()
        return await self.on_searched.play()

    async def resend(self, job_id: JobId) -> Job:
        self._demand()
        return await self.on_resend.play(job_id)

    async def again(self, job_id: JobId) -> Job:
        self._demand()
        return await self.on_again.play(job_id)

    async def rescue(self, endpoint_id: str, request_id: str) -> Job:
        self._demand()
        return await self.on_rescue.play(endpoint_id, request_id)

    async def listed(self, since: datetime, endpoint_ids: Sequence[str] = ()) -> list[Found]:
        return await self.on_listed.play(since, endpoint_ids)

    async def look_up(self, endpoint_id: str, what: str) -> Found:
        return await self.on_look_up.play(endpoint_id, what)

    async def glimpse(self, past: PastRequest) -> bytes | None:
        return await self.on_glimpse.play(past)

    async def take_in(self, past: PastRequest) -> Job:
        return await self.on_take_in.play(past)

    async def accounts(self, period: Period, by: By) -> Accounts:
        self._demand()
        return await self.on_accounts.play(period, by)

    async def foresee(self, price: Decimal | None, project: str = "") -> Foresight:
        self._demand()
        return await self.on_foresee.play(price)

    async def change_budgets(self, changed: Callable[[Budgets], Budgets]) -> Budgets:
        if self.budget_errors:
            raise self.budget_errors.pop()
        self.budgets = changed(self.budgets)
        return self.budgets

    async def ask_bill(self) -> list[Job]:
        return await self.on_bill.play()

    async def catalog(self) -> Catalog:
        self._demand()
        return self.known

    async def refresh_models(self) -> Difference:
        self._demand()
        return await self.on_refresh.play()

    async def close(self) -> None:
        self.was_opened = False

    @property
    def drafts(self) -> list[Draft]:
        """Everything that was asked for and passed the check."""
        return [draft for (draft,) in self.on_generate.calls]

    def _demand(self) -> None:
        assert self.was_opened, "open() first"


def _decoded(name: str | Path, data: bytes | None = None) -> DecodedPicture:
    """As the real engine decodes a file, or one in memory."""
    files = PictureFiles()
    if isinstance(name, Path):
        return files.decode(name.name, files.read(name))
    return files.decode(name, data or b"")


def _fitted(name: str, data: bytes, fit: Fit) -> tuple[bytes, str]:
    return PictureFiles().fitted(name, data, fit)


def _story(job_id: JobId) -> tuple[Job, tuple[Line, ...]]:
    job = a_job(id=job_id)
    return job, tell(job, [JobEvent(job.created_at, job.state, "asked by the user")])


def nothing_spent(period: Period = Period.EVER, by: By = By.DAY) -> Accounts:
    """The accounts of a sandbox where nothing has happened."""
    none = report([], by)
    return Accounts(
        backend="sandbox", today=none.total, month=none.total, ever=none.total, by=by,
        span=Span(), report=none, doubtful=(), held=(), budgets=Budgets(),
    )  # fmt: skip


async def eventually(holds: Callable[[], object]) -> None:
    """Let the loop run until something holds; a test that waits in vain fails in time."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for is what a person would see
            await asyncio.sleep(0.005)


async def turns(number: int = 20) -> None:
    """Let everything that is ready run, and what follows from it."""
    for _ in range(number):
        await asyncio.sleep(0)
