"""Many clips at once: a table that is priced before anything is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMessageBox, QRadioButton, QTableView

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.events import JobChanged, WatchTold
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.many import Forecast
from kling_desktop.domain.matrix import SourceRow, expand
from kling_desktop.domain.money import dollars
from kling_desktop.domain.watched import WatchStatus
from kling_desktop.engine.batch import Batch, Fate, check, settle
from kling_desktop.engine.batch_source import Wanted
from kling_desktop.paths import resource
from kling_desktop.ui import theme
from kling_desktop.ui.batch.dialog import BatchDialog
from kling_desktop.ui.further import FurtherDialog
from tests.helpers.fakes import FakeFiles, MemoryLedger
from tests.helpers.programs import until
from tests.helpers.worlds import T2V, a_job
from tests.ui.fakes import turns
from tests.ui.looks import notice

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

ROLE = Qt.ItemDataRole
CELLS = (
    {"prompt": "a boat", "duration": "5"},
    {"prompt": "a car", "duration": "7"},
    {"prompt": "a boat", "duration": "5"},
    {"prompt": "a train", "duration": "10"},
)


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    rows = [SourceRow(number, cells) for number, cells in enumerate(CELLS, 2)]
    wanted = Wanted(tuple(expand(load_catalog().endpoint(T2V), rows)))

    async def made() -> Batch:
        files = FakeFiles(tmp_path)
        return await settle(await check(load_catalog(), files, T2V, wanted), MemoryLedger(), "test")

    return asyncio.run(made())


@pytest.fixture
async def dialog(
    studio: Studio, window: MainWindow, engine: FakeEngine, batch: Batch, tmp_path: Path
) -> BatchDialog:
    """Open, with a batch in sight."""
    engine.on_survey.habit = batch
    window.actions_by_id["batch"].trigger()
    await until(lambda: bool(window.findChildren(BatchDialog)))
    (found,) = window.findChildren(BatchDialog)
    await until(found.isVisible)
    found._chosen(str(tmp_path / "rows.csv"))
    await until(lambda: found.model.batch is not None and not studio.tasks.is_busy("batch: check"))
    return found


def _column(dialog: BatchDialog, name: str) -> list[str]:
    model = dialog.model
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    at = titles.index(name)
    return [model.index(row, at).data() for row in range(model.rowCount())]


async def test_rows_are_priced_and_bad_ones_say_why(dialog: BatchDialog) -> None:
    assert _column(dialog, "Prompt") == ["a boat", "a car", "a boat", "a train"]
    assert _column(dialog, "Price") == ["$0.49", "\N{EM DASH}", "\N{EM DASH}", "$0.98"]
    ready, bad, same, _ = _column(dialog, "State")
    assert (ready, same) == ("Ready", "Skipped: the same as row 1.")
    assert bad.startswith("duration has a value that is not allowed (given: 7)")
    assert dialog.model.index(1, 1).data(ROLE.ForegroundRole) == QColor(theme.tokens().bad)
    assert dialog._start.text() == "&Start 2 clips  \N{MIDDLE DOT}  $1.47"
    assert "about $1.47 of play money" in dialog._sum.text()


async def test_the_sentence_of_the_current_row_stands_below_in_full(dialog: BatchDialog) -> None:
    dialog.table.setCurrentIndex(dialog.model.index(1, 0))
    assert dialog._detail.text().endswith("allowed: 5, 10.")
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    assert dialog._detail.isHidden()


async def test_unticked_rows_are_not_started(
    dialog: BatchDialog, engine: FakeEngine, batch: Batch
) -> None:
    engine.on_begin.habit = {4: a_job(id=JobId("train"))}
    box = dialog.model.index(0, 0)
    assert dialog.model.setData(box, Qt.CheckState.Unchecked, ROLE.CheckStateRole)
    assert not dialog.model.flags(dialog.model.index(1, 0)) & Qt.ItemFlag.ItemIsUserCheckable
    dialog._start.click()
    dialog._start.click()
    await until(lambda: bool(dialog.model.jobs))
    assert engine.on_begin.calls == [(batch, {4})]
    assert dialog.model.index(3, dialog.model.columnCount() - 1).data() == "Intent"


async def test_a_cell_is_edited_checked_and_shown(
    dialog: BatchDialog, engine: FakeEngine, batch: Batch
) -> None:
    bad = batch.rows[1]
    entry = replace(bad.entry, values={"prompt": "a car", "duration": "10"})
    good = replace(bad, entry=entry, fate=Fate.READY, plan=batch.rows[3].plan, problems=())
    rows = tuple(good if each is bad else each for each in batch.rows)
    engine.on_recheck.habit = replace(batch, rows=rows)
    cell = dialog.model.index(1, 2)
    assert dialog.model.flags(cell) & Qt.ItemFlag.ItemIsEditable
    dialog.model.setData(cell, "10", ROLE.EditRole)
    await until(lambda: len(dialog.model.ready) == 3)
    assert engine.on_recheck.calls == [(batch, 2, "duration", "10")]


def _gated(batch: Batch, gates: list[asyncio.Event]) -> Any:
    """A check that answers, when its gate opens, with what it was asked put into the row."""

    async def recheck(given: Batch, number: int, name: str, text: str) -> Batch:
        await gates.pop(0).wait()
        row = given.rows[number - 1]
        entry = replace(row.entry, values={**row.entry.values, name: text})
        rows = tuple(replace(each, entry=entry) if each is row else each for each in given.rows)
        return replace(given, rows=rows)

    return recheck


async def test_a_second_edit_waits_for_the_first_and_both_count(
    dialog: BatchDialog, engine: FakeEngine, batch: Batch
) -> None:
    gates = [asyncio.Event(), asyncio.Event()]
    first, second = gates
    engine.on_recheck.habit = _gated(batch, gates)
    dialog.table.setCurrentIndex(dialog.model.index(3, 1))
    dialog.model.setData(dialog.model.index(1, 1), "a car at night", ROLE.EditRole)
    dialog.model.setData(dialog.model.index(3, 1), "a slow train", ROLE.EditRole)
    dialog.table.edit(dialog.model.index(3, 1))
    second.set()
    first.set()
    await until(lambda: _column(dialog, "Prompt")[3] == "a slow train")
    assert _column(dialog, "Prompt") == ["a boat", "a car at night", "a boat", "a slow train"]
    assert dialog.table.state() is QTableView.State.EditingState, "what is being typed stays"


async def test_what_rows_are_made_of_stays_as_it_is_while_they_are_begun(
    dialog: BatchDialog, engine: FakeEngine, studio: Studio
) -> None:
    gate = asyncio.Event()

    async def begin(*_: object) -> dict[int, Job]:
        await gate.wait()
        return {}

    engine.on_begin.habit = begin
    dialog._start.click()
    await until(lambda: bool(engine.on_begin.calls))
    sources = (dialog._csv, dialog._folder, dialog._none, dialog._show, dialog._all)
    assert not any(each.isEnabled() for each in sources)
    assert dialog.prompts.isReadOnly()
    assert not dialog.model.flags(dialog.model.index(3, 1)) & Qt.ItemFlag.ItemIsEditable
    dialog.survey_asked.emit()
    assert len(engine.on_survey.calls) == 1
    gate.set()
    await until(lambda: dialog._csv.isEnabled() and not studio.tasks.is_busy("batch: start"))
    assert not dialog.prompts.isReadOnly()


async def test_a_refusal_that_comes_after_the_window_was_closed_is_said_in_the_other(
    dialog: BatchDialog, engine: FakeEngine, window: MainWindow, tmp_path: Path
) -> None:
    gate = asyncio.Event()

    async def refuse(*_: object) -> WatchStatus:
        await gate.wait()
        raise InvalidParams((Problem("The folder", "is not watched: no budget"),))

    engine.on_watch.habit = refuse
    dialog.choose(tmp_path)
    dialog.watching.click()
    await until(lambda: bool(engine.on_watch.calls))
    dialog.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    await until(lambda: "no budget" in notice(window))


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        ("a {red|blue} boat", "a {red|blue} boat"),
        ("a { b", "a {{ b"),
        ("a {{b}} }", "a {{{{b}}}} }}"),
        ("a boat\nat sea", "a boat at sea"),
    ],
)
async def test_the_prompt_of_the_form_is_the_first_line_and_says_the_same_there(
    studio: Studio, window: MainWindow, engine: FakeEngine, batch: Batch, prompt: str, line: str
) -> None:
    engine.on_survey.habit = batch
    window.compose.set_values({"prompt": prompt})
    assert (await _opened(window)).prompts.toPlainText() == line


async def test_a_window_that_was_closed_empty_begins_with_the_prompt_of_now(
    studio: Studio, window: MainWindow, engine: FakeEngine, batch: Batch
) -> None:
    engine.on_survey.habit = batch
    window.compose.set_values({"prompt": "a boat"})
    (await _opened(window)).reject()
    window.compose.set_values({"prompt": "a car"})
    second = await _opened(window)
    assert second.prompts.toPlainText() == "a car"
    second.prompts.setPlainText("mine {a|b}")
    second.reject()
    assert (await _opened(window)).prompts.toPlainText() == "mine {a|b}"


async def test_several_pictures_at_once_are_offered_as_a_table(
    studio: Studio, window: MainWindow, engine: FakeEngine, batch: Batch
) -> None:
    engine.on_survey.habit = batch
    window.compose.set_values({"prompt": "a boat"})
    pictures = tuple(resource(f"samples/{each}.jpg") for each in ("boat", "astronaut"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(each)) for each in pictures])
    studio.take_mime(mime)
    await until(lambda: bool(window.findChildren(FurtherDialog)))
    (further,) = window.findChildren(FurtherDialog)
    next(e for e in further.findChildren(QRadioButton) if "clip of each" in e.text()).click()
    further.accept()
    await until(lambda: bool(engine.on_survey.calls))
    source, _, lines, _ = engine.on_survey.calls[0]
    assert (source, lines) == (pictures, ["a boat"])
    (dialog,) = window.findChildren(BatchDialog)
    assert dialog._path.toolTip() == "2 pictures: boat.jpg, astronaut.jpg"
    assert not dialog.watching.isEnabled()


def hint(window: MainWindow) -> str:
    editor = window.compose._form.text_editor("prompt")
    assert editor is not None
    return editor.hint


async def test_the_prompt_says_how_many_clips_its_alternatives_make_and_for_how_much(
    studio: Studio, window: MainWindow, engine: FakeEngine, batch: Batch
) -> None:
    engine.on_survey.habit = batch
    window.compose.set_values({"prompt": "a boat"})
    assert hint(window) == ""
    window.compose.set_values({"prompt": "a {red|blue|green} {boat|car} { and more"})
    assert hint(window) == "", "it makes no sense as alternatives"
    window.compose.set_values({"prompt": "a {red|blue|green} {boat|car}"})
    assert window.compose.price is not None
    price = dollars(6 * window.compose.price)
    assert hint(window).startswith(f"Makes 6 clips for {price}: ")
    window.compose.set_values({"prompt": "a {boat|car} in {place}"})
    assert hint(window).startswith("A CSV says what {place} is: ")
    window.compose.set_values({"prompt": "a {red|blue} boat"})
    window.compose.many_asked.emit()
    await until(lambda: bool(engine.on_survey.calls))
    assert engine.on_survey.calls[0][::2] == (None, ["a {red|blue} boat"])


async def _asked(window: MainWindow, words: str) -> None:
    await until(lambda: any(each.isVisible() for each in window.findChildren(QMessageBox)))
    box = next(each for each in window.findChildren(QMessageBox) if each.isVisible())
    assert "Makes 2 clips for $" in box.informativeText()
    assert box.defaultButton() is box.escapeButton()
    next(e for e in box.buttons() if words in e.text()).click()


async def test_a_single_clip_never_carries_braces_that_nobody_was_asked_about(
    studio: Studio, window: MainWindow, engine: FakeEngine, batch: Batch
) -> None:
    engine.on_survey.habit = batch
    window.compose.choose_endpoint(T2V)
    window.compose.set_values({"prompt": "a {red|blue} boat"})
    studio.generate()
    await _asked(window, "Cancel")
    await until(lambda: not studio.tasks.is_busy("generate"))
    assert engine.on_generate.calls == []
    studio.generate()
    await _asked(window, "One clip")
    await until(lambda: bool(engine.on_generate.calls))
    assert engine.on_generate.calls[0][0].values["prompt"] == "a {red|blue} boat"
    await until(lambda: not studio.tasks.is_busy("generate"))
    studio.generate()
    await _asked(window, "batch")
    await until(lambda: bool(engine.on_survey.calls))
    assert len(engine.on_generate.calls) == 1
    assert window.findChildren(BatchDialog)


async def _opened(window: MainWindow) -> BatchDialog:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.actions_by_id["batch"].trigger()
    await until(lambda: any(each.isVisible() for each in window.findChildren(BatchDialog)))
    return next(each for each in window.findChildren(BatchDialog) if each.isVisible())


async def test_other_lines_must_be_shown_before_anything_is_started(dialog: BatchDialog) -> None:
    assert dialog._start.isEnabled()
    dialog.prompts.setPlainText("another {red|blue} boat")
    assert not dialog._start.isEnabled()
    assert "press Show the clips" in dialog._sum.text()


async def test_jobs_are_followed_and_closing_harms_none(
    dialog: BatchDialog, engine: FakeEngine, studio: Studio, window: MainWindow
) -> None:
    jobs = {1: a_job(id=JobId("boat")), 4: a_job(id=JobId("train"))}
    engine.on_begin.habit = jobs
    dialog._start.click()
    await until(lambda: len(dialog.model.jobs) == 2)
    studio.hear((JobChanged(replace(jobs[1], state=JobState.DONE)),))
    assert dialog.model.index(0, dialog.model.columnCount() - 1).data() == "Done"
    await until(lambda: "1 of 2 clips ended" in dialog._sum.text())
    dialog.reject()
    studio.hear((JobChanged(replace(jobs[4], state=JobState.DONE)),))
    window.actions_by_id["batch"].trigger()
    await until(lambda: len(engine.on_survey.calls) == 2)
    assert engine.on_survey.calls[0][0] == engine.on_survey.calls[1][0]


async def test_what_a_budget_would_hold_back_is_foretold(
    dialog: BatchDialog, engine: FakeEngine
) -> None:
    engine.on_forecast.habit = Forecast(2, unreadable="it is damaged")
    dialog.model.tick_all()
    await until(lambda: "would wait here" in dialog._forecast.text())
    assert not dialog._start.isEnabled()


async def test_what_cannot_be_read_is_said_there(dialog: BatchDialog, engine: FakeEngine) -> None:
    engine.on_survey.habit = InvalidParams((Problem("rows.csv", "has no header"),))
    dialog._show.click()
    await until(lambda: not dialog._problem.isHidden())
    assert dialog._problem.text().startswith("rows.csv has no header.")


async def test_a_folder_is_watched_and_a_refusal_takes_the_tick_back(
    dialog: BatchDialog, engine: FakeEngine, studio: Studio, tmp_path: Path
) -> None:
    assert not dialog.watching.isEnabled()
    dialog.choose(tmp_path)
    engine.on_watch.then(InvalidParams((Problem("The folder", "is not watched: no budget"),)))
    dialog.watching.click()
    await until(lambda: not dialog._problem.isHidden())
    assert not dialog.watching.isChecked()
    engine.on_watch.habit = WatchStatus(str(tmp_path))
    dialog.watching.click()
    await until(lambda: "0 clips begun" in dialog._watched.text())
    studio.hear((WatchTold(WatchStatus(str(tmp_path), 3, stopped="this day's budget is full")),))
    assert not dialog.watching.isChecked()
    assert dialog._watched.text() == "Not watching: this day's budget is full."


async def test_lines_with_alternatives_are_no_wish_for_a_watched_folder(
    dialog: BatchDialog, engine: FakeEngine, tmp_path: Path
) -> None:
    dialog.choose(tmp_path)
    dialog.prompts.setPlainText("a\nb")
    dialog.watching.click()
    await until(lambda: "write one line" in dialog._problem.text())
    assert (dialog.watching.isChecked(), engine.on_watch.calls) == (False, [])


async def test_rows_are_spoken(dialog: BatchDialog) -> None:
    spoken = dialog.model.index(0, 0).data(ROLE.AccessibleTextRole)
    assert spoken == "Row 1, line 2, ticked"
    assert dialog.model.index(1, 0).data(ROLE.AccessibleTextRole).endswith("cannot be ticked")
    assert dialog.table.accessibleName()
    assert dialog.prompts.accessibleName()


async def test_a_plan_is_closed_when_clips_are_made_elsewhere(
    dialog: BatchDialog, studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    assert dialog.isVisible()
    await studio.switch()
    assert window.findChildren(BatchDialog) == []
    assert "the plan of many was closed" in notice(window)
    studio._batch._start()
    await turns()
    assert engine.on_begin.calls == []
