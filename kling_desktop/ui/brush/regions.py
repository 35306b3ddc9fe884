"""The list of regions at the right of the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.domain.motion.edits import region_or_new
from kling_desktop.ui import icons
from kling_desktop.ui.brush.facts import Areas, facts
from kling_desktop.ui.brush.keys import ROWS
from kling_desktop.ui.brush.region_row import RegionRow
from kling_desktop.ui.parts import label, tool_button

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QToolButton

    from kling_desktop.ui.brush.region_acts import RegionActs
    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.keys_table import KeyTable

BUTTONS = {
    "region.add": "plus",
    "region.duplicate": "copy",
    "region.up": "up",
    "region.down": "down",
    "region.remove": "trash",
}
MENU = (
    "region.rename", "region.duplicate", "region.remove", "region.up", "region.down",
    "region.box", "path.numbers",
)  # fmt: skip
TEXTS = {row.id: row.text for row in ROWS}
WIDTH = 236


class RegionsPanel(QWidget):
    """Shows the session's regions; arrows choose, and every wish becomes an edit."""

    def __init__(self, session: Session, acts: RegionActs, keys: KeyTable) -> None:
        super().__init__()
        self.setAccessibleName("Regions")
        self.setMinimumWidth(WIDTH)
        self._session, self._acts, self._keys = session, acts, keys
        self._areas = Areas()
        self._rows: dict[RegionId, RegionRow] = {}
        self._deeds: Mapping[str, Callable[[], None]] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._mark = QFrame(self._list)
        self._reveal = QTimer(self, singleShot=True, interval=0)
        """Brings the chosen row in sight, once a new one has its place."""
        self._reveal.timeout.connect(self._show_active)
        self._lay_out()
        session.opened.connect(self._forget)
        session.document_changed.connect(self._refresh)
        session.active_changed.connect(self._activate)
        keys.changed.connect(self._explain)
        self._explain()
        self._refresh()
        self.restyle()

    def wire(self, deeds: Mapping[str, Callable[[], None]]) -> None:
        """Say what the buttons and the menu do, by the ids of the key table."""
        self._deeds = deeds

    def row(self, region: RegionId) -> RegionRow | None:
        return self._rows.get(region)

    def button(self, name: str) -> QToolButton:
        return self._buttons[name]

    def rename(self) -> None:
        """Edit the name of the chosen region in place."""
        row = self._rows.get(self._session.active)
        if row is not None and self._session.document.region(self._session.active) is not None:
            self._scroll.ensureWidgetVisible(row)
            row.begin_rename()

    def restyle(self) -> None:
        """Take the colours now in use."""
        for name, button in self._buttons.items():
            button.setIcon(icons.icon(BUTTONS[name]))
        self._mark.setProperty("mark", True)
        self._refresh()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._menu().popup(event.globalPos())

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in MENU:
            if name in self._deeds:
                keys = self._keys.shown(name)
                action = menu.addAction(TEXTS[name] + (f"\t{keys}" if keys else ""))
                action.triggered.connect(self._deeds[name])
        return menu

    def _go(self, by: int) -> None:
        self._acts.step(by)
        row = self._rows[self._session.active]
        row.setFocus()
        self._scroll.ensureWidgetVisible(row)

    def _forget(self) -> None:
        self._areas = Areas()
        self._refresh()

    def _activate(self) -> None:
        had_focus = any(each.hasFocus() for each in self._rows.values())
        self._refresh()
        if had_focus:
            self._rows[self._session.active].setFocus()
        self._reveal.start()

    def _show_active(self) -> None:
        row = self._rows.get(self._session.active)
        if row is not None:
            self._scroll.ensureWidgetVisible(row, 0, 0)

    def _refresh(self) -> None:
        order = self._acts.order
        for gone in [each for each in self._rows if each not in order]:
            row = self._rows.pop(gone)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, each in enumerate(order):
            if each not in self._rows:
                self._rows[each] = self._made(each)
            if self._column.indexOf(self._rows[each]) != place:
                self._column.insertWidget(place, self._rows[each])
                self._rows[each].show()  # at once, so that it can take the keys at once
            self._tell(each)
        self._allow()

    def _tell(self, number: RegionId) -> None:
        document = self._session.document
        exists = document.region(number) is not None
        region = region_or_new(document, number)
        text = facts(document, region, self._areas.of(region) if exists else 0)
        is_active = number == self._session.active
        self._rows[number].tell(region, text, is_active=is_active, exists=exists)

    def _allow(self) -> None:
        """Buttons that would do nothing cannot be pressed."""
        document, active = self._session.document, self._session.active
        ids = [each.id for each in document.dynamic]
        there = document.region(active)
        room = document.free_number() is not None
        self._buttons["region.add"].setEnabled(room)
        self._buttons["region.duplicate"].setEnabled(room and active in ids)
        self._buttons["region.up"].setEnabled(active in ids[1:])
        self._buttons["region.down"].setEnabled(active in ids[:-1])
        self._buttons["region.remove"].setEnabled(there is not None and not there.is_locked)

    def _made(self, number: RegionId) -> RegionRow:
        made, acts = RegionRow(number), self._acts
        made.chosen.connect(lambda: self._session.choose_region(number))
        made.renamed.connect(lambda name: acts.rename(number, name))
        made.stepped.connect(self._go)
        made.rename_asked.connect(self.rename)
        made.shown_asked.connect(lambda on: acts.show(number, visible=on))
        made.locked_asked.connect(lambda on: acts.lock(number, locked=on))
        made.solo_asked.connect(lambda on: acts.solo(number, solo=on))
        made.dragged.connect(lambda place: self._show_mark(number, place))
        made.drag_ended.connect(self._mark.hide)
        made.dropped.connect(lambda place: self._drop(number, place))
        return made

    def _show_mark(self, number: RegionId, place: QPoint) -> None:
        if number == STATIC:
            return
        others = [each.id for each in self._session.document.dynamic]
        before = self._gap(place)
        row = self._rows[others[min(before, len(others) - 1)]]
        y = row.y() if before < len(others) else row.geometry().bottom() + 1
        self._mark.setGeometry(4, max(0, y - 2), self._list.width() - 8, 3)
        self._mark.raise_()
        self._mark.show()

    def _drop(self, number: RegionId, place: QPoint) -> None:
        ids = [each.id for each in self._session.document.dynamic]
        if number in ids:
            before = self._gap(place)
            self._acts.place(number, before - (ids.index(number) < before))

    def _gap(self, place: QPoint) -> int:
        """Between which regions a place on the screen is: 0 is above the first."""
        y = self._list.mapFromGlobal(place).y()
        ids = [each.id for each in self._session.document.dynamic]
        return sum(y > self._rows[each].geometry().center().y() for each in ids)

    def _explain(self) -> None:
        for name, button in self._buttons.items():
            keys = self._keys.shown(name)
            button.setToolTip(f"{TEXTS[name]}  ({keys})" if keys else TEXTS[name])

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self._mark.hide()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._list)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        foot.setSpacing(2)
        for name in BUTTONS:
            self._buttons[name] = made = tool_button(TEXTS[name])
            made.setProperty("flat", True)
            made.setIconSize(QSize(18, 18))
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(lambda _on, name=name: self._do(name))
            foot.addWidget(made)
        foot.insertStretch(len(BUTTONS) - 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label("Regions", look="heading"))
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _do(self, name: str) -> None:
        if name in self._deeds:
            self._deeds[name]()
