"""Who works on a job, even after a kill that nobody could react to."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.storage.children import child
from tests.storage.some_jobs import NOON, a_job

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "owners"


def test_every_owner_has_a_name_of_its_own(folder: Path) -> None:
    assert Owner(folder).id != Owner(folder).id


def test_an_owner_is_alive_to_itself_and_to_others(folder: Path) -> None:
    one, other = Owner(folder), Owner(folder)
    assert one.is_alive(one.id)
    assert other.is_alive(one.id)


def test_an_owner_that_let_go_is_dead_and_leaves_no_file(folder: Path) -> None:
    one, other = Owner(folder), Owner(folder)
    one.release()
    assert not other.is_alive(one.id)
    assert [each.stem for each in folder.iterdir()] == [other.id]


def test_an_owner_that_never_was_is_dead(folder: Path) -> None:
    assert not Owner(folder).is_alive("0" * 32)


def test_probing_an_owner_does_not_make_it_look_dead_later(folder: Path) -> None:
    one, other = Owner(folder), Owner(folder)
    assert [other.is_alive(one.id) for _ in range(3)] == [True] * 3


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderUnusable):
        Owner(tmp_path / "file" / "owners")


def test_the_jobs_of_a_killed_program_can_be_claimed_and_those_of_a_living_one_not(
    tmp_path: Path,
) -> None:
    with (
        child("own", tmp_path) as program,
        closing(
            SqliteLedger(tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners"), lambda: NOON)
        ) as ledger,
    ):
        assert not ledger.claim(a_job().id)
        program.kill()
        program.wait()
        assert ledger.claim(a_job().id)
        assert ledger.get(a_job().id) == a_job()
        assert len(list((tmp_path / "owners").iterdir())) == 1


def test_programs_that_start_at_one_moment_all_get_the_new_ledger_open(tmp_path: Path) -> None:
    with ExitStack() as stack:
        programs = [stack.enter_context(child("open", tmp_path)) for _ in range(4)]
        for each in programs:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        said = [each.stdout.readline() for each in programs if each.stdout is not None]
    assert said == ["opened\n"] * 4
