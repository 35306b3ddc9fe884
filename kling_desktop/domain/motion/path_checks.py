"""What is doubtful about paths before money is spent: said, never mended in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.curve import length
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.sampling import (
    PEAK,
    deviation,
    percent_of_width,
    sampled,
)
from kling_desktop.domain.motion.trajectory import Ease
from kling_desktop.domain.motion.wire import in_sent_pixels, scaled_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.motion.curve import Floats
    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.mask import Pixels
    from kling_desktop.domain.motion.trajectory import Trajectory

TOO_SHORT = 8.0
"""Sent pixels below which nobody sees a movement."""
WEAK = 6.5
"""Percent of the width: up to that was ignored in paid tests (kling-facts.md §1.6)."""
SURE = 10.0
"""Percent of the width from which on paths were followed in the same tests."""
TOO_FAST = 60.0
"""Percent of the short side in a second."""
SLOWEST = 1.0
"""Sent pixels between two points of an eased path; below it the pace becomes steps."""

BESIDE = 4.0
"""Sent pixels by which 77 points may miss the path unsaid, as they cut corners of long ones."""


class FlawKind(Enum):
    """What may be wrong; scripts read these."""

    NO_PATH = "no path"
    NO_PIXELS = "no pixels"
    VANISHES = "vanishes"
    """Its pixels are too few for the size that is sent."""
    TOO_SHORT = "too short"
    WEAK = "weak"
    UNSURE = "unsure"
    """Between what was ignored and what was followed."""
    TOO_FAST = "too fast"
    STARTS_OUTSIDE = "starts outside"
    LEAVES_FRAME = "leaves the frame"
    CROSSES_STATIC = "crosses static"
    TOO_WINDING = "too winding"
    STEPPED = "stepped"


_SENTENCES = {
    FlawKind.NO_PATH: "{title} has no path. Draw one, or erase its pixels; nothing is sent before.",
    FlawKind.NO_PIXELS: (
        "{title} has a path but no pixels. Paint what shall follow it, or delete the path; "
        "nothing is sent before."
    ),
    FlawKind.VANISHES: (
        "{title} is too small to be seen in the picture that is sent. Paint more of it; "
        "nothing is sent before."
    ),
    FlawKind.TOO_SHORT: (
        "The path of {title} is {value:.0f} pixels long, too short to be seen. "
        "The clip would cost the same: make the path longer."
    ),
    FlawKind.WEAK: (
        "The path of {title} is as long as {value:.1f} % of the width. Kling has ignored paths "
        "that short, and charged: 10 % or more has worked."
    ),
    FlawKind.UNSURE: (
        "The path of {title} is as long as {value:.1f} % of the width. From 10 % on paths were "
        "followed; nobody knows about shorter ones, and the clip costs the same."
    ),
    FlawKind.TOO_FAST: (
        "{title} moves by {value:.0f} % of the short side in a second, and is likely to break. "
        "The clip would cost the same: make the path shorter."
    ),
    FlawKind.STARTS_OUTSIDE: (
        "The path of {title} starts outside its pixels. Kling may ignore it, and charges: "
        "move the path's start into the region."
    ),
    FlawKind.LEAVES_FRAME: (
        "The path of {title} leaves the picture. Kling does not say what happens then, and "
        "charges: keep it inside if you can."
    ),
    FlawKind.CROSSES_STATIC: (
        "The path of {title} crosses pixels that stay. The clip would cost the same: "
        "lead the path round them, or pin less."
    ),
    FlawKind.TOO_WINDING: (
        "The path of {title} has too many turns for the 77 points that Kling takes: it is sent up "
        "to {value:.0f} pixels beside what you drew. The clip would cost the same: make it simpler."
    ),
    FlawKind.STEPPED: (
        "The path of {title} is too short for its pace and would start or end in steps. "
        "The clip would cost the same: choose an even pace, or make the path longer."
    ),
}
_STOPPING = {FlawKind.NO_PATH, FlawKind.NO_PIXELS, FlawKind.VANISHES}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a path lies on, as it is sent."""

    mask: Pixels
    """Of its region."""
    static: Pixels
    picture: Size
    """Of what was painted on."""
    sent: Size
    seconds: float = 5.0

    def told(self, path: Trajectory) -> tuple[tuple[FlawKind, float], ...]:
        """What would be doubtful about a path of the region."""
        path = in_sent_pixels(path, self.picture, self.sent)
        points = sampled(path)
        return (
            *_pace(path, self.sent, self.seconds),
            *_way(points, self.mask, self.static),
            *_form(path, points),
        )

    def kinds(self, path: Trajectory) -> frozenset[FlawKind]:
        return frozenset(kind for kind, _ in self.told(path))


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something doubtful about one region."""

    kind: FlawKind
    region: Region
    value: float = 0.0
    ground: Ground | None = field(default=None, repr=False)
    """For what concerns a path."""

    @property
    def stops_sending(self) -> bool:
        """Whether the region could not be sent as it is; all others are for the user to weigh."""
        return self.kind in _STOPPING

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.kind].format(title=self.region.title, value=self.value)


def flaws(document: MotionDocument, sent: Size, seconds: float = 5.0) -> tuple[Flaw, ...]:
    """Everything doubtful about a document that is sent at that size."""
    static = scaled_mask(document.static.mask, sent)
    found: list[Flaw] = []
    for region in document.dynamic:
        if region.mask.is_empty and region.trajectory.is_empty:
            continue
        if region.trajectory.is_empty:
            found.append(Flaw(FlawKind.NO_PATH, region))
        elif region.mask.is_empty:
            found.append(Flaw(FlawKind.NO_PIXELS, region))
        elif not (mask := scaled_mask(region.mask, sent)).any():
            found.append(Flaw(FlawKind.VANISHES, region))
        else:
            ground = Ground(mask, static, document.size, sent, seconds)
            told = ground.told(region.trajectory)
            found += [Flaw(kind, region, value, ground) for kind, value in told]
    return tuple(found)


def _pace(path: Trajectory, sent: Size, seconds: float) -> Iterator[tuple[FlawKind, float]]:
    long = length(path)
    if long < TOO_SHORT:
        yield FlawKind.TOO_SHORT, long
    elif (percent := percent_of_width(long, sent.width)) <= WEAK:
        yield FlawKind.WEAK, percent
    elif percent < SURE:
        yield FlawKind.UNSURE, percent
    speed = 100 * long / seconds * PEAK[path.ease] / min(sent)
    if speed > TOO_FAST:
        yield FlawKind.TOO_FAST, speed


def _way(sent: Floats, mask: Pixels, static: Pixels) -> Iterator[tuple[FlawKind, float]]:
    points = [Point(x, y) for x, y in sent.tolist()]
    if not _holds(mask, points[0]):
        yield FlawKind.STARTS_OUTSIDE, 0.0
    height, width = mask.shape
    if not all(0 <= each.x < width and 0 <= each.y < height for each in points):
        yield FlawKind.LEAVES_FRAME, 0.0
    if any(_holds(static, each) for each in points):
        yield FlawKind.CROSSES_STATIC, 0.0


def _form(path: Trajectory, sent: Floats) -> Iterator[tuple[FlawKind, float]]:
    missed = deviation(path, len(sent))
    if missed > BESIDE:
        yield FlawKind.TOO_WINDING, missed
    if path.ease is not Ease.EVEN:
        steps = np.hypot(*np.diff(sent, axis=0).T)
        if len(steps) > 1 and steps.min() < SLOWEST:
            yield FlawKind.STEPPED, 0.0


def _holds(rows: Pixels, point: Point) -> bool:
    x, y = int(point.x // 1), int(point.y // 1)
    height, width = rows.shape
    return 0 <= x < width and 0 <= y < height and bool(rows[y, x])
