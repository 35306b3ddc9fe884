"""All models in one list: to be searched by typing, with favourites and the latest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from kling_desktop.ui.compose.choice import age
from kling_desktop.ui.compose.words import STAR, TASKS, marks, model_words, price_words
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.ui.compose.choice import ModelChoice

ID: Final = Qt.ItemDataRole.UserRole
WORDS: Final = ID + 1
"""What a line is found by."""
SIZE: Final = (620, 560)
HOW: Final = "Type to search; Enter chooses, Ctrl+D makes a favourite."
LEFT_OUT: Final = "Not offered here"
STEPS: Final = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class ModelFinder(QDialog):
    """Every endpoint with its price, by task."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, catalog: Catalog, choice: ModelChoice) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a model")
        self._catalog, self._choice = catalog, choice
        self.search = QLineEdit(placeholderText="Search: lips, 3.0 pro, 4k, effects")
        self.search.setAccessibleName("Search the models")
        self.tree = QTreeWidget()
        self.star = Button(f"{STAR}  Favourite")
        self.note = label(HOW, look="muted", wrap=True)
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.tree.itemActivated.connect(self._take)
        self.tree.currentItemChanged.connect(self._follow)
        self.star.clicked.connect(self._star)
        fit(self, SIZE)
        self.search.setFocus()

    def lines(self) -> list[str]:
        """What is in sight, line by line."""
        return [
            " | ".join(item.text(each) for each in range(3))
            for item in self._items()
            if not item.isHidden()
        ]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While somebody types, the arrow keys move in the list all the same."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
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

    def _lay_out(self) -> None:
        self.tree.setProperty("keys", True)
        self.tree.setAccessibleName("Models")
        self.tree.setColumnCount(3)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(10)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox()
        use = buttons.addButton("Use this model", QDialogButtonBox.ButtonRole.AcceptRole)
        use.setProperty("primary", True)
        use.setAutoDefault(False)
        close = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        close.setAutoDefault(False)
        self.star.setAutoDefault(False)
        use.clicked.connect(self._take)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.star)
        foot.addStretch(1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for widget in (self.search, self.tree, self.note):
            column.addWidget(widget)
        column.addLayout(foot)

    def _fill(self) -> None:
        self.tree.clear()
        known = {each.id: each for each in self._catalog.endpoints}
        choice = self._choice
        self._group("Favourites", [known[each] for each in choice.favourites], task=True)
        self._group("Latest", [known[each] for each in choice.recent], task=True)
        for task, words in TASKS.items():
            found = [each for each in known.values() if each.task is task]
            self._group(words, sorted(found, key=age))
        self._tell_left_out()
        self.tree.expandAll()
        self._mark(choice.endpoint.id)

    def _group(self, words: str, endpoints: Iterable[Endpoint], *, task: bool = False) -> None:
        found = list(endpoints)
        if not found:
            return
        head = self._head(words)
        for each in found:
            star = f"  {STAR}" if each.id in self._choice.favourites else ""
            does = f"{TASKS[each.task]}: " if task else ""
            item = QTreeWidgetItem(
                head, [f"{does}{model_words(each)}{star}", marks(each), price_words(each)]
            )
            item.setData(0, ID, each.id)
            item.setData(0, WORDS, f"{item.text(0)} {item.text(1)} {each.id}")
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, "\n".join((each.title, each.id, *each.notes)))

    def _head(self, words: str) -> QTreeWidgetItem:
        head = QTreeWidgetItem(self.tree, [words])
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = QFont(head.font(0))
        font.setBold(True)
        head.setFont(0, font)
        head.setFirstColumnSpanned(True)
        return head

    def _tell_left_out(self) -> None:
        head = self._head(LEFT_OUT)
        for each in self._catalog.not_offered:
            item = QTreeWidgetItem(head, [f"{each.id}: {each.reason}"])
            item.setData(0, WORDS, each.id)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFirstColumnSpanned(True)
            item.setToolTip(0, f"{each.id}: {each.reason}")

    def _items(self) -> list[QTreeWidgetItem]:
        return [each for head in self._heads() for each in _children(head)]

    def _heads(self) -> list[QTreeWidgetItem]:
        return _children(self.tree.invisibleRootItem())

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for item in self._items():
            head = item.parent()
            assert head is not None
            told = f"{head.text(0)} {item.data(0, WORDS)}".lower()
            item.setHidden(not all(each in told for each in words))
        for head in self._heads():
            head.setHidden(all(each.isHidden() for each in _children(head)))
        seen = [e for e in self._items() if not e.isHidden() and e.data(0, ID)]
        current = self.tree.currentItem()
        if current is None or current.isHidden():
            self.tree.setCurrentItem(seen[0] if seen else None)  # type: ignore[arg-type]

    def _mark(self, endpoint_id: str) -> None:
        for item in self._items():
            if item.data(0, ID) == endpoint_id:
                self.tree.setCurrentItem(item)
                self.tree.scrollToItem(item)
                return

    def _follow(self) -> None:
        self.star.setEnabled(bool(self._current()))

    def _current(self) -> str:
        item = self.tree.currentItem()
        return "" if item is None or item.isHidden() else str(item.data(0, ID) or "")

    def _star(self) -> None:
        if found := self._current():
            self._choice.star(found)
            self._fill()
            self._filter(self.search.text())
            self._mark(found)

    def _take(self) -> None:
        if found := self._current():
            self.chosen.emit(found)
            self.accept()


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = [item.child(each) for each in range(item.childCount())]
    return [each for each in found if each is not None]
