"""What the check of the program says about a clip, and whether that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.motion.verdict import Took
from kling_desktop.media.motion.track import grey_frames, verdict_of
from tests.media.motion.witness import decoded, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kling_desktop.domain.motion.verdict import Verdict
    from kling_desktop.media.motion.scene import Picture
    from tests.media.motion.clips import Asked
    from tests.media.motion.unseen import Case

NOT_TAKEN = (Took.NO, Took.ELSEWHERE, Took.UPSIDE_DOWN)


def verdict_on(path: Path, asked: Asked) -> Verdict:
    return verdict_in([shown(each) for each in decoded(path)], asked)


def verdict_in(frames: Sequence[Picture], asked: Asked) -> Verdict:
    numbers = range(1, len(asked.scene.moving) + 1)
    return verdict_of(grey_frames(iter(frames)), asked.scene, list(numbers))


def is_right(case: Case, took: Took) -> bool:
    return took is Took.YES if case.is_yes else took in NOT_TAKEN
