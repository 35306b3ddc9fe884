"""The player: a clip loops from the moment it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtMultimedia import QMediaPlayer

from kling_desktop.ui.player.marks import marks_of
from kling_desktop.ui.player.video_view import VideoView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.ui.player.controls import Controls
    from kling_desktop.ui.player.marks import Marks


class Player(QObject):
    """Plays one file in a loop on its view, and obeys the controls."""

    folder_asked = Signal(str)
    failed = Signal(str)

    def __init__(self, controls: Controls, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = VideoView()
        self._controls = controls
        self._path = ""
        self._marks: Marks | None = None
        self._wants_marks = True
        self._media = QMediaPlayer(self)
        self._media.setVideoSink(self.view.sink)
        self._media.setLoops(QMediaPlayer.Loops.Infinite)
        self._connect()

    @property
    def is_playing(self) -> bool:
        return self._media.isPlaying()

    @property
    def position(self) -> int:
        """Milliseconds."""
        return self._media.position()

    def show_clip(self, path: str) -> None:
        """Play a file from its beginning."""
        if path != self._path:
            self._path = path
            self.view.clear()
            self._media.setSource(QUrl.fromLocalFile(path))
        self._media.play()

    def show_brush(self, told: Mapping[str, Any] | None) -> None:
        """What a check of the clip's brush found is drawn over it, if that is wished for."""
        self._marks = marks_of(told)
        self._show_marks()

    def draw_marks(self, *, wanted: bool) -> None:
        """Whether marks are drawn, where there are any."""
        self._wants_marks = wanted
        self._show_marks()

    def toggle(self) -> None:
        """Pause if it plays, else play."""
        if self.is_playing:
            self._media.pause()
        else:
            self._media.play()

    def rest(self) -> None:
        """Pause: nobody is looking."""
        self._media.pause()

    def _connect(self) -> None:
        controls, media = self._controls, self._media
        controls.play_asked.connect(self.toggle)
        controls.loop_asked.connect(self._set_loop)
        controls.seek_asked.connect(media.setPosition)
        controls.folder_asked.connect(lambda: self.folder_asked.emit(self._path))
        media.positionChanged.connect(self._show_position)
        media.durationChanged.connect(self._show_position)
        media.durationChanged.connect(self._take_duration)
        media.playbackStateChanged.connect(lambda _: controls.show_playing(playing=self.is_playing))
        media.errorOccurred.connect(lambda _, text: self.failed.emit(text))

    def _set_loop(self, on: bool) -> None:  # noqa: FBT001 - Qt's toggled signal gives it
        self._media.setLoops(QMediaPlayer.Loops.Infinite if on else QMediaPlayer.Loops.Once)

    def _take_duration(self, duration: int) -> None:
        self.view.duration = duration

    def _show_marks(self) -> None:
        self.view.show_marks(self._marks if self._wants_marks else None)
        self._controls.show_marks(there=self._marks is not None, drawn=self._wants_marks)

    def _show_position(self) -> None:
        self._controls.show_position(self._media.position(), self._media.duration())
