"""Exit codes; scripts rely on them (``design.md`` §3)."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import Job, JobState

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
    e.MissingKey: Exit.KEY,
    e.KeyRefused: Exit.KEY,
    e.AccountLocked: Exit.PROVIDER,
    e.ContentRefused: Exit.PROVIDER,
    e.InputRefused: Exit.PROVIDER,
    e.ProviderFailed: Exit.PROVIDER,
    e.ResultGone: Exit.PROVIDER,
    e.ClipDamaged: Exit.PROVIDER,
    e.RequestCancelled: Exit.STOPPED,
    e.SubmitUncertain: Exit.UNCERTAIN,
    e.Transient: Exit.NETWORK,
    e.NetworkDown: Exit.NETWORK,
    e.TimedOut: Exit.NETWORK,
    e.RateLimited: Exit.NETWORK,
    e.ServiceDown: Exit.NETWORK,
    e.InvalidParams: Exit.BAD_INPUT,
    e.UnknownEndpoint: Exit.BAD_INPUT,
    e.UnknownJob: Exit.BAD_INPUT,
    e.BadPicture: Exit.BAD_INPUT,
    e.FolderUnusable: Exit.BAD_INPUT,
}
_CODES = {kind.code: code for kind, code in _KINDS.items()}


def exit_of(error: e.KlingDesktopError) -> Exit:
    """The exit code of an error; other rooms' narrower kinds share the code of their parent."""
    return _CODES.get(error.code, Exit.UNEXPECTED)


def exit_of_job(job: Job) -> Exit:
    """The exit code of a job that has come to rest."""
    match job.state:
        case JobState.DONE:
            return Exit.DONE
        case JobState.UNCERTAIN | JobState.SENDING:
            return Exit.UNCERTAIN
        case _:
            code = job.trouble.code if job.trouble else ""
            return _CODES.get(code, Exit.UNEXPECTED)
