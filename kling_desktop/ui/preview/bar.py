"""The row below the preview: play, place, time, speed, and what is drawn over the frames."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import label, tool_button
from kling_desktop.ui.preview.options import SPEEDS, Options
from kling_desktop.ui.preview.playing import FPS
from kling_desktop.ui.slider import DirectSlider


class PreviewBar(QWidget):
    """Shows where the preview is and how it is watched, and asks for something else."""

    chosen = Signal(object)
    """Other :class:`Options`."""

    def __init__(self) -> None:
        super().__init__()
        self._options = Options()
        self.play = tool_button("Play or pause the preview (Space)")
        self.loop = _toggle("Loop (Shift+L)")
        self.arrows = _toggle("Arrows of the motion (Shift+A)")
        self.onion = _toggle("Onion skin: start, middle and end as ghosts (Shift+O)")
        self.scrub = DirectSlider("Place in the preview")
        self.time = label()
        self.speed = tool_button("Speed (Alt+Left slower, Alt+Right faster)")
        self.speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._speeds = QMenu(self.speed)
        self.speed.setMenu(self._speeds)
        self._fill_speeds()
        self._lay_out()
        self.show_place(0, 0)
        self.show_options(self._options)
        for button, name in (
            (self.loop, "loops"), (self.arrows, "arrows"), (self.onion, "onion")
        ):  # fmt: skip
            button.clicked.connect(partial(self._flip, name))

    def show_place(self, number: int, frames: int) -> None:
        """Which of how many frames is in sight."""
        self.scrub.setMaximum(max(0, frames - 1))
        if not self.scrub.isSliderDown():
            self.scrub.setValue(number)
        at = f"{number / FPS:.1f} / {frames / FPS:.1f} s"
        self.time.setText(f"{at}  \N{MIDDLE DOT}  {number + 1 if frames else 0} / {frames}")
        self.time.setAccessibleName(f"{at}, frame {number + 1} of {frames}")

    def show_options(self, options: Options) -> None:
        """How it is watched now."""
        self._options = options
        self.loop.setChecked(options.loops)
        self.arrows.setChecked(options.arrows)
        self.onion.setChecked(options.onion)
        self.speed.setText(options.speed_text)
        for entry, speed in zip(self._speeds.actions(), SPEEDS, strict=True):
            entry.setChecked(speed == options.speed)

    def show_playing(self, *, playing: bool) -> None:
        """Offer what Space would do now."""
        self.play.setIcon(icons.icon("pause" if playing else "play"))

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.loop.setIcon(icons.icon("loop"))
        self.arrows.setIcon(icons.icon("arrows"))
        self.onion.setIcon(icons.icon("onion"))

    def _flip(self, name: str) -> None:
        self.chosen.emit(replace(self._options, **{name: not getattr(self._options, name)}))

    def _choose_speed(self, speed: float) -> None:
        self.chosen.emit(replace(self._options, speed=speed))

    def _fill_speeds(self) -> None:
        group = QActionGroup(self._speeds)
        for speed in SPEEDS:
            entry = group.addAction(Options(speed=speed).speed_text)
            entry.setCheckable(True)
            entry.triggered.connect(partial(self._choose_speed, speed))
        self._speeds.addActions(group.actions())

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for each in (self.play, self.loop, self.time):
            row.addWidget(each)
        row.addStretch(1)
        for each in (self.speed, self.arrows, self.onion):
            row.addWidget(each)
        column = QVBoxLayout(self)  # The place has all of the width, however narrow the canvas is.
        column.setContentsMargins(8, 2, 8, 4)
        column.setSpacing(2)
        column.addWidget(self.scrub)
        column.addLayout(row)


def _toggle(tip: str) -> QToolButton:
    made = tool_button(tip)
    made.setCheckable(True)
    made.setProperty("tool", True)  # which shows whether it is on
    return made
