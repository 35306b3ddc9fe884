"""The line below the queue's title: how many jobs run at once, and whether all is paused."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.line import Steering
from kling_desktop.ui import icons
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.queue.limit import limit_line, limit_tip

PAUSED = "Paused: nothing new is sent or charged. What was sent already goes on."
PAUSE = (
    "Pause all (Ctrl+Shift+P): nothing new is sent, so nothing new is charged. "
    "What was sent goes on, and is charged."
)
GO_ON = "Go on with all (Ctrl+Shift+P): what waits is sent in its turn, and is charged."


class SteeringBar(QWidget):
    """Shows the steering of the line, and asks for another one."""

    pause_asked = Signal()
    """To pause everything, or to go on."""
    limit_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._steering = Steering()
        self._limit = Button()
        for each in ("flat", "slim"):
            self._limit.setProperty(each, True)
        self._pause = Button()
        self._pause.setToolTip(PAUSE)
        self._pause.setAccessibleName("Pause all")
        for each in ("flat", "slim"):
            self._pause.setProperty(each, True)
        self._paused = label(PAUSED, look="problem", wrap=True)
        self._go_on = Button("Go on")
        self._go_on.setToolTip(GO_ON)
        self._wait = QWidget()
        self._lay_out()
        self._limit.clicked.connect(self.limit_asked)
        self._pause.clicked.connect(self.pause_asked)
        self._go_on.clicked.connect(self.pause_asked)
        self.setEnabled(False)  # Until somebody knows.
        self._show()

    def show_steering(self, steering: Steering) -> None:
        """Show this from now on; it can be changed."""
        self.setEnabled(True)
        self._steering = steering
        self._show()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._pause.setIcon(icons.icon("pause"))
        self._limit.setIcon(icons.icon("settings"))

    def _show(self) -> None:
        paused = self._steering.paused
        self._limit.setText(limit_line(self._steering))
        self._limit.setToolTip(f"{limit_tip(self._steering)} Change it (Ctrl+L)")
        self._pause.setVisible(not paused)  # "Go on" is where it says that all is paused.
        self._wait.setVisible(paused)
        self.restyle()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._limit)
        row.addStretch(1)
        row.addWidget(self._pause)
        wait = QHBoxLayout(self._wait)
        wait.setContentsMargins(0, 0, 0, 0)
        wait.addWidget(self._paused, 1)
        wait.addWidget(self._go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._wait)
