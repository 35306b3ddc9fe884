"""Ports that answer when the test says so, and a ledger that several programs share.

Nothing happens by itself here: a call waits at its gate, a sleep waits until time passes. So a test
decides what comes first, as a debugger does.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.content import Content
from kling_desktop.domain.jobs import RESUMABLE, TRANSITIONS
from kling_desktop.domain.parcel import Letter
from tests.helpers.fakes import START, MemoryLedger

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.catalog import FieldKind
    from kling_desktop.domain.jobs import Clip, Job, JobId, JobState
    from kling_desktop.domain.published import ModelFacts
    from kling_desktop.domain.requests import (
        Accepted,
        BilledRequest,
        CancelAnswer,
        PastRequest,
        RequestRef,
        RequestResult,
        RequestStatus,
    )


@dataclass(eq=False)
class Call:
    """A call that waits for its answer."""

    stage: str
    about: str
    """The prompt of what is submitted, the id of a request or of a job, or an address."""
    answer: asyncio.Future[Any]


class Gates:
    """Where the calls of one program wait."""

    def __init__(self, hears: Callable[[Call], None]) -> None:
        self.waiting: list[Call] = []
        self._hears = hears

    async def ask(self, stage: str, about: str) -> Any:
        call = Call(stage, about, asyncio.get_running_loop().create_future())
        self.waiting.append(call)
        self._hears(call)
        try:
            return await call.answer
        finally:
            if call in self.waiting:
                self.waiting.remove(call)

    def open(self, call: Call, answer: Any) -> None:
        """Let a call go on, with a value or an error."""
        self.waiting.remove(call)
        if isinstance(answer, Exception):
            call.answer.set_exception(answer)
        else:
            call.answer.set_result(answer)


class GatedProvider:
    """A service that takes its time."""

    def __init__(self, gates: Gates) -> None:
        self._ask = gates.ask

    async def upload(
        self, path: Path, _report: Callable[[int, int | None], None], *, sha256: str = ""
    ) -> str:
        url: str = await self._ask("upload", path.name)
        return url

    async def is_there(self, url: str) -> bool:
        there: bool = await self._ask("is there", url)
        return there

    async def describe(self, endpoint_ids: Sequence[str]) -> tuple[ModelFacts, ...]:
        facts: tuple[ModelFacts, ...] = await self._ask("describe", ",".join(endpoint_ids))
        return facts

    async def past_requests(
        self, endpoint: str, _since: datetime, _until: datetime, *, request_id: str = ""
    ) -> list[PastRequest]:
        listed: list[PastRequest] = await self._ask("past", endpoint)
        return listed

    async def billed(
        self, request_ids: Sequence[str], _since: datetime, _until: datetime
    ) -> list[BilledRequest]:
        bill: list[BilledRequest] = await self._ask("bill", ",".join(request_ids))
        return bill

    def letter(self, endpoint: str, _body: Mapping[str, Any]) -> Letter:
        return Letter("POST", f"https://queue.test/{endpoint}", ())

    async def submit(self, _endpoint: str, body: Mapping[str, Any]) -> Accepted:
        accepted: Accepted = await self._ask("submit", body["prompt"])
        return accepted

    async def status(self, ref: RequestRef) -> RequestStatus:
        status: RequestStatus = await self._ask("status", ref.request_id)
        return status

    async def follow(self, ref: RequestRef) -> AsyncGenerator[RequestStatus, None]:
        while True:
            status: RequestStatus = await self._ask("follow", ref.request_id)
            yield status

    async def result(self, ref: RequestRef) -> RequestResult:
        result: RequestResult = await self._ask("result", ref.request_id)
        return result

    async def cancel(self, ref: RequestRef) -> CancelAnswer:
        answer: CancelAnswer = await self._ask("cancel", ref.request_id)
        return answer

    async def download(
        self, url: str, _part: Path, _report: Callable[[int, int | None], None]
    ) -> int:
        size: int = await self._ask("download", url)
        return size

    async def aclose(self) -> None: ...


class GatedFiles:
    """A disk that all programs share; a clip that was settled is found again."""

    def __init__(self, gates: Gates, folder: Path, settled: dict[JobId, Clip]) -> None:
        self._ask = gates.ask
        self._folder = folder
        self._settled = settled

    async def keep_picture(self, path: Path) -> Path:
        return path

    async def keep_mask(self, path: Path) -> Path:
        return path

    async def keep_media(self, path: Path, _kind: FieldKind) -> Path:
        return path

    async def media_seconds(self, _path: Path) -> float:
        return 5.0

    async def keep_bytes(self, name: str, _data: bytes) -> Path:
        return self._folder / name

    async def picture_size(self, _path: Path) -> tuple[int, int]:
        return 400, 300

    async def content(self, path: Path) -> Content:
        return Content(path.name, path.suffix, 1)

    def part(self, job: Job) -> Path:
        return self._folder / f"{job.id}.part"

    async def finished(self, job: Job) -> Clip | None:
        return self._settled.get(job.id)

    async def retell(self, _job: Job) -> None: ...

    async def settle(self, job: Job, _part: Path) -> Clip:
        clip: Clip = await self._ask("settle", job.id)
        self._settled[job.id] = clip
        return clip


@dataclass
class Book:
    """What is in the ledger, whoever writes."""

    rows: dict[JobId, Job] = field(default_factory=dict)
    owners: dict[JobId, SharedLedger] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """Steps that the table lacks, and writes by those who do not own the job."""


class SharedLedger(MemoryLedger):
    """One program's view of the book."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.rows = book.rows
        self.is_alive = True
        self._book = book

    def add(self, job: Job, cause: str) -> None:
        self._book.owners[job.id] = self
        super().add(job, cause)

    def claim(self, job_id: JobId) -> bool:
        owner = self._book.owners[job_id]
        if owner is not self and not owner.is_alive:
            self._book.owners[job_id] = self
        return self._book.owners[job_id] is self

    def close(self) -> None:
        self.is_alive = False

    def _write(self, job: Job, cause: str) -> None:
        assert self.is_alive, "a dead program writes"
        before = self.rows.get(job.id)
        if before is not None and before.state is not job.state:
            self._check(job, before.state)
        super()._write(job, cause)

    def _check(self, job: Job, before: JobState) -> None:
        if job.state not in TRANSITIONS[before]:
            self._book.wrong.append(f"{before} -> {job.state}")
        if self._book.owners[job.id] is not self and before in RESUMABLE:
            self._book.wrong.append(f"a program that does not own it wrote {job.state}")


class ManualClock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.time = START
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.time + timedelta(seconds=seconds), alarm))
        await alarm

    def advance(self, seconds: float) -> None:
        """Wake all whose time has come."""
        self.time += timedelta(seconds=seconds)
        due = [alarm for at, alarm in self._sleepers if at <= self.time]
        self._sleepers = [each for each in self._sleepers if each[0] > self.time]
        for alarm in due:
            if not alarm.done():
                alarm.set_result(None)
