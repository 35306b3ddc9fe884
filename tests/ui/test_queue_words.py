from __future__ import annotations

from typing import Any

import pytest

from kling_desktop.domain.events import BytesMoved, Direction
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.domain.sentences import MAYBE_CHARGED
from kling_desktop.ui import theme
from kling_desktop.ui.queue import words
from tests.helpers.fakes import a_clip
from tests.helpers.worlds import EFFECTS, T2V, a_job

S = JobState
DOWN = Trouble("service_down", "503")
BROKEN = "The service has trouble at the moment. (503)"
FILTER = Trouble("content_refused", "", "maybe")
SAID_NO = "The model's content filter refused this request."
FREE = "In the sandbox nothing is charged."
CHANGE = "Change the prompt or the picture before you try again."
ANSWERED: dict[str, Any] = {"cancel_asked": True}
TOO_LATE = ANSWERED | {"cancel_answer": "too_late"}
UNSENT = Trouble("cancelled", "", "no")
STOPPED: dict[str, Any] = ANSWERED | {
    "request_id": "r-1",
    "trouble": Trouble("cancelled", "", "maybe"),
}
LOST = Trouble("uncertain", "the connection broke", "maybe")


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
        (S.UNCERTAIN, {"trouble": LOST}, None, "Uncertain: perhaps accepted"),
        (S.UNCERTAIN, {"trouble": LOST, "cancel_asked": True}, None, "Uncertain: perhaps accepted"),
        (S.QUEUED, {}, None, "Waiting in the queue"),
        (S.QUEUED, {"queue_position": 3}, None, "Waiting in the queue, 3 ahead"),
        (S.QUEUED, {"queue_position": 0}, None, "Waiting in the queue, next in line"),
        (S.RUNNING, {"queue_position": 0}, None, "The clip is being made"),
        (S.RUNNING, {"cancel_asked": True}, None, "Asked to stop, may still finish"),
        (S.RUNNING, ANSWERED | {"cancel_answer": "asked"}, None, "Asked to stop, may still finish"),
        (S.QUEUED, ANSWERED | {"cancel_answer": "removed"}, None, "Removed from the queue"),
        (
            S.RUNNING,
            ANSWERED | {"cancel_answer": "unknown"},
            None,
            "Asked to stop, may still finish",
        ),
        (S.FETCHING, TOO_LATE, None, "Too late to stop, it had finished"),
        (S.CANCELLED, STOPPED | {"cancel_answer": "removed"}, None, "Removed from the queue"),
        (S.CANCELLED, STOPPED | {"cancel_answer": "asked"}, None, "Cancelled while it was made"),
        (
            S.CANCELLED,
            {"trouble": UNSENT, "request_id": None},
            None,
            "Cancelled before it was sent",
        ),
        (S.QUEUED, {"trouble": DOWN}, None, "The service has trouble at the moment."),
        (S.QUEUED, {"trouble": Trouble("new")}, None, "Something unexpected happened."),
        (S.FETCHING, {}, None, "Fetching the result"),
        (S.DOWNLOADING, {}, moved(50, 100), "Downloading the clip, 50 %"),
        (S.DOWNLOADING, {}, moved(100, 100), "Downloading the clip, 100 %"),
        (S.DOWNLOADING, {}, moved(50, None), "Downloading the clip"),
        (S.DOWNLOADING, {}, moved(0, 0), "Downloading the clip"),
        (S.DONE, {}, moved(50, 100), "Done"),
        (S.DONE, {"cancel_asked": True}, None, "Done: the cancel came too late"),
        (S.FAILED, {"trouble": DOWN}, None, "Failed"),
        (S.FAILED, {"trouble": Trouble("provider_failed")}, None, "Failed: fal's fault"),
        (S.REFUSED, {}, None, "Refused"),
        (S.CANCELLED, {"cancel_asked": True}, None, "Cancelled"),
        (S.CANCELLED, {"trouble": LOST}, None, "Given up, perhaps charged"),
        (S.CANCELLED, {"trouble": LOST, "backend": "sandbox"}, None, "Given up"),
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
    ("job", "text"),
    [
        (a_job(S.RUNNING), ""),
        (a_job(S.DONE, clips=(a_clip(),)), ""),
        (a_job(S.CANCELLED), "Cancelled."),
        (a_job(S.QUEUED, trouble=DOWN), f"{BROKEN} The job goes on by itself; nothing is lost."),
        (a_job(S.REFUSED, trouble=FILTER), f"{SAID_NO} {MAYBE_CHARGED} {CHANGE}"),
        (a_job(S.REFUSED, backend="sandbox", trouble=FILTER), f"{SAID_NO} {FREE} {CHANGE}"),
    ],
)
def test_a_job_without_a_clip_explains_itself(job: Job, text: str) -> None:
    assert words.explanation(job) == text


def test_an_uncertain_job_says_that_nothing_goes_on_by_itself() -> None:
    said = words.explanation(a_job(S.UNCERTAIN, trouble=LOST))
    assert "not sent again by itself" in said
    assert "Look for it in your fal dashboard" in said
    assert "goes on by itself" not in said


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [(T2V, "Kling 1.6 Pro, text to video"), ("fal-ai/unknown", "fal-ai/unknown")],
)
def test_a_job_says_which_model_makes_its_clip(endpoint: str, kind: str) -> None:
    assert words.kind(a_job(endpoint=endpoint)) == kind


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


@pytest.mark.parametrize(
    ("took", "line"),
    [
        ("yes", "Done: the brush took"),
        ("no", "Done: the brush was ignored"),
        ("partly", "Done: the brush took in part"),
        ("elsewhere", "Done: the brush was not followed"),
        ("upside down", "Done: the brush took upside down"),
        ("unknown", "Done"),
        ("something newer", "Done"),
    ],
)
def test_a_clip_of_the_brush_says_whether_it_took(took: str, line: str) -> None:
    assert words.state_line(a_job(S.DONE, brush={"took": took})) == line
