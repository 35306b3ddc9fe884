"""The menus of what can be done to the chosen region's mask and to its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from kling_desktop.domain.motion.document import STATIC
from kling_desktop.ui import icons
from kling_desktop.ui.brush.operations import DOTS, ENTRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QAction

    from kling_desktop.ui.brush.operations import Entry
    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.keys_table import KeyTable

NUMBERS = {"mask": f"Box by numbers{DOTS}", "path": f"Path by numbers{DOTS}"}
NUMBERS_KEYS = {"mask": "region.box", "path": "path.numbers"}


class RegionMenu(QToolButton):
    """A button with a menu; it lists what is wired, and disables what does not apply now."""

    def __init__(self, kind: str, title: str, session: Session, keys: KeyTable) -> None:
        super().__init__()
        self.kind = kind
        self._session, self._keys = session, keys
        self.setText(title)
        self.setAccessibleName(f"{title} menu")
        self.setToolTip(f"What can be done to the region's {kind}")
        self.setProperty("opens", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu = QMenu(title, self)
        self.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._refresh)
        self.entries: dict[str, QAction] = {}

    def fill(
        self, wired: Iterable[str], do: Callable[[str], None], by_numbers: Callable[[], None]
    ) -> None:
        """List what there is; ``do`` is told the name of what somebody chose."""
        self._menu.clear()
        self.entries.clear()
        known, submenus, group = set(wired), dict[str, QMenu](), ""
        for entry in ENTRIES:
            if entry.id not in known or not entry.id.startswith(f"{self.kind}."):
                continue
            if entry.group != group and self.entries and not entry.in_submenu:
                self._menu.addSeparator()
            group = entry.group
            self._add(entry, submenus, do)
        self._menu.addSeparator()
        numbers = self._menu.addAction(NUMBERS[self.kind])
        numbers.triggered.connect(by_numbers)
        self.entries[NUMBERS_KEYS[self.kind]] = numbers

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.setIcon(icons.icon("mask" if self.kind == "mask" else "path"))

    def _add(self, entry: Entry, submenus: dict[str, QMenu], do: Callable[[str], None]) -> None:
        menu = self._menu
        if entry.in_submenu:
            if entry.group not in submenus:
                submenus[entry.group] = self._menu.addMenu(entry.group)
            menu = submenus[entry.group]
        action = menu.addAction(entry.text)
        action.triggered.connect(lambda: do(entry.id))
        self.entries[entry.id] = action

    def _refresh(self) -> None:
        """Show the keys that count now; the static region has no path, a locked one is let be."""
        active = self._session.active
        region = self._session.document.region(active)
        free = region is None or not region.is_locked
        for name, action in self.entries.items():
            keys = self._keys.shown(name)
            action.setText(action.text().partition("\t")[0] + (f"\t{keys}" if keys else ""))
            to_itself = name.endswith(f".copy.{active}")
            fits = self.kind == "mask" or active != STATIC
            action.setEnabled(fits and (free or ".copy." in name) and not to_itself)
