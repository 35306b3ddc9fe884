"""The middle: the picture that goes in, or the clip that came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from kling_desktop.ui.canvas.picture_view import PictureView
from kling_desktop.ui.head import CLIP, PICTURE, Head
from kling_desktop.ui.notice import Notice
from kling_desktop.ui.player.controls import Controls

if TYPE_CHECKING:
    from kling_desktop.ui.incoming import Source
    from kling_desktop.ui.player.player import Player


class Stage(QFrame):
    """Two pages in one rectangle, so that turning them moves nothing; a notice above them."""

    folder_asked = Signal(str)
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("stage", True)
        # A click on a clip leaves the field or button that had the keys, and Space is the clip's.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.picture = PictureView()
        self.notice = Notice()
        self.source: Source | None = None
        """Where the picture is from that the next clip would start with."""
        self._player: Player | None = None
        self._clip_caption = ""
        self._takes_picture = True
        self._head = Head()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.picture)
        self._controls = Controls()
        self._lay_out()
        self._head.page_chosen.connect(self._show_page)
        self._head.replace_asked.connect(self.picture.open_asked)
        self._head.remove_asked.connect(self.remove_asked)
        self._show_page()

    @property
    def player(self) -> Player | None:
        """The player, once there was a clip to play."""
        return self._player

    def show_task(self, *, takes_picture: bool) -> None:
        """Whether the next clip starts from the picture, or from words alone."""
        self._takes_picture = takes_picture
        self.picture.show_task(takes_picture=takes_picture)
        self._show_page()

    def show_picture(self, image: QImage, source: Source) -> None:
        """Show a picture and bring it to the front."""
        self.source = source
        self.picture.show_image(image)
        self._head.choose(PICTURE)
        self._show_page()

    def clear_picture(self) -> None:
        """Do without a picture."""
        self.source = None
        self.picture.show_image(QImage())
        self._show_page()

    def show_clip(self, path: str) -> None:
        """Play a clip and bring it to the front."""
        self._ready_player().show_clip(path)
        self._clip_caption = Path(path).name
        self._head.choose(CLIP)
        self._show_page()

    def show_no_clip(self) -> None:
        """The chosen job has no clip: one that is in sight must not pass for its own."""
        if self._player is not None and self._clip_caption:
            self._player.rest()
            self._clip_caption = f"Of another job: {self._clip_caption.rpartition(': ')[2]}"
            self._show_page()

    def toggle(self) -> None:
        """Play or pause the clip, if it is in sight."""
        if self._player is not None and self._shows_clip():
            self._player.toggle()

    def warm_up(self) -> None:
        """Load Qt's multimedia part while nothing is going on, so that no clip has to wait."""
        self._ready_player()

    def restyle(self) -> None:
        """Take the colours now in use."""
        for each in (self.picture, self.notice, self._head, self._controls):
            each.restyle()

    def _ready_player(self) -> Player:
        """Qt's multimedia part is not loaded before the window shows: start-up is a goal."""
        if self._player is None:
            from kling_desktop.ui.player.player import Player

            self._player = Player(self._controls, self)
            self._player.folder_asked.connect(self.folder_asked)
            self._player.failed.connect(self.notice.tell)
            self._pages.addWidget(self._player.view)
        return self._player

    def _lay_out(self) -> None:
        around = QVBoxLayout()
        around.setContentsMargins(10, 6, 10, 0)
        around.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._head)
        column.addLayout(around)
        column.addWidget(self._pages, 1)
        column.addWidget(self._controls)

    def _shows_clip(self) -> bool:
        return self._head.page == CLIP and self._player is not None

    def _show_page(self) -> None:
        clip, empty = self._shows_clip(), self.picture.is_empty
        self._pages.setCurrentIndex(1 if clip else 0)
        policy = self._controls.sizePolicy()
        policy.setRetainSizeWhenHidden(not empty)  # A picture fills the rectangle of its clip.
        self._controls.setSizePolicy(policy)
        self._controls.setVisible(clip)
        caption = self._clip_caption if clip else self._picture_caption()
        self._head.describe(caption, changeable=not clip and not empty)
        if self._player is not None and not clip:
            self._player.rest()

    def _picture_caption(self) -> str:
        if self.source is None:
            return ""
        size = self.picture.image_size
        caption = f"{self.source.name}   {size.width()} \N{MULTIPLICATION SIGN} {size.height()}"
        return caption if self._takes_picture else f"Not used from text: {caption}"
