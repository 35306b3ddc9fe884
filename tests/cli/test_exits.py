"""Exit codes are a promise to scripts; each is decided here on purpose."""

from __future__ import annotations

import pytest

from kling_desktop.cli.exits import exit_of, exit_of_job
from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals
from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.storage.secrets import KeyringUnusable
from tests.domain.test_messages import ALL
from tests.helpers.worlds import a_job

DECIDED: dict[type[e.KlingDesktopError], int] = {
    e.InvalidParams: 2,
    e.UnknownEndpoint: 2,
    e.UnknownJob: 2,
    e.UnknownRequest: 2,
    e.NotWaiting: 2,
    e.OtherAccount: 3,
    e.UnknownAccount: 3,
    e.BadPicture: 2,
    e.BadMedia: 2,
    e.BadProject: 2,
    e.FolderUnusable: 2,
    e.MissingKey: 3,
    e.KeyRefused: 3,
    e.AccountLocked: 4,
    e.InputRefused: 4,
    e.ProviderFailed: 4,
    e.ResultGone: 4,
    e.FileGone: 4,
    e.ClipDamaged: 4,
    e.Transient: 5,
    e.Closing: 5,
    e.NetworkDown: 5,
    e.TimedOut: 5,
    e.RateLimited: 5,
    e.ServiceDown: 5,
    e.Refused: 4,
    e.RequestCancelled: 6,
    e.BudgetReached: 6,
    e.SubmitUncertain: 7,
    e.KlingDesktopError: 1,
    e.Fixable: 1,
    e.Broken: 1,
    e.ProtocolBroken: 1,
    e.ForeignOrigin: 1,
    e.LedgerUnusable: 1,
}


def _made(kind: type[e.KlingDesktopError]) -> e.KlingDesktopError:
    match kind:
        case e.BadPicture:
            return e.BadPicture("boat.jpg", "is empty")
        case e.BadMedia:
            return e.BadMedia("boat.mp4", "is empty")
        case e.BadProject:
            return e.BadProject("boat.klproj", "is empty")
        case e.InvalidParams:
            return e.InvalidParams(())
        case _:
            return kind("detail")


def test_every_error_has_been_decided() -> None:
    undecided = set(ALL) - set(DECIDED)
    assert {each.__module__ for each in undecided} == {refusals.__name__}


@pytest.mark.parametrize("kind", [each for each in ALL if each not in DECIDED])
def test_a_narrower_kind_ends_like_its_parent(kind: type[e.KlingDesktopError]) -> None:
    assert exit_of(kind("detail")) == DECIDED[kind.__mro__[1]]
    assert exit_of_job(a_job(JobState.FAILED, trouble=Trouble(kind.code))) == exit_of(kind("x"))


@pytest.mark.parametrize("kind", DECIDED)
def test_an_error_ends_the_program_with_its_code(kind: type[e.KlingDesktopError]) -> None:
    assert exit_of(_made(kind)) == DECIDED[kind]


@pytest.mark.parametrize("kind", DECIDED)
def test_a_job_that_ended_by_an_error_ends_the_program_with_the_same_code(
    kind: type[e.KlingDesktopError],
) -> None:
    job = a_job(JobState.FAILED, trouble=Trouble(kind.code))
    assert exit_of_job(job) == DECIDED[kind]


def test_done_is_zero_and_uncertain_is_seven() -> None:
    assert int(exit_of_job(a_job(JobState.DONE))) == 0
    assert int(exit_of_job(a_job(JobState.UNCERTAIN))) == 7
    assert int(exit_of_job(a_job(JobState.SENDING))) == 7


def test_a_job_that_has_not_come_to_rest_is_unexpected() -> None:
    assert int(exit_of_job(a_job(JobState.RUNNING))) == 1


def test_a_narrower_kind_of_another_room_ends_like_its_parent() -> None:
    assert int(exit_of(KeyringUnusable("locked"))) == 3
