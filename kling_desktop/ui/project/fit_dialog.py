"""What Kling would refuse of a picture, and how it can be cut and scaled to be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QSpinBox, QVBoxLayout

from kling_desktop.domain.limits import MAX_RATIO, MIN_RATIO, MIN_SIDE
from kling_desktop.domain.motion.fitting import Fit, fit_of, limited
from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.ui.answers import accepted, ok_and_cancel
from kling_desktop.ui.parts import label
from kling_desktop.ui.project.crop_view import CropView
from kling_desktop.ui.project.shapes import USUAL, ShapeChoice, largest_of
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

TITLE = "Crop or scale the picture"
LIMITS = (
    f"Kling takes pictures {MIN_RATIO} to {MAX_RATIO} times as wide as high, of at least "
    f"{MIN_SIDE} pixels on each side. The dashed line is the most that it would take; drag the "
    "box, or move it with the arrow keys. The file itself is not changed."
)
FOLLOWS = "What you have painted follows. Its undo history begins anew."
SAME = "Nothing to change"
PARTS = ("Left", "Top", "Width", "Height")


class FitDialog(QDialog):
    """Asks for a part of the picture; ``fit`` is what is to be done."""

    def __init__(
        self, parent: QWidget, image: QImage, *, file_bytes: int = 0, is_painted: bool = False,
        no: str = "Cancel", shapes: Sequence[str] = USUAL,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._size = Size(image.width(), image.height())
        self._bytes = file_bytes
        self._is_painted = is_painted
        self.view = CropView(image, limited(self._size.rect, self._size))
        self._reason = label(look="heading", wrap=True)
        self._result = label()
        self.shape = ShapeChoice(shapes)
        self.numbers = tuple(QSpinBox() for _ in PARTS)
        self._buttons = ok_and_cancel(self, "")
        self._ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(no)
        self._is_told = False
        self._lay_out()
        self.view.changed.connect(self._tell)
        self.shape.chosen.connect(self._take_shape)
        for number in self.numbers:
            number.valueChanged.connect(self._take_numbers)
        self._tell(self.view.crop)
        self.view.setFocus()

    @property
    def fit(self) -> Fit | None:
        """None if nothing would change."""
        return fit_of(self._size, self.view.crop, self._bytes)

    def _tell(self, crop: Rect) -> None:
        fit = self.fit
        self._reason.setText(fit.reason if fit is not None else "Choose a part of the picture.")
        size = fit.size if fit is not None else self._size
        self._result.setText(
            f"It becomes {size.width} \N{MULTIPLICATION SIGN} {size.height} pixels"
        )
        self._ok.setText(fit.label if fit is not None else SAME)
        self._ok.setEnabled(fit is not None)
        self.shape.follow(self._size, crop)
        self._is_told = True
        for number, value in zip(self.numbers, _numbers(crop), strict=True):
            number.setValue(value)
        self._is_told = False

    def _take_shape(self, shape: str) -> None:
        self.view.set_crop(largest_of(self._size, self.view.crop, shape))
        self._tell(self.view.crop)

    def _take_numbers(self) -> None:
        if not self._is_told:
            left, top, width, height = (each.value() for each in self.numbers)
            self.view.set_crop(Rect(left, top, left + width, top + height))
            self._tell(self.view.crop)  # also where the numbers were none that can be sent

    def _lay_out(self) -> None:
        width, height = self._size
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.shape)
        row.addSpacing(6)
        for name, number, most in zip(PARTS, self.numbers, (width, height, width, height),
                                      strict=True):  # fmt: skip
            number.setRange(0 if name in PARTS[:2] else 1, most)
            number.setAccessibleName(f"{name} in pixels")
            number.setKeyboardTracking(False)  # half a number is no wish
            row.addWidget(label(name))
            row.addWidget(number)
        row.addStretch(1)
        row.addWidget(self._result)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(self._reason)
        column.addWidget(self.view, 1)
        column.addLayout(row)
        column.addWidget(label(LIMITS, look="muted", wrap=True))
        if self._is_painted:
            column.addWidget(label(FOLLOWS, wrap=True))
        column.addWidget(self._buttons)
        fit(self, (760, 620))


async def ask_fit(
    parent: QWidget, image: QImage, *, file_bytes: int = 0, is_painted: bool = False,
    no: str = "Cancel", shapes: Sequence[str] = USUAL,
) -> Fit | None:  # fmt: skip
    """What to do with the picture; None for nothing."""
    dialog = FitDialog(
        parent, image, file_bytes=file_bytes, is_painted=is_painted, no=no, shapes=shapes
    )
    try:
        return dialog.fit if await accepted(dialog) else None
    finally:
        dialog.deleteLater()


def _numbers(crop: Rect) -> tuple[int, int, int, int]:
    return crop.left, crop.top, crop.width, crop.height
