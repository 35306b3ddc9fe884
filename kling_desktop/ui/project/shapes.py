"""Shapes that a picture can be cut to: those of the chosen model, by a choice instead of a hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from kling_desktop.domain.motion.geometry import Rect, Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.catalog import Endpoint

USUAL: Final = ("16:9", "9:16", "1:1")
"""What Kling makes of words; for models that do not say."""
FREE: Final = "Any shape"


class ShapeChoice(QComboBox):
    """Asks for a shape; any other box than the largest of that shape is free again."""

    chosen = Signal(str)
    """Such as ``16:9``."""

    def __init__(self, shapes: Sequence[str] = USUAL) -> None:
        super().__init__()
        self.setAccessibleName("Shape of the part that is kept")
        self.addItems([FREE, *shapes])
        self.activated.connect(self._tell)

    def follow(self, size: Size, crop: Rect) -> None:
        """Show which shape a box has."""
        shapes = [self.itemText(index) for index in range(1, self.count())]
        fits = [each for each in shapes if largest_of(size, crop, each) == crop]
        # A square picture is the largest of its shape without anybody having chosen it.
        self.setCurrentText(fits[0] if fits else FREE)

    def _tell(self) -> None:
        if self.currentText() != FREE:
            self.chosen.emit(self.currentText())


def shapes_of(endpoint: Endpoint) -> tuple[str, ...]:
    """The shapes that a model offers, or the usual ones."""
    field = endpoint.field("aspect_ratio") if endpoint.has("aspect_ratio") else None
    found = tuple(each for each in (field.choices if field else ()) if _ratio(each))
    return found or USUAL


def largest_of(size: Size, crop: Rect, shape: str) -> Rect:
    """The largest box of a shape, around the middle of another box as far as there is room."""
    across, down = _ratio(shape) or (1, 1)
    width = min(size.width, round(size.height * across / down))
    height = min(size.height, round(size.width * down / across))
    left = min(max(0, (crop.left + crop.right - width) // 2), size.width - width)
    top = min(max(0, (crop.top + crop.bottom - height) // 2), size.height - height)
    return Rect(left, top, left + width, top + height)


def _ratio(shape: str) -> tuple[int, int] | None:
    across, _, down = shape.partition(":")
    fine = across.isdecimal() and down.isdecimal() and int(across) and int(down)
    return (int(across), int(down)) if fine else None
