"""What a user does with jobs that wait here: hold, release, move, edit, put off, cancel, pause.

It needs the ledger and no engine, so a command does it at once; every act is one transaction, so
that no program sends a job that another one has just held back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.domain.cancelling import BEFORE_SENDING, NOTHING_LEFT
from kling_desktop.domain.errors import InvalidParams, NotWaiting, Problem, UnknownJob
from kling_desktop.domain.holders import Holder
from kling_desktop.domain.jobs import NOT_YET_SENT, RESTING, WAITING, JobState
from kling_desktop.domain.line import places
from kling_desktop.domain.lineage import after_change
from kling_desktop.engine.brush import DYNAMIC_MASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.engine.disk_ports import Wheel
    from kling_desktop.engine.intake import Plan
    from kling_desktop.engine.ports import Ledger


class Desk:
    """The line of one backend in the user's hands."""

    def __init__(
        self,
        ledger: Ledger,
        wheel: Wheel,
        backend: str,
        now: Callable[[], datetime],
        holder: Holder | None = None,
    ) -> None:
        """``holder`` is the account in use; an old job that it releases is its own from then on."""
        self.holder = holder or Holder()
        self._ledger = ledger
        self._wheel = wheel
        self._backend = backend
        self._now = now

    def hold(self, job_id: JobId) -> Job:
        """Keep a job from being sent until it is released.

        Raises:
            UnknownJob: there is none at this backend.
            NotWaiting: it is past that, or another program is just uploading it.
        """
        return self._ledger.alone(lambda: self._hold(self._mine(job_id)))

    def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        """Let a held job take its turn, where it stands in the line. Raises as :meth:`hold`."""
        cause = "released over the budget" if over_budget else "released by the user"
        return self._ledger.alone(
            lambda: self._release(self._mine(job_id), cause, over_budget=over_budget)
        )

    def move(self, job_id: JobId, before: JobId | None) -> list[Job]:
        """Put a waiting job in front of another one, or behind all; returns what changed.

        Raises:
            UnknownJob: there is none at this backend.
            NotWaiting: one of the two does not wait here.
        """
        return self.move_all((job_id,), before)

    def move_all(self, job_ids: Sequence[JobId], before: JobId | None) -> list[Job]:
        """Put waiting jobs, in this order, in front of another one, or behind all.

        Raises as :meth:`move`; then none of them has moved.
        """
        return self._ledger.alone(lambda: self._move(job_ids, before))

    def move_first(self, job_id: JobId) -> list[Job]:
        """Put a waiting job in front of all. Raises as :meth:`move`."""
        return self._ledger.alone(lambda: self._move_first(job_id))

    def edit(self, job_id: JobId, plan: Plan) -> Job:
        """Let a held job ask for something else; it stays the same job.

        Raises:
            UnknownJob: there is none at this backend.
            NotWaiting: it is not held.
            InvalidParams: the plan is for another endpoint.
        """
        return self._ledger.alone(lambda: self._edit(self._mine(job_id), plan))

    def put_off(self, job_id: JobId, run_at: datetime | None) -> Job:
        """Let a waiting job not begin before a time, or whenever its turn comes (None).

        Raises:
            UnknownJob: there is none at this backend.
            NotWaiting: it does not wait here any more.
        """
        return self._ledger.alone(
            lambda: self._change(_waiting(self._mine(job_id)), "another time", run_at=run_at)
        )

    def cancel(self, job_id: JobId) -> Job:
        """Stop a job that was not sent: the service knows nothing of it, so no key is needed.

        One that another program is at is left to it, with word to stop; one that was sent, or is
        over, stays as it is.

        Raises:
            UnknownJob: there is none at this backend.
        """
        return self._ledger.alone(lambda: self._cancel(self._mine(job_id)))

    @property
    def steering(self) -> Steering:
        return self._wheel.load(self._backend)

    def pause_all(self) -> Steering:
        """Send nothing new; what was sent goes on. Raises FolderUnusable."""
        return self._steer(paused=True)

    def resume_all(self) -> Steering:
        """Let the line go on. Raises FolderUnusable."""
        return self._steer(paused=False)

    def set_limit(self, limit: int) -> Steering:
        """So many jobs at once, of all programs together; 0 for any number.

        Raises:
            InvalidParams: there is no such limit.
            FolderUnusable: it cannot be kept.
        """
        if limit < 0:
            raise InvalidParams((Problem("limit", "must be 1 or more, or 0 for none", limit),))
        return self._steer(limit=limit)

    def _steer(self, **changes: Any) -> Steering:
        return self._wheel.change(self._backend, **changes)

    def _mine(self, job_id: JobId) -> Job:
        job = self._ledger.get(job_id)
        if job.backend != self._backend:
            raise UnknownJob(f"{job_id} belongs to {job.backend}")
        return job

    def _hold(self, job: Job) -> Job:
        if job.state is JobState.HELD:
            return job
        if job.state is JobState.UPLOADING and not self._ledger.claim(job.id):
            raise NotWaiting("another program is just uploading its pictures; hold it there")
        if job.state not in {JobState.INTENT, JobState.UPLOADING}:
            raise NotWaiting(f"it is {job.state}")
        # Addresses of uploads may be stale by the time that it is released.
        return self._step(job, JobState.HELD, "held by the user", uploads={}, trouble=None)

    def _release(self, job: Job, cause: str, *, over_budget: bool) -> Job:
        if job.state is JobState.INTENT:
            return job
        if job.state is not JobState.HELD:
            raise NotWaiting(f"it is {job.state}")
        # What was uploaded before it was held back may be gone when it is sent.
        facts: dict[str, Any] = {"trouble": None, "uploads": {}, "over_budget": over_budget}
        facts |= self.holder.facts(job)
        return self._step(job, JobState.INTENT, cause, **facts)

    def _move_first(self, job_id: JobId) -> list[Job]:
        first = self._ledger.waiting(self._backend)[:1]
        return self._move((job_id,), first[0].id if first else None)

    def _move(self, job_ids: Sequence[JobId], before: JobId | None) -> list[Job]:
        for each in (*job_ids, before):
            if each is not None:
                _waiting(self._mine(each))
        line = self._ledger.waiting(self._backend)
        jobs, now = {job.id: job for job in line}, self._now()
        found = places(line, job_ids, before)
        moved = [jobs[each].but(now, place=place) for each, place in found.items()]
        self._ledger.save_all([(job, "moved by the user") for job in moved])
        return moved

    def _cancel(self, job: Job) -> Job:
        if job.state not in NOT_YET_SENT:
            return job
        self._ledger.ask_cancel(job.id)
        job = self._ledger.get(job.id)
        if job.state not in RESTING and not self._ledger.claim(job.id):
            return job
        return self._step(job, JobState.CANCELLED, BEFORE_SENDING, trouble=NOTHING_LEFT)

    def _edit(self, job: Job, plan: Plan) -> Job:
        if job.state is not JobState.HELD:
            raise NotWaiting(f"it is {job.state}; hold it first")
        if job.endpoint != plan.endpoint.id:
            text = "stays what it is for this job; make a new one instead"
            raise InvalidParams((Problem("endpoint", text, plan.endpoint.id),))
        # Points that stay are counted as they were; new ones as it is known today.
        stays = _points(job.params) == _points(plan.params)
        return self._change(
            job,
            "edited by the user",
            params=plan.params,
            estimate_usd=plan.estimate_usd,
            fingerprint=plan.fingerprint,
            origin=job.origin if stays else plan.origin,
            regions=plan.regions if plan.masks else job.regions,
            made_from=plan.made_from or after_change(job.made_from, job.params, plan.params),
        )

    def _change(self, job: Job, cause: str, **changes: Any) -> Job:
        after = job.but(self._now(), **changes)
        self._ledger.save(after, cause)
        return after

    def _step(self, job: Job, to: JobState, cause: str, **changes: Any) -> Job:
        after = job.step(to, self._now(), **changes)
        self._ledger.save(after, cause)
        return after


def _points(params: Mapping[str, Any]) -> list[Any]:
    return [each.get("trajectories") for each in params.get(DYNAMIC_MASKS) or ()]


def _waiting(job: Job) -> Job:
    if job.state not in WAITING:
        raise NotWaiting(f"it is {job.state}")
    return job
