"""A canvas with hands: drags, frames, and what the slow reference painter says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from kling_desktop.ui.canvas.canvas import OPACITY, Canvas
from kling_desktop.ui.canvas.colours import colour_table
from kling_desktop.ui.theme import tokens
from tests.helpers import reference_painter as reference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.view import View
    from kling_desktop.ui.canvas.painting import ToolFor
    from kling_desktop.ui.canvas.session import Session

LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton,
)  # fmt: skip
NO_BUTTON = Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


class DenseCanvas(Canvas):
    """On a screen of whatever density a test wants."""

    def __init__(self, session: Session, ratio: float, **more: ToolFor) -> None:
        self.ratio = ratio
        super().__init__(session, **more)

    def devicePixelRatioF(self) -> float:
        return self.ratio


class Easel:
    """What a test does with a canvas."""

    def __init__(self, session: Session, picture: NDArray[np.uint8], ratio: float) -> None:
        self.session, self.picture = session, picture
        self.canvas = DenseCanvas(session, ratio)

    @property
    def view(self) -> View:
        return self.canvas.view

    @property
    def tool(self) -> str:
        return self.session.tool.value

    def at(self, place: Point) -> QPointF:
        """Where a place of the picture is shown."""
        shown = self.view.to_view(place)
        return QPointF(shown.x, shown.y)

    def mouse(
        self, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEYS,
    ) -> None:  # fmt: skip
        moves = kind is QEvent.Type.MouseMove
        held = NO_BUTTON if kind is QEvent.Type.MouseButtonRelease else button
        event = QMouseEvent(
            kind, place, self.canvas.mapToGlobal(place), NO_BUTTON if moves else button, held, keys
        )
        QApplication.sendEvent(self.canvas, event)

    def press(
        self, at: Point, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS
    ) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, self.at(at), button, keys)

    def move(
        self, at: Point, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS
    ) -> None:
        self.mouse(QEvent.Type.MouseMove, self.at(at), button, keys)

    def release(
        self, at: Point, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS
    ) -> None:
        self.mouse(QEvent.Type.MouseButtonRelease, self.at(at), button, keys)

    def drag(self, *places: Point, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """A stroke through places of the picture."""
        self.press(places[0], keys=keys)
        for each in places[1:]:
            self.move(each, keys=keys)
        self.release(places[-1], keys=keys)

    def look(self, view: View) -> None:
        """See the picture in exactly this way."""
        self.canvas._look(view)

    def shown(self) -> NDArray[np.uint8]:
        """The frame, brought up to date as a paint event does it."""
        self.canvas._surface.refine()
        self.canvas._surface.catch_up()
        return reference.pixels(self.canvas._surface.frame.image)

    def truth(self) -> NDArray[np.uint8]:
        """What the reference painter draws for the document as it is."""
        viewport = self.canvas._surface.viewport
        return reference.frame(
            self.picture, self.session.document, self.table(), self.view, viewport, tokens().stage
        )

    def table(self) -> tuple[int, ...]:
        return colour_table(self.session.document, self.session.active, opacity=OPACITY)

    def grabbed(self) -> QImage:
        """The widget as the screen would show it."""
        ratio, canvas = self.canvas.ratio, self.canvas
        image = QImage(canvas.size() * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        canvas.render(image)
        return image
