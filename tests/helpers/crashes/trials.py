"""Trials: a program is killed, started again, and what remains is held against what is right."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import Job, JobState
from tests.helpers.crashes.forks import ended, forked, kill
from tests.helpers.crashes.lives import Life, live
from tests.helpers.crashes.points import Points
from tests.helpers.crashes.remains import Remains, broken_files, read_ledger, wrong_histories
from tests.helpers.crashes.skies import STUCK, bad_weather

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.crashes.ground import Ground

S = JobState
KILLED = -9
TRIES = 20
"""Of hitting a life before it is over."""
HURRY = 0.7
"""A life that was over before its instant came is hit that much sooner the next time."""
ROUNDS = 3
"""Of a race: two programs are started and killed in each."""


@dataclass(frozen=True)
class At:
    """Die at a point, at the n-th time."""

    name: str
    nth: int = 1


@dataclass(frozen=True)
class After:
    """Die at an instant, as a share of the usual life."""

    share: float


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Which life is lived, in which weather, and how it is ended before its time."""

    seed: str
    strikes: tuple[At | After, ...] = ()
    """One after the other, each in a program of its own; the one after the last lives on."""
    is_bad: bool = False
    """The weather."""
    listens: bool = True
    cancels: bool = False
    races: bool = False


@dataclass(kw_only=True)
class Outcome:
    """What came of it."""

    trial: Trial
    prompts: tuple[str, ...] = ()
    kills: int = 0
    points: list[str] = field(default_factory=list)
    """Those that the last life reached, in order."""
    requests: dict[str, str | None] = field(default_factory=dict)
    """By prompt, the request that the ledger knows."""
    states: Counter[JobState] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Everything else that must not be."""


class Trier:
    """Tries on one sandbox, one trial after the other."""

    def __init__(self, folder: Path, ground: Ground, picture: Path) -> None:
        self._folder = folder
        self._ground = ground
        self._picture = picture
        self._lives = 0
        self._usual = {False: 0.1, True: 0.3}
        """Seconds that a life takes without a kill, in calm and in bad weather."""

    def warm_up(self) -> None:
        """Live a life in this very process, so that its children are born with all it loads."""
        live(self._new_life(Trial(seed="warm"), 0))
        for is_bad in (False, True) * 2:
            began = time.monotonic()
            self.run(Trial(seed="usual", is_bad=is_bad))
            self._usual[is_bad] = time.monotonic() - began

    def run(self, trial: Trial) -> Outcome:
        """Live, die, live again, and look."""
        if trial.races:
            return self._race(trial)
        for attempt in range(TRIES):
            life = self._new_life(trial, attempt)
            outcome = Outcome(trial=trial, prompts=life.prompts)
            deaths = self._die(life, outcome, hurry=HURRY**attempt)
            if outcome.kills == len(trial.strikes) or outcome.wrong:
                break
        self._survive(life, outcome)
        self._examine(life, deaths, outcome)
        return outcome

    def _race(self, trial: Trial) -> Outcome:
        """Two programs at once, killed and started again; each adds jobs, one cancels another's."""
        draw = random.Random(trial.seed)
        life = self._new_life(trial, 0)
        whole = f"{life.prompts[0]} race"
        outcome, prompts, deaths = Outcome(trial=trial), [], []
        for number in range(ROUNDS):
            both = [tuple(f"{whole} {number}{who}{which}" for which in "12") for who in "ab"]
            prompts += [*both[0], *both[1]]
            lives = [replace(life, prompts=each) for each in both]
            lives[1] = replace(lives[1], cancels=draw.choice(prompts))
            deaths += self._kill_both(lives, draw, outcome)
        life = replace(life, prompts=tuple(prompts))
        outcome.prompts = life.prompts
        self._survive(life, outcome)
        self._examine(life, deaths, outcome)
        return outcome

    def _kill_both(self, lives: list[Life], draw: random.Random, outcome: Outcome) -> list[Remains]:
        children = [
            forked(lambda life=life: live(life), log=life.folder / "log")  # type: ignore[misc]
            for life in lives
        ]
        deaths = []
        for child in children:
            time.sleep(draw.random() * self._usual[outcome.trial.is_bad])
            kill(child)
            outcome.kills += ended(child) == KILLED
            deaths.append(read_ledger(lives[0].ledger))
        return deaths

    def _new_life(self, trial: Trial, attempt: int) -> Life:
        self._lives += 1
        folder = self._folder / f"life-{self._lives}"
        folder.mkdir()
        calm = STUCK if trial.cancels else ()
        bad = bad_weather(f"{trial.seed} {attempt}") if trial.is_bad else ()
        self._ground.change_weather([*bad, *calm])
        prompt = f"{self._folder.name} {self._lives}"
        return Life(
            folder=folder,
            origin=self._ground.origin,
            picture=self._picture,
            prompts=(prompt,),
            listens=trial.listens,
            cancels=prompt if trial.cancels else None,
            hurries=trial.is_bad,
        )

    def _die(self, life: Life, outcome: Outcome, *, hurry: float) -> list[Remains]:
        """The ledger after each death; too few where a life was over before."""
        deaths = []
        for strike in outcome.trial.strikes:
            child = forked(lambda strike=strike: _doomed(life, strike), log=life.folder / "log")  # type: ignore[misc]
            if isinstance(strike, After):
                time.sleep(strike.share * self._usual[outcome.trial.is_bad] * hurry)
                kill(child)
            code = ended(child)
            if code != KILLED:
                if code:
                    outcome.wrong.append(f"exit code {code}: {_tail(life)}")
                break
            outcome.kills += 1
            deaths.append(read_ledger(life.ledger))
        return deaths

    def _survive(self, life: Life, outcome: Outcome) -> None:
        record = life.folder / "points"
        code = ended(forked(lambda: _recorded(life, record), log=life.folder / "log"))
        outcome.points = record.read_text().splitlines()
        if code:
            outcome.wrong.append(f"exit code {code}: {_tail(life)}")

    def _examine(self, life: Life, deaths: list[Remains], outcome: Outcome) -> None:
        remains = read_ledger(life.ledger)
        outcome.states.update(job.state for job in remains.jobs)
        outcome.requests = {job.prompt: job.request_id for job in remains.jobs}
        outcome.wrong += wrong_histories(remains)
        outcome.broken += broken_files(life, remains.jobs)
        if missing := set(life.prompts) - set(outcome.requests):
            outcome.lost += [f"{each} is not in the ledger" for each in missing]
        for job in remains.jobs:
            before = [old for death in deaths for old in death.jobs if old.id == job.id]
            if reason := _lost(job, before, remains.histories[job.id], outcome.trial):
                outcome.lost.append(f"{job.prompt}: {reason}")
        if not (outcome.lost or outcome.broken or outcome.wrong):
            shutil.rmtree(life.folder)


def _lost(job: Job, before: list[Job], history: list[JobState], trial: Trial) -> str | None:
    """Why a job did not come to its right end; None if it did."""
    known = {old.request_id for old in before} - {None}
    if known - {job.request_id}:
        return "its request was forgotten"
    if any(old.cancel_asked for old in before) and not job.cancel_asked:
        return "the wish to cancel was forgotten"
    ends = {S.DONE}
    if job.cancel_asked:
        ends = {S.DONE, S.CANCELLED} if trial.races else {S.CANCELLED}
    # Only where nobody can know whether the request arrived may nobody claim to know.
    in_doubt = any(old.state in {S.SENDING, S.UNCERTAIN} for old in before)
    if not known and (in_doubt or trial.is_bad or trial.races):
        ends |= {S.UNCERTAIN}
    if job.state in ends:
        return None
    return f"{job.state}, not {' or '.join(sorted(ends))}; {job.trouble}; {' '.join(history)}"


def _doomed(life: Life, strike: At | After) -> None:
    if isinstance(strike, After):
        live(life)
        return

    def die(name: str, nth: int) -> None:
        if (name, nth) == (strike.name, strike.nth):
            kill(os.getpid())

    live(life, Points(die))


def _recorded(life: Life, record: Path) -> None:
    file = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    live(life, Points(lambda name, _: os.write(file, f"{name}\n".encode()) and None))


def _tail(life: Life) -> str:
    return (life.folder / "log").read_text(errors="replace")[-3000:]
