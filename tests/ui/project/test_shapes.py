"""A picture is cut to the shape of a model by a choice, around what was in the middle before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.ui.project.fit_dialog import FitDialog
from kling_desktop.ui.project.shapes import FREE, USUAL, largest_of, shapes_of
from tests.helpers.worlds import T2V

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.catalog import Catalog

SIZE = Size(1600, 1200)


@pytest.mark.parametrize(
    ("shape", "box"),
    [("16:9", (1600, 900)), ("9:16", (675, 1200)), ("1:1", (1200, 1200))],
)
def test_the_largest_box_of_a_shape_keeps_the_middle(shape: str, box: tuple[int, int]) -> None:
    crop = largest_of(SIZE, SIZE.rect, shape)
    assert (crop.width, crop.height) == box
    assert abs(crop.left + crop.right - 1600) <= 1
    corner = largest_of(SIZE, Rect(1400, 1000, 1600, 1200), shape)
    assert (corner.right, corner.bottom) == (1600, 1200)


def test_the_shapes_are_those_of_the_model(catalog: Catalog) -> None:
    endpoint = catalog.endpoint(T2V)
    assert shapes_of(endpoint) == tuple(endpoint.field("aspect_ratio").choices)
    bare = next(each for each in catalog.endpoints if not each.has("aspect_ratio"))
    assert shapes_of(bare) == USUAL


def test_a_shape_is_chosen_and_a_hand_makes_it_free_again(qtbot: QtBot) -> None:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    dialog = FitDialog(None, image)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert dialog.shape.currentText() == FREE
    dialog.shape.setCurrentText("9:16")
    dialog.shape.activated.emit(2)
    assert dialog.fit is not None
    assert dialog.fit.size == (675, 1200)
    dialog.view.set_crop(Rect(0, 0, 800, 800))
    assert dialog.shape.currentText() == FREE
