"""The line above the stage: which page is shown, what is on it, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.parts import Button, Caption, tool_button

BRUSH_TIP = "Paint what moves, and which way"
PICTURE, CLIP = "picture", "clip"


class Head(QWidget):
    """Switches between picture and clip; a picture can be replaced and taken away."""

    page_chosen = Signal()
    replace_asked = Signal()
    remove_asked = Signal()
    crop_asked = Signal()
    brush_asked = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._switch = SegmentEditor("Show", (PICTURE, CLIP), ("Picture", "Clip"))
        self._switch.setEnabled(False)
        self._switch.setMaximumWidth(self._switch.sizeHint().width())
        self._caption = Caption(look="muted")
        self.brush = Button("Motion brush")
        self.brush.setProperty("toggle", True)
        self.brush.setCheckable(True)
        self._crop = tool_button("Crop the picture (Ctrl+Shift+C)")
        self._replace = tool_button("Use another picture")
        self._remove = tool_button("Remove the picture")
        self._lay_out()
        self._switch.changed.connect(self.page_chosen)
        self.brush.clicked.connect(self.brush_asked)
        self._crop.clicked.connect(self.crop_asked)
        self._replace.clicked.connect(self.replace_asked)
        self._remove.clicked.connect(self.remove_asked)
        self.restyle()

    @property
    def page(self) -> str:
        return self._switch.value()

    def choose(self, page: str) -> None:
        """Turn to a page; once there is a clip, the user can turn too."""
        self._switch.setEnabled(self._switch.isEnabled() or page == CLIP)
        self._switch.set_value(page)

    def describe(self, caption: str, *, changeable: bool) -> None:
        """Say what is on the page, and whether it can be replaced and removed."""
        self._caption.show_text(caption)
        for each in (self.brush, self._crop, self._replace, self._remove):
            each.setVisible(changeable)

    def explain_brush(self, keys: str) -> None:
        """Say what the brush is for, and its keys."""
        self.brush.setToolTip(f"{BRUSH_TIP}  ({keys})" if keys else BRUSH_TIP)

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.brush.setIcon(icons.icon("tool-brush"))
        self._crop.setIcon(icons.icon("crop"))
        self._replace.setIcon(icons.icon("open"))
        self._remove.setIcon(icons.icon("trash"))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 10, 10, 0)
        row.addWidget(self._switch)
        row.addSpacing(8)
        row.addWidget(self._caption, 1)
        row.addWidget(self.brush)
        for each in (self._crop, self._replace, self._remove):
            each.setProperty("flat", True)
            row.addWidget(each)
        # As high without the buttons as with them, so that nothing below moves.
        row.addStrut(max(each.sizeHint().height() for each in (self._remove, self.brush)))
