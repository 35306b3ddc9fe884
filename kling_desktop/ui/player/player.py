"""The player: a clip loops from the moment it is there."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtMultimedia import QMediaPlayer
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import label, tool_button
from kling_desktop.ui.player.video_view import VideoView

STEP, PAGE = 100, 1000
"""Milliseconds that an arrow key, and a click beside the handle, move."""


class Player(QWidget):
    """Plays one file in a loop, with the few controls that a short clip needs."""

    folder_asked = Signal(str)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.view = VideoView()
        self._path = ""
        self._media = QMediaPlayer(self)
        self._media.setVideoSink(self.view.sink)
        self._media.setLoops(QMediaPlayer.Loops.Infinite)
        self._play = tool_button("Play or pause (Space)")
        self._loop = tool_button("Loop")
        self._loop.setCheckable(True)
        self._loop.setChecked(True)
        self._folder = tool_button("Show the file in its folder")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Position")
        self._time = label("0.0 / 0.0 s")
        self._lay_out()
        self._connect()
        self.restyle()

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

    def toggle(self) -> None:
        """Pause if it plays, else play."""
        if self.is_playing:
            self._media.pause()
        else:
            self._media.play()

    def rest(self) -> None:
        """Pause: nobody is looking."""
        self._media.pause()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._loop.setIcon(icons.icon("loop"))
        self._folder.setIcon(icons.icon("folder"))
        self._show_state()

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        controls.setContentsMargins(10, 0, 10, 10)
        for widget in (self._play, self._loop, self._time):
            controls.addWidget(widget)
        controls.addWidget(self._slider, 1)
        controls.addWidget(self._folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addLayout(controls)

    def _connect(self) -> None:
        self._play.clicked.connect(self.toggle)
        self._loop.toggled.connect(self._set_loop)
        self._folder.clicked.connect(lambda: self.folder_asked.emit(self._path))
        self._slider.setSingleStep(STEP)
        self._slider.setPageStep(PAGE)
        self._slider.actionTriggered.connect(lambda _: self._seek(self._slider.sliderPosition()))
        self._media.positionChanged.connect(self._show_position)
        self._media.durationChanged.connect(self._slider.setMaximum)
        self._media.playbackStateChanged.connect(self._show_state)
        self._media.errorOccurred.connect(lambda _, text: self.failed.emit(text))

    def _seek(self, position: int) -> None:
        self._media.setPosition(position)

    def _set_loop(self, on: bool) -> None:  # noqa: FBT001 - Qt's toggled signal gives it
        self._media.setLoops(QMediaPlayer.Loops.Infinite if on else QMediaPlayer.Loops.Once)

    def _show_position(self, position: int) -> None:
        if not self._slider.isSliderDown():
            self._slider.setValue(position)
        self._time.setText(f"{position / 1000:.1f} / {self._media.duration() / 1000:.1f} s")

    def _show_state(self) -> None:
        self._play.setIcon(icons.icon("pause" if self.is_playing else "play"))
