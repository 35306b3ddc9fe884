"""Exit codes; scripts rely on them (``design.md`` §3)."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.refusals import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    UNEXPECTED = 1
    BAD_INPUT = 2
    KEY = 3
    PROVIDER = 4
    NETWORK = 5
    STOPPED = 6
    UNCERTAIN = 7


_KINDS: Mapping[type[e.KlingDesktopError], Exit] = {
    e.KlingDesktopError: Exit.UNEXPECTED,
    e.MissingKey: Exit.KEY,
    e.KeyRefused: Exit.KEY,
    e.AccountLocked: Exit.PROVIDER,
    e.Refused: Exit.PROVIDER,
    e.ProviderFailed: Exit.PROVIDER,
    e.ResultGone: Exit.PROVIDER,
    e.ClipDamaged: Exit.PROVIDER,
    e.RequestCancelled: Exit.STOPPED,
    e.BudgetReached: Exit.STOPPED,
    e.SubmitUncertain: Exit.UNCERTAIN,
    e.Transient: Exit.NETWORK,
    e.InvalidParams: Exit.BAD_INPUT,
    e.UnknownEndpoint: Exit.BAD_INPUT,
    e.UnknownJob: Exit.BAD_INPUT,
    e.NotWaiting: Exit.BAD_INPUT,
    e.OtherAccount: Exit.KEY,
    e.BadPicture: Exit.BAD_INPUT,
    e.BadMedia: Exit.BAD_INPUT,
    e.BadProject: Exit.BAD_INPUT,
    e.FolderUnusable: Exit.BAD_INPUT,
}
"""Kinds that are not here share the code of their nearest parent."""


def _exit_of_kind(kind: type[e.KlingDesktopError]) -> Exit:
    return next(_KINDS[each] for each in kind.__mro__ if each in _KINDS)


def exit_of(error: e.KlingDesktopError) -> Exit:
    """The exit code of an error."""
    return _exit_of_kind(type(error))


def exit_of_job(job: Job) -> Exit:
    """The exit code of a job that has come to rest."""
    match job.state:
        case JobState.DONE:
            return Exit.DONE
        case JobState.HELD:
            return Exit.STOPPED  # It waits for the user.
        case JobState.UNCERTAIN | JobState.SENDING:
            return Exit.UNCERTAIN
        case _:
            return _exit_of_kind(kind_of(job.trouble.code)) if job.trouble else Exit.UNEXPECTED
