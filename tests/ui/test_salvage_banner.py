"""A record of jobs that was damaged is told of once, and stops nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

from kling_desktop import wiring
from kling_desktop.app import Program
from kling_desktop.domain.events import LedgerSalvaged
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.salvage import Salvage
from kling_desktop.paths import places
from kling_desktop.ui import theme
from tests.cli.conftest import keep
from tests.helpers.worlds import a_job
from tests.ui.fakes import eventually
from tests.ui.layouts import cut_off
from tests.ui.test_layout import SCHEMES, at_every_size, settle, show

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.helpers.guards import LogGuard

KEPT = Path("/state") / "ledger.sqlite3.damaged-1"
NEWS = Salvage(41, 3, KEPT)


async def test_it_says_what_is_found_what_is_lost_and_what_that_means_for_money(
    studio: Studio, window: MainWindow
) -> None:
    assert window.salvage.text == ""
    studio.hear((LedgerSalvaged(NEWS),))
    said = window.salvage.text
    for part in ("was damaged", "41 jobs could be read", "3 jobs could not",
                 "may have been charged", "Nothing was deleted", KEPT.name):  # fmt: skip
        assert part in said
    window.salvage.findChildren(QToolButton)[0].click()
    assert window.salvage.text == ""


async def test_where_nothing_is_lost_it_says_that_nothing_was_charged(
    studio: Studio, window: MainWindow
) -> None:
    studio.hear((LedgerSalvaged(Salvage(1, 0, KEPT)),))
    assert "this cost no money" in window.salvage.text
    assert "could not be" not in window.salvage.text


def test_the_damaged_file_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    window.salvage.tell(NEWS)
    with qtbot.waitSignal(window.salvage.file_asked) as signal:
        window.salvage.findChildren(QPushButton)[0].click()
    assert signal.args == [str(KEPT)]


@at_every_size
@pytest.mark.parametrize("scheme", SCHEMES)
def test_with_it_nothing_in_the_window_is_cut_off(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    size: tuple[int, int],
    scheme: theme.Scheme,
) -> None:
    theme.apply(dressed, scheme)
    window.restyle()
    show(window, qtbot, size)
    window.salvage.tell(NEWS)
    settle(dressed)
    assert cut_off(window) == []


async def test_the_program_tells_what_it_found_when_it_opened_the_record(
    qtbot: QtBot, dressed: QApplication, home: Path, expected_log: LogGuard
) -> None:
    expected_log("ledger was damaged")
    keep(home, a_job(JobState.DONE, backend="sandbox"))
    ledger = home / "ledger.sqlite3"
    ledger.write_bytes(b"~" * 100 + ledger.read_bytes()[100:])
    program = Program(dressed, wiring.Wish.SANDBOX, places())
    await program.studio.start()
    await eventually(lambda: "1 job could be read again" in program.window.salvage.text)
    assert "ledger-damaged-" in program.window.salvage.text
    await program.studio.tasks.aclose()
    await program.engine.close()
    program.window.close_now()
    program.window.deleteLater()
