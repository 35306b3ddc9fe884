"""What is done about jobs that are there, from the notice and from the rows of the queue."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from kling_desktop.domain.errors import NetworkDown
from kling_desktop.domain.events import JobAdded, JobChanged, Searched
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.paths import resource
from kling_desktop.ui import desk
from kling_desktop.ui.queue.offers import Wish, offers
from tests.helpers.worlds import I2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import generate_button, notice
from tests.ui.test_queue_panel import menu_of, popping_up

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
LOST = Trouble("uncertain", "the connection broke", "maybe")
UNCERTAIN = a_job(S.UNCERTAIN, id=JobId("lost"), trouble=LOST, estimate_usd=Decimal("0.1"))
FAILED = a_job(S.FAILED, id=JobId("bad"), trouble=Trouble("provider_failed", "", "no"))
GONE = a_job(S.FAILED, id=JobId("gone"), request_id="r-9", trouble=Trouble("result_gone"))
REFUSED = a_job(S.REFUSED, id=JobId("no"), trouble=Trouble("content_refused", "", "maybe"))


def choose(studio: Studio, window: MainWindow, job: Job) -> None:
    studio.hear((JobAdded(job),))
    window.queue.choose(job.id)


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    """Those in the notice, by the first part of their text."""
    found = window.stage.notice.findChildren(QPushButton)
    return {e.text().split("  ")[0]: e for e in found if not e.isHidden()}


async def question(window: MainWindow) -> QMessageBox:
    await eventually(lambda: window.findChildren(QMessageBox))
    (box,) = window.findChildren(QMessageBox)
    return box


def answer(box: QMessageBox, text: str) -> None:
    (button,) = [each for each in box.buttons() if each.text().startswith(text)]
    button.click()


# Uncertain


async def test_an_uncertain_job_offers_three_ways_out_with_todays_price(
    studio: Studio, window: MainWindow
) -> None:
    choose(studio, window, UNCERTAIN)
    assert list(buttons(window)) == ["Look again", "Send again", "Give up"]
    assert buttons(window)["Send again"].text().endswith("$0.49\N{HORIZONTAL ELLIPSIS}")
    assert all(each.toolTip() for each in buttons(window).values())


async def test_looking_is_busy_and_says_that_nothing_was_found(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    choose(studio, window, UNCERTAIN)
    buttons(window)["Look again"].click()
    await eventually(lambda: engine.on_look.calls)
    studio.hear((Searched(UNCERTAIN.id, under_way=True),))
    assert "Looking for it in your account" in notice(window)
    assert not buttons(window)["Looking\N{HORIZONTAL ELLIPSIS}"].isEnabled()
    row = window.queue.model.index_of(UNCERTAIN.id).data()
    assert row.endswith("Looking for it in your account")
    studio.hear((Searched(UNCERTAIN.id, under_way=False),))
    assert notice(window).startswith("Not in your account's list yet. ")
    assert buttons(window)["Look again"].isEnabled()


async def test_what_is_found_is_told_and_goes_on(studio: Studio, window: MainWindow) -> None:
    choose(studio, window, UNCERTAIN)
    buttons(window)["Look again"].click()
    await turns()
    found = a_job(S.QUEUED, id=UNCERTAIN.id)
    studio.hear((JobChanged(found), Searched(UNCERTAIN.id, under_way=False)))
    assert notice(window) == desk.FOUND
    studio.hear((JobChanged(a_job(S.RUNNING, id=UNCERTAIN.id)),))
    assert notice(window) == desk.FOUND


async def test_a_search_that_nobody_here_asked_for_interrupts_nobody(
    studio: Studio, window: MainWindow
) -> None:
    studio.hear((JobAdded(UNCERTAIN), Searched(UNCERTAIN.id, under_way=True)))
    studio.hear((Searched(UNCERTAIN.id, under_way=False),))
    assert notice(window) == ""


async def test_a_search_that_began_before_the_window_is_shown(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_jobs.then([UNCERTAIN])
    engine.on_searched.then([UNCERTAIN.id])
    await studio.start()
    window.queue.choose(UNCERTAIN.id)
    assert "Looking for it in your account" in notice(window)


async def test_where_another_program_looks_that_is_said(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_look.then(False)
    choose(studio, window, UNCERTAIN)
    buttons(window)["Look again"].click()
    await eventually(lambda: notice(window) == desk.ELSEWHERE)


async def test_sending_again_asks_first_and_a_no_sends_nothing(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    choose(studio, window, UNCERTAIN)
    buttons(window)["Send again"].click()
    box = await question(window)
    assert "$0.49" in box.text()
    assert "you pay twice" in box.text()
    assert box.defaultButton().text() == "Cancel"
    answer(box, "Cancel")
    await turns()
    assert engine.on_resend.calls == []


@pytest.mark.parametrize(("new", "said"), [("new", desk.SENT_AGAIN), ("lost", desk.FOUND)])
async def test_a_yes_sends_again_once_and_says_what_came_of_it(
    studio: Studio, window: MainWindow, engine: FakeEngine, new: str, said: str
) -> None:
    window.show()
    choose(studio, window, UNCERTAIN)
    engine.on_resend.then(a_job(S.QUEUED, id=JobId(new)))
    buttons(window)["Send again"].click()
    answer(await question(window), "Send again for $0.49")
    await eventually(lambda: notice(window) == said)
    assert engine.on_resend.calls == [(UNCERTAIN.id,)]
    assert window.queue.chosen is not None
    assert window.queue.chosen.id == new


async def test_closing_the_window_answers_the_question_with_no(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    choose(studio, window, UNCERTAIN)
    buttons(window)["Send again"].click()
    await question(window)
    await studio.tasks.aclose()
    assert engine.on_resend.calls == []


async def test_giving_up_says_what_it_counts_as(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    choose(studio, window, UNCERTAIN)
    given_up = a_job(S.CANCELLED, id=UNCERTAIN.id, trouble=LOST, cancel_asked=True)
    engine.on_cancel.then(given_up)
    buttons(window)["Give up"].click()
    await eventually(lambda: "perhaps charged" in notice(window))
    assert engine.on_cancel.calls == [(UNCERTAIN.id,)]


@popping_up
async def test_the_menu_of_an_uncertain_row_offers_the_same(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    choose(studio, window, UNCERTAIN)
    entries = {each.split("  ")[0]: entry for each, entry in menu_of(window.queue, 0).items()}
    assert {"Look again", "Send again", "Give up", "What happened?"} <= entries.keys()
    assert not entries["Cancel job"].isVisible()
    entries["Look again"].trigger()
    await eventually(lambda: engine.on_look.calls)


# Over


async def test_what_failed_by_chance_is_tried_again_at_its_price(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    choose(studio, window, FAILED)
    assert buttons(window)["Try again"].text().endswith("$0.49")
    buttons(window)["Try again"].click()
    await eventually(lambda: window.queue.chosen and window.queue.chosen.id == "new")
    assert engine.on_again.calls == [(FAILED.id,)]
    assert notice(window) == ""


async def test_what_files_decide_is_tried_again_at_the_price_of_then(
    studio: Studio, window: MainWindow
) -> None:
    lipsync = "fal-ai/kling-video/lipsync/audio-to-video"
    params = {"video_url": "file:///talk.mp4", "audio_url": "file:///talk.mp3"}
    job = replace(FAILED, endpoint=lipsync, params=params, estimate_usd=Decimal("0.14"))
    choose(studio, window, job)
    assert buttons(window)["Try again"].text().endswith("$0.14")


async def test_a_second_press_orders_no_second_clip(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_again.habit = lambda _: asyncio.Event().wait()
    choose(studio, window, FAILED)
    for _ in range(2):
        buttons(window)["Try again"].click()
        await turns()
    assert len(engine.on_again.calls) == 1
    await studio.tasks.aclose()


async def test_what_would_fail_again_is_not_offered_again_but_can_be_changed(
    studio: Studio, window: MainWindow
) -> None:
    choose(studio, window, REFUSED)
    assert list(buttons(window)) == ["Load into the form"]
    assert "Change the prompt or the picture" in notice(window)


@pytest.mark.parametrize("code", ["missing_key", "key_refused", "key_malformed", "key_lacks_scope"])
async def test_where_another_key_would_help_the_window_about_it_is_a_press_away(
    studio: Studio, window: MainWindow, code: str
) -> None:
    opened: list[bool] = []
    window.actions_by_id["key"].triggered.connect(lambda: opened.append(True))
    choose(studio, window, replace(FAILED, trouble=Trouble(code, "", "no")))
    assert list(buttons(window)) == ["API key\N{HORIZONTAL ELLIPSIS}", "Try again"]
    buttons(window)["API key\N{HORIZONTAL ELLIPSIS}"].click()
    assert opened == [True]


async def test_where_no_other_key_helps_none_is_offered(studio: Studio, window: MainWindow) -> None:
    choose(studio, window, replace(FAILED, trouble=Trouble("account_locked", "", "no")))
    assert list(buttons(window)) == ["Try again", "Load into the form"]
    assert "Top up at fal.ai/dashboard/billing" in notice(window)


async def test_a_clip_that_may_still_be_there_is_fetched_again(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    choose(studio, window, GONE)
    assert list(buttons(window)) == ["Fetch again", "Try again"]
    buttons(window)["Fetch again"].click()
    await eventually(lambda: notice(window) == desk.FETCHING)
    assert engine.on_rescue.calls == [(GONE.endpoint, "r-9")]


async def test_an_error_on_the_way_is_told(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_rescue.then(NetworkDown("no route"))
    choose(studio, window, GONE)
    buttons(window)["Fetch again"].click()
    await eventually(lambda: "no route" in notice(window))


async def test_a_job_is_loaded_into_the_form_with_its_picture(
    studio: Studio, window: MainWindow
) -> None:
    picture = resource("samples/boat.jpg")
    params = {"prompt": "a red boat", "duration": "10", "image_url": picture.as_uri()}
    window.compose.choose("text-to-video", "standard")
    window.compose.set_values({"prompt": "old", "cfg_scale": 0.9})
    choose(studio, window, a_job(S.FAILED, endpoint=I2V, params=params, trouble=FAILED.trouble))
    buttons(window)["Load into the form"].click()
    await eventually(lambda: window.stage.source)
    assert window.compose.endpoint.id == I2V
    values = window.compose.values()
    assert (values["prompt"], values["duration"], values["cfg_scale"]) == ("a red boat", "10", 0.5)
    assert generate_button(window).text().endswith("$0.95")
    assert window.stage.source is not None
    assert window.stage.source.path == picture


async def test_a_picture_that_is_kept_no_more_is_missed_in_words(
    studio: Studio, window: MainWindow
) -> None:
    params = {"prompt": "a red boat", "image_url": "file:///nowhere/boat.png"}
    choose(studio, window, a_job(S.FAILED, endpoint=I2V, params=params, trouble=FAILED.trouble))
    buttons(window)["Load into the form"].click()
    await eventually(lambda: "no longer kept" in notice(window))
    assert window.compose.values()["prompt"] == "a red boat"


async def test_what_the_form_cannot_show_is_not_offered(studio: Studio, window: MainWindow) -> None:
    job = a_job(S.REFUSED, endpoint="fal-ai/another/model", trouble=REFUSED.trouble)
    choose(studio, window, job)
    assert buttons(window) == {}


# Cancelled


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (
            a_job(S.CANCELLED, trouble=Trouble("cancelled", "", "no")),
            "Cancelled before it was sent",
        ),
        (a_job(S.QUEUED, cancel_asked=True, cancel_answer="removed"), "You are not charged"),
        (a_job(S.RUNNING, cancel_asked=True, cancel_answer="asked"), "may still finish"),
        (a_job(S.FETCHING, cancel_asked=True, cancel_answer="too_late"), "came too late"),
    ],
)
async def test_a_cancel_says_what_became_of_it_and_of_the_money(
    studio: Studio, window: MainWindow, engine: FakeEngine, job: Job, said: str
) -> None:
    studio.hear((JobAdded(a_job(S.RUNNING)),))
    engine.on_cancel.then(job)
    studio.cancel(a_job(S.RUNNING))
    await eventually(lambda: said in notice(window))


async def test_what_is_said_of_a_cancel_keeps_up_with_its_job(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.hear((JobAdded(a_job(S.RUNNING)),))
    engine.on_cancel.then(a_job(S.RUNNING, cancel_asked=True))
    studio.cancel(a_job(S.RUNNING))
    await eventually(lambda: "waits for an answer" in notice(window))
    studio.hear((JobChanged(a_job(S.RUNNING, cancel_asked=True, cancel_answer="asked")),))
    assert "asked to stop" in notice(window)
    studio.hear((JobChanged(a_job(S.DONE, cancel_asked=True, cancel_answer="asked")),))
    assert notice(window) == "The cancel came too late: the clip was finished. It is charged."


# Clips whose folder cannot be written


async def test_a_clip_that_waits_for_its_folder_can_be_put_elsewhere(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    full = Trouble("folder_unusable", "/clips: read-only file system")
    job = a_job(S.DOWNLOADING, id=JobId("home"), out_dir="/clips", trouble=full)
    choose(studio, window, job)
    buttons(window)["Save it elsewhere\N{HORIZONTAL ELLIPSIS}"].click()
    await eventually(lambda: window.findChildren(QFileDialog))
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.selectedFiles = lambda: [str(tmp_path)]  # type: ignore[method-assign]
    dialog.accept()
    await eventually(lambda: engine.on_put.calls == [(job.id, tmp_path)])
    await eventually(lambda: notice(window) == desk.COMES_TO.format(tmp_path))


def test_only_a_clip_that_waits_for_its_folder_is_put_elsewhere() -> None:
    full = Trouble("folder_unusable", "full")
    slow = a_job(S.DOWNLOADING, trouble=Trouble("network_down", ""))
    for job in (a_job(S.DONE), a_job(S.FAILED, trouble=full), a_job(S.DOWNLOADING), slow):
        assert Wish.ELSEWHERE not in [each.wish for each in offers(job, "$1")]
