"""The clip on the stage: which one it is, whose it is, and the player once there is a clip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.player.controls import Controls
    from kling_desktop.ui.player.player import Player


class ClipPage(QObject):
    """Qt's multimedia part is not loaded before the window shows: start-up is a goal."""

    made = Signal(object)
    """The player, as soon as there is one."""

    draws_marks = True
    """Whether what the brush did is drawn over clips."""
    caption = ""
    """What the head says of the clip; empty before the first."""
    path = ""
    """The file that plays."""

    def __init__(self, controls: Controls, stage: QWidget) -> None:
        super().__init__(stage)
        self._controls = controls
        self._stage = stage
        self.player: Player | None = None
        """None until there was a clip to play."""

    @property
    def seconds(self) -> float:
        """When the frame is shown that is in sight."""
        return 0.0 if self.player is None else self.player.view.seconds

    @property
    def image(self) -> QImage | None:
        """That frame, as it is painted."""
        image = None if self.player is None else self.player.view.image
        return None if image is None or image.isNull() else image

    def show(self, path: str, brush: Mapping[str, Any] | None) -> None:
        """Play a clip, with what the check of its brush found."""
        player = self.ready()
        player.show_clip(path)
        player.show_brush(brush)
        self.path = path
        self.caption = Path(path).name

    def show_verdict(self, path: str, brush: Mapping[str, Any] | None) -> None:
        """The check of a clip is over; if it is this one, draw what was found."""
        if self.player is not None and path == self.path:
            self.player.show_brush(brush)

    def draw_marks(self, *, wanted: bool) -> None:
        """Whether what the brush did is drawn over clips."""
        self.draws_marks = wanted
        if self.player is not None:
            self.player.draw_marks(wanted=wanted)

    def disown(self) -> bool:
        """Say that the clip is another job's; whether there is one of which to say it."""
        if self.player is None or not self.caption:
            return False
        self.player.rest()
        self.caption = f"Of another job: {self.caption.rpartition(': ')[2]}"
        return True

    def ready(self) -> Player:
        """The player; the first who asks has it made."""
        if self.player is None:
            from kling_desktop.ui.player.player import Player

            self.player = Player(self._controls, self._stage)
            self.player.draw_marks(wanted=self.draws_marks)
            self.made.emit(self.player)
        return self.player
