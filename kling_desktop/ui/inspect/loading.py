"""The files of a request as images. All of it runs on a thread of its own: decoding takes time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader

from kling_desktop.domain.motion.document import RegionId
from kling_desktop.ui.canvas.palette import LOOKS, look_of

if TYPE_CHECKING:
    from kling_desktop.domain.parcel import Parcel, SentFile, SentMask

LONGEST = 1600
"""Pixels of a side of what is shown fitted; more would only make it slow."""
STRENGTH = 0.5
"""How much of the picture a mask covers."""
LARGEST = 1024
"""Mebibytes that a picture may take; what is sent was checked long before."""


@dataclass(frozen=True, slots=True)
class MaskImages:
    """One mask, in the three ways in which it is shown."""

    tint: QImage
    """In its region's colour, to be laid over the picture."""
    small: QImage
    """As it is, no larger than a screen."""
    whole: QImage
    """As it is, pixel for pixel."""


@dataclass(frozen=True, slots=True)
class Images:
    """What could be read of a request's files."""

    picture: QImage = field(default_factory=QImage)
    whole: QImage = field(default_factory=QImage)
    """The picture, pixel for pixel."""
    masks: dict[str, MaskImages] = field(default_factory=dict)
    """By the place in the request."""


def load(parcel: Parcel) -> Images:
    """Read everything that can be read; what cannot is left out."""
    whole = _read(parcel.picture)
    masks = {}
    for mask in parcel.masks:
        image = _read(parcel.file_at(mask.address))
        if not image.isNull():
            masks[mask.field] = _ways(mask, image.convertToFormat(QImage.Format.Format_Grayscale8))
    return Images(_fitted(whole), whole, masks)


def colour_of(mask: SentMask) -> QColor:
    """The colour of a mask's region; masks that were painted elsewhere get one as well."""
    return QColor(look_of(RegionId(mask.number % len(LOOKS))).colour)


def _read(file: SentFile | None) -> QImage:
    if file is None or not file.is_here:
        return QImage()
    reader = QImageReader(file.path)
    reader.setAllocationLimit(LARGEST)
    return reader.read()


def _ways(mask: SentMask, whole: QImage) -> MaskImages:
    small = _fitted(whole)
    tint = QImage(small.size(), QImage.Format.Format_ARGB32_Premultiplied)
    tint.fill(colour_of(mask))
    tint.setAlphaChannel(small)
    return MaskImages(tint, small, whole)


def _fitted(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= LONGEST:
        return image
    size = image.size().scaled(QSize(LONGEST, LONGEST), Qt.AspectRatioMode.KeepAspectRatio)
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
