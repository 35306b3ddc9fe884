"""The times that are offered for putting a job off, by the clock of this place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.later import presets


def here(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, 10, hour, minute).astimezone()


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (here(15), {"In an hour": 16, "Tonight at 22:00": 22, "Tomorrow at 8:00": 8}),
        (here(21, 30), {"In an hour": 22, "Tonight at 22:00": 22, "Tomorrow at 8:00": 8}),
        (here(22), {"In an hour": 23, "Tomorrow at 8:00": 8}),
        (here(3), {"In an hour": 4, "This morning at 8:00": 8, "Tonight at 22:00": 22}),
    ],
)
def test_what_is_offered_depends_on_the_time_of_day(now: datetime, offered: dict[str, int]) -> None:
    assert {each.text: each.at.astimezone().hour for each in presets(now)} == offered


@given(st.integers(0, 400 * 24 * 60))
def test_every_offer_is_to_come_and_the_soonest_is_first(minutes: int) -> None:
    now = here(0) + timedelta(minutes=minutes)
    times = [each.at for each in presets(now)]
    assert times == sorted(times)
    assert all(now < at <= now + timedelta(hours=33) for at in times)
