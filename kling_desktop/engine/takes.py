"""The engine's side of further takes: the same once more, a draft, and what it is promoted to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import BadMedia, UnknownJob
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.money import estimate
from kling_desktop.engine import ladder
from kling_desktop.engine.intake import Plan, given_seconds, make_job
from kling_desktop.engine.matching import given_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.ladder import FirstDraft, Promotion
    from kling_desktop.engine.world import World


class FurtherTakes(ABC):
    """What an engine does with the input of earlier jobs."""

    _world: World

    @abstractmethod
    def job(self, job_id: JobId) -> Job:
        """One job. Raises UnknownJob."""

    @abstractmethod
    def _run(self, job: Job) -> None:
        """Work on a job."""

    @abstractmethod
    def _work_on(self, job_id: JobId) -> None:
        """Work on a job that goes on, unless somebody does."""

    async def again(self, job_id: JobId) -> Job:
        """Begin a new job with the input of an earlier one, at the price of today.

        Raises:
            UnknownJob: there is none, it belongs to another backend, or its input is not known.
        """
        return self._begin_same(job_id, await self._length_given(self._own(job_id)))

    def _begin_instead(self, job_id: JobId, seconds: float | None) -> Job:
        """Give an uncertain job up and begin the same anew, in one step and only once.

        Whoever wanted it waited for an answer of the service first: meanwhile the request may have
        been found, which is then the job that goes on, or somebody else may have given it up.

        Raises:
            UnknownJob: it was given up meanwhile, so a successor would be one too many.
        """
        ledger = self._world.ledger

        def goes_on() -> Job | None:
            job = ledger.get(job_id)
            if job.state is JobState.UNCERTAIN:
                given_up(self._world, job_id)
                return None
            return job

        found = self._begin_same(job_id, seconds, goes_on)
        if found.id != job_id:
            self._world.bus.publish(JobChanged(self.job(job_id)))
        elif found.request_id is None:
            raise UnknownJob(f"{job_id} is not uncertain any more: it is {found.state}")
        return found

    def _begin_same(
        self,
        job_id: JobId,
        seconds: float | None,
        instead: Callable[[], Job | None] = lambda: None,
    ) -> Job:
        """Raises as :meth:`again`; ``seconds`` is the length of what was given.

        ``instead`` is that of :meth:`_begun_unless`.
        """
        earlier = self._own(job_id)
        endpoint = self._world.catalog.endpoint(earlier.endpoint)
        plan = Plan(
            endpoint=endpoint,
            params=earlier.params,
            estimate_usd=estimate(endpoint, earlier.params, given_seconds=seconds),
            project=earlier.project,
            fingerprint=earlier.fingerprint,
            purpose=earlier.purpose,
            draft_for=earlier.draft_for,
            promoted_from=earlier.promoted_from,
            made_from=earlier.made_from,
            regions=earlier.regions,
        )
        job = make_job(self._world, plan, _folder(earlier))
        # Its points are those of before; whatever is known by now, they are counted anew later.
        job = replace(job, origin=earlier.origin)
        return self._begun_unless(instead, job, f"once more, as {job_id}")

    async def _length_given(self, job: Job) -> float | None:
        """How long what was given is, where that decides the price; None where nobody can tell.

        A file that is gone does not stop the job here: its upload says so, and it costs nothing.
        """
        try:
            endpoint = self._world.catalog.endpoint(job.endpoint)
            return await given_seconds(self._world.files, endpoint, job.params)
        except BadMedia:
            return None

    async def first_draft(self, wish: Draft) -> FirstDraft:
        """What would be made first of a wish, and cheaper. Raises as ``ladder.first_draft``."""
        return await ladder.first_draft(self._world.catalog, self._world.files, wish)

    async def promotion(self, job_id: JobId, endpoint_id: str = "") -> Promotion:
        """What a draft would become, and whether it has been; sends nothing.

        Raises:
            UnknownJob: there is none, it belongs to another backend, or its input is not known.
            InvalidParams, UnknownEndpoint, BadPicture: as ``ladder.promotion``.
        """
        world, job = self._world, self._own(job_id)
        found = await ladder.promotion(world.catalog, world.files, job, endpoint_id, _folder(job))
        return replace(found, earlier=self._earlier(found.plan))

    async def promote(self, job_id: JobId, endpoint_id: str = "", *, twice: bool = False) -> Job:
        """Make what a draft is for. Raises as :meth:`promotion`.

        Where the same was asked for before, in whichever program, that job is returned and nothing
        is sent, unless another take is wanted (``twice``).
        """
        found = await self.promotion(job_id, endpoint_id)
        job = make_job(self._world, found.plan, found.draft.out_dir)

        def earlier() -> Job | None:
            return None if twice else self._earlier(found.plan)

        return self._begun_unless(earlier, job, f"promoted from {job_id}")

    def _earlier(self, plan: Plan) -> Job | None:
        ledger, backend = self._world.ledger, self._world.backend
        return ladder.newest_alive(ledger.alike(backend, plan.fingerprint))

    def _own(self, job_id: JobId) -> Job:
        job = self.job(job_id)
        if job.backend != self._world.backend:
            raise UnknownJob(f"{job_id} belongs to {job.backend}")
        if not job.params:
            raise UnknownJob(f"{job_id} was taken in by its request id; its input is not known")
        return job

    def _begun_unless(self, earlier: Callable[[], Job | None], job: Job, cause: str) -> Job:
        """Begin a job, unless one is found that stands for it; both are one step.

        One that nobody alive is working on is taken up: somebody asks for it now.
        """
        ledger = self._world.ledger

        def look_and_add() -> Job | None:
            found = earlier()
            if found is None:
                ledger.add(job, cause)
            return found

        if (found := ledger.alone(look_and_add)) is not None:
            if found.goes_on:
                self._work_on(found.id)
            return self.job(found.id)
        self._world.bus.publish(JobAdded(job))
        if job.goes_on:
            self._run(job)
        return job


def _folder(job: Job) -> Path | None:
    return Path(job.out_dir) if job.out_dir else None
