"""Points are equally spaced in time; the first and the last are met exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.media.motion.timing import displacements

_places = st.tuples(st.integers(0, 1280), st.integers(0, 720))


@given(st.lists(_places, min_size=2, max_size=77), st.integers(2, 160))
def test_the_last_frame_is_at_the_last_point(points: list[tuple[int, int]], frames: int) -> None:
    moved = displacements(np.array(points, float), frames)
    assert moved.shape == (frames, 2)
    assert not moved[0].any()
    assert moved[-1] == pytest.approx(np.subtract(points[-1], points[0]))
    assert np.isfinite(moved).all()


def test_time_is_shared_out_by_points_and_not_by_length() -> None:
    moved = displacements(np.array([(0, 0), (10, 0), (100, 0)], float), 5)
    assert moved[:, 0].tolist() == [0, 5, 10, 55, 100]


def test_rounding_to_whole_pixels_does_not_make_it_judder() -> None:
    true = np.column_stack([np.linspace(0, 60, 40), np.linspace(0, 17, 40)])
    rough = displacements(np.rint(true), 150)
    steps = np.abs(np.diff(rough, n=2, axis=0)).max(axis=1)
    assert np.percentile(steps, 95) < 0.2
    wanted = np.column_stack([np.linspace(0, 60, 150), np.linspace(0, 17, 150)])
    assert np.abs(rough - wanted).max() < 0.5
