"""Where a region went, frame by frame, whatever was asked of it.

From each frame to the next the corners that are in the region by now are followed, and their middle
step is believed. As small errors add up, and as one region may pass before another, it is compared
with how it looked at first: where it is still recognised, that place counts. A model may change a
region until it is not; then only the steps are left.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.corners import corners, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kling_desktop.media.motion.corners import Grey
    from kling_desktop.media.motion.scene import Bytes, Floats, Points

_MARGIN = 48
"""Pixels around a region within which its corners may be in the next frame."""
_CORNERS = 50
"""Looked for anew in each frame."""
_FEWEST = 5
"""Corners whose middle step is believed."""
_SURE, _UNSURE = 0.8, 0.6
"""Likeness from which on a region is recognised, and below which it may be lost."""
_BETTER = 0.6
"""Likeness that a place elsewhere must have where nothing is like the region here, and what it must
have more, the more is: what is filled in behind a region may look like it as well."""
_CORE = 0.7
"""Share of the region's box that is recognised: towards its edge it may give way."""
_FLAT = 3.0
"""Levels of contrast below which nothing can be recognised."""
_TAKEN = 0.6
"""Likeness from which on a place near by is better than what the steps say."""
_NEAR = 0.035
"""Share of the width by which steps may be wrong."""
_FALL = 7.0
"""What likeness loses over the width: what is in the way of the steps goes before what is not."""
_REACH, _WIDER = 0.04, 0.025
"""Shares of the width in which a lost region is looked for, and what each frame adds."""
_JUMP = 8.0
"""Pixels, besides twice its usual step, from which on a step was none: it was lost and found."""
_FARTHEST = 0.4
"""Share of the width in which it is looked for at most."""


@dataclass(frozen=True, slots=True)
class Pursuit:
    """Where a region went."""

    middle: Points
    """Of the region in the first frame."""
    way: Points
    """Its displacement at each frame."""
    share: float
    """Of the frames, those at which it was seen."""


def pursue(frames: Sequence[Grey], mask: Bytes, hidden: Bytes | None = None) -> Pursuit:
    """Follow what is under a mask in the first frame to the last one.

    What is ``hidden`` in all frames, as behind a watermark, has no say.
    """
    rows, columns = np.nonzero(mask)
    if not rows.size:
        return Pursuit(np.zeros(2), np.zeros((len(frames), 2)), 0.0)
    middle = np.array([np.median(columns), np.median(rows)])
    hunt = _Hunt(frames[0], mask, hidden)
    for one, other in itertools.pairwise(frames):
        hunt.go_on(one, other)
    return Pursuit(middle, hunt.whole_way(), float(np.mean(hunt.seen)))


class _Hunt:
    """The state of following one region."""

    def __init__(self, first: Grey, mask: Bytes, hidden: Bytes | None) -> None:
        self._mask, self._hidden = mask, hidden
        self._looks = _Looks.of(first, mask)
        self._way = [np.zeros(2)]
        self._sure = [True]
        self.seen: list[bool] = []

    def go_on(self, one: Grey, other: Grey) -> None:
        """Follow it from the frame where it is to the next."""
        where = _shifted(self._mask, self._way[-1])
        if self._hidden is not None:
            where[self._hidden > 0] = 0
        moved = _middle_step(one, other, where)
        guess = self._way[-1] if moved is None else self._way[-1] + moved
        width = other.shape[1]
        found, likeness = self._looks.near(other, guess, round(_NEAR * width), _FALL / width)
        if likeness < _UNSURE:
            lost = next((n for n, sure in enumerate(reversed(self._sure)) if sure), 0)
            reach = min(_FARTHEST, _REACH + _WIDER * lost) * width
            elsewhere, score = self._looks.near(other, self._way[-1 - lost], round(reach))
            if score >= max(_SURE, _BETTER * (1 + likeness)):
                found, likeness = elsewhere, score
        is_sure = likeness >= _SURE
        self._way.append(found if likeness >= _TAKEN else guess)
        self._sure.append(is_sure)
        self.seen.append(is_sure or moved is not None)

    def whole_way(self) -> Points:
        """Straight on where it was lost between two places at which it was recognised."""
        way, sure = np.array(self._way), np.flatnonzero(self._sure)
        for before, after in itertools.pairwise(sure):
            if after - before > 1 and self._is_lost(way[before : after + 1]):
                share = np.linspace(0, 1, after - before + 1)[:, None]
                way[before : after + 1] = way[before] * (1 - share) + way[after] * share
        return way

    def _is_lost(self, way: Points) -> bool:
        """Whether the steps did not lead to where it was found again."""
        steps = np.hypot(*np.diff(way, axis=0).T)
        return float(steps[-1]) > _JUMP + 2 * float(np.median(steps))


@dataclass(frozen=True, slots=True)
class _Looks:
    """How a region looked at first."""

    sample: Grey
    left: int
    top: int

    @staticmethod
    def of(frame: Grey, mask: Bytes) -> _Looks:
        edges = []
        for axis in (0, 1):
            inside = np.flatnonzero(mask.any(axis=axis))
            cut = int((inside[-1] + 1 - inside[0]) * (1 - _CORE) / 2)
            edges.append((int(inside[0]) + cut, int(inside[-1]) + 1 - cut))
        (left, right), (top, bottom) = edges
        return _Looks(np.ascontiguousarray(frame[top:bottom, left:right]), left, top)

    def near(self, frame: Grey, way: Points, reach: int, fall: float = 0.0) -> tuple[Points, float]:
        """The place near one where it is most like what it was, and how like that is: -1 to 1.

        With each pixel of distance likeness counts less by ``fall``.
        """
        height, width = frame.shape
        tall, wide = self.sample.shape
        x, y = self.left + round(float(way[0])), self.top + round(float(way[1]))
        x0, y0 = max(0, x - reach), max(0, y - reach)
        part = frame[y0 : min(height, y + tall + reach), x0 : min(width, x + wide + reach)]
        if part.shape[0] < tall or part.shape[1] < wide or float(self.sample.std()) < _FLAT:
            return way, -1.0
        score = np.asarray(cv2.matchTemplate(part, self.sample, cv2.TM_CCOEFF_NORMED), np.float32)
        rows, columns = np.indices(score.shape)
        best = score - fall * np.hypot(columns - (x - x0), rows - (y - y0))
        row, column = (int(each) for each in np.unravel_index(int(best.argmax()), best.shape))
        found = np.array([column + _top(score[row], column), row + _top(score[:, column], row)])
        return found + np.array([x0 - self.left, y0 - self.top]), float(score[row, column])


def _top(scores: Floats, at: int) -> float:
    """Where the parabola through the best score and its neighbours has its top, seen from it."""
    if not 0 < at < len(scores) - 1:
        return 0.0
    before, here, after = (float(each) for each in scores[at - 1 : at + 2])
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else 0.5 * (before - after) / bend


def _middle_step(one: Grey, other: Grey, shifted: Bytes) -> Points | None:
    """How far what is there moves to the next frame; None where too little can be followed."""
    rows, columns = np.flatnonzero(shifted.any(axis=1)), np.flatnonzero(shifted.any(axis=0))
    if not rows.size:
        return None
    part = (
        slice(max(0, int(rows[0]) - _MARGIN), int(rows[-1]) + 1 + _MARGIN),
        slice(max(0, int(columns[0]) - _MARGIN), int(columns[-1]) + 1 + _MARGIN),
    )
    before = np.ascontiguousarray(one[part])
    spots = corners(before, np.ascontiguousarray(shifted[part]), _CORNERS)
    if not len(spots):
        return None
    there, good = step(before, np.ascontiguousarray(other[part]), spots)
    if np.count_nonzero(good) < _FEWEST:
        return None
    middle: NDArray[np.float64] = np.median(there[good] - spots[good], axis=0).astype(float)
    return middle


def _shifted(mask: Bytes, way: Points) -> Bytes:
    matrix = np.array([[1, 0, round(float(way[0]))], [0, 1, round(float(way[1]))]], np.float64)
    found = cv2.warpAffine(mask, matrix, mask.shape[::-1], flags=cv2.INTER_NEAREST)
    return np.asarray(found, np.uint8)
