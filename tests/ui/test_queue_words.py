from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kling_desktop.domain.events import BytesMoved, Direction
from kling_desktop.domain.jobs import JobId, JobState, Trouble
from kling_desktop.ui import theme
from kling_desktop.ui.queue import words
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import EFFECTS, a_job

S = JobState
DOWN = Trouble("service_down", "503")


def moved(done: int, total: int | None) -> BytesMoved:
    return BytesMoved(JobId("job-1"), Direction.DOWN, done, total)


@pytest.mark.parametrize("state", S)
def test_every_state_has_words_and_an_icon_or_the_clock(state: JobState) -> None:
    assert words.STATES[state]
    assert words.state_line(a_job(state))


@pytest.mark.parametrize(
    ("state", "facts", "progress", "line"),
    [
        (S.INTENT, {}, None, "Starting"),
        (S.UPLOADING, {}, None, "Uploading the picture"),
        (S.UPLOADING, {}, moved(1, 3), "Uploading the picture, 33 %"),
        (S.SENDING, {}, None, "Sending the request"),
        (S.UNCERTAIN, {}, None, "Uncertain: perhaps accepted"),
        (S.QUEUED, {}, None, "Waiting in the queue"),
        (S.QUEUED, {"queue_position": 3}, None, "Waiting in the queue, 3 ahead"),
        (S.QUEUED, {"queue_position": 0}, None, "Waiting in the queue, next in line"),
        (S.RUNNING, {"queue_position": 0}, None, "The clip is being made"),
        (S.RUNNING, {"cancel_asked": True}, None, "The clip is being made; asked to stop"),
        (S.QUEUED, {"trouble": DOWN}, None, "The service has trouble at the moment."),
        (S.QUEUED, {"trouble": Trouble("new")}, None, "Something unexpected happened."),
        (S.FETCHING, {}, None, "Fetching the result"),
        (S.DOWNLOADING, {}, moved(50, 100), "Downloading the clip, 50 %"),
        (S.DOWNLOADING, {}, moved(100, 100), "Downloading the clip, 100 %"),
        (S.DOWNLOADING, {}, moved(50, None), "Downloading the clip"),
        (S.DOWNLOADING, {}, moved(0, 0), "Downloading the clip"),
        (S.DONE, {}, moved(50, 100), "Done"),
        (S.FAILED, {"trouble": DOWN}, None, "Failed"),
        (S.REFUSED, {}, None, "Refused"),
        (S.CANCELLED, {"cancel_asked": True}, None, "Cancelled"),
    ],
)
def test_the_state_of_a_job_in_words(
    state: JobState, facts: dict[str, Any], progress: BytesMoved | None, line: str
) -> None:
    assert words.state_line(a_job(state, **facts), progress) == line


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"params": {"prompt": "a  boat\n drifts "}}, "a boat drifts"),
        ({"params": {"effect_scene": "squish"}, "endpoint": EFFECTS}, "squish"),
        ({"params": {}}, "text-to-video"),
        ({"params": {"prompt": "  \n"}}, "text-to-video"),
    ],
)
def test_a_job_is_known_by_what_it_was_asked_to_show(facts: dict[str, Any], title: str) -> None:
    assert words.title(a_job(**facts)) == title


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0:00"),
        (0, "0:00"),
        (9.99, "0:09"),
        (60, "1:00"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (90061, "25:01:01"),
    ],
)
def test_time_is_said_as_on_a_clock(seconds: float, text: str) -> None:
    assert words.elapsed(seconds) == text


@pytest.mark.parametrize(
    ("state", "facts", "line"),
    [
        (S.RUNNING, {}, "1:15"),
        (S.RUNNING, {"estimate_usd": Decimal("0.475")}, "1:15   about $0.475"),
        (S.RUNNING, {"estimate_usd": Decimal("0.49"), "cost_usd": Decimal("0.5")}, "1:15   $0.50"),
        (S.RUNNING, {"backend": "sandbox", "estimate_usd": Decimal(1)}, "1:15   free"),
        (S.DONE, {"updated_at": START + timedelta(seconds=42)}, "0:42"),
        (
            S.DONE,
            {"updated_at": START + timedelta(seconds=42), "clips": (a_clip(),), "cost_usd": 0},
            "1280 \N{MULTIPLICATION SIGN} 720   0:42   $0.00",
        ),
    ],
)
def test_the_facts_are_shape_time_and_money(
    state: JobState, facts: dict[str, Any], line: str
) -> None:
    given = facts | ({"cost_usd": Decimal(facts["cost_usd"])} if "cost_usd" in facts else {})
    assert words.facts_line(a_job(state, **given), START + timedelta(seconds=75)) == line


@pytest.mark.parametrize(
    ("state", "trouble", "token"),
    [
        (S.DONE, None, "good"),
        (S.FAILED, DOWN, "bad"),
        (S.REFUSED, None, "bad"),
        (S.UNCERTAIN, None, "warn"),
        (S.CANCELLED, None, "muted"),
        (S.RUNNING, None, "accent"),
        (S.RUNNING, DOWN, "warn"),
    ],
)
def test_the_colour_says_what_the_words_say(
    state: JobState, trouble: Trouble | None, token: str
) -> None:
    found = words.colour(a_job(state, trouble=trouble), theme.LIGHT)
    assert found == getattr(theme.LIGHT, token)
