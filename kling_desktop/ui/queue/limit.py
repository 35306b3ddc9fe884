"""How many jobs run at once: what is so now, who says so, and the question to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QRadioButton, QSpinBox, QVBoxLayout

from kling_desktop.ui.answers import ok_and_cancel
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.line import Steering

MOST = 100
USUAL = 2
"""What is suggested where nothing is known; fal starts new accounts with as many."""
MEANING = (
    "No clip costs more or less for it. What waits here can still be moved, changed and cancelled "
    "free of charge; what waits at fal can only be cancelled."
)


def limit_line(steering: Steering) -> str:
    """What is so now, in the room that the queue's head has."""
    if steering.limit:
        by = "as at fal" if steering.limit == steering.learned else "set by you"
        return f"At most {steering.limit} at once, {by}"
    if steering.learned:
        return f"No limit; fal runs {steering.learned} at once"
    return "Any number at once"


def limit_tip(steering: Steering) -> str:
    """The same in whole sentences."""
    if steering.limit:
        text = f"You have set that at most {jobs(steering.limit)} of yours run at once."
    else:
        text = "No limit is set here; what is too much for your account waits at fal."
    return f"{text} {learned_line(steering)}".strip()


def learned_line(steering: Steering) -> str:
    """What was learned of the account; empty where nothing was."""
    if not steering.learned:
        return ""
    return (
        f"Learned from fal: your account was seen to run {steering.learned} at once "
        "while others of yours waited."
    )


def jobs(number: int) -> str:
    return "1 job" if number == 1 else f"{number} jobs"


class LimitDialog(QDialog):
    """Asks how many jobs may run at once; ``limit`` is the answer, 0 for any number."""

    def __init__(self, parent: QWidget, steering: Steering) -> None:
        super().__init__(parent)
        self.setWindowTitle("How many at once")
        self._any = QRadioButton("Any number; what is too much for the account waits at fal")
        self._most = QRadioButton("At most")
        self._number = QSpinBox(minimum=1, maximum=MOST)
        self._number.setAccessibleName("Jobs at once")
        self._number.setValue(steering.limit or steering.learned or USUAL)
        (self._most if steering.limit else self._any).setChecked(True)
        self._learned = label(learned_line(steering) or "Nothing was learned from fal yet.")
        self._learned.setWordWrap(True)
        self._use = Button(f"Use {steering.learned}")
        self._use.setVisible(steering.learned not in {0, steering.limit})
        self._use.setAutoDefault(False)
        self._use.clicked.connect(lambda: self._number.setValue(steering.learned))
        self._use.clicked.connect(lambda: self._most.setChecked(True))
        self._number.valueChanged.connect(lambda: self._most.setChecked(True))
        self._lay_out()

    @property
    def limit(self) -> int:
        return self._number.value() if self._most.isChecked() else 0

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(label("How many of your jobs may run at once?", look="heading"))
        column.addWidget(self._any)
        most = QHBoxLayout()
        most.addWidget(self._most)
        most.addWidget(self._number)
        most.addWidget(label("at once; the others wait here for their turn"), 1)
        column.addLayout(most)
        learned = QHBoxLayout()
        learned.addWidget(self._learned, 1)
        learned.addWidget(self._use)
        column.addLayout(learned)
        column.addWidget(label(MEANING, look="muted", wrap=True))
        column.addWidget(ok_and_cancel(self, "Set"))
        self.setMinimumWidth(440)
