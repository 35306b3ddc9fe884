"""All effects in one list: searched by typing, by kind, with a sample of what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QTreeWidgetItem

from kling_desktop.domain.scenes import TWO_PEOPLE, grouped, scene_name
from kling_desktop.ui.compose.words import STAR
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.room import fit
from kling_desktop.ui.scenes.browser_layout import SceneTree, lay_out
from kling_desktop.ui.scenes.sample_view import SampleView

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.scenes.notes import SceneNotes
    from kling_desktop.ui.scenes.samples import Samples

SCENE: Final = Qt.ItemDataRole.UserRole
SIZE: Final = (700, 560)
HOW: Final = "Type to search; Enter chooses, Ctrl+D makes a favourite."
HONEST: Final = (
    "A sample drawn by this program to hint at the kind of effect. It is not what the model makes."
)
FAVOURITES: Final = "Favourites"
LATEST: Final = "Latest"
STEPS: Final = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
TWO: Final = f"Two pictures: {TWO_PEOPLE[0]}, then {TWO_PEOPLE[1]}."
ONE: Final = "One picture."


class SceneBrowser(QDialog):
    """What is chosen is told; the form takes it."""

    chosen = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        scenes: Iterable[str],
        two: Set[str],
        notes: SceneNotes,
        samples: Samples,
        current: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Choose an effect")
        self._scenes, self._two = tuple(scenes), frozenset(two)
        self._notes, self._samples = notes, samples
        self._looked_at = ""
        self._rest = QCursor.pos()
        """Where the pointer was when the current one was last chosen, or the list was left."""
        self.search = QLineEdit(placeholderText="Search: hug, dance, pets, two pictures")
        self.search.setAccessibleName("Search the effects")
        self.tree = SceneTree()
        self.view = SampleView()
        self.name = label(look="heading", wrap=True)
        self.about = label(look="muted", wrap=True)
        self.honest = label(HONEST, look="muted", wrap=True)
        self.count = label(look="muted", wrap=True)
        self.star = Button(f"{STAR}  Favourite")
        self.star.setAutoDefault(False)
        use, buttons = lay_out(self)
        use.clicked.connect(self._take)
        buttons.rejected.connect(self.reject)
        self._fill()
        self._mark(current)
        self._connect()
        fit(self, SIZE)
        self.search.setFocus()

    @property
    def looked_at(self) -> str:
        """The scene whose sample is in sight: under the pointer, or else the current one."""
        return self._looked_at

    def lines(self) -> list[str]:
        """What is in sight: heading and name."""
        return [
            f"{_head_of(each).text(0)}: {each.text(0)}"
            for each in self._items()
            if not each.isHidden()
        ]

    def choose(self, scene: str) -> None:
        """Go to a scene."""
        self._mark(scene)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While somebody types, the arrow keys move in the list all the same."""
        if (
            watched is self.search
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            if event.key() in STEPS:
                self.tree.event(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_D:
            self._star()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._samples.stop()
        super().done(result)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.tree.itemActivated.connect(self._take)
        self.tree.currentItemChanged.connect(self._follow)
        self.tree.itemEntered.connect(self._hover)
        self.tree.left.connect(self._follow)
        self.star.clicked.connect(self._star)
        self._samples.came.connect(self._came)
        self._follow()

    def _fill(self) -> None:
        self.tree.clear()
        known = set(self._scenes)
        self._group(FAVOURITES, [each for each in self._notes.favourites if each in known])
        self._group(LATEST, [each for each in self._notes.recent if each in known])
        for name, scenes in grouped(self._scenes).items():
            self._group(name, scenes)
        self.tree.expandAll()
        self._say_count()

    def _group(self, words: str, scenes: list[str]) -> None:
        if not scenes:
            return
        head = self.tree.add_head(words)
        for each in scenes:
            star = f"  {STAR}" if each in self._notes.favourites else ""
            pictures = "two pictures" if each in self._two else ""
            item = QTreeWidgetItem(head, [f"{scene_name(each)}{star}", pictures])
            item.setData(0, SCENE, each)
            item.setToolTip(0, each)

    def _items(self) -> list[QTreeWidgetItem]:
        return self.tree.lines()

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for item in self._items():
            head = _head_of(item).text(0)
            told = f"{head} {item.text(0)} {item.text(1)} {item.data(0, SCENE)}".lower()
            item.setHidden(not all(each in told for each in words))
        self.tree.hide_empty_heads()
        seen = [each for each in self._items() if not each.isHidden()]
        current = self.tree.currentItem()
        if current is None or current.isHidden():
            self.tree.setCurrentItem(seen[0] if seen else None)  # type: ignore[arg-type]
        self._say_count()

    def _say_count(self) -> None:
        seen = {each.data(0, SCENE) for each in self._items() if not each.isHidden()}
        told = (
            f"{len(seen)} of {len(self._scenes)} effects. " if seen else "No effect is like that. "
        )
        self.count.setText(told + HOW)

    def _mark(self, scene: str) -> None:
        found = [each for each in self._items() if each.data(0, SCENE) == scene]
        if found:
            self.tree.setCurrentItem(found[0])
            self.tree.scrollToItem(found[0], SceneTree.ScrollHint.PositionAtCenter)

    def _current(self) -> str:
        item = self.tree.currentItem()
        return "" if item is None or item.isHidden() else str(item.data(0, SCENE) or "")

    def _hover(self, item: QTreeWidgetItem) -> None:
        if QCursor.pos() == self._rest:
            return  # The list came to it, not it to the list.
        self._look_at(str(item.data(0, SCENE) or "") or self._current())

    def _follow(self) -> None:
        self._rest = QCursor.pos()
        self.star.setEnabled(bool(self._current()))
        self._look_at(self._current())

    def _look_at(self, scene: str) -> None:
        if scene == self._looked_at:
            return
        self._looked_at = scene
        self.name.setText(scene_name(scene) if scene else "")
        self.about.setText("" if not scene else TWO if scene in self._two else ONE)
        self._came(scene)

    def _came(self, scene: str) -> None:
        if scene == self._looked_at:
            frames = self._samples.frames(scene, two=scene in self._two) if scene else []
            self.view.play(frames)

    def _star(self) -> None:
        if found := self._current():
            self._notes.star(found)
            self._fill()
            self._filter(self.search.text())
            self._mark(found)

    def _take(self) -> None:
        if found := self._current():
            self._notes.note_use(found)
            self.chosen.emit(found)
            self.accept()


def _head_of(item: QTreeWidgetItem) -> QTreeWidgetItem:
    head = item.parent()
    assert head is not None
    return head
