"""A damaged ledger is set aside and what can be read of it lives on; nothing is deleted."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import FolderUnusable, LedgerUnusable
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.salvage import Salvage
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.migrations import STEPS
from kling_desktop.storage.owners import Owner
from kling_desktop.storage.salvage import salvage
from tests.storage.children import child
from tests.storage.some_jobs import NOON, a_job

if TYPE_CHECKING:
    from collections.abc import Callable

JOBS = 60


def opened(folder: Path) -> SqliteLedger:
    return SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: NOON)


def fill(folder: Path, jobs: int = JOBS) -> list[Job]:
    """A ledger with jobs that have had two changes each, and one body that needs many pages."""
    with closing(opened(folder)) as ledger:
        for number in range(jobs):
            params = {"prompt": f"boat {number}" + "~" * (20_000 if number == 7 else 50)}
            job = a_job(number, params=params, project="boats")
            ledger.add(job, "new")
            ledger.save(job := job.step(JobState.UPLOADING, NOON), "begun")
            ledger.save(job.step(JobState.SENDING, NOON, body=params), "sent")
        return ledger.newest()


@pytest.fixture(scope="module")
def whole() -> tuple[bytes, list[Job]]:
    """The content of a sound ledger, and its jobs."""
    with TemporaryDirectory() as folder:
        jobs = fill(Path(folder))
        return (Path(folder) / "ledger.sqlite3").read_bytes(), jobs


def news_of(ledger: SqliteLedger) -> Salvage | None:
    return ledger.salvage


def put(folder: Path, content: bytes) -> Path:
    path = folder / "ledger.sqlite3"
    path.write_bytes(content)
    return path


def no_header(content: bytes) -> bytes:
    return b"\xa5" * 100 + content[100:]


def no_first_page(content: bytes) -> bytes:
    return bytes(4096) + content[4096:]


def only_half(content: bytes) -> bytes:
    return content[: len(content) // 2 + 77]


def a_page_less(content: bytes) -> bytes:
    return content[:-4096]


@pytest.mark.parametrize("harm", [no_header, no_first_page])
def test_without_its_beginning_every_job_is_read_again(
    tmp_path: Path, whole: tuple[bytes, list[Job]], harm: Callable[[bytes], bytes]
) -> None:
    content, jobs = whole
    put(tmp_path, harm(content))
    with closing(opened(tmp_path)) as ledger:
        assert ledger.newest() == jobs
        assert all(len(ledger.history(job.id)) == 3 for job in jobs)
        assert ledger.salvage is not None
        assert (ledger.salvage.found, ledger.salvage.lost) == (JOBS, 0)
        assert ledger.salvage.kept_as.read_bytes() == harm(content)


@pytest.mark.parametrize("harm", [only_half, a_page_less])
def test_what_a_truncated_ledger_still_has_is_read_again(
    tmp_path: Path, whole: tuple[bytes, list[Job]], harm: Callable[[bytes], bytes]
) -> None:
    content, jobs = whole
    put(tmp_path, harm(content))
    with closing(opened(tmp_path)) as ledger:
        found = ledger.newest()
        assert ledger.salvage is not None
        assert all(job in jobs for job in found)
        assert ledger.salvage.found == len(found) > 0
        assert ledger.salvage.found + ledger.salvage.lost <= JOBS
        assert ledger.salvage.kept_as.read_bytes() == harm(content)


def test_whichever_page_is_zeroed_all_jobs_outside_of_it_are_read_again(
    whole: tuple[bytes, list[Job]],
) -> None:
    content, jobs = whole
    lost = {}
    for page in range(len(content) // 4096):
        with TemporaryDirectory() as folder:
            start = page * 4096
            put(Path(folder), content[:start] + bytes(4096) + content[start + 4096 :])
            with closing(opened(Path(folder))) as ledger:
                found = ledger.newest()
                assert all(job in jobs for job in found)
                lost[page] = JOBS - len(found)
                if lost[page]:
                    assert ledger.salvage is not None
                    assert ledger.salvage.lost == lost[page]
    assert max(lost.values()) <= 10
    assert sum(lost.values()) <= 2 * JOBS


def test_a_log_of_garbage_is_kept_and_the_rest_is_read_again(
    tmp_path: Path, whole: tuple[bytes, list[Job]]
) -> None:
    content, jobs = whole
    put(tmp_path, content)
    (tmp_path / "ledger.sqlite3-wal").write_bytes(b"garbage!" * 3000)
    (tmp_path / "ledger.sqlite3-shm").write_bytes(b"rubbish!" * 4096)
    with closing(opened(tmp_path)) as ledger:
        assert ledger.newest() == jobs
        assert ledger.salvage is not None
        kept = ledger.salvage.kept_as
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"garbage!" * 3000
    assert kept.with_name(kept.name + "-shm").read_bytes() == b"rubbish!" * 4096


def test_what_only_the_log_has_is_read_again(tmp_path: Path) -> None:
    """As a power cut leaves it, but with the database's beginning gone."""
    with closing(opened(tmp_path)) as ledger:
        for number in range(5):
            ledger.add(a_job(number), "new")
        content = {
            suffix: (tmp_path / f"ledger.sqlite3{suffix}").read_bytes() for suffix in ("", "-wal")
        }
        assert len(content["-wal"]) > 20_000
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for suffix, data in (content | {"": b"\xa5" * 100 + content[""][100:]}).items():
        (elsewhere / f"ledger.sqlite3{suffix}").write_bytes(data)
    with closing(opened(elsewhere)) as ledger:
        assert [job.id for job in ledger.newest()] == [a_job(n).id for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("table", ["jobs", "job_events"])
def test_a_ledger_that_lacks_a_table_is_salvaged(
    tmp_path: Path, whole: tuple[bytes, list[Job]], table: str
) -> None:
    content, jobs = whole
    with closing(sqlite3.connect(put(tmp_path, content))) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("DELETE FROM sqlite_master WHERE tbl_name = ?", (table,))
    with closing(opened(tmp_path)) as ledger:
        assert ledger.newest() == jobs
        assert len(ledger.history(jobs[0].id)) == 3


def test_an_index_that_does_not_fit_its_table_is_made_anew(
    tmp_path: Path, whole: tuple[bytes, list[Job]]
) -> None:
    content, jobs = whole
    with closing(sqlite3.connect(put(tmp_path, content))) as db:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'jobs_by_age'"
        (page,) = db.execute(query).fetchone()
    start = (page - 1) * 4096
    put(tmp_path, content[:start] + b"\x55" * 4096 + content[start + 4096 :])
    with closing(opened(tmp_path)) as ledger:
        assert ledger.newest() == jobs


def test_rows_that_make_no_sense_are_left_out_and_counted(
    tmp_path: Path, whole: tuple[bytes, list[Job]]
) -> None:
    content, jobs = whole
    with closing(sqlite3.connect(put(tmp_path, content))) as db, db:
        db.execute("UPDATE jobs SET document = '{' WHERE id = ?", (jobs[3].id,))
        db.execute("UPDATE jobs SET state = 'asleep' WHERE id = ?", (jobs[5].id,))
        db.execute("UPDATE job_events SET facts = '[' WHERE job_id = ?", (jobs[8].id,))
    with closing(opened(tmp_path)) as ledger:
        assert news_of(ledger) is None  # Nobody has read them yet.
        found = ledger.newest()
        assert (news := news_of(ledger)) is not None
        assert (news.found, news.lost) == (JOBS - 2, 2)
        assert found == [job for job in jobs if job not in (jobs[3], jobs[5])]
        assert ledger.history(jobs[8].id) == []


@pytest.mark.parametrize("state", [JobState.INTENT, JobState.UPLOADING])
def test_a_job_that_may_have_been_sent_since_is_uncertain_and_never_sent_by_itself(
    tmp_path: Path, state: JobState
) -> None:
    """As where its sending was in a part of the log that was lost."""
    with closing(opened(tmp_path)) as ledger:
        ledger.add(a_job(state=state, estimate_usd=Decimal("0.475")), "new")
        ledger.add(a_job(2, state=JobState.HELD), "new")
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(no_header(path.read_bytes()))
    with closing(opened(tmp_path)) as ledger:
        held, job = ledger.newest()
        assert held == a_job(2, state=JobState.HELD)
        assert job.state is JobState.UNCERTAIN
        assert ledger.under_way("sandbox") == []
        assert ledger.spending("sandbox").usd == Decimal("0.475")
        assert ledger.history(job.id)[-1].cause == "its record was damaged"


def test_damage_that_shows_while_the_program_runs_is_salvaged_at_once(tmp_path: Path) -> None:
    jobs = fill(tmp_path)
    path = tmp_path / "ledger.sqlite3"
    with closing(opened(tmp_path)) as ledger:
        content = path.read_bytes()
        with path.open("r+b") as file:  # As a disk would: behind SQLite's back.
            file.seek(half := len(content) // 8192 * 4096)
            file.write(b"\xff" * half)
        ledger._db.execute("PRAGMA shrink_memory")  # SQLite remembers what it has read.
        found = ledger.newest()
        assert ledger.salvage is not None
        assert 0 < ledger.salvage.found == len(found) < JOBS
        lost = next(job for job in jobs if job not in found)
        ledger.save(lost.step(JobState.QUEUED, NOON, request_id="r"), "accepted")
        assert ledger.get(lost.id).request_id == "r"


def test_another_program_that_has_it_open_goes_on_with_the_salvaged_one(
    tmp_path: Path, whole: tuple[bytes, list[Job]]
) -> None:
    fill(tmp_path, 3)
    with closing(opened(tmp_path)) as one, closing(opened(tmp_path)) as other:
        one.add(a_job(50), "new")
        salvage(tmp_path / "ledger.sqlite3")
        other.add(a_job(51), "new")
        assert one.get(a_job(51).id) == a_job(51)
        one.save(a_job(50).step(JobState.UPLOADING, NOON), "begun")
        assert other.get(a_job(50).id).state is JobState.UPLOADING
        assert other.salvage is not None
        assert one.salvage is None
        # Closing the old one must not remove the new one's log.
        assert (tmp_path / "ledger.sqlite3-wal").stat().st_size > 0
        assert not one.claim(a_job(51).id), "it belongs to the other program still"
    with closing(opened(tmp_path)) as again:
        assert len(again.newest()) == 5


def test_of_programs_that_open_it_at_one_moment_one_salvages_and_all_have_the_result(
    tmp_path: Path, whole: tuple[bytes, list[Job]]
) -> None:
    put(tmp_path, no_header(whole[0]))
    with ExitStack() as stack:
        programs = [stack.enter_context(child("count", tmp_path)) for _ in range(3)]
        for each in programs:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        said = [each.stdout.readline() for each in programs if each.stdout is not None]
    assert sorted(said) == [f"{JOBS} jobs, salvage False\n"] * 2 + [f"{JOBS} jobs, salvage True\n"]
    assert len(list(tmp_path.glob("ledger-damaged-*.sqlite3"))) == 1


def test_a_second_damaged_ledger_of_one_day_is_kept_beside_the_first(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, b"damaged %d" % number)
        opened(tmp_path).close()
        for suffix in ("-wal", "-shm"):
            assert not (tmp_path / f"ledger.sqlite3{suffix}").exists()
    kept = {each.read_bytes() for each in tmp_path.glob("ledger-damaged-*.sqlite3")}
    assert kept == {b"damaged 0", b"damaged 1", b"damaged 2"}


@pytest.mark.parametrize("moved", [[], ["-wal"], ["-wal", ""]])
def test_a_salvage_that_was_killed_between_its_renames_is_finished_at_the_next_start(
    tmp_path: Path, whole: tuple[bytes, list[Job]], moved: list[str]
) -> None:
    content, jobs = whole
    sound = tmp_path / "sound"
    sound.mkdir()
    put(sound, content)
    kept = tmp_path / "ledger-damaged-2026-05-04.sqlite3"
    (sound / "ledger.sqlite3").rename(kept.with_name(kept.name + ".new"))
    for suffix in ("-wal", ""):
        name = kept.name if suffix in moved else "ledger.sqlite3"
        (tmp_path / f"{name}{suffix}").write_bytes(b"damaged" + suffix.encode())
    with closing(opened(tmp_path)) as ledger:
        assert ledger.newest() == jobs
    assert kept.read_bytes() == b"damaged"
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"damaged-wal"
    assert not list(tmp_path.glob("*.new"))


def test_a_disk_that_refuses_the_new_ledger_leaves_the_damaged_one_as_it_was(
    tmp_path: Path, whole: tuple[bytes, list[Job]]
) -> None:
    content, jobs = whole
    path = put(tmp_path, no_header(content))
    (tmp_path / "ledger.sqlite3.salvaging").mkdir()
    with pytest.raises(FolderUnusable):
        opened(tmp_path)
    assert path.read_bytes() == no_header(content)
    (tmp_path / "ledger.sqlite3.salvaging").rmdir()
    with closing(opened(tmp_path)) as ledger:
        assert ledger.newest() == jobs


@pytest.mark.parametrize("content", [b"not a database" * 90, b"x", b"SQLite format 3\0"])
def test_what_is_no_database_at_all_is_kept_and_replaced(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, content)
    with closing(opened(tmp_path)) as ledger:
        assert ledger.newest() == []
        assert ledger.salvage is not None
        assert (ledger.salvage.found, ledger.salvage.lost) == (0, 0)
        assert ledger.salvage.kept_as.read_bytes() == content


@pytest.mark.parametrize("harm", ["log", "pages"])
def test_a_newer_ledger_is_left_to_the_newer_program_even_if_it_is_damaged(
    tmp_path: Path, whole: tuple[bytes, list[Job]], harm: str
) -> None:
    content = bytearray(whole[0])
    content[60:64] = (len(STEPS) + 1).to_bytes(4)
    if harm == "log":
        (tmp_path / "ledger.sqlite3-wal").write_bytes(b"garbage!" * 3000)
    else:
        content[100:4096] = bytes(3996)
    path = put(tmp_path, bytes(content))
    with pytest.raises(LedgerUnusable, match="newer"):
        opened(tmp_path)
    assert path.read_bytes() == bytes(content)
    assert not list(tmp_path.glob("*damaged*"))


def test_the_user_is_told_once_in_a_sentence(
    tmp_path: Path, whole: tuple[bytes, list[Job]]
) -> None:
    put(tmp_path, no_header(whole[0]))
    with closing(opened(tmp_path)) as ledger:
        assert str(ledger.salvage).startswith(
            "The record of your jobs was damaged. 60 jobs could be read again. Nothing was deleted:"
        )
    with closing(opened(tmp_path)) as ledger:
        assert ledger.salvage is None
    assert "1 job could be read again, and 2 jobs could not be." in str(Salvage(1, 2, Path("x")))


def test_an_old_ledger_is_salvaged_too(tmp_path: Path) -> None:
    fixture = Path(__file__).with_name("fixtures") / "ledger_v1.sql"
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(fixture.read_text("utf-8"))
    put(tmp_path, no_header(path.read_bytes()))
    with closing(opened(tmp_path)) as ledger:
        jobs = ledger.newest()
        assert len(jobs) == 12
        assert all(ledger.history(job.id) for job in jobs)
        assert ledger.spending("live").jobs == 6


_harm = st.lists(
    st.tuples(st.floats(0, 1), st.integers(1, 9000), st.integers(0, 255)), min_size=1, max_size=4
)


@pytest.mark.parametrize(
    ("sound", "damaged"),
    [
        pytest.param(b'"prompt":"boat 3~', b'"prompt":"\xffoat 3~', id="no-text"),
        pytest.param(b"000000000003", b"000000\xff00003", id="no-text-for-a-name"),
        pytest.param(b"000000000003", b"0000\x000000003", id="another-name"),
        pytest.param(b"CREATE TABLE", b"CREATE TA\x80LE", id="no-text-in-the-schema"),
    ],
)
def test_a_changed_byte_that_sqlite_does_not_mind_is_found_out_as_well(
    tmp_path: Path, whole: tuple[bytes, list[Job]], sound: bytes, damaged: bytes
) -> None:
    content, jobs = whole
    assert sound in content
    put(tmp_path, content.replace(sound, damaged))
    with closing(opened(tmp_path)) as ledger:
        found = ledger.newest()
        assert {job.id for job in found} <= {job.id for job in jobs}
        assert len(found) >= JOBS - 1
        ledger.add(a_job(999), "new")


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of a failure
@settings(deadline=None, max_examples=40)
@given(_harm, st.floats(0.2, 1))
def test_whatever_happens_to_its_bytes_it_opens_and_tells_no_job_that_never_was(
    whole: tuple[bytes, list[Job]], harm: list[tuple[float, int, int]], part: float
) -> None:
    content, jobs = whole
    data = bytearray(content)
    for place, length, value in harm:
        start = int(place * len(data))
        data[start : start + length] = bytes([value]) * min(length, len(data) - start)
    damaged = bytes(data[: int(part * len(data))])
    with TemporaryDirectory() as folder:
        put(Path(folder), damaged)
        with closing(opened(Path(folder))) as ledger:
            found = ledger.newest()
            known = {job.id for job in jobs}
            assert {job.id for job in found} <= known
            for job in found:
                ledger.history(job.id)
            if ledger.salvage is not None:
                assert ledger.salvage.kept_as.read_bytes()
            ledger.add(a_job(999), "new")
