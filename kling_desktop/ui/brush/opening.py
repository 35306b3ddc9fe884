"""A picture with what is painted on it, on its way to the session; no pixel is copied here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QImage

from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.history import History
    from kling_desktop.ui.canvas.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """What a session is going to work on."""

    history: History
    rows: NDArray[np.uint8]
    """Blue, green, red, 255."""
    alpha: NDArray[np.uint8] | None = None

    @property
    def image(self) -> QImage:
        """The same pixels for the screen; whoever has it keeps this as well."""
        return image_of(self.rows)

    def start(self, session: Session) -> None:
        """Begin."""
        session.restore(self.history, self.rows, self.alpha)


def image_of(rows: NDArray[np.uint8]) -> QImage:
    """The same pixels as an image; whoever has it keeps the rows as well."""
    height, width = rows.shape[:2]
    return QImage(rows.data, width, height, width * 4, QImage.Format.Format_RGB32)


def open_image(session: Session, image: QImage, name: str) -> None:
    """Begin with nothing painted on a picture that is upright already; a null one ends the work."""
    size = Size(image.width(), image.height())
    document = MotionDocument.blank(PictureRef(size, name))
    session.open(document, None if image.isNull() else pixels_of(image))


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Rows of blue, green, red and 255; those of an image that came by ``incoming.load`` itself."""
    return np.asarray(_Pixels(image.convertToFormat(QImage.Format.Format_RGB32)))


class _Pixels:
    """Keeps an image for as long as an array looks at its memory."""

    def __init__(self, image: QImage) -> None:
        self._image = image
        whole = np.frombuffer(image.constBits(), np.uint8)
        shape = (image.height(), image.width(), 4)
        self.__array_interface__: dict[str, Any] = {**whole.__array_interface__, "shape": shape}
