"""A video came where a picture belongs: one of its frames will do, if somebody says which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog, QRadioButton, QVBoxLayout

from kling_desktop.domain.lineage import AT, FIRST, LAST, Moment
from kling_desktop.ui.answers import accepted, ok_and_cancel
from kling_desktop.ui.parts import label

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

TITLE: Final = "A frame of the video"
HEAD: Final = "{} is a video, and a picture belongs here"
MORE: Final = "One of its frames can be taken, exactly as it is decoded. It costs nothing."


class MomentDialog(QDialog):
    """Asks which frame; the one in sight comes first where the video is in sight."""

    def __init__(self, parent: QWidget, name: str, in_sight: float | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._choices: dict[Moment, QRadioButton] = {}
        if in_sight is not None:
            self._add(Moment(AT, in_sight), f"The frame in &sight, at {in_sight:.2f} s")
        self._add(Moment(FIRST), "Its &first frame")
        self._add(Moment(LAST), "Its &last frame")
        first = next(iter(self._choices.values()))
        first.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(label(HEAD.format(name), look="heading", wrap=True))
        column.addWidget(label(MORE, look="muted", wrap=True))
        column.addSpacing(4)
        for each in self._choices.values():
            column.addWidget(each)
        column.addSpacing(6)
        column.addWidget(ok_and_cancel(self, "Use the frame"))
        self.setMinimumWidth(380)
        first.setFocus()

    @property
    def chosen(self) -> Moment:
        return next(moment for moment, each in self._choices.items() if each.isChecked())

    def _add(self, moment: Moment, text: str) -> None:
        self._choices[moment] = QRadioButton(text)


async def ask_moment(parent: QWidget, video: Path, in_sight: float | None) -> Moment | None:
    """Which frame of a video is wanted; None where somebody would rather not."""
    dialog = MomentDialog(parent, video.name, in_sight)
    try:
        return dialog.chosen if await accepted(dialog) else None
    finally:
        dialog.deleteLater()
