"""What can be done to regions, each as one step of the history, for list and keys alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, RegionId
from kling_desktop.domain.motion.edits import Edit

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.domain.motion.trajectory import Trajectory
    from kling_desktop.ui.canvas.session import Session

SIX = "Kling moves at most six regions; delete one to add another."
LOCKED = "{} is locked. Unlock it first."
NOT_YET = "{} does not exist yet. Paint something, or add it."
NO_WAY = "The static region stays where it is and has no path."


class RegionActs(QObject):
    """Makes edits of wishes, and says in a sentence why one cannot be granted."""

    told = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    @property
    def order(self) -> tuple[RegionId, ...]:
        """The regions of the list: those that exist, the chosen one in any case, static last."""
        there = [each.id for each in self._session.document.dynamic]
        active = self._session.active
        if active != STATIC and active not in there:
            there.append(active)
        return (*there, STATIC)

    def step(self, by: int) -> None:
        """Choose the next region, or the one before."""
        order = self.order
        place = (order.index(self._session.active) + by) % len(order)
        self._session.choose_region(order[place])

    def add(self, mask: Mask | None = None) -> None:
        """Make one more region, and choose it; perhaps with pixels at once."""
        document = self._session.document
        active = self._session.active
        number: RegionId | None = active
        if active == STATIC or document.region(active) is not None:
            number = document.free_number()
        if number is None:
            self.told.emit(SIX)
            return
        made = edits.add(document, number)
        if mask is not None:
            made = edits.paint(made, number, mask)
        self._session.apply(Edit("Add region" if mask is None else "Add box", made))
        self._session.choose_region(number)

    def remove(self) -> None:
        """Delete the chosen region; of the static one only its pixels."""
        region = self._free()
        if region is None:
            return
        order = self.order
        place = order.index(region.id)
        label = "Clear static region" if region.is_static else "Delete region"
        self._session.apply(Edit(label, edits.remove(self._session.document, region.id)))
        if not region.is_static:
            rest = [each for each in order if each != region.id]
            neighbour = rest[min(place, len(rest) - 1)]
            self._session.choose_region(neighbour if len(rest) > 1 else DYNAMIC[0])

    def duplicate(self) -> None:
        """Make a region with the same path, and choose it."""
        region, document = self._there(), self._session.document
        if region is None:
            return
        number = document.free_number()
        if number is None:
            self.told.emit(SIX)
            return
        self._session.apply(Edit("Duplicate region", edits.duplicate(document, region.id)))
        self._session.choose_region(number)

    def move(self, by: int) -> None:
        """Move the chosen region up or down in the order."""
        region = self._there()
        if region is None or region.is_static:
            return
        ids = [each.id for each in self._session.document.dynamic]
        place = ids.index(region.id) + by
        if 0 <= place < len(ids):
            self.place(region.id, place)

    def place(self, region: RegionId, place: int) -> None:
        """Move a region to a place in the order, counted without itself."""
        document = self._session.document
        ids = [each.id for each in document.dynamic]
        if region in ids and ids.index(region) != place:
            self._session.apply(Edit("Reorder regions", edits.move(document, region, place)))

    def rename(self, region: RegionId, name: str) -> None:
        there = self._session.document.region(region)
        if there is not None and there.name != name.strip() and there.title != name.strip():
            made = edits.rename(self._session.document, region, name)
            self._session.apply(Edit("Rename region", made))

    def show(self, region: RegionId, *, visible: bool) -> None:
        label = "Show region" if visible else "Hide region"
        document = self._session.document
        self._flag(region, label, edits.show(document, region, visible=visible))

    def lock(self, region: RegionId, *, locked: bool) -> None:
        label = "Lock region" if locked else "Unlock region"
        document = self._session.document
        self._flag(region, label, edits.lock(document, region, locked=locked))

    def solo(self, region: RegionId, *, solo: bool) -> None:
        label = "Show region alone" if solo else "Show all regions"
        document = self._session.document
        self._flag(region, label, edits.solo(document, region, solo=solo))

    def give_path(self, region: RegionId, path: Trajectory) -> None:
        """Give a region another path, if it has one at all."""
        made = edits.give_trajectory(self._session.document, region, path)
        self._session.apply(Edit("Change path", made))

    def put_box(self, mask: Mask) -> None:
        """Give a box to the chosen region, which is made if there is none."""
        active, document = self._session.active, self._session.document
        region = document.region(active)
        if region is not None and region.is_locked:
            self.told.emit(LOCKED.format(region.title))
        else:
            self._session.apply(Edit("Add box", edits.paint(document, active, mask)))

    def path_problem(self) -> str:
        """Why the chosen region's path cannot be edited; empty if it can."""
        if self._session.active == STATIC:
            return NO_WAY
        region = self._session.document.region(self._session.active)
        return LOCKED.format(region.title) if region is not None and region.is_locked else ""

    def middle(self) -> Point:
        """Where a path of the chosen region would start: in the middle of its pixels."""
        from kling_desktop.domain.motion.geometry import Point

        region = self._session.document.region(self._session.active)
        rect = self._session.document.size.rect
        if region is not None and not region.mask.is_empty:
            rect = region.mask.bounds
        return Point((rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2)

    def _flag(self, region: RegionId, label: str, made: MotionDocument) -> None:
        if self._session.document.region(region) is not None:
            self._session.apply(Edit(label, made))

    def _there(self) -> Region | None:
        active = self._session.active
        region = self._session.document.region(active)
        if region is None:
            self.told.emit(NOT_YET.format(f"Region {active}"))
        return region

    def _free(self) -> Region | None:
        region = self._there()
        if region is not None and region.is_locked:
            self.told.emit(LOCKED.format(region.title))
            return None
        return region
