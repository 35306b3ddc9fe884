"""However many jobs look, the service is asked about twenty times a second at most."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import Phase, RequestStatus
from kling_desktop.engine.crowd import LOOKS_PER_SECOND, SLOWEST, Crowd
from tests.helpers.worlds import T2V, Scene, a_draft


def wait_among(crowd: Crowd, others: int, wait: float = 1.0) -> float:
    with ExitStack() as stack:
        for _ in range(others + 1):
            stack.enter_context(crowd.joined())
        return crowd.spread(wait)


def test_a_few_jobs_look_as_often_as_they_like() -> None:
    assert wait_among(Crowd(), 3) == 1.0


@given(st.integers(0, 1000), st.floats(0.2, 5))
def test_together_they_never_look_more_often_than_the_service_should_bear(
    others: int, wait: float
) -> None:
    looks_per_second = (others + 1) / wait_among(Crowd(), others, wait)
    assert looks_per_second <= max(LOOKS_PER_SECOND, 1 / wait * (others + 1)) + 1e-9
    assert wait_among(Crowd(), others, wait) >= (others + 1) / LOOKS_PER_SECOND


def test_whoever_has_left_does_not_count() -> None:
    crowd = Crowd()
    wait_among(crowd, 500)
    assert wait_among(crowd, 0) == 1.0


@given(st.lists(st.booleans(), max_size=60))
def test_slowness_stays_within_its_bounds(answers: list[bool]) -> None:
    crowd = Crowd()
    for is_fine in answers:
        (crowd.ease if is_fine else crowd.slow_down)()
        assert 1.0 <= crowd.spread(1.0) <= SLOWEST


def test_a_429_slows_everybody_and_good_answers_bring_the_pace_back() -> None:
    crowd = Crowd()
    crowd.slow_down()
    assert crowd.spread(1.0) == 2.0
    for _ in range(10):
        crowd.ease()
    assert crowd.spread(1.0) == 1.0


@pytest.mark.parametrize(("answer", "slower"), [(e.RateLimited("429"), 2.0), (e.TimedOut(), 1.0)])
async def test_a_job_that_is_told_to_slow_down_slows_its_world(
    scene: Scene, answer: Exception, slower: float
) -> None:
    world = scene.world()
    seen: list[float] = []

    def look(*_: object) -> RequestStatus:
        seen.append(world.crowd.spread(1.0))
        return RequestStatus(Phase.COMPLETED)

    scene.provider.on_status.then(answer, look)
    async with scene.engine(world=world) as engine:
        job = await engine.generate(a_draft(T2V))
        assert (await engine.wait(job.id)).state is JobState.DONE
    assert seen == [slower]
