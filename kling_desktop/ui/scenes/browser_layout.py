"""How the browser of effects is laid out: the list on the left, the sample on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont, Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from kling_desktop.ui.scenes.browser import SceneBrowser


class SceneTree(QTreeWidget):
    """Headings with lines under them; tells when the pointer leaves it."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("keys", True)
        self.setAccessibleName("Effects")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIndentation(10)
        self.setMouseTracking(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def add_head(self, words: str) -> QTreeWidgetItem:
        head = QTreeWidgetItem(self, [words])
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = QFont(head.font(0))
        font.setBold(True)
        head.setFont(0, font)
        head.setFirstColumnSpanned(True)
        return head

    def lines(self) -> list[QTreeWidgetItem]:
        """All but the headings."""
        return [line for head in _children(self.invisibleRootItem()) for line in _children(head)]

    def hide_empty_heads(self) -> None:
        for head in _children(self.invisibleRootItem()):
            head.setHidden(all(each.isHidden() for each in _children(head)))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()


def lay_out(browser: SceneBrowser) -> tuple[QPushButton, QDialogButtonBox]:
    """Put its parts in their places, and make its buttons."""
    side = QVBoxLayout()
    side.setSpacing(8)
    for each in (browser.view, browser.name, browser.about, browser.honest):
        each.setMaximumWidth(browser.view.width())
        side.addWidget(each)
    side.addStretch(1)
    middle = QHBoxLayout()
    middle.setSpacing(14)
    middle.addWidget(browser.tree, 1)
    middle.addLayout(side)
    buttons = QDialogButtonBox()
    use = buttons.addButton("Use this effect", QDialogButtonBox.ButtonRole.AcceptRole)
    use.setProperty("primary", True)
    close = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
    for button in (use, close):
        button.setAutoDefault(False)
    foot = QHBoxLayout()
    foot.addWidget(browser.star)
    foot.addStretch(1)
    foot.addWidget(buttons)
    column = QVBoxLayout(browser)
    column.setSpacing(10)
    column.addWidget(browser.search)
    column.addLayout(middle, 1)
    column.addWidget(browser.count)
    column.addLayout(foot)
    return use, buttons


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = [item.child(each) for each in range(item.childCount())]
    return [each for each in found if each is not None]
