"""The brush check where nothing was tuned: a small part of ``tests.benchmarks.held_out``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.media.motion.clips import written
from tests.media.motion.unseen import cases
from tests.media.motion.verdicts import is_right, verdict_on

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = ("brick.png", "blobs 303")
WRONG = 0.1
"""Of these few; over many the goal is 0.05."""


@pytest.mark.thorough
def test_the_check_is_right_on_pictures_and_documents_that_it_was_not_tuned_on(
    tmp_path: Path,
) -> None:
    numbers, count = np.random.default_rng(304), 0
    wrong = []
    for case in cases(PICTURES, 303, documents=3):
        path = written(case.frames(numbers), case.asked, tmp_path)
        took, count = verdict_on(path, case.asked).took, count + 1
        if not is_right(case, took):
            wrong.append((case.asked.name, case.asked.key, case.kind, took.value))
    assert count == 18
    assert len(wrong) <= WRONG * count, wrong
