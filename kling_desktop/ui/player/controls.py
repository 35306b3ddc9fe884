"""The few controls that a short clip needs; they know nothing of how it is played."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import CarefulButton, label, tool_button
from kling_desktop.ui.slider import DirectSlider

MARKS = "Show what the brush did (F6)"
USE = "Use this frame as the start picture (Shift+F6); or drag it out of the clip"
STEP, PAGE = 100, 1000
"""Milliseconds that an arrow key, and Page Up or Down, move."""


class Controls(QWidget):
    """Shows where a clip is and asks for what the user wants of it."""

    play_asked = Signal()
    loop_asked = Signal(bool)
    seek_asked = Signal(int)
    """Milliseconds."""
    folder_asked = Signal()
    promote_asked = Signal()
    frame_asked = Signal()
    """The frame in sight is wanted as the start picture."""
    marks_asked = Signal(bool)
    """To draw what the brush did over the clip, or not to."""

    def __init__(self) -> None:
        super().__init__()
        self._playing = False
        self._play = tool_button("Play or pause (Space)")
        self._loop = tool_button("Loop")
        self._loop.setCheckable(True)
        self._loop.setChecked(True)
        self._marks = tool_button(MARKS)
        self._marks.setCheckable(True)
        self._marks.hide()
        for each in (self._loop, self._marks):
            each.setProperty("tool", True)  # which shows whether it is on
        self._frame = tool_button(USE)
        self._folder = tool_button("Show the file in its folder")
        self._promote = CarefulButton()
        self._promote.hide()
        self._slider = DirectSlider("Position")
        self._slider.setSingleStep(STEP)
        self._slider.setPageStep(PAGE)
        self._time = label("0.0 / 0.0 s")
        self._lay_out()
        self._connect()
        self.restyle()

    def show_playing(self, *, playing: bool) -> None:
        """Offer what Space would do now."""
        self._playing = playing
        self._play.setIcon(icons.icon("pause" if playing else "play"))

    def show_position(self, position: int, duration: int) -> None:
        """Milliseconds; a slider in somebody's hand is left alone."""
        self._slider.setMaximum(duration)
        if not self._slider.isSliderDown():
            self._slider.setValue(position)
        self._time.setText(f"{position / 1000:.1f} / {duration / 1000:.1f} s")

    @property
    def promotion(self) -> str:
        """What the button offers; empty while there is none."""
        return "" if self._promote.isHidden() else self._promote.text()

    def offer_promotion(self, text: str) -> None:
        """Offer to make the clip at the model that it is a draft for; nothing if it is none."""
        self._promote.setText(text)
        self._promote.setToolTip("Promote the draft  (Ctrl+Shift+U)" if text else "")
        self._promote.setVisible(bool(text))

    def show_marks(self, *, there: bool, drawn: bool) -> None:
        """Offer the marks of a brush clip; other clips have none."""
        self._marks.setVisible(there)
        self._marks.setChecked(drawn)

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._loop.setIcon(icons.icon("loop"))
        self._marks.setIcon(icons.icon("path-marks"))
        self._frame.setIcon(icons.icon("picture"))
        self._folder.setIcon(icons.icon("folder"))
        self.show_playing(playing=self._playing)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 10)
        for widget in (self._play, self._loop, self._time):
            row.addWidget(widget)
        row.addWidget(self._slider, 1)
        row.addWidget(self._promote)
        row.addWidget(self._marks)
        row.addWidget(self._frame)
        row.addWidget(self._folder)

    def _connect(self) -> None:
        self._play.clicked.connect(self.play_asked)
        self._loop.toggled.connect(self.loop_asked)
        self._marks.clicked.connect(self.marks_asked)
        self._frame.clicked.connect(self.frame_asked)
        self._folder.clicked.connect(self.folder_asked)
        self._promote.clicked.connect(self.promote_asked)
        self._slider.actionTriggered.connect(
            lambda _: self.seek_asked.emit(self._slider.sliderPosition())
        )
