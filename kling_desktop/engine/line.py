"""The line of waiting jobs: who begins next, over all programs that share the ledger.

A waiting job may be changed by any program, so what the ledger says of it counts, not what its
errand remembers. The look at the line and the step out of it are one transaction.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import UnknownAccount
from kling_desktop.domain.holders import belongs
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.line import Steering, is_due, why_it_waits
from kling_desktop.engine.errand import trouble_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.errand import Errand
    from kling_desktop.engine.world import World

LOOK_EVERY = 1.0
"""Seconds between looks of a waiting job, as long as few of them wait."""
LOOKS_PER_SECOND = 20
"""Of all waiting jobs together."""

LEARN_AFTER = 5
"""Looks in a row that show more running at once than was known."""


class LooseWheel:
    """A wheel that forgets, for engines without a state folder."""

    def __init__(self) -> None:
        self._kept: dict[str, Steering] = {}

    def load(self, backend: str) -> Steering:
        return self._kept.get(backend, Steering())

    def change(self, backend: str, **changes: Any) -> Steering:
        self._kept[backend] = replace(self.load(backend), **changes)
        return self._kept[backend]


class Line:
    """The jobs of this program that wait."""

    def __init__(self) -> None:
        self._errands: dict[JobId, Errand] = {}
        self._full_looks = 0

    @property
    def patience(self) -> float:
        """Seconds until a waiting job looks again by itself."""
        return max(LOOK_EVERY, len(self._errands) / LOOKS_PER_SECOND)

    @contextmanager
    def joined(self, errand: Errand) -> Iterator[None]:
        """Wait with the others for a while."""
        self._errands[errand.job.id] = errand
        try:
            yield
        finally:
            self._errands.pop(errand.job.id, None)

    def stir(self, world: World) -> None:
        """Wake those whose turn it may be."""
        if not self._errands or (steering := world.steering).paused:
            return
        free = _free(world, steering.limit)
        now = world.clock.now()
        for job in waiting_here(world) if free > 0 else ():
            if job.id in self._errands and is_due(job, now) and free > 0:
                self._errands[job.id].nudge()
                free -= 1

    def learn(self, world: World) -> None:
        """Note how many requests the account runs at once, as far as it can be seen from here.

        A request may have ended unseen while the next began, so only what stays for a while counts.
        """
        seen, steering = _in_flight(world), world.steering
        running = seen[JobState.RUNNING]
        is_more = bool(seen[JobState.QUEUED]) and running > steering.learned
        self._full_looks = self._full_looks + 1 if is_more else 0
        if self._full_looks >= LEARN_AFTER:
            self._full_looks = 0
            world.wheel.change(world.backend, learned=running)


def take_turn(errand: Errand) -> None:
    """Begin, if it is this job's turn; learn from the ledger what became of it meanwhile."""
    errand.accept(errand.world.ledger.alone(lambda: _step_out(errand)))


def why(world: World, job: Job) -> str:
    """What keeps a job from beginning; empty if nothing does."""
    if text := belongs(world.whose.holder, job):
        return text
    if job.state is JobState.INTENT and _may_begin(world, job):
        return ""
    return why_it_waits(job, world.steering, world.clock.now())


def _step_out(errand: Errand) -> Job:
    """The job after the step, or as it is."""
    world = errand.world
    job = world.ledger.get(errand.job.id)
    if job.state is not JobState.INTENT or not _may_begin(world, job):
        return job
    holder, now = world.whose.holder, world.clock.now()
    if holder.is_doubtful(job):
        unknown = trouble_of(UnknownAccount())
        held = job.step(JobState.HELD, now, trouble=unknown)
        world.ledger.save(held, unknown.code)
        return held
    # Addresses of uploads stay: a job that was paused need not upload its pictures again.
    facts = holder.facts(job)
    begun = job.step(JobState.UPLOADING, now, trouble=errand.job.trouble, **facts)
    world.ledger.save(begun, "accepted here")
    return begun


def _may_begin(world: World, job: Job) -> bool:
    steering, now = world.steering, world.clock.now()
    if steering.paused or not is_due(job, now):
        return False
    if not steering.limit:
        return True
    free = _free(world, steering.limit)
    for other in waiting_here(world) if free > 0 else ():
        if other.id == job.id:
            return True
        # Nobody waits for one that nobody alive would begin.
        if (
            other.state is JobState.INTENT
            and is_due(other, now)
            and world.ledger.is_attended(other.id)
        ):
            free -= 1
        if free <= 0:
            break
    return False


def _free(world: World, limit: int) -> int:
    return limit - _in_flight(world).total() if limit else 1_000_000


def _in_flight(world: World) -> Counter[JobState]:
    """What takes room at the account in use; another one has room of its own."""
    return world.ledger.in_flight(world.backend, world.whose.holder.marks)


def waiting_here(world: World) -> list[Job]:
    """The line of the account in use."""
    line = world.ledger.waiting(world.backend)
    return [job for job in line if world.whose.may_work_on(job)]
