"""A picture that the window shows, as the session has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.ui.canvas.session import Session


def open_image(session: Session, image: QImage, name: str) -> None:
    """Begin with nothing painted on a picture that is upright already; a null one ends the work."""
    size = Size(image.width(), image.height())
    document = MotionDocument.blank(PictureRef(size, name))
    session.open(document, None if image.isNull() else pixels_of(image))


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Rows of blue, green, red and 255; an array of its own, as the image's memory ends with it."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(plain.constBits(), np.uint8)
    return rows.reshape(plain.height(), plain.width(), 4).copy()
