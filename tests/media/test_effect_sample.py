"""A hint at an effect is a short loop that says what it is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from kling_desktop.domain.scenes import GROUPS, OTHERS
from kling_desktop.media.effect_sample import FRAMES, SIZE, sample_frames


@pytest.mark.parametrize("group", [*GROUPS, OTHERS])
def test_every_group_moves_in_a_loop_without_a_jump(group: str) -> None:
    frames = sample_frames("something", group, two=False)
    assert len(frames) == FRAMES
    assert {each.shape for each in frames} == {(SIZE[1], SIZE[0], 3)}
    steps = [_apart(one, other) for one, other in itertools.pairwise(frames)]
    assert max(steps) > 0.1
    assert _apart(frames[-1], frames[0]) <= 2 * max(steps)


def test_the_same_scene_looks_the_same_and_another_does_not() -> None:
    one, again = (sample_frames("kiss", "Style", two=False) for _ in range(2))
    other = sample_frames("hug", "Style", two=False)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0], other[0])


def test_two_people_come_together() -> None:
    frames = sample_frames("hug", "People together", two=True)
    alone = sample_frames("hug", "People together", two=False)
    assert _apart(frames[0], alone[0]) > 1
    assert _apart(frames[0], frames[FRAMES // 2]) > 1


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.mean(np.abs(one.astype(int) - other)))
