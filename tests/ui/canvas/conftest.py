"""A canvas with a small picture, opened and laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.ui.canvas.session import Session
from tests.ui.canvas.easel import Easel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture
def session(dressed: QApplication) -> Iterator[Session]:
    made = Session()
    yield made
    # Steps and stack refer to one another through Qt, which the garbage collector does not see.
    made.history.clear()


@pytest.fixture
def easel(qtbot: QtBot, session: Session) -> Iterator[Callable[..., Easel]]:
    """Makes a canvas with a picture of noise and stripes."""
    made: list[Easel] = []

    def make(width: int = 700, height: int = 500, ratio: float = 1.0, noise: int = 60) -> Easel:
        picture = scenery(width, height, noise)
        session.open(MotionDocument.blank(PictureRef(Size(width, height))), picture)
        easel = Easel(session, picture, ratio)
        qtbot.addWidget(easel.canvas)
        easel.canvas.resize(640, 400)
        easel.canvas.show()
        qtbot.waitUntil(lambda: easel.canvas.is_ready)
        made.append(easel)
        return easel

    yield make
    for each in made:
        each.canvas.close_errands()


def scenery(width: int, height: int, loudness: int = 60) -> np.ndarray:
    """A picture with something in every place, and its fourth byte 255."""
    y, x = np.mgrid[:height, :width]
    noise = np.random.default_rng(5).integers(0, loudness + 1, (height, width))
    blue = (x * 255 // width + noise) % 256
    green = (y * 255 // height + noise) % 256
    red = ((x // 32 + y // 32) % 2 * 120 + noise) % 256
    return np.stack([blue, green, red, np.full_like(blue, 255)], axis=-1).astype(np.uint8)
