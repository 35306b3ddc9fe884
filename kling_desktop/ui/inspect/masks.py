"""The masks as a list: which of them are seen, and every point of their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from kling_desktop.ui.inspect import words
from kling_desktop.ui.inspect.loading import colour_of

if TYPE_CHECKING:
    from kling_desktop.domain.parcel import Inspection, Parcel, SentMask
    from kling_desktop.ui.inspect.picture import Place

_ROLE = Qt.ItemDataRole.UserRole


class MasksList(QTreeWidget):
    """A mask with its points below it; Space shows or hides a mask on the picture."""

    switched = Signal()
    """Other masks are to be seen."""
    chosen = Signal(object, object)
    """The mask that the keys are on, by its place, and the point (``Place``), if it is one."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("keys", True)
        self.setAccessibleName("Masks and the points of their paths")
        self.setUniformRowHeights(True)
        self.setMinimumHeight(110)
        self.itemChanged.connect(lambda *_: self.switched.emit())
        self.currentItemChanged.connect(lambda *_: self.chosen.emit(self.chosen_mask, self.point))

    def tell(self, inspected: Inspection) -> None:
        """Show the masks of a request."""
        parcel = inspected.parcel
        origin = words.ORIGINS[parcel.origin]
        self.setHeaderLabels(["Mask or point", "From top left", f"Sent, from {origin}"])
        self.headerItem().setToolTip(1, "Pixels of the picture, counted from its top left")
        self.headerItem().setToolTip(2, f"As the request has it, counted from the {origin}")
        self.blockSignals(True)
        self.clear()
        for each in parcel.masks:
            self.addTopLevelItem(_mask_item(parcel, each))
        self.blockSignals(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(True)
        if len(parcel.masks) == 1:
            self.expandAll()
        if first := self.topLevelItem(0):
            self.setCurrentItem(first)

    @property
    def shown(self) -> set[str]:
        """The masks that are ticked, by their places in the request."""
        items = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        ticked = Qt.CheckState.Checked
        return {str(e.data(0, _ROLE)) for e in items if e and e.checkState(0) is ticked}

    @property
    def chosen_mask(self) -> str:
        """The mask that the keys are on, or on one of whose points they are."""
        item = self.currentItem()
        if item is None:
            return ""
        return str((item.parent() or item).data(0, _ROLE))

    @property
    def point(self) -> Place | None:
        item = self.currentItem()
        parent = item.parent() if item is not None else None
        if item is None or parent is None:
            return None
        return self.chosen_mask, parent.indexOfChild(item)

    def choose(self, place: Place) -> None:
        """Go to a point."""
        for row in range(self.topLevelItemCount()):
            item = self.topLevelItem(row)
            point = item.child(place[1]) if item and item.data(0, _ROLE) == place[0] else None
            if item is not None and point is not None:
                item.setExpanded(True)
                self.setCurrentItem(point)
                self.scrollToItem(point)


def _mask_item(parcel: Parcel, mask: SentMask) -> QTreeWidgetItem:
    file = parcel.file_at(mask.address)
    points = f"{len(mask.points)} points" if mask.points else "stays where it is"
    item = QTreeWidgetItem([mask.title, words.size(file), points])
    item.setIcon(0, _swatch(mask))
    item.setData(0, _ROLE, mask.field)
    item.setToolTip(0, mask.field)
    item.setCheckState(0, Qt.CheckState.Checked)
    for index, each in enumerate(mask.points):
        end = {0: ", first", len(mask.points) - 1: ", last"}.get(index, "")
        place = "not known" if each.y is None else f"{each.x}, {each.y}"
        item.addChild(QTreeWidgetItem([f"{index + 1}{end}", place, f"{each.x}, {each.wire_y}"]))
    return item


def _swatch(mask: SentMask) -> QIcon:
    made = QPixmap(14, 14)
    made.fill(colour_of(mask))
    return QIcon(made)
