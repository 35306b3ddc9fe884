"""The picture that is sent, with each mask and the points of each path laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.inspect.loading import STRENGTH, Images
from kling_desktop.ui.inspect.marks import paint_path

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent

    from kling_desktop.domain.parcel import Parcel, SentMask

NEAR = 12.0
"""Logical pixels in which the mouse finds a point."""
LEAST = QSize(240, 180)

Place = tuple[str, int]
"""A point: its mask's place in the request, and its number from 0."""


class InspectedPicture(QWidget):
    """Shows; what is chosen is somebody else's business."""

    pointed = Signal(object)
    """A point that the mouse is over (``Place``), or None."""
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setMinimumSize(LEAST)
        self.setAccessibleName("The picture with its masks and paths")
        self._parcel: Parcel | None = None
        self._images = Images()
        self._shown: set[str] = set()
        self._alone = ""
        self._is_whole = False
        self._point: Place | None = None
        self._near: Place | None = None

    def show_parcel(self, parcel: Parcel, images: Images) -> None:
        """Show a request with its files."""
        self._parcel, self._images = parcel, images
        self._shown = {each.field for each in parcel.masks}
        count = len(parcel.masks)
        masks = {0: "no mask", 1: "one mask"}.get(count, f"{count} masks")
        self.setAccessibleDescription(f"{masks} laid over it; the list below has every point.")
        self._resize()

    def show_masks(self, fields: set[str]) -> None:
        """Lay these masks over the picture, and no others."""
        self._shown = fields
        self.update()

    def show_alone(self, field: str) -> None:
        """Show one mask as it is, black and white; none brings the picture back."""
        self._alone = field
        self._resize()

    def show_whole(self, *, whole: bool) -> None:
        """One pixel of the file on one pixel of the screen, or all of it as there is room."""
        self._is_whole = whole
        self._resize()

    def show_point(self, point: Place | None) -> None:
        """Mark a point."""
        self._point = point
        self.update()

    @property
    def shown_masks(self) -> set[str]:
        return set(self._shown)

    @property
    def image(self) -> QImage:
        """What is shown, as large as it is."""
        if self._alone in self._images.masks:
            mask = self._images.masks[self._alone]
            return mask.whole if self._is_whole else mask.small
        return self._images.whole if self._is_whole else self._images.picture

    def at(self, place: Place) -> QPointF | None:
        """Where a point is in this widget."""
        mask = self._mask(place[0])
        if mask is None or mask.points[place[1]].y is None:
            return None
        return self._spots(mask)[place[1]]

    def _resize(self) -> None:
        ratio = self.devicePixelRatioF()
        size = (QSizeF(self.image.size()) / ratio).toSize() if self._is_whole else LEAST
        self.setMinimumSize(size.expandedTo(LEAST))
        self.update()

    def _frame(self) -> QRectF:
        """Where the picture lies."""
        image, room = self.image.size(), QRectF(self.rect())
        if image.isEmpty():
            return QRectF()
        ratio = self.devicePixelRatioF()
        size = QSizeF(image) / ratio
        if not self._is_whole:
            size = QSizeF(image).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRectF(QPointF(0, 0), size)
        frame.moveCenter(room.center())
        frame.moveTopLeft(frame.topLeft().toPoint().toPointF())
        return frame

    def _mask(self, field: str) -> SentMask | None:
        masks = self._parcel.masks if self._parcel else ()
        return next((each for each in masks if each.field == field), None)

    def _spots(self, mask: SentMask) -> list[QPointF]:
        """The points of a path here: in the middle of their pixels."""
        frame = self._frame()
        file = self._parcel.file_at(mask.address) if self._parcel else None
        file = file or (self._parcel.picture if self._parcel else None)
        width, height = (file.width, file.height) if file else (0, 0)
        if not width or not height:
            return []
        return [
            QPointF(
                frame.left() + (each.x + 0.5) * frame.width() / width,
                frame.top() + ((each.y or 0) + 0.5) * frame.height() / height,
            )
            for each in mask.points
            if each.y is not None
        ]

    def _visible(self) -> list[SentMask]:
        if self._parcel is None:
            return []
        wanted = {self._alone} if self._alone else self._shown
        return [each for each in self._parcel.masks if each.field in wanted]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = self._frame()
        if not frame.isEmpty():
            smooth = not self._is_whole
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(frame, self.image)
            if not self._alone:
                self._paint_masks(painter, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mask in self._visible():
            spots = self._spots(mask)
            if spots:
                marked = {p[1] for p in (self._point, self._near) if p and p[0] == mask.field}
                paint_path(painter, mask, spots, marked)
        painter.end()

    def _paint_masks(self, painter: QPainter, frame: QRectF) -> None:
        painter.setOpacity(STRENGTH)
        for mask in self._visible():
            if images := self._images.masks.get(mask.field):
                painter.drawImage(frame, images.tint)
        painter.setOpacity(1.0)

    def _found(self, place: QPointF) -> Place | None:
        near = [
            ((spot - place).manhattanLength(), (mask.field, index))
            for mask in self._visible()
            for index, spot in enumerate(self._spots(mask))
        ]
        distance, found = min(near, default=(NEAR + 1, None))
        return found if distance <= NEAR else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._found(event.position()))
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._found(event.position())
        if found is not None:
            self.chosen.emit(found)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def _point_at(self, found: Place | None) -> None:
        if found != self._near:
            self._near = found
            self.pointed.emit(found)
            self.update()
