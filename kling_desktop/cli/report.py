"""The last words of a command about a job: its document, its files, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.cli import records
from kling_desktop.cli.exits import Exit, exit_of_job
from kling_desktop.cli.follow import Ending
from kling_desktop.cli.output import job_json, say, show, show_json
from kling_desktop.domain.cancelling import explain_cancel
from kling_desktop.domain.errors import SubmitUncertain
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.messages import explain, explain_trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.jobs import Job


def as_it_is(ending: Ending) -> Ending:
    """The ending once the engine is closed: a job that we left may have gone on until then."""
    if ending.code is not Exit.STOPPED:
        return ending
    job = records.get(ending.job.id)
    left = job.goes_on and job.state is not JobState.SENDING
    return Ending(job, Exit.STOPPED if left else exit_of_job(job))


def report(ending: Ending, *, as_json: bool, more: Mapping[str, Any] | None = None) -> Exit:
    """Show the job and say how the watching ended; ``more`` goes into the document."""
    if as_json:
        show_json(job_json(ending.job) | dict(more or {}))
    tell(ending, with_files=not as_json)
    return ending.code


def tell(ending: Ending, *, with_files: bool) -> None:
    """For people: the files, and a sentence where there is something to say."""
    if with_files:
        for clip in ending.job.clips:
            show(clip.path)
    if sentence := _sentence(ending):
        say(sentence)


def _sentence(ending: Ending) -> str:
    job = ending.job
    match ending.code:
        case Exit.STOPPED if job.goes_on:
            return f"Stopped watching; job {job.id} goes on when the program starts next."
        case Exit.NETWORK if job.goes_on:
            return (
                "There is no connection, so nothing was sent yet; "
                f"job {job.id} goes on when the program starts next."
            )
        case _:
            return _trouble(job)


def _trouble(job: Job) -> str:
    if job.state is JobState.SENDING:
        return str(explain(SubmitUncertain()))  # Nobody waits for its answer any more.
    if cancel := explain_cancel(job):
        return str(cancel)
    return str(explain_trouble(job.trouble, waiting=job.goes_on)) if job.trouble else ""
