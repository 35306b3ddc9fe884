"""Holds what remains against what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import Job, JobState
from tests.helpers.crashes.remains import Remains, broken_files, read_ledger, wrong_histories

if TYPE_CHECKING:
    from tests.helpers.crashes.lives import Life
    from tests.helpers.crashes.plans import Outcome, Trial

S = JobState


def judge(life: Life, deaths: list[Remains], outcome: Outcome) -> None:
    """Add what is wrong to an outcome; ``deaths`` is what remained before, each time."""
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
    gone = {old.id for death in deaths for old in death.jobs} - {job.id for job in remains.jobs}
    outcome.lost += [f"{each} was forgotten" for each in gone]


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
    if not known and (in_doubt or trial.is_bad):
        ends |= {S.UNCERTAIN}
    if job.state in ends:
        return None
    return f"{job.state}, not {' or '.join(sorted(ends))}; {job.trouble}; {' '.join(history)}"
