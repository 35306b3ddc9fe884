"""The question when a waiting job shall begin: a few usual times, any other, or its turn."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QDateTimeEdit, QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout

from kling_desktop.domain.later import MEANING, presets
from kling_desktop.ui.answers import ok_and_cancel
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

FORMAT = "yyyy-MM-dd   HH:mm"
RELEASES = "What is on hold is released for that time."


class LaterDialog(QDialog):
    """Asks for a time; ``run_at`` is the answer, None for "as soon as its turn comes"."""

    def __init__(
        self,
        parent: QWidget,
        *,
        count: int,
        run_at: datetime | None,
        now: datetime,
        releases: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Start at a time")
        self.run_at = run_at
        self._question = label(
            "When shall this job begin?" if count == 1 else f"When shall these {count} jobs begin?",
            look="heading",
        )
        self._presets = [Button(each.text) for each in presets(now)]
        for button, preset in zip(self._presets, presets(now), strict=True):
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._choose, preset.at))
        self._edit = QDateTimeEdit()
        self._edit.setDisplayFormat(FORMAT)
        self._edit.setAccessibleName("Begin at")
        self._edit.setMinimumDateTime(_to_qt(now))
        self._edit.setDateTime(_to_qt(run_at or presets(now)[0].at))
        self._meaning = label(f"{RELEASES} {MEANING}" if releases else MEANING, wrap=True)
        self._meaning.setProperty("muted", True)
        self._buttons = ok_and_cancel(self, "Start then")
        self._turn = Button("As soon as its turn comes" if count == 1 else "As soon as it can be")
        self._turn.setAutoDefault(False)
        self._turn.setToolTip("Forget the time; the job keeps its place in the line.")
        self._turn.clicked.connect(self._forget)
        self.accepted.connect(self._take)
        self._forgotten = False
        self._lay_out()

    def _choose(self, at: datetime) -> None:
        """A preset fills the field, where it can be seen and still changed."""
        self._edit.setDateTime(_to_qt(at))
        self._edit.setFocus()

    def _forget(self) -> None:
        self._forgotten = True
        self.accept()

    def _take(self) -> None:
        seconds = self._edit.dateTime().toSecsSinceEpoch()
        self.run_at = None if self._forgotten else datetime.fromtimestamp(seconds, UTC)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(self._question)
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in self._presets:
            row.addWidget(each)
        column.addLayout(row)
        column.addWidget(self._edit)
        column.addWidget(self._meaning)
        if self.run_at is not None:
            self._buttons.addButton(self._turn, QDialogButtonBox.ButtonRole.ResetRole)
        column.addWidget(self._buttons)
        self._edit.setFocus()


def _to_qt(at: datetime) -> QDateTime:
    """The same moment by the clock of this place, whole minutes up."""
    return QDateTime.fromSecsSinceEpoch(-int(-at.timestamp() // 60) * 60)
