"""Work survives the program: every step of it, whatever was torn off, and for one window only."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import BadProject, FolderUnusable
from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef, RegionId
from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.history import MOST_STEPS, History, Running, Step
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.project import Project
from kling_desktop.storage import autosave as module
from kling_desktop.storage.autosave import Autosave
from kling_desktop.storage.journal import records
from tests.domain.motion.documents import documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = Size(2000, 1500)
PICTURE = b"the bytes of a picture" * 50
IN_ANY_FOLDER = [HealthCheck.function_scoped_fixture]


def start() -> MotionDocument:
    return MotionDocument.blank(PictureRef(SIZE, "boat.png"))


def stroke(document: MotionDocument, number: int) -> MotionDocument:
    """A dab somewhere, for some region."""
    x, y = number * 37 % 1900, number * 61 % 1400
    dab = Mask.part(SIZE, Rect(x, y, x + 40, y + 40), np.ones((40, 40), np.uint8))
    return edits.paint(document, RegionId(number % 7), dab)


def painted(count: int) -> History:
    document, steps = start(), []
    first = document
    for number in range(count):
        document = stroke(document, number)
        steps.append(Step(f"Paint {number}", document, "x" if number % 2 else ""))
    return History(first, tuple(steps), count)


def running(history: History, **changes: object) -> Running:
    project = Project(document=history.document, endpoint="e", parameters={"prompt": "drifts"})
    return replace(Running(project, history, PICTURE, "/a/boat.klproj"), **changes)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "autosave"


@pytest.fixture
def window(folder: Path) -> Iterator[Autosave]:
    window = Autosave(folder)
    yield window
    window.release()


def recovered(folder: Path) -> Running:
    """What the next program finds, where there is one piece of work."""
    other = Autosave(folder)
    try:
        (found,) = other.abandoned()
        return other.take(found.id)
    finally:
        other.release()


def test_every_step_comes_back_after_a_crash(folder: Path, window: Autosave) -> None:
    history = painted(30)
    for count in range(31):
        window.keep(running(History(history.start, history.steps[:count], count)))
    window.release()
    found = recovered(folder)
    assert found == running(history)
    assert found.project.document == history.document


def test_steps_of_the_history_share_their_tiles(folder: Path, window: Autosave) -> None:
    window.keep(running(painted(3)))
    window.release()
    steps = recovered(folder).history.steps
    before, after = (each.document.regions[-1].mask.tiles for each in steps[1:])
    assert sum(mine is not its for mine, its in zip(before, after, strict=True)) <= 4


_WINDOW = """
import sys, time
from pathlib import Path
from kling_desktop.storage.autosave import Autosave
from tests.storage.test_autosave import painted, running
window = Autosave(Path(sys.argv[1]))
window.keep(running(painted(6)))
print("kept", flush=True)
time.sleep(60)
"""


def test_a_program_that_is_killed_leaves_its_work_to_the_next(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WINDOW, str(folder)], stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"kept\n"
        next_one = Autosave(folder)
        assert next_one.abandoned() == []
        program.kill()
        program.wait()
    next_one.release()
    assert recovered(folder) == running(painted(6))


def test_undone_steps_can_be_done_again(folder: Path, window: Autosave) -> None:
    history = painted(9)
    window.keep(running(history))
    window.keep(running(replace(history, done=4)))
    window.release()
    found = recovered(folder)
    assert found.history == replace(history, done=4)
    assert found.project.document == history.version(4)


def test_a_stroke_after_an_undo_drops_what_was_undone(folder: Path, window: Autosave) -> None:
    history = painted(9)
    window.keep(running(history))
    document = stroke(history.version(4), 77)
    other = History(history.start, (*history.steps[:4], Step("Fill", document)), 5)
    window.keep(running(other))
    window.release()
    assert recovered(folder).history == other


def after(history: History, act: str, number: int) -> History:
    """A history once something is painted, undone or redone, nudged, cut or forgotten."""
    steps, done = history.steps, history.done
    if act == "u":
        return replace(history, done=number % (len(steps) + 1))
    if act == "c":
        return History(history.start, steps[:done], done)
    if act == "o":
        return history.newest(3)
    step = Step("Paint", stroke(history.document, number))
    if act == "m" and done:
        return History(history.start, (*steps[: done - 1], step), done)
    return History(history.start, (*steps[:done], step), done + 1)


@settings(max_examples=40, deadline=None, suppress_health_check=IN_ANY_FOLDER)
@given(st.lists(st.tuples(st.sampled_from("pumco"), st.integers(0, 99)), max_size=25))
def test_any_course_of_work_comes_back(tmp_path: Path, acts: list[tuple[str, int]]) -> None:
    folder = tmp_path / "any"
    window = Autosave(folder)
    history = History(start())
    window.keep(running(history))
    for act, number in acts:
        history = after(history, act, number)
        window.keep(running(history))
    window.release()
    found = recovered(folder).history
    assert found.document == history.document
    assert found.versions[-len(history.versions) :] == history.versions
    for left in folder.iterdir():
        if left.is_dir():
            Autosave(folder).discard(left.name)


@settings(max_examples=30, deadline=None, suppress_health_check=IN_ANY_FOLDER)
@given(documents(), documents())
def test_any_document_comes_back_from_its_difference(
    tmp_path: Path, one: MotionDocument, other: MotionDocument
) -> None:
    window = Autosave(tmp_path)
    for document in (one, other):
        window.keep(running(History(document)))
        assert _peek(window).history.start == document
    window.end()


def _peek(window: Autosave) -> Running:
    return module._read(window._journal)


def test_a_stroke_costs_little(window: Autosave) -> None:
    window.keep(running(painted(1)))
    sizes = []
    for count in range(2, 40):
        before = window._journal.stat().st_size
        history = painted(40)
        window.keep(running(History(history.start, history.steps[:count], count)))
        sizes.append(window._journal.stat().st_size - before)
    assert max(sizes) < 100_000  # painted anew each time, so written anew


def test_a_step_is_appended_as_the_tiles_that_changed(window: Autosave) -> None:
    history = painted(40)
    window.keep(running(replace(history, steps=history.steps[:20], done=20)))
    before = window._journal.read_bytes()
    window.keep(running(replace(history, steps=history.steps[:21], done=21)))
    after = window._journal.read_bytes()
    assert after.startswith(before)
    assert len(after) - len(before) < 2000
    window.keep(running(replace(history, steps=history.steps[:21], done=21)))
    assert window._journal.read_bytes() == after


def test_a_long_journal_is_written_anew_with_the_newest_steps(
    folder: Path, window: Autosave
) -> None:
    history = painted(3 * MOST_STEPS)
    longest = 0
    for count in range(0, 3 * MOST_STEPS + 1, 7):
        window.keep(running(replace(history, steps=history.steps[:count], done=count)))
        longest = max(longest, len(window._versions))
    assert longest <= 2 * MOST_STEPS + 8
    window.release()
    found = recovered(folder).history
    assert MOST_STEPS <= len(found.steps) <= 2 * MOST_STEPS + 8
    assert found.document == history.version(count)


def test_a_journal_of_many_bytes_is_written_anew(
    folder: Path, window: Autosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST", 8000)
    history = painted(60)
    for count in range(61):
        window.keep(running(replace(history, steps=history.steps[:count], done=count)))
        assert window._journal.stat().st_size < 20_000
    window.release()
    assert recovered(folder).history.document == history.document


def test_a_torn_tail_costs_the_last_steps_and_no_more(folder: Path, window: Autosave) -> None:
    history = painted(12)
    window.keep(running(history))
    journal = window._journal
    whole = journal.read_bytes()
    first = whole.index(b"Paint 0")
    window.release()
    for stop in range(first, len(whole), 97):
        journal.write_bytes(whole[:stop])
        found = module._read(journal).history
        assert found.steps == history.steps[: len(found.steps)]
        assert found.document == history.version(found.done)
    journal.write_bytes(whole[: first - 18])
    assert module._read(journal).history.steps == ()


def test_work_goes_on_after_a_torn_tail(folder: Path, window: Autosave) -> None:
    history = painted(5)
    window.keep(running(history))
    with window._journal.open("ab") as file:
        file.write(b"S\xff\x00\x00\x00half a rec")
    window.release()
    next_one = Autosave(folder)
    found = next_one.take(next_one.abandoned()[0].id)
    more = Step("Paint", stroke(found.history.document, 50))
    grown = History(found.history.start, (*found.history.steps, more), 6)
    next_one.keep(running(grown))
    next_one.release()
    assert recovered(folder).history == grown


@settings(max_examples=150, deadline=None, suppress_health_check=IN_ANY_FOLDER)
@given(st.data())
def test_a_damaged_journal_is_read_as_far_as_it_is_good_or_refused(
    tmp_path: Path, data: st.DataObject
) -> None:
    window = Autosave(tmp_path)
    window.keep(running(painted(4)))
    whole = bytearray(window._journal.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    window._journal.write_bytes(whole)
    with suppress(BadProject):
        found = _peek(window).history
        assert len(found.steps) <= 4
    window.end()


@settings(max_examples=100, deadline=None, suppress_health_check=IN_ANY_FOLDER)
@given(st.binary(max_size=200))
def test_nonsense_is_no_work(tmp_path: Path, nonsense: bytes) -> None:
    (tmp_path / "x").write_bytes(nonsense)
    assert list(records(tmp_path / "x")) == []
    with pytest.raises(BadProject):
        module._read(tmp_path / "x")


def test_the_work_of_a_living_window_is_offered_to_nobody(folder: Path, window: Autosave) -> None:
    window.keep(running(painted(2)))
    other = Autosave(folder)
    assert other.abandoned() == []
    with pytest.raises(BadProject, match="another window"):
        other.take(window.id)
    other.discard(window.id)
    assert _peek(window) == running(painted(2))
    other.release()


def test_only_one_of_two_windows_takes_abandoned_work(folder: Path, window: Autosave) -> None:
    window.keep(running(painted(2)))
    window.release()
    first, second = Autosave(folder), Autosave(folder)
    (offered,) = first.abandoned()
    assert second.abandoned() == [offered]
    assert first.take(offered.id).history == painted(2)
    with pytest.raises(BadProject):
        second.take(offered.id)
    assert second.abandoned() == []
    first.release()
    second.release()


def test_the_offer_says_what_it_is(folder: Path, window: Autosave) -> None:
    window.keep(running(painted(2), path=""))
    size = window._journal.stat().st_size
    window.release()
    other = Autosave(folder)
    (offered,) = other.abandoned()
    assert (offered.name, offered.path, offered.size) == ("boat.png", "", size)
    other.discard(offered.id)
    assert other.abandoned() == []
    other.release()


def test_a_document_that_was_closed_leaves_nothing(folder: Path, window: Autosave) -> None:
    window.keep(running(painted(2)))
    window.end()
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("modes_count")
def test_a_disk_that_refuses_is_said(folder: Path, window: Autosave) -> None:
    window.keep(running(painted(2)))
    (folder / window.id).chmod(0o500)
    with pytest.raises(FolderUnusable):
        window.keep(running(painted(3)))


def test_after_a_refusal_all_of_it_is_written_anew(
    folder: Path, window: Autosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = painted(4)
    window.keep(running(replace(history, steps=history.steps[:2], done=2)))
    with monkeypatch.context() as broken:
        broken.setattr(module, "append", _refuse)
        with pytest.raises(FolderUnusable, match="No space"):
            window.keep(running(replace(history, steps=history.steps[:3], done=3)))
    window.keep(running(history))
    window.release()
    assert recovered(folder).history == history


def _refuse(_path: Path, _data: bytes) -> None:
    raise OSError(28, "No space left on device")


def test_the_form_and_the_file_are_kept_as_well(folder: Path, window: Autosave) -> None:
    history = painted(2)
    window.keep(running(history))
    project = replace(running(history).project, parameters={"prompt": "leaps"}, jobs=("a",))
    window.keep(running(history, project=project, is_saved=True))
    window.release()
    found = recovered(folder)
    assert (found.project, found.is_saved) == (project, True)


def test_the_numbers_of_regions_are_those_of_kling() -> None:
    assert {stroke(start(), number).regions[0].id for number in range(1, 7)} == set(DYNAMIC)
