"""How long the engine waits."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.engine.pace import LONGEST_RETRY, Pace

_jitter = st.floats(0, 1)


@given(_jitter)
def test_looks_are_never_much_more_than_the_longest_apart(jitter: float) -> None:
    waits = list(islice(Pace(jitter=lambda: jitter).looks(), 50))
    assert all(0.85 <= wait <= 5 * 1.15 for wait in waits)
    assert waits[-1] >= waits[0]


@given(_jitter)
def test_retries_go_on_for_ever_at_about_a_minute(jitter: float) -> None:
    waits = list(islice(Pace(jitter=lambda: jitter).retries(), 50))
    assert 0.75 * LONGEST_RETRY <= waits[-1] <= 1.25 * LONGEST_RETRY


def test_many_jobs_do_not_ask_in_step() -> None:
    pace = Pace()
    assert len({next(pace.looks()) for _ in range(20)}) > 1
