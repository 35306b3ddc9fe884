"""One job on its way: the only writer of that job, with its patience and its wish to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from kling_desktop.domain.budgets import limits_for
from kling_desktop.domain.errors import KlingDesktopError, Transient
from kling_desktop.domain.events import BytesMoved, Direction, JobChanged
from kling_desktop.domain.jobs import TAKES_ROOM, Job, JobState, Trouble
from kling_desktop.domain.refusals import FileUnreachable
from kling_desktop.engine.absence import Absence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from kling_desktop.domain.budgets import Breach, Budgets
    from kling_desktop.domain.facts import Charge
    from kling_desktop.domain.requests import LogLine
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)
T = TypeVar("T")

PROGRESS_EVERY = 0.05
"""Seconds: at most 20 reports of moved bytes a second."""


class CancelWanted(Exception):
    """The user's wish to cancel ended a wait."""


class NotSeen(Exception):
    """The account in use does not know a request that may well be another one's."""


class Errand:
    """Carries a job from state to state; a change is in the ledger before anyone hears of it."""

    def __init__(self, world: World, job: Job) -> None:
        self.world = world
        self.job = job
        self.refetched = False
        """The result was fetched once more because its file was gone."""
        self.stale: Trouble | None = None
        """Why the result was fetched once more, until its file comes."""
        self.stream_breaks = 0
        """How often the status stream of the request broke off."""
        self.size_doubted = False
        """A download did not have the size that the service had stated."""
        self.is_given_up = False
        """The user gave an uncertain request up: one more look for it is enough."""
        self.damaged = 0
        """Downloads that turned out not to be whole videos."""
        self.not_sending = asyncio.Event()
        """Clear only while the fate of a POST hangs in the air."""
        self.not_sending.set()
        self.no_request = Absence()
        self.no_file = Absence()
        self.not_whole = Absence()
        """A file is there, and never comes as a whole."""
        self._wake = asyncio.Event()
        self._told = 0.0
        self._lines: set[LogLine] = set()

    def advance(self, to: JobState, cause: str, **changes: Any) -> None:
        """Go to another state, durably."""
        changes.setdefault("trouble", None)
        self._write(self.job.step(to, self._now(), **changes), cause)

    def accept(self, job: Job) -> None:
        """Take the job as the ledger has it by now."""
        if job != self.job:
            self.job = job
            self.world.bus.publish(JobChanged(job))

    async def advance_surely(self, to: JobState, cause: str, **changes: Any) -> None:
        """Go to another state even if the ledger fails for a while: what is known must be kept."""
        for wait in self.world.pace.retries():
            try:
                return self.advance(to, cause, **changes)
            except KlingDesktopError as error:
                log.warning("job=%s cannot be recorded code=%s", self.job.id, error.code)
                await self.world.clock.sleep(wait)
        raise AssertionError("retries never end")

    def advance_within(
        self, budgets: Budgets, to: JobState, cause: str, **changes: Any
    ) -> Breach | None:
        """Go to another state, durably, unless a budget forbids it, which is told then."""
        now = self._now()
        job = self.job.step(to, now, **changes)
        limits = () if job.over_budget else limits_for(budgets, now, job.project)
        found = self.world.ledger.save_if_within(
            job, cause, limits, allows_unknown=budgets.allows_unknown
        )
        if found is None:
            self._is_now(job)
        return found

    def update(self, cause: str = "", **changes: Any) -> None:
        """Change facts, durably; does nothing if they are what they were."""
        if any(getattr(self.job, name) != value for name, value in changes.items()):
            self._write(self.job.but(self._now(), **changes), cause)

    async def end(
        self, state: JobState, error: KlingDesktopError, charge: Charge | None = None
    ) -> None:
        """Come to a bad end, and say why; what it costs may depend on how far the job was."""
        self.advance(state, error.code, trouble=trouble_of(error, charge))
        if isinstance(error, FileUnreachable):
            await self.world.uploads.forget(self.job.uploads.values())

    def is_gone(self, what: Absence) -> bool:
        """Note that the service denies something; True once it has done so for long."""
        return what.is_for_good(self.world.clock.monotonic())

    def is_found(self) -> None:
        """Note that the service knows the request, so that it is of the account in use.

        Its file may be missing all the same.
        """
        self.no_request.is_over()
        if facts := self.world.whose.holder.facts(self.job):
            self.update("seen by this account", **facts)

    def check_known(self) -> None:
        """Raises NotSeen: it may be another account's, so that not knowing it proves nothing."""
        if self.world.whose.holder.is_doubtful(self.job):
            raise NotSeen

    def nudge(self) -> None:
        """End the present wait: the user wants something."""
        self._wake.set()

    async def nudged(self) -> None:
        """Wait until the user wants something; the next pause then ends at once."""
        await self._wake.wait()

    def new_lines(self, lines: Sequence[LogLine]) -> list[LogLine]:
        """Those that were not told before: looks tell all lines each time, streams the new ones."""
        new = [line for line in lines if line not in self._lines]
        self._lines.update(new)
        return new

    @property
    def cancel_asked(self) -> bool:
        """Whether the user, perhaps in another process, wants this job to stop."""
        if not self.job.cancel_asked and self.world.ledger.get(self.job.id).cancel_asked:
            self.update("cancel asked", cancel_asked=True)
        return self.job.cancel_asked

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until a nudge; one that came since the last pause counts."""
        nap = asyncio.ensure_future(self.world.clock.sleep(seconds))
        nudge = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait((nap, nudge), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._wake.clear()
            nap.cancel()
            nudge.cancel()
            await asyncio.gather(nap, nudge, return_exceptions=True)

    async def patiently(
        self,
        action: Callable[[], Awaitable[T]],
        *,
        waits_out: type[KlingDesktopError] = Transient,
        gives_up: tuple[type[KlingDesktopError], ...] = (),
        clears: bool = True,
    ) -> T:
        """Do something that is free to repeat until it works.

        What was waited out is over then (``clears``), unless this was only a step before it.

        Raises:
            KlingDesktopError: of a kind that waiting does not cure.
            CancelWanted: the user wants to stop, and nothing was sent yet or nothing was heard.
        """
        for wait in self.world.pace.retries():
            try:
                done = await action()
            except gives_up:
                raise
            except waits_out as error:
                self._note(error)
                asked_for = getattr(error, "retry_after", None) or 0.0
                log.info("job=%s waits code=%s", self.job.id, error.code)
                await self.pause(max(wait, asked_for))
                if self._stop_waiting():
                    raise CancelWanted from None
            else:
                if clears:
                    self.update("it works again", trouble=None)
                return done
        raise AssertionError("retries never end")

    def _note(self, error: KlingDesktopError) -> None:
        """Let the user see what is waited out, if the ledger can take it."""
        with contextlib.suppress(KlingDesktopError):
            self.update(error.code, trouble=trouble_of(error))

    def _stop_waiting(self) -> bool:
        return self.job.state in {JobState.UPLOADING, JobState.INTENT} and self.cancel_asked

    def progress(self, direction: Direction) -> Callable[[int, int | None], None]:
        """A report of moved bytes, thinned out."""

        def report(done: int, total: int | None) -> None:
            now = asyncio.get_running_loop().time()
            if now - self._told >= PROGRESS_EVERY or done == total:
                self._told = now
                self.world.bus.publish(BytesMoved(self.job.id, direction, done, total))

        return report

    def _write(self, job: Job, cause: str) -> None:
        self.world.ledger.save(job, cause)
        self._is_now(job)

    def _is_now(self, job: Job) -> None:
        makes_room = self.job.state in TAKES_ROOM and job.state not in TAKES_ROOM
        self.job = job
        if job.state is JobState.SENDING:
            self.not_sending.clear()
        else:
            self.not_sending.set()
        self.world.bus.publish(JobChanged(job))
        if makes_room:
            self.world.line.stir(self.world)

    def _now(self) -> datetime:
        return self.world.clock.now()


def trouble_of(error: KlingDesktopError, charge: Charge | None = None) -> Trouble:
    """An error as the ledger keeps it."""
    usual = type(error).retry
    retry = "" if error.retry is usual else error.retry.value
    return Trouble(error.code, error.detail, (charge or error.charge).value, retry)
