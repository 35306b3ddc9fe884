"""What the notice, its question and a searched row say has its room at every size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.events import JobAdded
from kling_desktop.domain.jobs import Job, JobState, Trouble
from kling_desktop.ui import theme
from kling_desktop.ui.queue import words
from tests.helpers.worlds import I2V, a_job
from tests.ui.fakes import eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.test_desk import answer, buttons, question
from tests.ui.test_layout import (
    SCHEMES,
    SIZES,
    at_every_size,
    come_up,
    room_in_a_row,
    settle,
    show,
    width_of,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
UNCERTAIN = a_job(S.UNCERTAIN, trouble=Trouble("uncertain", "the connection broke", "maybe"))
GONE = a_job(S.FAILED, endpoint=I2V, request_id="r-9", trouble=Trouble("result_gone"))
KEYLESS = a_job(S.FAILED, endpoint=I2V, trouble=Trouble("key_refused", "No user found", "no"))


@at_every_size
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("job", [UNCERTAIN, GONE, KEYLESS], ids=["uncertain", "gone", "keyless"])
async def test_the_buttons_of_a_notice_are_not_cut_off(
    studio: Studio,
    window: MainWindow,
    dressed: QApplication,
    size: tuple[int, int],
    scheme: theme.Scheme,
    job: Job,
) -> None:
    theme.apply(dressed, scheme)
    window.restyle()
    await come_up(window, size)
    studio.hear((JobAdded(job),))
    window.queue.choose(job.id)
    await turns()
    assert len(buttons(window)) >= 2
    assert cut_off(window) == []
    assert (window.width(), window.height()) == size


def test_that_a_job_is_looked_for_fits_into_its_row(
    window: MainWindow, qtbot: QtBot, dressed: QApplication
) -> None:
    show(window, qtbot, SIZES[0])
    window.queue.reset([UNCERTAIN])
    settle(dressed)
    line = words.state_line(UNCERTAIN, searching=True)
    assert width_of(window, line) <= room_in_a_row(window)


async def test_the_question_before_sending_again_is_not_cut_off(
    studio: Studio, window: MainWindow
) -> None:
    await come_up(window, SIZES[0])
    studio.hear((JobAdded(UNCERTAIN),))
    window.queue.choose(UNCERTAIN.id)
    buttons(window)["Send again"].click()
    box = await question(window)
    await turns()
    assert cut_off(box) == []
    assert box.width() < SIZES[0][0]
    answer(box, "Cancel")
    await eventually(lambda: not box.isVisible())
