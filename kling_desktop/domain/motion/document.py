"""What is painted on a picture: regions with a mask and a way each, and a region that stays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NewType

from kling_desktop.domain.motion.asked import title_of
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Trajectory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.motion.geometry import Size

RegionId = NewType("RegionId", int)
"""1 to 6 for what moves, 0 for what stays: its number, its key, its colour and its hatching."""

STATIC = RegionId(0)
DYNAMIC = tuple(RegionId(number) for number in range(1, 7))
"""Kling moves at most six regions (kling-facts.md §0.6)."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """The picture that is painted on."""

    size: Size
    """Of the upright picture."""
    name: str = ""
    """As the user knows it."""
    digest: str = ""
    """SHA-256 of the file, in hexadecimal; empty where there is no file yet."""


@dataclass(frozen=True, slots=True)
class Region:
    """Pixels that move together, or stay."""

    id: RegionId
    mask: Mask
    name: str = ""
    """Empty until the user names it."""
    trajectory: Trajectory = field(default_factory=Trajectory)
    is_visible: bool = True
    is_locked: bool = False
    """Neither painted nor taken pixels from."""
    is_solo: bool = False
    """While any region is solo, only those are shown."""

    @property
    def is_static(self) -> bool:
        return self.id == STATIC

    @property
    def title(self) -> str:
        """Its name, or what it is called without one."""
        return self.name or title_of(self.id)


@dataclass(frozen=True, slots=True)
class MotionDocument:
    """One version of everything that is painted; the masks of its regions never overlap.

    That they are disjoint is the business of ``edits``, which make one document of another.
    """

    picture: PictureRef
    static: Region
    dynamic: tuple[Region, ...] = ()
    """In the order in which they are drawn and sent; their numbers may come in any order."""

    @staticmethod
    def blank(picture: PictureRef) -> MotionDocument:
        """Nothing painted yet."""
        return MotionDocument(picture, Region(STATIC, Mask.empty(picture.size)))

    @property
    def size(self) -> Size:
        return self.picture.size

    @property
    def regions(self) -> tuple[Region, ...]:
        """All of them, the static one last."""
        return (*self.dynamic, self.static)

    @property
    def names(self) -> dict[str, str]:
        """What the user has called regions, as ``Job.regions``: number to name."""
        return {str(each.id): each.name for each in self.regions if each.name}

    @property
    def is_blank(self) -> bool:
        """Whether nothing is painted and no way is drawn."""
        return all(each.mask.is_empty and each.trajectory.is_empty for each in self.regions)

    def region(self, wanted: RegionId) -> Region | None:
        """The region of a number, if there is one."""
        return next((each for each in self.regions if each.id == wanted), None)

    def shown(self) -> Iterator[Region]:
        """The regions in sight, in the order of drawing."""
        is_solo = any(each.is_solo for each in self.regions)
        for each in self.regions:
            if each.is_visible and (each.is_solo or not is_solo):
                yield each

    def free_number(self) -> RegionId | None:
        """The lowest number without a region; None if there are six."""
        used = {each.id for each in self.dynamic}
        return next((number for number in DYNAMIC if number not in used), None)

    def with_region(self, region: Region) -> MotionDocument:
        """With another version of a region, or with one more at the end."""
        if region.is_static:
            return replace(self, static=region)
        if self.region(region.id) is None:
            return replace(self, dynamic=(*self.dynamic, region))
        changed = tuple(region if each.id == region.id else each for each in self.dynamic)
        return replace(self, dynamic=changed)
