"""A page of the motion brush on a small picture, with a canvas that does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.ui.brush.page import BrushPage
from kling_desktop.ui.canvas.session import Session
from kling_desktop.ui.keys_table import KeyTable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

SIZE = Size(400, 300)


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    made = Session()
    blank = MotionDocument.blank(PictureRef(SIZE, "boat.jpg"))
    made.open(blank, np.zeros((SIZE.height, SIZE.width, 4), np.uint8))
    return made


@pytest.fixture
def keys(qtbot: QtBot) -> KeyTable:
    return KeyTable()


@pytest.fixture
def page(qtbot: QtBot, dressed: QApplication, session: Session, keys: KeyTable) -> BrushPage:
    canvas = QWidget()
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made = BrushPage(session, keys, canvas)
    session.setParent(made)  # as in the window; Qt ends them in order
    qtbot.addWidget(made)
    made.resize(700, 560)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.take_keys()
    return made
