"""The field for an effect: a list to type in, and a way to all effects with their samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kling_desktop.domain.scenes import TWO_PEOPLE, grouped, scene_name
from kling_desktop.ui import icons
from kling_desktop.ui.forms.editor import Editor
from kling_desktop.ui.forms.labels import label_of
from kling_desktop.ui.forms.menu import Menu
from kling_desktop.ui.forms.strip import PicturesEditor
from kling_desktop.ui.parts import label, tool_button

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from kling_desktop.domain.catalog import Endpoint, Field

SCENE = "effect_scene"
BROWSE = "Look through all effects (Ctrl+Shift+G)"
ONE = "Made from one picture."
TWO = f"Made from two pictures: {TWO_PEOPLE[0]}, then {TWO_PEOPLE[1]}."


class SceneEditor(Editor):
    """Chooses an effect; the browser is opened by whoever shows the form."""

    browse_asked = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._two: Set[str] = frozenset()
        self._strips: Sequence[PicturesEditor] = ()
        self._box = Menu()
        for scenes in grouped(field.choices).values():
            for each in scenes:
                self._box.addItem(scene_name(each), each)
        self._box.setAccessibleName(label_of(field))
        self._browse = tool_button(BROWSE)
        self._browse.setIcon(icons.icon("find"))
        self._told = label(look="muted", wrap=True)
        self._told.hide()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._box, 1)
        row.addWidget(self._browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._told)
        self.setFocusProxy(self._box)
        self._box.currentIndexChanged.connect(self._tell)
        self._box.currentIndexChanged.connect(self.changed)
        self._browse.clicked.connect(self.browse_asked)

    def value(self) -> str | None:
        return self._box.currentData()  # type: ignore[no-any-return]

    def set_value(self, value: Any) -> None:
        place = self._box.findData(value) if isinstance(value, str) else -1
        if place >= 0:
            self._box.setCurrentIndex(place)

    def join(self, two: Set[str], strips: Sequence[PicturesEditor]) -> None:
        """Tell from now on how many pictures it is made from, here and at the pictures."""
        self._two, self._strips = two, strips
        self._told.show()
        self._tell()

    def _tell(self) -> None:
        takes_two = self.value() in self._two
        self._told.setText(TWO if takes_two else ONE)
        for each in self._strips:
            each.show_roles(TWO_PEOPLE if takes_two else ("the picture",))


def join_pictures(endpoint: Endpoint, editors: Mapping[str, Editor]) -> None:
    """Let the strip of pictures say what the chosen effect wants of them."""
    scene = editors.get(SCENE)
    strips = [each for each in editors.values() if isinstance(each, PicturesEditor)]
    if isinstance(scene, SceneEditor) and strips:
        scene.join(endpoint.two_picture_scenes, strips)
