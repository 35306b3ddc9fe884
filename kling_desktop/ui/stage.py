"""The middle: the picture that goes in, or the clip that came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from kling_desktop.ui.canvas.picture_view import PictureView
from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.notice import Notice
from kling_desktop.ui.parts import Caption

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from kling_desktop.ui.player.player import Player

PICTURE, CLIP = "picture", "clip"


class Stage(QFrame):
    """Two pages, and the notice above them."""

    folder_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("stage", True)
        self.picture = PictureView()
        self.notice = Notice()
        self._player: Player | None = None
        self._captions = {PICTURE: "", CLIP: ""}
        self._pages = QStackedWidget()
        self._pages.addWidget(self.picture)
        self._switch = SegmentEditor("Show", (PICTURE, CLIP), ("Picture", "Clip"))
        self._caption = Caption(look="muted")
        self._lay_out()
        self._switch.changed.connect(self._show_page)
        self._switch.setEnabled(False)
        self._switch.setMaximumWidth(self._switch.sizeHint().width())

    @property
    def player(self) -> Player | None:
        """The player, once there was a clip to play."""
        return self._player

    def show_image(self, image: QImage, caption: str) -> None:
        """Show a picture and bring it to the front."""
        self.picture.show_image(image)
        self._captions[PICTURE] = caption
        self._switch.set_value(PICTURE)
        self._show_page()

    def show_clip(self, path: str) -> None:
        """Play a clip and bring it to the front."""
        self._ready_player().show_clip(path)
        self._captions[CLIP] = Path(path).name
        self._switch.setEnabled(True)
        self._switch.set_value(CLIP)
        self._show_page()

    def warm_up(self) -> None:
        """Load Qt's multimedia part while nothing is going on, so that no clip has to wait."""
        self._ready_player()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.picture.restyle()
        self.notice.restyle()
        if self._player is not None:
            self._player.restyle()

    def _ready_player(self) -> Player:
        """Qt's multimedia part is not loaded before the window shows: start-up is a goal."""
        if self._player is None:
            from kling_desktop.ui.player.player import Player

            self._player = Player()
            self._player.folder_asked.connect(self.folder_asked)
            self._player.failed.connect(self.notice.tell)
            self._pages.addWidget(self._player)
        return self._player

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(10, 10, 10, 0)
        head.addWidget(self._switch)
        head.addSpacing(8)
        head.addWidget(self._caption, 1)
        around = QVBoxLayout()
        around.setContentsMargins(10, 6, 10, 0)
        around.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(around)
        column.addWidget(self._pages, 1)

    def _show_page(self) -> None:
        clip = self._switch.value() == CLIP and self._player is not None
        self._pages.setCurrentIndex(1 if clip else 0)
        self._caption.show_text(self._captions[CLIP if clip else PICTURE])
        if self._player is not None and not clip:
            self._player.rest()
