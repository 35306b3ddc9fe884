"""Programs that start, race and die while the service answers as it likes: money stays safe."""

from __future__ import annotations

import asyncio
import itertools
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.jobs import RESTING, TERMINAL, JobId, JobState
from kling_desktop.domain.requests import (
    Accepted,
    CancelAnswer,
    PastRequest,
    Phase,
    RequestResult,
    RequestStatus,
)
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.engine import Engine
from kling_desktop.engine.pace import Pace
from kling_desktop.engine.world import World
from tests.helpers.fakes import a_clip
from tests.helpers.gates import (
    Book,
    Call,
    GatedFiles,
    GatedProvider,
    Gates,
    ManualClock,
    SharedLedger,
)
from tests.helpers.worlds import I2V, T2V, a_draft

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from kling_desktop.domain.jobs import Clip, Job

S = JobState
FOLDER = Path("/clips")
TURNS = 60
"""Of the loop, after which everybody waits for something."""
JOBS, PROGRAMS = 3, 2
RARELY = st.sampled_from([False, False, True])
PATIENCE = 300
"""Kind answers after which every job rests."""
SAFE = (e.NetworkDown, e.RateLimited)
"""Answers to a submit after which it may be sent again."""
TRANSIENT = (e.NetworkDown, e.RateLimited, e.TimedOut, e.ServiceDown)
VERDICTS = (r.ContentRefused, e.InputRefused, e.ProviderFailed, e.RequestCancelled, e.ResultGone)
LOOKS = tuple(RequestStatus(phase) for phase in Phase)
WHAT_IS_LISTED = object()
"""Stands for the list of all requests that may have been accepted."""
ANSWERS: dict[str, tuple[Any, ...]] = {
    "upload": ("https://cdn.test/boat.jpg", *TRANSIENT, e.KeyRefused, e.ProtocolBroken),
    "submit": (
        *(
            Accepted,
            Accepted,
            Accepted,
            Accepted,
            e.SubmitUncertain,
            e.TimedOut,
            e.ServiceDown,
            e.NetworkDown,
            e.RateLimited,
        ),
        *(r.ContentRefused, e.InputRefused, e.ProviderFailed, e.KeyRefused, e.AccountLocked),
    ),
    "status": (*LOOKS, *LOOKS, *TRANSIENT, *VERDICTS),
    "follow": (*LOOKS, *LOOKS, e.Transient, e.ProtocolBroken),
    "result": (RequestResult("https://cdn.test/clip.mp4"), *TRANSIENT, *VERDICTS),
    "cancel": (*CancelAnswer, *TRANSIENT),
    "download": (4, *TRANSIENT, e.ResultGone, e.ForeignOrigin, e.FolderUnusable),
    "bill": ([], e.ServiceDown, r.KeyLacksScope),
    "past": (WHAT_IS_LISTED, [], e.ServiceDown, r.KeyLacksScope),
    "settle": (a_clip(), e.ClipDamaged, e.FolderUnusable),
}
"""What may be said at each stage; the first is what a kind service says."""
KIND: dict[str, Any] = {stage: said[0] for stage, said in ANSWERS.items()} | {
    "status": RequestStatus(Phase.COMPLETED),
    "follow": RequestStatus(Phase.COMPLETED),
    "cancel": CancelAnswer.ASKED,
}


@dataclass(eq=False)
class Program:
    engine: Engine
    ledger: SharedLedger
    gates: Gates


class Programs(RuleBasedStateMachine):
    """Up to two programs on one ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = ManualClock()
        self.book = Book()
        self.settled: dict[JobId, Clip] = {}
        self.programs: list[Program] = []
        self.ids = itertools.count(1)
        self.posts: dict[str, list[Any]] = {}
        """By prompt, what became of each POST; None as long as nobody knows."""
        self.told: dict[str, Program] = {}
        """By prompt, the program that heard of the acceptance."""
        self.wrong: list[str] = []
        self.seen: dict[JobId, Job] = {}

    @initialize(data=st.data(), streams=st.sampled_from([0, 1]))
    def the_user_begins(self, data: st.DataObject, streams: int) -> None:
        self.a_program_starts(streams, takes_unsent=True)
        self.the_user_generates(data, I2V)

    @precondition(lambda self: len(self.programs) < PROGRAMS)
    @rule(streams=st.sampled_from([0, 1]), takes_unsent=st.sampled_from([True, True, False]))
    def a_program_starts(self, streams: int, takes_unsent: bool) -> None:
        gates, ledger = Gates(self.hear), SharedLedger(self.book)
        world = World(
            backend="test",
            provider=GatedProvider(gates),
            ledger=ledger,
            files=GatedFiles(gates, FOLDER, self.settled),
            clock=self.clock,
            catalogs=Catalogs(load_catalog(), "test"),
            clips=FOLDER,
            new_id=lambda: JobId(f"job-{next(self.ids)}"),
            pace=Pace(jitter=lambda: 0.5),
            ears=asyncio.Semaphore(streams),
        )
        program = Program(Engine(world), ledger, gates)
        self.programs.append(program)
        self.run(program.engine.start(takes_unsent=takes_unsent))

    @precondition(lambda self: self.programs and len(self.book.rows) < JOBS)
    @rule(data=st.data(), endpoint=st.sampled_from([I2V, T2V]))
    def the_user_generates(self, data: st.DataObject, endpoint: str) -> None:
        draft = a_draft(endpoint, prompt=f"boat {len(self.book.rows)}")
        self.run(self.any_program(data).engine.generate(draft))

    @precondition(lambda self: self.waiting())
    @rule(data=st.data(), refuses=RARELY)
    def the_service_answers(self, data: st.DataObject, refuses: bool) -> None:
        program, call = data.draw(st.sampled_from(self.waiting()), label="call")
        if refuses:
            program.ledger.failures.append(e.FolderUnusable("it is full"))
        self.answer(program, call, data.draw(st.sampled_from(ANSWERS[call.stage]), label="answer"))

    @precondition(lambda self: self.waiting())
    @rule(steps=st.integers(1, 4))
    def all_goes_well_for_a_while(self, steps: int) -> None:
        for _ in range(steps):
            for program, call in self.waiting():
                if call in program.gates.waiting:
                    self.answer(program, call, KIND[call.stage])
            self.time_passes(2.0)

    @precondition(lambda self: self.programs and self.book.rows)
    @rule(data=st.data(), really=RARELY)
    def the_user_cancels(self, data: st.DataObject, really: bool) -> None:
        if not really:
            return
        job_id = data.draw(st.sampled_from(sorted(self.book.rows)))
        self.run(self.any_program(data).engine.cancel(job_id))

    @precondition(lambda self: self.programs)
    @rule(data=st.data(), really=RARELY)
    def a_program_dies(self, data: st.DataObject, really: bool) -> None:
        if really:
            self.bury(self.any_program(data))

    @rule(seconds=st.sampled_from([0.5, 2.0, 6.0, 70.0, 130.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.run()

    @invariant()
    def nothing_is_wrong(self) -> None:
        assert not self.book.wrong
        assert not self.wrong

    @invariant()
    def what_is_over_or_known_stays_so(self) -> None:
        for job in self.book.rows.values():
            before = self.seen.get(job.id, job)
            assert before.state not in TERMINAL or job.state is before.state
            assert before.request_id in {None, job.request_id}
            assert before.body in (None, job.body) or job.state in {S.UPLOADING, S.SENDING}
            assert (job.state is S.DONE) == bool(job.clips)
            self.seen[job.id] = job

    @invariant()
    def nobody_is_uncertain_of_what_was_heard(self) -> None:
        heard = {prompt for prompt, program in self.told.items() if program in self.programs}
        assert not any(
            job.state is S.UNCERTAIN and job.prompt in heard for job in self.book.rows.values()
        )

    @invariant()
    def no_job_is_run_twice_at_once(self) -> None:
        running = [call.about for _, call in self.waiting() if call.stage not in _SHARED]
        assert len(running) == len(set(running))

    def teardown(self) -> None:
        """In the end the weather clears up, and every job comes to rest."""
        try:
            self.clear_up()
        finally:
            for program in tuple(self.programs):
                self.bury(program)
            self.runner.close()

    def clear_up(self) -> None:
        for program in tuple(self.programs):
            self.bury(program)
        self.a_program_starts(0, takes_unsent=True)
        for _ in range(PATIENCE):
            for program, call in self.waiting():
                self.answer(program, call, KIND[call.stage])
            if all(job.state in TERMINAL | RESTING for job in self.book.rows.values()):
                break
            self.time_passes(70.0)
        self.nothing_is_wrong()
        self.what_is_over_or_known_stays_so()
        states = {job.state for job in self.book.rows.values()}
        assert states <= TERMINAL | {S.UNCERTAIN}

    def waiting(self) -> list[tuple[Program, Call]]:
        return [(each, call) for each in self.programs for call in each.gates.waiting]

    def any_program(self, data: st.DataObject) -> Program:
        return self.programs[data.draw(st.integers(0, len(self.programs) - 1), label="program")]

    def hear(self, call: Call) -> None:
        """A POST leaves: none before it may have been accepted."""
        if call.stage == "submit":
            earlier = self.posts.setdefault(call.about, [])
            if not all(each in SAFE for each in earlier):
                self.wrong.append(f"{call.about} is sent again after {earlier}")
            earlier.append(None)

    def answer(self, program: Program, call: Call, said: Any) -> None:
        if call.stage == "submit":
            self.posts[call.about][-1] = said
        if said is Accepted:
            said = Accepted(f"request-{call.about}")
            self.told[call.about] = program
        if said is WHAT_IS_LISTED:
            said = self.listed()
        program.gates.open(call, said() if isinstance(said, type) else said)
        self.run()

    def listed(self) -> list[PastRequest]:
        """The service's list: also of requests whose acceptance nobody heard of."""
        jobs = [job for job in self.book.rows.values() if job.body is not None and job.sent_at]
        return [
            PastRequest(job.endpoint, f"request-{job.prompt}", job.sent_at, None, job.body)
            for job in jobs
            if self.posts.get(job.prompt, [e.NetworkDown])[-1] in _PERHAPS_ACCEPTED
            and job.sent_at is not None
        ]

    def bury(self, program: Program) -> None:
        """What it was doing is gone, and it writes no more; the service keeps what it has."""
        self.programs.remove(program)
        program.ledger.is_alive = False
        self.run(_cancelled(program.engine))

    def run(self, work: Coroutine[Any, Any, Any] | None = None) -> None:
        """Do something, until everybody waits."""

        async def done() -> None:
            if work is not None:
                with suppress(e.KlingDesktopError):
                    await work
            for _ in range(TURNS):
                await asyncio.sleep(0)

        self.runner.run(done())


_PERHAPS_ACCEPTED = (Accepted, e.SubmitUncertain, e.TimedOut, e.ServiceDown, None)
_SHARED = frozenset(("upload", "download", "past", "bill"))
"""Their addresses do not tell which job it is."""


async def _cancelled(engine: Engine) -> None:
    tasks = [*engine._tasks.values(), *filter(None, [engine._looker, engine._bookkeeping])]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.timeout(600)  # a failure is made small before it is told
def test_whatever_happens_to_programs_and_their_service_money_is_safe(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR, "kling_desktop")  # a full disk is complained about, and may be
    run_state_machine_as_test(
        Programs, settings=settings(max_examples=120, stateful_step_count=50, deadline=None)
    )
