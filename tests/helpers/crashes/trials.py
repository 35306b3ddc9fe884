"""Trials: a program is killed, started again, and what remains is held against what is right."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.helpers.crashes.disks import Disk, ImaginedDisk, RealDisk, wait_for
from tests.helpers.crashes.fates import crowded, doomed, recorded
from tests.helpers.crashes.forks import ended, forked, kill
from tests.helpers.crashes.judging import judge
from tests.helpers.crashes.lives import LONGEST, Life, live
from tests.helpers.crashes.plans import After, At, Full, Outcome, Trial
from tests.helpers.crashes.remains import Remains, last_words, read_ledger, tells_of_full_disk
from tests.helpers.crashes.skies import LINGERING, SLOW, STUCK, bad_weather

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kling_desktop.sandbox.weather import Rule
    from tests.helpers.crashes.ground import Ground

KILLED = -9
TRIES = 20
"""Of hitting a life before it is over."""
HURRY = 0.7
"""A life that was over before its instant came is hit that much sooner the next time."""
HOLD = {Full.CLIPS: 3.0, Full.STATE: 0.2}
"""Seconds that a disk stays full: until the job says so, if it can."""
VAIN = 0.1
"""Seconds that a program has which is started on a full disk."""
ROUNDS = 3
"""Of a race: two programs are started and killed in each."""


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
        """Live, die, live again, and look; what went well leaves nothing behind."""
        before = set(self._folder.glob("life-*"))
        outcome = self._hold(trial)
        if not (outcome.lost or outcome.broken or outcome.wrong):
            for folder in set(self._folder.glob("life-*")) - before:
                shutil.rmtree(folder)
        return outcome

    def _hold(self, trial: Trial) -> Outcome:
        if trial.races:
            return self._race(trial)
        if trial.full is not None:
            return self._fill(trial, trial.full)
        for attempt in range(TRIES):
            life = self._new_life(trial, attempt)
            outcome = Outcome(trial=trial, prompts=life.prompts)
            deaths = self._die(life, outcome, hurry=HURRY**attempt)
            if outcome.kills == len(trial.strikes) or attempt == TRIES - 1:
                self._survive(life, outcome)
                judge(life, deaths, outcome)
                return outcome
        raise AssertionError("there is always a last attempt")

    def _race(self, trial: Trial) -> Outcome:
        """Two programs at once, killed and started again; each adds jobs, one cancels another's.

        Whether a cancel comes in time is chance there, so the last life cancels a job that waits.
        """
        draw = random.Random(trial.seed)
        life = self._new_life(trial, 0)
        whole = f"{life.prompts[0]} race"
        outcome, prompts, deaths = Outcome(trial=trial), [], []
        for number in range(ROUNDS):
            both = [tuple(f"{whole} {number}{who}{which}" for which in "12") for who in "ab"]
            prompts += [*both[0], *both[1]]
            lives = [replace(life, prompts=each) for each in both]
            lives[1] = replace(lives[1], cancels=draw.choice(prompts[-4:]))
            deaths += self._kill_both(lives, draw, outcome)
        last = f"{whole} last"
        life = replace(life, prompts=(*prompts, last), cancels=last)
        outcome.prompts = life.prompts
        self._change_weather(trial, 0, calm=LINGERING)
        self._survive(life, outcome)
        judge(life, deaths, outcome)
        return outcome

    def _fill(self, trial: Trial, full: Full) -> Outcome:
        """Fill a disk under a life, kill it there or make room again, and see it to its end."""
        life = self._new_life(trial, 0)
        outcome = Outcome(trial=trial, prompts=life.prompts)
        (at,) = trial.strikes
        assert isinstance(at, At)
        folder = life.clips if full is Full.CLIPS else life.folder / "state"
        kind = ImaginedDisk if trial.imagined else RealDisk
        disk = kind(folder, life.folder / "filled")
        disk.prepare()
        try:
            child = forked(lambda: crowded(life, at, disk), log=life.log)
            deaths = self._make_room(life, child, disk, outcome)
            self._survive(life, outcome)
            judge(life, deaths, outcome)
        finally:
            disk.remove()
        return outcome

    def _make_room(self, life: Life, child: int, disk: Disk, outcome: Outcome) -> list[Remains]:
        outcome.fills += wait_for(disk.is_filled, LONGEST)
        patience = HOLD[outcome.trial.full or Full.STATE]
        outcome.told += wait_for(lambda: tells_of_full_disk(life), patience)
        deaths = []
        if outcome.trial.dies:
            kill(child)
            outcome.kills += ended(child) == KILLED
            deaths.append(read_ledger(life.ledger))
            self._restart_in_vain(life, disk)
        disk.free()
        if not outcome.trial.dies:
            code = ended(child)
            if code and "FolderUnusable" not in last_words(life):
                outcome.wrong.append(f"exit code {code}: {last_words(life)}")
        return deaths

    def _restart_in_vain(self, life: Life, disk: Disk) -> None:
        """A program that starts on a full disk does no harm either."""
        child = forked(lambda: crowded(life, None, disk), log=life.log)
        time.sleep(VAIN)
        kill(child)
        ended(child)

    def _kill_both(self, lives: list[Life], draw: random.Random, outcome: Outcome) -> list[Remains]:
        children = [
            forked(lambda life=life: live(life), log=life.log)  # type: ignore[misc]
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
        self._change_weather(trial, attempt, calm=_calm(trial))
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

    def _change_weather(self, trial: Trial, attempt: int, *, calm: Iterable[Rule]) -> None:
        bad = bad_weather(f"{trial.seed} {attempt}") if trial.is_bad else ()
        self._ground.change_weather([*bad, *calm])

    def _die(self, life: Life, outcome: Outcome, *, hurry: float) -> list[Remains]:
        """The ledger after each death; too few where a life was over before."""
        deaths = []
        for strike in outcome.trial.strikes:
            child = forked(lambda strike=strike: doomed(life, strike), log=life.log)  # type: ignore[misc]
            if isinstance(strike, After):
                time.sleep(strike.share * self._usual[outcome.trial.is_bad] * hurry)
                kill(child)
            code = ended(child)
            if code != KILLED:
                if code:
                    outcome.wrong.append(f"exit code {code}: {last_words(life)}")
                break
            outcome.kills += 1
            deaths.append(read_ledger(life.ledger))
        return deaths

    def _survive(self, life: Life, outcome: Outcome) -> None:
        record = life.folder / "points"
        code = ended(forked(lambda: recorded(life, record), log=life.log))
        outcome.points = record.read_text().splitlines()
        if code:
            outcome.wrong.append(f"exit code {code}: {last_words(life)}")


def _calm(trial: Trial) -> Iterable[Rule]:
    """How the service holds requests back, in any weather."""
    if trial.cancels:
        return STUCK
    if trial.races:
        return SLOW
    return LINGERING if trial.lingers else ()
