"""The window that answers "what happened to this job?", and goes on answering while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.ui import icons
from kling_desktop.ui.parts import Button, Caption, label, tool_button
from kling_desktop.ui.queue import words
from kling_desktop.ui.room import fit
from kling_desktop.ui.story.facts import NONE, as_text, facts_of, times
from kling_desktop.ui.story.lines import StoryLines
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.story import Line

SIZE = (660, 580)
LONGEST = 240
"""Characters of a prompt that are shown; its tip and the copied text have all."""
FILES = 3
"""Files that are listed; one request makes one clip, but that may change."""


class StoryDialog(QDialog):
    """The facts of a job, and every step of its life with what it meant for money."""

    folder_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What happened to this job?")
        self._text = ""
        self._sign = QLabel()
        self._state = label(look="heading", wrap=True)
        self._values = {name: _value(name) for name in ("Prompt", "Model", "Endpoint")}
        self._values |= {name: _value(name) for name in ("Expected", "Billed", "Request id")}
        self._copy_id = tool_button("Copy the request id")
        self._copy_id.setProperty("flat", True)
        self._copy_id.setIcon(icons.icon("copy"))
        self._files = QGridLayout()
        self._paths: tuple[str, ...] = ()
        self.lines = StoryLines()
        self._copy = Button("Copy as text")
        self._lay_out()
        self._copy.clicked.connect(self._copy_text)
        self._copy_id.clicked.connect(self._copy_request)
        self._request_id = ""

    def tell(self, job: Job, lines: Sequence[Line], endpoint: Endpoint | None) -> None:
        """Show a job as it is now; what is read or chosen in the lines stays where it is."""
        self._text = as_text(job, endpoint, lines)
        self._sign.setPixmap(
            icons.pixmap(words.ICONS.get(job.state, "clock"), 22, words.colour(job, tokens()))
        )
        self._state.setText(words.state_line(job))
        self._request_id = job.request_id or ""
        for name, text in (facts_of(job, endpoint) | {"Request id": self._request_id}).items():
            self._show_fact(name, text)
        self._copy_id.setEnabled(bool(self._request_id))
        self._show_files(tuple(clip.path for clip in job.clips))
        self.lines.tell(times(lines))

    def _show_fact(self, name: str, text: str) -> None:
        value = self._values[name]
        shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
        value.setText(shown or NONE)
        value.setToolTip(text if shown != text else "")

    def _show_files(self, paths: tuple[str, ...]) -> None:
        if paths == self._paths:
            return
        self._paths = paths
        for row, path in enumerate(paths[:FILES]):
            caption, show = Caption(), Button("Show in folder")
            caption.show_text(path)
            show.setAccessibleName(f"Show {path} in its folder")
            show.clicked.connect(self._shower(path))
            self._files.addWidget(caption, row, 0)
            self._files.addWidget(show, row, 1)
        self._files.setColumnStretch(0, 1)

    def _shower(self, path: str) -> Callable[[], None]:
        return lambda: self.folder_asked.emit(path)

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self._copy.setText("Copied")

    def _copy_request(self) -> None:
        QGuiApplication.clipboard().setText(self._request_id)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(self._facts())
        column.addLayout(self._files)
        column.addWidget(self.lines, 1)
        column.addWidget(self._buttons())
        fit(self, SIZE)
        self.lines.setFocus()

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, (name, value) in enumerate(self._values.items()):
            place = Qt.AlignmentFlag.AlignVCenter if name == "Request id" else top
            grid.addWidget(label(name, look="muted"), row, 0, place)
            grid.addWidget(value, row, 1, 1, 1 if name == "Request id" else 2, place)
        grid.addWidget(self._copy_id, len(self._values) - 1, 2)
        return grid

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        close.setDefault(True)
        box.addButton(self._copy, QDialogButtonBox.ButtonRole.ActionRole)
        box.rejected.connect(self.reject)
        return box


def _value(name: str) -> QLabel:
    """A fact that can be chosen and copied, by keys as well; it is never taken for markup."""
    made = label(wrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    flags = Qt.TextInteractionFlag
    made.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
    made.setAccessibleName(name)
    return made
