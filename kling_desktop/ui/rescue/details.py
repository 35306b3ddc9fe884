"""All that is known of one request that was found: its picture, its prompt, its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from kling_desktop.ui import icons
from kling_desktop.ui.parts import Caption, label, tool_button
from kling_desktop.ui.rescue import words

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.ui.rescue.model import Entry

PICTURE = QSize(176, 118)
LONGEST = 220
"""Characters of a prompt that are shown; its tip has all."""


class Details(QFrame):
    """Shows the request whose row is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._id = ""
        self._picture = label(look="muted", centred=True, wrap=True)
        self._picture.setFixedSize(PICTURE)
        self._prompt = _text(look="heading")
        self._inputs = _text(look="muted")
        self._where = Caption(look="muted")
        self._problem = _text(look="problem")
        self._request = Caption()
        self._copy = tool_button("Copy the request id")
        self._copy.setProperty("flat", True)
        self._copy.setIcon(icons.icon("copy"))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._id))
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No row is chosen."""
        self._id = ""
        self._prompt.setText("Choose a request to see what it asked for.")
        self._inputs.setText("")
        self._problem.setText("")
        self._where.show_text("")
        self._request.show_text("")
        self._copy.hide()
        self._picture.hide()
        self.show_no_picture("")

    def tell(self, entry: Entry, endpoint: Endpoint | None) -> None:
        """Show a request, but for its picture."""
        past = entry.found.past
        whole = words.prompt(past)
        cut = len(whole) > LONGEST
        self._prompt.setText(whole[: LONGEST - 1] + words.ELLIPSIS if cut else whole)
        self._prompt.setToolTip(whole if cut else "")
        self._inputs.setText(words.inputs(past, endpoint))
        self._where.show_text(past.endpoint)
        self._problem.setText(entry.problem)
        self._problem.setVisible(bool(entry.problem))
        self._id = entry.id
        self._request.show_text(f"Request {entry.id}")
        self._copy.show()
        self._picture.show()

    def show_picture(self, image: QImage) -> None:
        """Show the picture that it was made from."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image)
        fitted = pixmap.scaled(
            PICTURE * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        fitted.setDevicePixelRatio(ratio)
        self._picture.setPixmap(fitted)
        self._picture.setAccessibleName("The picture that it was made from")

    def show_no_picture(self, why: str) -> None:
        """Say why there is none."""
        self._picture.setText(why)
        self._picture.setAccessibleName(why)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        grid.addWidget(self._picture, 0, 0, 5, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._prompt, 0, 1, 1, 2)
        grid.addWidget(self._inputs, 1, 1, 1, 2)
        grid.addWidget(self._problem, 2, 1, 1, 2)
        grid.addWidget(self._where, 3, 1, 1, 2)
        grid.addWidget(self._request, 4, 1)
        grid.addWidget(self._copy, 4, 2)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)


def _text(*, look: str) -> QLabel:
    made = label(look=look, wrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
