"""Of a large picture in full size only what is near is kept in memory."""

from __future__ import annotations

import numpy as np
import pytest

from kling_desktop.domain.motion.geometry import Rect
from kling_desktop.ui.canvas.level import STEP, Level, squares


def level(width: int, height: int) -> Level:
    """Nothing of its picture is ever read, so that it takes no memory."""
    return Level(np.empty((height, width, 4), np.uint8))


def walked(made: Level, sight: Rect, by: int) -> None:
    """Look at the whole height, so far down at a time."""
    while sight.bottom <= made.rect.bottom:
        made.make_room(sight)
        made.is_fresh[squares(sight)] = True
        sight = sight.moved(0, by)


def kept(made: Level) -> int:
    """Bytes."""
    return int(made.is_fresh.sum()) * STEP * STEP * 4


@pytest.mark.parametrize("width", [1024, 3072])
def test_who_walks_over_a_large_picture_does_not_have_all_of_it_in_the_end(width: int) -> None:
    made = level(4096, 12288)
    walked(made, Rect(0, 0, width, 1024), 512)
    assert made.is_fresh.any()
    assert kept(made) <= 48_000_000


def test_what_is_in_sight_at_once_is_kept_however_much_it_is() -> None:
    made = level(8192, 4096)
    made.is_fresh[:] = True
    image = made.image
    made.make_room(made.rect)
    assert made.image is image
    assert made.is_fresh.all()


def test_a_small_picture_is_kept_whole() -> None:
    made = level(2048, 4096)
    walked(made, Rect(0, 0, 1024, 256), 256)
    assert made.is_fresh[:, :4].all()
