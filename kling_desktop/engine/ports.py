"""What the engine needs of the world; ``fal`` and ``storage`` satisfy it structurally."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import (
        AsyncGenerator,
        Callable,
        Collection,
        Iterator,
        Mapping,
        Sequence,
    )
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.budgets import Breach, Limit
    from kling_desktop.domain.history import JobEvent
    from kling_desktop.domain.jobs import Job, JobId, JobState
    from kling_desktop.domain.outlook import Timing
    from kling_desktop.domain.parcel import Letter
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
    from kling_desktop.domain.spending import Spending


T = TypeVar("T")


class Clock(Protocol):
    """Time, as an argument."""

    def now(self) -> datetime:
        """The time in UTC, with its zone; somebody may set the clock at any moment."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, whatever is done to the clock."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Provider(Protocol):
    """The service that makes clips."""

    async def upload(
        self, path: Path, on_progress: Callable[[int, int | None], None], *, sha256: str = ""
    ) -> str:
        """Send a file and return the address that requests can name.

        ``sha256`` of its content lets a large file go on where an earlier try stopped.

        Raises:
            Transient, KeyRefused, ProtocolBroken: safe to try again, nothing is charged.
        """
        ...

    async def is_there(self, url: str) -> bool:
        """Whether an uploaded file can still be read at its address; False in any doubt."""
        ...

    async def submit(self, endpoint: str, body: Mapping[str, Any]) -> Accepted:
        """Send the request once and return what the provider says of it.

        Raises:
            NetworkDown: no byte left; sending again is safe.
            RateLimited: refused for now; sending again is safe.
            KeyRefused, AccountLocked, Refused, ProviderFailed: refused for good.
            SubmitUncertain: anything else; it must not be sent again by itself.
        """
        ...

    def letter(self, endpoint: str, body: Mapping[str, Any]) -> Letter:
        """The head of the request that :meth:`submit` would POST, without the key.

        Nothing is sent.

        Raises:
            KlingDesktopError: nothing like that can be sent.
        """
        ...

    async def status(self, ref: RequestRef) -> RequestStatus:
        """Where the request is.

        Raises:
            Transient: ask again later.
            ResultGone: the provider no longer knows it.
        """
        ...

    def follow(self, ref: RequestRef) -> AsyncGenerator[RequestStatus, None]:
        """Hear of every change of the request until it is completed.

        Raises:
            KlingDesktopError: the stream did not open, broke off or fell silent; ask for the
                status instead, which tells why.
        """
        ...

    async def result(self, ref: RequestRef) -> RequestResult:
        """What the completed request made.

        Raises:
            Transient: ask again later; a 5xx here is never a failure of the job.
            Refused, ProviderFailed, RequestCancelled, ResultGone: final.
        """
        ...

    async def cancel(self, ref: RequestRef) -> CancelAnswer: ...

    async def past_requests(
        self, endpoint: str, since: datetime, until: datetime, *, request_id: str = ""
    ) -> list[PastRequest]:
        """What this account asked of an endpoint in that time, or one request, in any order.

        Raises:
            KlingDesktopError: the list cannot be read, now or with this key.
        """
        ...

    async def billed(
        self, request_ids: Sequence[str], since: datetime, until: datetime
    ) -> list[BilledRequest]:
        """What the account was billed for those requests in that time; those not yet are left out.

        Raises:
            Transient: ask again later.
            KlingDesktopError: the bill cannot be read with this key.
        """
        ...

    async def download(
        self, url: str, part: Path, on_progress: Callable[[int, int | None], None]
    ) -> int:
        """Stream a file to ``part``, going on where an earlier try stopped; returns its size.

        Raises:
            Transient: try again later; what has arrived stays in ``part``.
            ResultGone: the file is gone.
            FolderUnusable: it cannot be written.
        """
        ...

    async def describe(self, endpoint_ids: Sequence[str]) -> tuple[ModelFacts, ...]:
        """What is published about each endpoint, in the same order; costs nothing.

        Raises:
            Transient: ask again later.
            KeyRefused, AccountLocked, ProviderFailed, Refused: it does not answer this question.
        """
        ...

    async def aclose(self) -> None: ...


class Ledger(Protocol):
    """The durable record of all jobs; every write is on disk when the call returns."""

    def add(self, job: Job, cause: str) -> None:
        """Record a new job, owned by this process."""
        ...

    def save(self, job: Job, cause: str) -> None:
        """Record a change of a job, and an event with its cause and what became different."""
        ...

    def save_all(self, changed: Sequence[tuple[Job, str]]) -> None:
        """Record changes of many jobs, all or none, with one wait for the disk."""
        ...

    def save_if_within(
        self, job: Job, cause: str, limits: Sequence[Limit], *, allows_unknown: bool
    ) -> Breach | None:
        """Record a change unless the job's price would go over a limit, which is told then.

        The sums and the change are one step: two programs never overrun a budget together.
        """
        ...

    def get(self, job_id: JobId) -> Job:
        """The job.

        Raises:
            UnknownJob: there is none.
        """
        ...

    def beginning_with(self, start: str, limit: int) -> list[Job]:
        """Jobs whose id begins so."""
        ...

    def newest(self, limit: int | None = None) -> list[Job]:
        """Jobs of all backends, newest first."""
        ...

    def page(self, before: JobId | None, limit: int, backend: str | None = None) -> list[Job]:
        """The jobs that were made before one, or the newest, of a backend or of all.

        Raises:
            UnknownJob: there is no such job to begin at.
        """
        ...

    def under_way(self, backend: str) -> list[Job]:
        """Jobs of a backend in a state that a program takes up by itself, oldest first."""
        ...

    def uncertain(self, backend: str) -> list[Job]:
        """Jobs of a backend of which nobody knows whether they were accepted, oldest first."""
        ...

    def waiting(self, backend: str) -> list[Job]:
        """Jobs of a backend that wait here for their turn, in their order."""
        ...

    def in_flight(self, backend: str, marks: Collection[str] = ()) -> Counter[JobState]:
        """How many jobs of a backend, of all programs, are in each state that takes room.

        With marks only those of that account, and those of which nobody knows whose they are.
        """
        ...

    def is_attended(self, job_id: JobId) -> bool:
        """Whether a living program, this one or another, has the job. Raises UnknownJob."""
        ...

    def alone(self, work: Callable[[], T]) -> T:
        """Look and write while no other program can write; all of it is kept, or nothing."""
        ...

    def alike(self, backend: str, fingerprint: str) -> list[Job]:
        """Jobs of a backend that ask for the same thing, newest first."""
        ...

    def of_project(self, backend: str, project: str) -> list[Job]:
        """Jobs of a backend that count as spent on a project, newest first."""
        ...

    def spending(
        self,
        backend: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        project: str | None = None,
        endpoint: str | None = None,
    ) -> Spending:
        """What the jobs of a backend cost that began to count in a time, of one kind or of all."""
        ...

    def unbilled(self, backend: str, since: datetime, limit: int) -> list[Job]:
        """Jobs that are over and count as spent since then, without a bill; newest first."""
        ...

    def unseen(self, backend: str, since: datetime, limit: int) -> list[Job]:
        """Brush jobs since then that are done and whose clip nobody looked at; newest first."""
        ...

    def spent(
        self,
        backend: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        states: Collection[JobState] = (),
    ) -> Iterator[tuple[datetime, Job]]:
        """Each job that counts as spent, with the moment since when; oldest first."""
        ...

    def changed_elsewhere(self) -> list[Job]:
        """Jobs that other programs have added or changed since the last call; cheap if none."""
        ...

    def claim(self, job_id: JobId) -> bool:
        """Make this process the owner, unless another living process is; True if it now is."""
        ...

    def history(self, job_id: JobId) -> list[JobEvent]:
        """Every change with its cause, oldest first."""
        ...

    def timings(self, backend: str, endpoint: str, limit: int) -> list[Timing]:
        """What the newest requests at an endpoint took, as far as it was seen."""
        ...

    def cancel_wishes(self, backend: str) -> set[JobId]:
        """Jobs under way that somebody, in any process, wants to stop; cheap."""
        ...

    def of_request(self, backend: str, request_id: str) -> JobId | None:
        """The job that has this request, if one has."""
        ...

    def given_up(self, backend: str, endpoint: str, since: datetime, until: datetime) -> list[Job]:
        """Jobs that ended without a request to their name and yet may have been accepted then."""
        ...

    def take_over(self, job_id: JobId) -> None:
        """Make this process the owner, whoever was: of a job that is over, so nobody is at it."""
        ...

    def ask_cancel(self, job_id: JobId) -> None:
        """Leave word for the owner, which may be another process, that the job should stop."""
        ...

    def close(self) -> None: ...
