"""An error that nobody foresaw: work is kept, one dialog says so, a report can be saved."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from kling_desktop.domain.bug_report import Crash
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.ui import theme
from kling_desktop.ui.trouble import words
from tests.fal.fakes import content
from tests.ui.fakes import eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.project.worlds import a_file, painted
from tests.ui.test_layout import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from kling_desktop.ui.trouble.dialog import FailureDialog
    from kling_desktop.ui.trouble.report_dialog import ReportDialog
    from tests.helpers.guards import LogGuard
    from tests.ui.fakes import FakeEngine

NOON = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)


def error(text: str = "x") -> ValueError:
    return ValueError(text)


async def shown(studio: Studio) -> FailureDialog:
    await eventually(lambda: studio.trouble.dialog is not None)
    dialog = studio.trouble.dialog
    assert dialog is not None
    await eventually(lambda: words.KEEPING not in dialog.text)
    return dialog


async def test_a_task_that_fails_opens_one_dialog_that_says_what_was_saved(
    studio: Studio, expected_log: LogGuard
) -> None:
    expected_log("task failed")

    async def fail() -> None:
        raise error("the brush broke")

    studio.tasks.start(fail())
    dialog = await shown(studio)
    assert words.NOTHING_TO_KEEP in dialog.text
    assert "the brush broke" in dialog.details.toPlainText()
    assert dialog.details.isHidden()


async def test_work_that_is_not_saved_is_kept_at_once(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    await painted(studio, window, a_file(tmp_path, "teal.png"))
    await turns()
    before = len(engine.on_keep_work.calls)
    studio.trouble.raised(error())
    assert words.KEPT in (await shown(studio)).text
    assert len(engine.on_keep_work.calls) == before + 1


async def test_a_disk_that_refuses_is_said_with_what_to_do(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    await painted(studio, window, a_file(tmp_path, "teal.png"))
    await turns()
    engine.on_keep_work.then(FolderUnusable("disk full"))
    studio.trouble.raised(error())
    text = (await shown(studio)).text
    assert "disk full" in text
    assert "Save the project now" in text


async def test_further_errors_are_counted_and_not_stacked(studio: Studio) -> None:
    studio.trouble.raised(error("one"))
    dialog = await shown(studio)
    studio.trouble.raised(error("two"))
    studio.trouble.raised(error("three"))
    await eventually(lambda: words.further(2) in dialog.text)
    assert studio.trouble.dialog is dialog
    for each in ("one", "two", "three"):
        assert each in dialog.details.toPlainText()


async def test_the_same_error_does_not_come_back_once_it_was_seen(studio: Studio) -> None:
    studio.trouble.raised(error("again"))
    (await shown(studio)).go_on.click()
    studio.trouble.raised(error("again"))
    await turns()
    assert studio.trouble.dialog is None
    studio.trouble.raised(error("another"))
    assert "another" in (await shown(studio)).details.toPlainText()


async def test_details_can_be_shown_and_copied(studio: Studio) -> None:
    studio.trouble.raised(error("copy me"))
    dialog = await shown(studio)
    dialog.unfold.click()
    assert dialog.details.isVisible()
    dialog.copy.click()
    assert "ValueError: copy me" in QGuiApplication.clipboard().text()


async def test_an_error_of_another_thread_is_shown_in_the_window(studio: Studio) -> None:
    thread = threading.Thread(target=lambda: studio.trouble.raised(error("far away")))
    thread.start()
    thread.join()
    assert "far away" in (await shown(studio)).details.toPlainText()


class _Sender(QObject):
    sent = Signal()


async def test_an_error_in_a_slot_is_shown_and_the_window_goes_on(
    studio: Studio, expected_log: LogGuard
) -> None:
    expected_log("unhandled error: in the program")
    from kling_desktop.alarm import Alarm

    alarm = Alarm(lambda _: None)
    undo = alarm.install()
    try:
        studio.trouble.use(alarm)
        sender = _Sender()

        def fail() -> None:
            raise error("in a slot")

        sender.sent.connect(fail)
        sender.sent.emit()
        assert "in a slot" in (await shown(studio)).details.toPlainText()
    finally:
        undo()


async def test_all_of_it_is_to_be_read_however_many_more_there_are(
    studio: Studio, dressed: QApplication
) -> None:
    studio.trouble.raised(error("one"))
    dialog = await shown(studio)
    await turns()
    for which in ("two", "three"):
        studio.trouble.raised(error(which))
        await eventually(lambda which=which: which in dialog.details.toPlainText())  # type: ignore[misc]
        await turns()
        assert cut_off(dialog) == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nothing_is_cut_off(
    studio: Studio, window: MainWindow, dressed: QApplication, scheme: theme.Scheme
) -> None:
    theme.apply(dressed, scheme)
    window.show()
    window.crash.tell([Crash(NOON, ""), Crash(None, "x")])
    studio.trouble.raised(error("one"))
    dialog = await shown(studio)
    studio.trouble.raised(error("two"))
    dialog.unfold.click()
    await turns()
    assert cut_off(dialog) == []
    assert cut_off(window.crash) == []
    dialog.accept()
    report = studio.trouble.report()
    report.show_report("x\n" * 50)
    await turns()
    assert cut_off(report) == []


# Crashes


def test_a_crash_is_said_once_and_offers_a_report(window: MainWindow) -> None:
    asked: list[bool] = []
    window.crash.report_asked.connect(lambda: asked.append(True))
    window.crash.tell(())
    assert window.crash.text == ""
    window.crash.tell([Crash(NOON, "")])
    assert "did not end in good order last time" in window.crash.text
    assert "none is sent twice" in window.crash.text
    window.crash.report.click()
    assert asked == [True]


def test_when_and_how_often_it_was_is_said() -> None:
    at = NOON.astimezone()
    assert f"started {at:%H:%M}" in words.crashed([Crash(NOON, "")], NOON)
    later = NOON + timedelta(days=3)
    assert f"started {at:%Y-%m-%d %H:%M}" in words.crashed([Crash(NOON, "")], later)
    assert "2 in all" in words.crashed([Crash(None, ""), Crash(None, "")])


# Reports


@pytest.fixture
def report(studio: Studio) -> Callable[[], ReportDialog]:
    async def made(with_prompts: bool) -> str:
        return f"with prompts: {with_prompts}\n"

    studio.trouble.make_report = made
    return studio.trouble.report


async def test_the_report_is_shown_as_it_will_be_saved(
    report: Callable[[], ReportDialog], tmp_path: Path
) -> None:
    dialog = report()
    assert not dialog.save.isEnabled()
    await eventually(dialog.save.isEnabled)
    assert dialog.preview.toPlainText() == "with prompts: False\n"
    path = tmp_path / "report.txt"
    dialog.save.click()
    (chooser,) = dialog.findChildren(QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    await eventually(lambda: "Saved as report.txt" in dialog.said.text())
    assert content(path).decode() == dialog.preview.toPlainText()


async def test_prompts_are_in_it_only_once_somebody_ticks_them(
    report: Callable[[], ReportDialog],
) -> None:
    dialog = report()
    await eventually(dialog.save.isEnabled)
    assert not dialog.with_prompts
    dialog.prompts.click()
    assert not dialog.save.isEnabled()
    await eventually(dialog.save.isEnabled)
    assert dialog.text == "with prompts: True\n"


async def test_a_report_that_cannot_be_written_is_said(
    report: Callable[[], ReportDialog], tmp_path: Path
) -> None:
    dialog = report()
    await eventually(dialog.save.isEnabled)
    dialog.file_chosen.emit(str(tmp_path / "none" / "report.txt"))
    await eventually(lambda: "could not be written" in dialog.said.text())


async def test_a_report_that_is_closed_while_it_is_gathered_leaves_no_trouble(
    report: Callable[[], ReportDialog], studio: Studio
) -> None:
    report().reject()
    await turns()
    await eventually(lambda: not studio.tasks.is_busy("report"))


async def test_it_is_in_the_menu_of_help(studio: Studio, window: MainWindow) -> None:
    window.actions_by_id["report"].trigger()
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert dialog.windowTitle() == "Report a problem"
    dialog.close()
