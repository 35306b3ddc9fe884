"""Fakes of the engine's ports: scripted beforehand, asked afterwards, and never in a hurry.

``Script`` answers one kind of call: what is queued comes first, one item a call; after that the
habit. An item is a value, an error to raise, or a function of the call's arguments (which may be a
coroutine function, such as one that waits for an event).
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import itertools
from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from kling_desktop.domain.body import encoded
from kling_desktop.domain.budgets import Breach, Budgets, Kind, breach
from kling_desktop.domain.content import Content
from kling_desktop.domain.errors import RequestCancelled, Transient, UnknownJob
from kling_desktop.domain.history import JobEvent, changes
from kling_desktop.domain.jobs import (
    RESUMABLE,
    TAKES_ROOM,
    TERMINAL,
    WAITING,
    Clip,
    Job,
    JobId,
    JobState,
)
from kling_desktop.domain.outlook import timings_of
from kling_desktop.domain.parcel import HIDDEN_KEY, Letter
from kling_desktop.domain.published import ModelFacts
from kling_desktop.domain.requests import (
    Accepted,
    BilledRequest,
    CancelAnswer,
    PastRequest,
    Phase,
    RequestRef,
    RequestResult,
    RequestStatus,
)
from kling_desktop.domain.spending import Spending, counts, counts_from, tally
from tests.helpers.clocks import START, TURNS, FakeClock

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.budgets import Limit
    from kling_desktop.domain.catalog import FieldKind
    from kling_desktop.domain.outlook import Timing
    from kling_desktop.domain.renewal import Overlay

__all__ = ["START", "TURNS", "FakeClock"]
"""Those of another module that are found here as well."""

T = TypeVar("T")


class Script(Generic[T]):
    """Answers to one kind of call, in order."""

    def __init__(self, habit: T | Callable[..., T]) -> None:
        self.habit: Any = habit
        self.calls: list[tuple[Any, ...]] = []
        self._queue: deque[Any] = deque()

    def then(self, *answers: Any) -> None:
        """Queue answers for the next calls."""
        self._queue.extend(answers)

    async def play(self, *args: Any) -> T:
        self.calls.append(args)
        answer = self._queue.popleft() if self._queue else self.habit
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            raise answer
        answer = answer(*args) if callable(answer) else answer
        found: T = await answer if inspect.isawaitable(answer) else answer
        return found


class FakeProvider:
    """A service that does what its scripts say; by itself it makes a clip at once."""

    def __init__(self) -> None:
        numbers = itertools.count(1)
        self.on_upload: Script[str] = Script(lambda path: f"https://cdn.test/{path.name}")
        self.on_is_there: Script[bool] = Script(habit=True)
        self.on_submit: Script[Accepted] = Script(lambda *_: Accepted(f"request-{next(numbers)}"))
        self.on_status: Script[RequestStatus] = Script(RequestStatus(Phase.COMPLETED))
        self.on_follow: Script[list[Any]] = Script([])
        """What a stream tells before it ends: statuses, and errors that end it."""
        self.on_past: Script[list[PastRequest]] = Script([])
        self.on_billed: Script[list[BilledRequest]] = Script([])
        self.on_result: Script[RequestResult] = Script(RequestResult("https://cdn.test/clip.mp4"))
        self.on_cancel: Script[CancelAnswer] = Script(CancelAnswer.REMOVED)
        self.on_download: Script[int] = Script(4)
        self.on_describe: Script[tuple[ModelFacts, ...]] = Script(
            lambda ids: tuple(ModelFacts(endpoint_id=each) for each in ids)
        )
        self.journal: list[str] = []
        """Every call by name, in order."""
        self.removed = False
        """A request was taken out of the queue: fal calls it completed, by cancellation."""
        self.closed = False

    @property
    def submits(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Endpoint and body of every POST."""
        return [(endpoint, body) for endpoint, body in self.on_submit.calls]

    async def upload(
        self, path: Path, on_progress: Callable[[int, int | None], None], *, sha256: str = ""
    ) -> str:
        self.journal.append("upload")
        url = await self.on_upload.play(path)
        on_progress(1, 1)
        return url

    async def is_there(self, url: str) -> bool:
        self.journal.append("is there")
        return await self.on_is_there.play(url)

    async def submit(self, endpoint: str, body: Mapping[str, Any]) -> Accepted:
        self.journal.append("submit")
        return await self.on_submit.play(endpoint, body)

    def letter(self, endpoint: str, body: Mapping[str, Any]) -> Letter:
        head = (("Authorization", HIDDEN_KEY), ("Content-Length", str(len(encoded(body)))))
        return Letter("POST", f"https://queue.test/{endpoint}", head)

    async def status(self, ref: RequestRef) -> RequestStatus:
        self.journal.append("status")
        if self.removed:
            return RequestStatus(Phase.COMPLETED)
        return await self.on_status.play(ref)

    async def follow(self, ref: RequestRef) -> AsyncGenerator[RequestStatus, None]:
        self.journal.append("follow")
        for told in await self.on_follow.play(ref):
            status = await told() if callable(told) else told
            if isinstance(status, Exception):
                raise status
            yield status
        raise Transient("the stream ended")

    async def result(self, ref: RequestRef) -> RequestResult:
        self.journal.append("result")
        if self.removed:
            raise RequestCancelled
        return await self.on_result.play(ref)

    async def cancel(self, ref: RequestRef) -> CancelAnswer:
        self.journal.append("cancel")
        answer = await self.on_cancel.play(ref)
        self.removed = answer is CancelAnswer.REMOVED
        return answer

    async def past_requests(
        self, endpoint: str, since: datetime, until: datetime, *, request_id: str = ""
    ) -> list[PastRequest]:
        self.journal.append("past_requests")
        listed = await self.on_past.play(endpoint, since, until)
        return [each for each in listed if request_id in {"", each.request_id}]

    async def billed(
        self, request_ids: Sequence[str], since: datetime, until: datetime
    ) -> list[BilledRequest]:
        self.journal.append("billed")
        return await self.on_billed.play(list(request_ids), since, until)

    async def download(
        self, url: str, part: Path, on_progress: Callable[[int, int | None], None]
    ) -> int:
        self.journal.append("download")
        size = await self.on_download.play(url)
        on_progress(size, size)
        return size

    async def describe(self, endpoint_ids: Sequence[str]) -> tuple[ModelFacts, ...]:
        self.journal.append("describe")
        return await self.on_describe.play(endpoint_ids)

    async def aclose(self) -> None:
        self.closed = True


class MemoryShelf:
    """A shelf without a disk."""

    def __init__(self, *overlays: Overlay) -> None:
        self.kept = {each.backend: each for each in overlays}
        self.failures: deque[Exception] = deque()
        """Raised by the next saves instead of saving."""

    def load(self, backend: str) -> Overlay | None:
        return self.kept.get(backend)

    def save(self, overlay: Overlay) -> None:
        if self.failures:
            raise self.failures.popleft()
        self.kept[overlay.backend] = overlay


class MemoryLedger:
    """A ledger that remembers every write, so that a test can go back to any of them."""

    def __init__(self, rows: Iterable[Job] = (), *, journal: list[str] | None = None) -> None:
        self.rows: dict[JobId, Job] = {job.id: job for job in rows}
        self.written: list[Job] = list(self.rows.values())
        """Each row as it was written, oldest first."""
        self.events: list[tuple[JobId, JobEvent]] = []
        self.elsewhere: set[JobId] = set()
        """Jobs that another living program owns."""
        self.unattended: set[JobId] = set()
        """Jobs whose program has died."""
        self.failures: deque[Exception] = deque()
        """Raised by the next saves instead of saving."""
        self.changed: list[Job] = []
        """What another program has written since the last look."""
        self.closed = False
        self._counts_since = {job.id: counts_from(job) for job in self.rows.values() if counts(job)}
        self._journal = [] if journal is None else journal

    def add(self, job: Job, cause: str) -> None:
        assert job.id not in self.rows
        self._write(job, cause)

    def save(self, job: Job, cause: str) -> None:
        if self.failures:
            raise self.failures.popleft()
        before = self.get(job.id)
        wish = job.cancel_asked or (before.cancel_asked and not before.is_over)
        self._write(replace(job, cancel_asked=wish), cause)

    def save_all(self, changed: Sequence[tuple[Job, str]]) -> None:
        for job, cause in changed:
            self.save(job, cause)

    def save_if_within(
        self, job: Job, cause: str, limits: Sequence[Limit], *, allows_unknown: bool
    ) -> Breach | None:
        for each in limits:
            alone = each.kind is Kind.JOB
            spent = (
                Spending()
                if alone
                else self.spending(job.backend, since=each.since, project=each.project)
            )
            if breach(each, spent, job.estimate_usd, allows_unknown=allows_unknown):
                return Breach(each, spent, job.estimate_usd)
        self.save(job, cause)
        return None

    def get(self, job_id: JobId) -> Job:
        if job_id not in self.rows:
            raise UnknownJob(job_id)
        return self.rows[job_id]

    def beginning_with(self, start: str, limit: int) -> list[Job]:
        return [job for name, job in sorted(self.rows.items()) if name.startswith(start)][:limit]

    def newest(self, limit: int | None = None) -> list[Job]:
        return list(reversed(self.rows.values()))[:limit]

    def page(self, before: JobId | None, limit: int, backend: str | None = None) -> list[Job]:
        jobs = self.newest()
        start = 0 if before is None else jobs.index(self.get(before)) + 1
        return [job for job in jobs[start:] if backend in {None, job.backend}][:limit]

    def under_way(self, backend: str) -> list[Job]:
        jobs = self.rows.values()
        return [job for job in jobs if job.backend == backend and job.state in RESUMABLE]

    def uncertain(self, backend: str) -> list[Job]:
        jobs = self.rows.values()
        return [job for job in jobs if (job.backend, job.state) == (backend, JobState.UNCERTAIN)]

    def waiting(self, backend: str) -> list[Job]:
        jobs = [job for job in self.rows.values() if job.backend == backend]
        found = [job for job in jobs if job.state in WAITING]
        return sorted(found, key=lambda job: (job.place, job.created_at))

    def in_flight(self, backend: str, marks: Collection[str] = ()) -> Counter[JobState]:
        mine = {"", *marks}
        jobs = [
            job
            for job in self.rows.values()
            if job.backend == backend and (not marks or job.account in mine)
        ]
        return Counter(job.state for job in jobs if job.state in TAKES_ROOM)

    def is_attended(self, job_id: JobId) -> bool:
        return job_id not in self.unattended

    def alone(self, work: Callable[[], T]) -> T:
        return work()

    def alike(self, backend: str, fingerprint: str) -> list[Job]:
        jobs = [job for job in self.newest() if job.backend == backend]
        return [job for job in jobs if job.fingerprint == fingerprint]

    def of_project(self, backend: str, project: str) -> list[Job]:
        jobs = [job for job in self.newest() if (job.backend, job.project) == (backend, project)]
        return [job for job in jobs if job.id in self._counts_since]

    def spending(
        self,
        backend: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        project: str | None = None,
        endpoint: str | None = None,
    ) -> Spending:
        found = [
            job
            for job in self.rows.values()
            if project in {None, job.project}
            and endpoint in {None, job.endpoint}
            and ((at := self._counts_since.get(job.id)) is None or since is None or at >= since)
            and (at is None or until is None or at < until)
        ]
        return tally(found, backend)

    def unbilled(self, backend: str, since: datetime, limit: int) -> list[Job]:
        found = [job for _, job in self.spent(backend, since=since, states=TERMINAL)]
        open_ones = [job for job in found if job.request_id and job.billed_at is None]
        return open_ones[::-1][:limit]

    def unseen(self, backend: str, since: datetime, limit: int) -> list[Job]:
        found = [
            job
            for job in self.rows.values()
            if (job.backend, job.state, job.brush) == (backend, JobState.DONE, None)
            and job.created_at >= since
            and (job.params.get("dynamic_masks") or job.params.get("static_mask_url"))
        ]
        return sorted(found, key=lambda job: job.created_at, reverse=True)[:limit]

    def spent(
        self,
        backend: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        states: Collection[JobState] = (),
    ) -> Iterator[tuple[datetime, Job]]:
        counting = [
            (at, self.rows[which])
            for which, at in self._counts_since.items()
            if (since is None or at >= since) and (until is None or at < until)
        ]
        for at, job in sorted(counting, key=lambda each: each[0]):
            if job.backend == backend and (not states or job.state in states):
                yield at, job

    def changed_elsewhere(self) -> list[Job]:
        changed, self.changed = self.changed, []
        return changed

    def claim(self, job_id: JobId) -> bool:
        return self.get(job_id).id not in self.elsewhere

    def history(self, job_id: JobId) -> list[JobEvent]:
        return [event for which, event in self.events if which == job_id]

    def timings(self, backend: str, endpoint: str, limit: int) -> list[Timing]:
        there = [job for job in self.newest() if (job.backend, job.endpoint) == (backend, endpoint)]
        ids = {job.id for job in there[:limit]}
        return timings_of((each, it.state, it.at) for each, it in self.events if each in ids)

    def cancel_wishes(self, backend: str) -> set[JobId]:
        open_jobs = [*self.under_way(backend), *self.uncertain(backend)]
        return {job.id for job in open_jobs if job.cancel_asked}

    def of_request(self, backend: str, request_id: str) -> JobId | None:
        for job in self.newest():
            if (job.backend, job.request_id) == (backend, request_id):
                return job.id
        return None

    def given_up(self, backend: str, endpoint: str, since: datetime, until: datetime) -> list[Job]:
        counting = [job for _, job in self.spent(backend, states=TERMINAL)]
        at = self._counts_since
        return [
            job
            for job in counting
            if job.endpoint == endpoint and job.request_id is None and since <= at[job.id] <= until
        ]

    def take_over(self, job_id: JobId) -> None:
        self.elsewhere.discard(self.get(job_id).id)

    def ask_cancel(self, job_id: JobId) -> None:
        self._write(replace(self.get(job_id), cancel_asked=True), "cancel asked")

    def close(self) -> None:
        self.closed = True

    def states(self, job_id: JobId) -> list[str]:
        """The states of a job, in order, without repetition."""
        return [
            state.value for state, _ in itertools.groupby(e.state for e in self.history(job_id))
        ]

    def _write(self, job: Job, cause: str) -> None:
        before = self.rows.get(job.id)
        self.rows[job.id] = job
        if not counts(job):
            self._counts_since.pop(job.id, None)
        else:
            self._counts_since.setdefault(job.id, counts_from(job))
        self.written.append(job)
        self._journal.append(f"save {job.state}")
        facts = changes(before, job)
        if facts or before is None or before.state is not job.state:
            self.events.append((job.id, JobEvent(job.updated_at, job.state, cause, facts)))


class FakeCache:
    """Remembers uploads, and who asked."""

    def __init__(self) -> None:
        self.known: dict[Content, str] = {}

    async def find(self, content: Content) -> str | None:
        return self.known.get(content)

    async def keep(self, content: Content, url: str) -> None:
        self.known[content] = url

    async def drop(self, url: str) -> None:
        self.known = {key: value for key, value in self.known.items() if value != url}


class FakeBudgets:
    """What may be spent, as the test says; an error says that nobody can tell."""

    def __init__(self, told: Budgets | Exception | None = None) -> None:
        self.told: Budgets | Exception = Budgets() if told is None else told

    def load(self, backend: str) -> Budgets:
        if isinstance(self.told, Exception):
            raise self.told
        return self.told

    def change(self, backend: str, changed: Callable[[Budgets], Budgets]) -> Budgets:
        self.told = changed(self.load(backend))
        return self.told


class FakeFiles:
    """Pictures that are kept where they are, and clips that need no disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.retold: list[Job] = []
        self.found: dict[JobId, Clip] = {}
        """Clips that an earlier program left on the disk."""
        self.on_keep: Script[Path] = Script(lambda path: path.absolute())
        self.on_content: Script[Content] = Script(
            lambda path: Content(str(path), path.suffix.lower(), 1)
        )
        self.made: dict[Path, bytes] = {}
        """What was kept that was made here."""
        self.on_seconds: Script[float] = Script(lambda path: 5.0)
        self.on_size: Script[tuple[int, int]] = Script(lambda path: (400, 300))
        self.on_settle: Script[Clip] = Script(
            lambda job: a_clip(str(self.folder / f"{job.id}.mp4"))
        )

    async def keep_picture(self, path: Path) -> Path:
        return await self.on_keep.play(path)

    async def keep_mask(self, path: Path) -> Path:
        return await self.on_keep.play(path)

    async def keep_media(self, path: Path, _kind: FieldKind) -> Path:
        return await self.on_keep.play(path)

    async def media_seconds(self, path: Path) -> float:
        return await self.on_seconds.play(path)

    async def keep_bytes(self, name: str, data: bytes) -> Path:
        kept = self.folder / f"{hashlib.sha256(data).hexdigest()[:8]}-{name}"
        self.made[kept] = data
        return kept

    async def picture_size(self, path: Path) -> tuple[int, int]:
        return await self.on_size.play(path)

    async def content(self, path: Path) -> Content:
        return await self.on_content.play(path)

    def part(self, job: Job) -> Path:
        return self.folder / f"{job.id}.part"

    async def finished(self, job: Job) -> Clip | None:
        return self.found.get(job.id)

    async def retell(self, job: Job) -> None:
        self.retold.append(job)

    async def settle(self, job: Job, part: Path) -> Clip:
        assert part == self.part(job)
        return await self.on_settle.play(job)


def a_clip(path: str = "clip.mp4") -> Clip:
    return Clip(path=path, sha256="00" * 32, size=4, width=1280, height=720, frames=150, fps=30.0)
