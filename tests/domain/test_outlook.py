"""What to expect of a request, by what others took: never more than a suggestion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.history import JobEvent
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.outlook import (
    Habits,
    Outlook,
    Timing,
    Usual,
    habits,
    outlook,
    timings_of,
)
from tests.helpers.clocks import START
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from datetime import datetime

S = JobState
KNOWN = Habits(queue=Usual(60, 180), run=Usual(120, 240))


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def queued(*places: tuple[float, int]) -> list[JobEvent]:
    accepted = JobEvent(at(0), S.QUEUED, "accepted by the service")
    later = [JobEvent(at(t), S.QUEUED, "place", {"queue_position": place}) for t, place in places]
    return [accepted, *later]


def test_half_of_the_clips_and_nine_of_ten_stay_below_what_is_usual() -> None:
    known = habits([Timing(float(n), 2.0 * n) for n in range(101)])
    assert known == Habits(Usual(50, 90), Usual(100, 180))


def test_of_few_clips_nothing_is_usual() -> None:
    assert habits([Timing(3, 4)] * 4) == Habits()
    assert habits([Timing(3, None)] * 5) == Habits(queue=Usual(3, 3))


def test_only_what_was_seen_is_timed() -> None:
    moments = [
        ("a", "queued", at(0)),
        ("a", "running", at(5)),
        ("a", "fetching", at(25)),
        ("b", "queued", at(0)),
        ("b", "fetching", at(30)),
    ]
    assert timings_of(moments) == [Timing(5, 20), Timing(None, None)]


def test_what_is_late_in_the_queue_is_said_with_what_can_be_done() -> None:
    told = outlook(a_job(S.QUEUED), queued(), KNOWN, at(14 * 60))
    assert told.is_late
    assert told.text == (
        "This has been in the queue for 14 min; nine of ten of your clips had started after 3 min. "
        "You can wait, or cancel it free of charge while it is still in the queue."
    )


def test_a_place_that_stands_still_is_said() -> None:
    told = outlook(a_job(S.QUEUED), queued((0, 3), (60, 2)), KNOWN, at(14 * 60))
    assert "Its place has not changed for 13 min." in told.text


def test_a_place_that_gets_better_tells_when_it_starts() -> None:
    told = outlook(a_job(S.QUEUED), queued((0, 10), (60, 8), (120, 6)), KNOWN, at(150))
    assert told.text == "It starts in about 2 min."
    assert told.remaining == pytest.approx(150)


def test_a_job_in_time_is_told_what_half_of_the_others_took() -> None:
    assert outlook(a_job(S.QUEUED), queued(), KNOWN, at(20)).text == "It starts in about 40 s."
    events = [JobEvent(at(0), S.RUNNING, "started")]
    running = a_job(S.RUNNING)
    assert outlook(running, events, KNOWN, at(0)).text == "It is made in about 2 min."
    late = outlook(running, events, KNOWN, at(600))
    assert late.is_late
    assert "may be charged even so" in late.text


def test_the_wait_counts_from_when_it_came_to_its_present_state() -> None:
    events = [*queued(), JobEvent(at(900), S.RUNNING, "x"), JobEvent(at(1000), S.QUEUED, "back")]
    assert not outlook(a_job(S.QUEUED), events, KNOWN, at(1010)).is_late


def test_where_little_is_known_nothing_is_called_late() -> None:
    assert outlook(a_job(S.QUEUED), queued(), Habits(), at(90_000)) == Outlook()
    assert outlook(a_job(S.RUNNING), [], Habits(), at(90_000)) == Outlook()


def test_what_is_late_by_seconds_alone_is_not_called_late() -> None:
    quick = Habits(queue=Usual(1, 2))
    assert not outlook(a_job(S.QUEUED), queued(), quick, at(50)).is_late


@given(
    st.sampled_from(JobState),
    st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 1000)), max_size=8),
    st.floats(0, 1e7),
    st.sampled_from([KNOWN, Habits()]),
)
def test_whatever_was_seen_the_outlook_makes_sense(
    state: JobState, places: list[tuple[float, int]], now: float, known: Habits
) -> None:
    told = outlook(a_job(state), queued(*sorted(places)), known, at(now))
    assert told.remaining is None or told.remaining >= 0
    assert not told.is_late or "You can wait" in told.text
    if state not in {S.QUEUED, S.RUNNING}:
        assert told == Outlook()
