"""The window: menus, three panels and a banner. What they mean is the studio's business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QMimeData, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from kling_desktop.ui.actions import build_menus, restyle
from kling_desktop.ui.banner import Banner
from kling_desktop.ui.brush.history import UndoActions
from kling_desktop.ui.compose.panel import ComposePanel
from kling_desktop.ui.first.hints import Hints
from kling_desktop.ui.incoming import Source, offers_clip, offers_picture
from kling_desktop.ui.keys import ButtonsKeepSpace
from kling_desktop.ui.keys_table import KeyTable, Scope
from kling_desktop.ui.project.recent import RecentMenu
from kling_desktop.ui.project.recovery import RecoveryBanner
from kling_desktop.ui.queue.panel import QueuePanel
from kling_desktop.ui.room import fit
from kling_desktop.ui.salvage_banner import SalvageBanner
from kling_desktop.ui.stage import Stage
from kling_desktop.ui.trouble.banner import CrashBanner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import (
        QAction,
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QResizeEvent,
    )

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.sentences import Message

TITLE = "Kling Desktop"
SMALLEST = (1024, 700)
"""Logical pixels; at this size nothing is clipped."""
NEEDS_ENGINE = (
    *("generate", "draft", "promote", "inspect", "inspect-job", "models", "pause", "limit"),
    *("money", "rescue", "origin", "batch", "frame", "continue", "as-end", "join"),
)
ROOMY = 1400
"""Logical pixels of width that hold the motion brush with its regions beside the queue."""


class MainWindow(QMainWindow):
    """Lays out the panels, and passes on what only a window receives."""

    mime_given = Signal(QMimeData)
    closing = Signal()
    start_wanted = Signal(str)
    """A picture goes along from the form to the stage."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.banner = Banner()
        self.salvage = SalvageBanner()
        self.recovery = RecoveryBanner()
        self.crash = CrashBanner()
        self.hints = Hints()
        self.compose = ComposePanel(catalog)
        self.shortcuts = KeyTable(parent=self)
        """Every key of the program, as the user has them."""
        self.stage = Stage(self.shortcuts)
        self.queue = QueuePanel()
        self.actions_by_id: dict[str, QAction] = build_menus(self)
        self.recent = RecentMenu(self, before=self.actions_by_id["save"])
        self.backend = ""
        self._backend_mark = ""
        self._project = ""
        self.last_picture: Source | None = None
        """The picture that an earlier window had, until it is shown again."""
        self.inspector_place = ""
        """Where and how large the window was that shows what is sent."""
        self.undo_actions = UndoActions(
            self.actions_by_id["undo"], self.actions_by_id["redo"], self
        )
        self._keys = ButtonsKeepSpace(self)
        self._may_close = False
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.show_backend("")

    def show_backend(self, name: str) -> None:
        """Say in the title and in the banner which backend makes the clips."""
        mark = {"": "", "sandbox": " \N{EM DASH} Sandbox"}.get(name, f" \N{EM DASH} {name}")
        self.backend = name
        self._backend_mark = mark
        self._show_title()
        for each in NEEDS_ENGINE:
            self.actions_by_id[each].setEnabled(bool(name))
        if name:
            self.banner.show_backend(name)
            self.compose.show_backend(ready=True, free=name == "sandbox")

    def show_project(self, name: str, *, is_dirty: bool) -> None:
        """Say in the title what is worked on, and whether some of it is not saved."""
        if name != self._project:
            self.setWindowModified(False)  # the mark has its place in a title with a name only
            self._project = name
            self._show_title()
        self.setWindowModified(is_dirty and bool(name))

    def show_failure(self, message: Message) -> None:
        """Say why there are neither clips nor jobs; money plays no part before the start."""
        self.banner.show_failure(f"{message.what} {message.todo}".strip())
        self.queue.show_unknown()

    def remember(self) -> dict[str, Any]:
        """What the next window should start with."""
        compose, picture = self.compose, self.stage.source or self.last_picture
        return {
            "geometry": _text(self.saveGeometry()),
            "split": _text(self._split.saveState()),
            "task": compose.endpoint.task.value,
            "tier": compose.endpoint.tier,
            "values": compose.chosen(),
            "picture": picture.notes() if picture else None,
            "version": compose.version,
            "model": compose.model.notes(),
            "scenes": compose.scenes.notes.notes(),
            "brush": self.stage.remember_brush(),
            "keys": self.shortcuts.notes(),
            "marks": self.stage.draws_marks,
            "inspector": self.inspector_place,
        }

    def restore(self, notes: Mapping[str, Any]) -> None:
        """Start with what an earlier window remembered; odd notes are passed over."""
        self.restoreGeometry(_bytes(notes.get("geometry")))
        self._split.restoreState(_bytes(notes.get("split")))
        self.last_picture = Source.of(notes.get("picture"))
        values = notes.get("values")
        self.compose.set_values(values if isinstance(values, dict) else {})
        version = str(notes.get("version"))
        if not self.compose.model.restore(notes.get("model")):
            self.compose.choose(str(notes.get("task")), str(notes.get("tier")), version)
        self.compose.scenes.notes.restore(notes.get("scenes"))
        self.stage.draw_marks(wanted=notes.get("marks") is not False)
        self.stage.restore_brush(notes.get("brush"))
        self.shortcuts.restore(notes.get("keys"))
        self.inspector_place = str(notes.get("inspector") or "")

    def restyle(self) -> None:
        """Take the colours now in use."""
        restyle(self.actions_by_id)
        self.compose.restyle()
        self.stage.restyle()
        self.queue.restyle()
        self.salvage.restyle()
        self.recovery.restyle()
        self.crash.restyle()
        self.hints.restyle()

    def close_now(self) -> None:
        """Close for good, after the studio has come to rest."""
        self._may_close = True
        self.close()

    def _connect(self) -> None:
        compose, stage = self.compose, self.stage
        compose.endpoint_changed.connect(self._follow_endpoint)
        self._follow_endpoint()
        stage.source_changed.connect(self._follow_source)
        compose.start_wanted.connect(self.start_wanted)
        stage.switch_asked.connect(compose.choose_endpoint)
        stage.form = lambda: (compose.endpoint, compose.values())
        stage.values_asked.connect(compose.set_values)
        stage.advice_counted.connect(compose.show_advice)
        compose.advice_asked.connect(stage.show_advice)
        compose.values_changed.connect(stage.look_again)
        stage.brush_made.connect(self._follow_brush)
        stage.brush_shown.connect(self._make_room)
        # Who orders a clip wants to see what becomes of it.
        compose.generate_asked.connect(self.queue.show)
        self.shortcuts.changed.connect(self._bind)

    def _show_title(self) -> None:
        name = self._project.replace("[*]", "[*][*]")  # which stands for itself
        self.setWindowTitle(f"{name}[*] \N{EM DASH} " * bool(name) + TITLE + self._backend_mark)

    def _follow_endpoint(self) -> None:
        self.stage.show_endpoint(self.compose.endpoint, self.compose.catalog.endpoints)

    def _follow_source(self) -> None:
        source = self.stage.source
        self.compose.show_start("" if source is None else str(source.path))

    def _follow_brush(self) -> None:
        if self.stage.brush is not None:
            self.undo_actions.follow(self.stage.brush.session.history)

    def _make_room(self, shown: bool) -> None:  # noqa: FBT001 - a signal's argument
        """In a narrow window the brush has the room of the queue while it is in sight."""
        self.undo_actions.show_in_sight(in_sight=shown)
        self.queue.setVisible(not shown or self.width() >= ROOMY)

    def _bind(self) -> None:
        """Give the actions the keys that count now."""
        for row in self.shortcuts.rows:
            if row.scope is Scope.WINDOW:
                keys = [QKeySequence(each) for each in self.shortcuts.keys_of(row.id)]
                self.actions_by_id[row.id].setShortcuts(keys)

    def _lay_out(self) -> None:
        split = self._split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        split.setHandleWidth(8)
        for panel, stretch in ((self.compose, 1), (self.stage, 4), (self.queue, 1)):
            split.addWidget(panel)
            split.setStretchFactor(split.count() - 1, stretch)
        split.setSizes([310, 660, 290])
        body = QWidget()
        around = QVBoxLayout(body)
        around.setContentsMargins(10, 8, 10, 10)
        around.addWidget(split)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.salvage)
        column.addWidget(self.recovery)
        column.addWidget(self.crash)
        column.addWidget(self.hints)
        column.addWidget(body, 1)
        self.setCentralWidget(whole)
        fit(self, (1280, 800), smallest=SMALLEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The queue comes back as soon as there is room for it beside the brush."""
        super().resizeEvent(event)
        was_roomy, is_roomy = (each.width() >= ROOMY for each in (event.oldSize(), event.size()))
        if self.stage.is_brush_in_sight and was_roomy is not is_roomy:
            self.queue.setVisible(is_roomy)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offers_picture(event.mimeData()) or offers_clip(event.mimeData()):
            event.acceptProposedAction()
            self.stage.picture.show_hover(hovered=True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """A clip is meant for the stage alone: over the queue its row is put elsewhere."""
        there = self.stage.mapFrom(self, event.position().toPoint())
        event.setAccepted(not offers_clip(event.mimeData()) or self.stage.rect().contains(there))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.stage.picture.show_hover(hovered=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.stage.picture.show_hover(hovered=False)
        event.acceptProposedAction()
        self.activateWindow()
        self.mime_given.emit(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.closing.emit()


def _text(state: QByteArray) -> str:
    return bytes(state.toHex().data()).decode("ascii")


def _bytes(text: object) -> QByteArray:
    return QByteArray.fromHex(str(text or "").encode("ascii", "ignore"))
