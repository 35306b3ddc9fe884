"""Several pictures at once: the first is the start picture, and the others are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QRadioButton, QVBoxLayout

from kling_desktop.domain.carrying import END, SEVERAL
from kling_desktop.ui.answers import accepted, ok_and_cancel
from kling_desktop.ui.parts import label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.catalog import Endpoint

LEAVE, LAST, ELEMENTS, BATCH = "leave", "end", "elements", "batch"
SHOWN: Final = 6
"""Names that are listed; more are counted."""
TITLE = "Further pictures"


def end_field(endpoint: Endpoint) -> str:
    """The field for the picture that a clip ends on; empty if the endpoint has none."""
    return next((each for each in END if endpoint.has(each)), "")


def several_field(endpoint: Endpoint) -> str:
    """The field that takes several pictures; empty if the endpoint has none."""
    return next((each for each in SEVERAL if endpoint.has(each)), "")


def ways(endpoint: Endpoint, count: int, *, batch: bool) -> dict[str, str]:
    """What can become of so many further pictures, as people read it."""
    found = {}
    if end_field(endpoint):
        one = "Use it" if count == 1 else "Use the first of them"
        found[LAST] = f"{one} as the end picture"
    if name := several_field(endpoint):
        most = endpoint.field(name).max_items
        found[ELEMENTS] = f"Add them to the pictures of this model (at most {most})"
    if batch:
        found[BATCH] = "Make a clip of each, with the same settings: see the prices first"
    return found | {LEAVE: "Leave them"}


class FurtherDialog(QDialog):
    """Names the pictures and asks what becomes of them."""

    def __init__(self, parent: QWidget, paths: Sequence[Path], found: dict[str, str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        count = len(paths)
        head = "Another picture came along" if count == 1 else f"{count} more pictures came along"
        names = "\n".join(each.name for each in paths[:SHOWN])
        if count > SHOWN:
            names += f"\nand {count - SHOWN} more"
        self._choices = {way: QRadioButton(text) for way, text in found.items()}
        next(iter(self._choices.values())).setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(label(head, look="heading"))
        column.addWidget(label(names, look="muted"))
        column.addSpacing(4)
        for each in self._choices.values():
            column.addWidget(each)
        column.addSpacing(6)
        buttons = ok_and_cancel(self, "Go on")
        buttons.button(QDialogButtonBox.StandardButton.Cancel).hide()
        column.addWidget(buttons)

    @property
    def chosen(self) -> str:
        return next(way for way, each in self._choices.items() if each.isChecked())


async def ask_further(parent: QWidget, paths: Sequence[Path], found: dict[str, str]) -> str:
    """What becomes of further pictures; Escape leaves them."""
    dialog = FurtherDialog(parent, paths, found)
    try:
        return dialog.chosen if await accepted(dialog) else LEAVE
    finally:
        dialog.deleteLater()
