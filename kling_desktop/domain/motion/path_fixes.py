"""What mends a doubtful path: changes that are tried in turn, until one brings no other doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import edits, path_edits
from kling_desktop.domain.motion.centroid import centroid
from kling_desktop.domain.motion.curve import is_sound, length, polyline
from kling_desktop.domain.motion.document import STATIC
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.path_changes import moved_by, resized, scaled
from kling_desktop.domain.motion.path_checks import TOO_FAST, FlawKind
from kling_desktop.domain.motion.path_edits import Target
from kling_desktop.domain.motion.sampling import PEAK
from kling_desktop.domain.motion.trajectory import Ease
from kling_desktop.domain.motion.ways import placed, way_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.path_checks import Flaw
    from kling_desktop.domain.motion.trajectory import Trajectory

LONG_ENOUGH = 0.12
"""Share of the width that a lengthened path has: a little more than what is known to work."""
FAST_ENOUGH = 0.9
"""Share of the highest speed that a slowed path has."""
SECONDS = 5.0
_HALVINGS = 20


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a kind of flaw is mended, in the words of a button and of the history."""

    text: str
    label: str
    paths: Callable[[MotionDocument, Region], Iterator[Trajectory | None]]
    """What is tried, the smallest change first."""


def mended(document: MotionDocument, flaw: Flaw) -> tuple[str, Edit] | None:
    """The words of a button and what it does; None where every way out leads to another doubt."""
    remedy, ground = REMEDIES.get(flaw.kind), flaw.ground
    if remedy is None or ground is None:
        return None
    region = flaw.region
    allowed = ground.kinds(region.trajectory) - {flaw.kind}
    crossing: Trajectory | None = None
    for path in remedy.paths(document, region):
        if path is None or not is_sound(path) or path == region.trajectory:
            continue
        brought = ground.kinds(path) - allowed
        if not brought:
            target = Target(document, region.id)
            return remedy.text, path_edits.set_path(target, path, remedy.label)
        if brought == {FlawKind.CROSSES_STATIC} and crossing is None:
            crossing = path
    if crossing is None:
        return None
    freed = free(document, region, crossing)
    if freed is None:
        return None
    made = edits.give_trajectory(freed, region.id, crossing)
    return f"{remedy.text}, and unpin its way", Edit(remedy.label, made)


def free(
    document: MotionDocument, region: Region, path: Trajectory | None = None
) -> MotionDocument | None:
    """Without the pinned pixels on a region's way; None if none may go, or none would be left."""
    if document.static.is_locked:
        return None
    made = edits.erase(document, STATIC, way_of(region, path))
    return None if made is document or made.static.mask.is_empty else made


def _longer(document: MotionDocument, region: Region) -> Iterator[Trajectory | None]:
    path = resized(region.trajectory, LONG_ENOUGH * document.size.width)
    yield path
    yield placed(path, region.mask)


def _slower(document: MotionDocument, region: Region) -> Iterator[Trajectory | None]:
    path = region.trajectory
    most = FAST_ENOUGH * TOO_FAST / 100 * min(document.size) * SECONDS / PEAK[path.ease]
    yield resized(path, most)


def _inside(_document: MotionDocument, region: Region) -> Iterator[Trajectory | None]:
    if (middle := centroid(region.mask)) is None:
        return
    path = region.trajectory
    yield moved_by(path, middle - path.nodes[0].point)
    yield placed(path, region.mask)


def _within(document: MotionDocument, region: Region) -> Iterator[Trajectory | None]:
    """From the same start as far as the picture lets it be; or the whole of it from another."""
    path = region.trajectory
    start = path.nodes[0].point
    short, whole = 0.0, 1.0
    for _ in range(_HALVINGS):
        share = (short + whole) / 2
        inside = _is_inside(scaled(path, share, share, start), document)
        short, whole = (share, whole) if inside else (short, share)
    if short > 0 and length(fitted := scaled(path, short, short, start)) >= 1:
        yield fitted
    yield placed(path, region.mask)


def _is_inside(path: Trajectory, document: MotionDocument) -> bool:
    points, size = polyline(path).points, document.size
    return bool(
        (points >= 0).all() and (points[:, 0] < size.width).all()
        and (points[:, 1] < size.height).all()
    )  # fmt: skip


def _even(_document: MotionDocument, region: Region) -> Iterator[Trajectory | None]:
    yield replace(region.trajectory, ease=Ease.EVEN)


_LONGER = Remedy("Make the path longer", "Lengthen path", _longer)
REMEDIES: Mapping[FlawKind, Remedy] = {
    FlawKind.TOO_SHORT: _LONGER,
    FlawKind.WEAK: _LONGER,
    FlawKind.UNSURE: _LONGER,
    FlawKind.TOO_FAST: Remedy("Make the path shorter", "Shorten path", _slower),
    FlawKind.STARTS_OUTSIDE: Remedy("Start it in the region", "Move path", _inside),
    FlawKind.LEAVES_FRAME: Remedy("Keep it in the picture", "Fit path", _within),
    FlawKind.STEPPED: Remedy("Use an even pace", "Change pace", _even),
}
