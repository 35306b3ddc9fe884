"""The motion brush as a page: tools, options, canvas, regions, and a line of facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from kling_desktop.domain.motion.document import DYNAMIC, STATIC
from kling_desktop.domain.motion.edits import region_or_new
from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.ui.advice.desk import AdviceDesk
from kling_desktop.ui.advice.side import Side
from kling_desktop.ui.brush.box_dialog import BoxDialog
from kling_desktop.ui.brush.brush_acts import BrushActs
from kling_desktop.ui.brush.keys import CANVAS_GESTURES, ROWS
from kling_desktop.ui.brush.menus import RegionMenu
from kling_desktop.ui.brush.offer import BrushOffer
from kling_desktop.ui.brush.operations import BUILT_IN, MASK_FILE, PIN
from kling_desktop.ui.brush.options_bar import OptionsBar
from kling_desktop.ui.brush.path_dialog import PathDialog
from kling_desktop.ui.brush.questions import DUPLICATE, Questions
from kling_desktop.ui.brush.region_acts import LOCKED, RegionActs
from kling_desktop.ui.brush.regions import WIDTH, RegionsPanel
from kling_desktop.ui.brush.runner import Runner
from kling_desktop.ui.brush.status import HINTS, StatusLine
from kling_desktop.ui.brush.toolbar import Toolbar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.ui.brush.operations import Operations
    from kling_desktop.ui.brush.questions import Question
    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.keys_table import KeyTable
    from kling_desktop.ui.preview.options import Options
    from kling_desktop.ui.preview.player import PreviewPlayer
    from kling_desktop.ui.preview.playing import MakeMotion


class BrushPage(QWidget):
    """Joins the panels around a canvas that it is given; all of them share one session."""

    regions_shown = Signal(bool)
    mask_file_asked = Signal()
    """A mask is wanted from a file."""
    restyled = Signal()
    """Other colours are in use: the canvas, which is not this page's own, takes them too."""

    def __init__(self, session: Session, keys: KeyTable, canvas: QWidget) -> None:
        super().__init__()
        keys.add((*ROWS, *CANVAS_GESTURES))
        self.session, self._keys, self.canvas = session, keys, canvas
        self.dress_canvas: Callable[[], None] = lambda: None
        """Gives the canvas the colours now in use."""
        self.acts = RegionActs(session, self)
        self.runner = Runner(session, self)
        self.questions = Questions(self, session, self.runner.run)
        self.offer = BrushOffer()
        self.toolbar = Toolbar(session, keys)
        self.mask_menu = RegionMenu("mask", "Mask", session, keys)
        self.path_menu = RegionMenu("path", "Path", session, keys)
        self.options = OptionsBar(session, self.mask_menu, self.path_menu)
        self.regions = RegionsPanel(session, self.acts, keys)
        self.advice = AdviceDesk(session, self.offer, self)
        self._side = Side(self.regions, self.advice.panel)
        self.status = StatusLine()
        self.preview: PreviewPlayer | None = None
        """Plays what is painted, once somebody has handed in a renderer."""
        self._operations: Operations = {}
        self._copy: RegionId | None = None
        """The number of a region that will be a copy of another."""
        self._deeds = self._make_deeds()
        self._lay_out()
        self._connect()
        self.wire({})
        self._refresh()

    def wire(self, operations: Operations, questions: Mapping[str, Question] | None = None) -> None:
        """Take operations that are made elsewhere; menus list these and the built-in ones.

        ``questions`` are those that ask for numbers first.
        """
        self._operations = {**BUILT_IN, **operations}
        self.questions.table = questions or {}
        names = (*self._operations, *self.questions.table, MASK_FILE)
        for menu, by_numbers in (
            (self.mask_menu, self.ask_for_box), (self.path_menu, self.ask_for_path)
        ):  # fmt: skip
            menu.fill(names, self.operate, by_numbers)

    def take_preview(self, make_motion: MakeMotion) -> None:
        """Play what is painted with this renderer from now on."""
        from kling_desktop.ui.preview.player import PreviewPlayer

        self.preview = PreviewPlayer(self.canvas, self.session, make_motion)
        self.preview.told.connect(self.status.say)
        self.preview.shown.connect(self.status.show_preview)
        self.status.play.show()

    def play(self) -> None:
        """Show what is painted in motion, or go back to painting."""
        if self.preview is not None:
            self.preview.toggle()

    def _watch(self, change: Callable[[Options], Options]) -> None:
        """Watch the preview in another way, now or when it plays next."""
        if self.preview is not None:
            self.preview.watch(change(self.preview.options))

    def operate(self, name: str) -> None:
        """Do an operation to the chosen region, or say why not."""
        if problem := self._problem(name):
            self.status.say(problem)
        elif name == MASK_FILE:
            self.mask_file_asked.emit()
        elif name in self.questions.table:
            self.questions.ask(name, self.session.active)
        elif name in self._operations:
            self.runner.run(self._operations[name], self.session.active)

    def does(self, name: str) -> bool:
        """Whether this page acts on a row of the key table; the canvas acts on its own."""
        return name in self._deeds

    def ask_for_box(self) -> None:
        """Make a region by numbers."""
        session = self.session
        if session.document.size.width == 0:
            return
        title = region_or_new(session.document, session.active).title
        may_add = session.document.free_number() is not None
        dialog = BoxDialog(self, session.document.size, title, may_add=may_add)
        dialog.made.connect(self._put_box)
        dialog.finished.connect(self.take_keys)
        dialog.open()

    def ask_for_path(self) -> None:
        """Edit the chosen region's path by numbers."""
        if self.session.document.size.width == 0:
            return
        if problem := self.acts.path_problem():
            self.status.say(problem)
            return
        session, active = self.session, self.session.active
        region = region_or_new(session.document, active)
        start, size = self.acts.middle(), session.document.size
        dialog = PathDialog(self, region.title, region.trajectory, start, size)
        dialog.made.connect(lambda path: self.acts.give_path(active, path))
        dialog.finished.connect(self.take_keys)
        dialog.open()

    def show_regions(self, *, shown: bool) -> None:
        """Show the list of regions, or give its room to the canvas."""
        for each in (self.regions, self._side):
            each.setVisible(shown)
        self.status.sidebar.setChecked(shown)
        self.regions_shown.emit(shown)

    def step_advice(self, by: int) -> None:
        """Go to the next thing to put right before money is spent, or to the one before."""
        if self.regions.isHidden():
            self.show_regions(shown=True)
        self.advice.step(by)

    def take_keys(self) -> None:
        """Have the keys from now on: the tools' keys count here alone."""
        self.canvas.setFocus()

    def notes(self) -> dict[str, Any]:
        """What the next window should start with."""
        split = bytes(self._split.saveState().toHex().data()).decode("ascii")
        return {
            "split": split,
            "regions": not self.regions.isHidden(),
            "insists": self.offer.insists,
            "preview": self.preview.options.notes() if self.preview is not None else None,
            "numbers": self.questions.notes(),
            "muted": list(self.advice.always),
        }

    def restore(self, notes: Mapping[str, Any]) -> None:
        """Start with what an earlier window remembered; odd notes are passed over."""
        text = str(notes.get("split") or "").encode("ascii", "ignore")
        self._split.restoreState(QByteArray.fromHex(text))
        self.show_regions(shown=notes.get("regions") is not False)
        self.offer.insists = notes.get("insists") is True
        self.questions.restore(notes.get("numbers"))
        self.offer.restyle()
        if self.preview is not None:
            from kling_desktop.ui.preview.options import Options

            self.preview.watch(Options.of(notes.get("preview")))
        self.advice.mute_always(notes.get("muted"))

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.dress_canvas()
        for each in (self.toolbar, self.options, self.regions, self.status, self.offer):
            each.restyle()
        self.restyled.emit()
        self.advice.panel.restyle()
        if self.preview is not None:
            self.preview.restyle()

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here come before the window's own."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            row = self._keys.row_for(event)
            if row is not None and row.id in self._deeds:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._keys.row_for(event)
        if row is None or row.id not in self._deeds:
            super().keyPressEvent(event)
        elif row.repeats or not event.isAutoRepeat():
            self._deeds[row.id]()

    def _preview_deeds(self) -> dict[str, Callable[[], None]]:
        watch = self._watch
        return {
            "preview.loop": lambda: watch(lambda each: replace(each, loops=not each.loops)),
            "preview.arrows": lambda: watch(lambda each: replace(each, arrows=not each.arrows)),
            "preview.onion": lambda: watch(lambda each: replace(each, onion=not each.onion)),
            "preview.slower": lambda: watch(lambda each: each.stepped(-1)),
            "preview.faster": lambda: watch(lambda each: each.stepped(1)),
        }

    def _make_deeds(self) -> dict[str, Callable[[], None]]:
        session, acts, brush = self.session, self.acts, BrushActs(self.session)
        deeds: dict[str, Callable[[], None]] = {
            "brush.smaller": lambda: brush.resize(-1),
            "brush.larger": lambda: brush.resize(1),
            "brush.softer": lambda: brush.harden(-1),
            "brush.harder": lambda: brush.harden(1),
            "brush.swap": brush.swap,
            "brush.default": brush.reset,
            "mask.clear": lambda: self.operate("mask.clear"),
            "mask.invert": lambda: self.operate("mask.invert"),
            "mask.pin": lambda: self.operate(PIN),
            "mask.grow": lambda: self.operate("mask.grow"),
            "mask.shrink": lambda: self.operate("mask.shrink"),
            "mask.smooth": lambda: self.operate("mask.smooth"),
            "region.next": lambda: acts.step(1),
            "region.previous": lambda: acts.step(-1),
            "region.rename": self._rename,
            "region.up": lambda: acts.move(-1),
            "region.down": lambda: acts.move(1),
            "region.add": acts.add,
            DUPLICATE: self._duplicate,
            "region.remove": acts.remove,
            "region.box": self.ask_for_box,
            "path.numbers": self.ask_for_path,
            "preview.play": self.play,
            **self._preview_deeds(),
            "advice.next": lambda: self.step_advice(1),
            "advice.previous": lambda: self.step_advice(-1),
            "panel.regions": lambda: self.show_regions(shown=self.regions.isHidden()),
        }
        for tool in ToolName:
            deeds[f"tool.{tool.value}"] = lambda tool=tool: self._take_tool(tool)  # type: ignore[misc]
        for number in (*DYNAMIC, STATIC):
            deeds[f"region.{number}"] = lambda number=number: session.choose_region(number)  # type: ignore[misc]
        return deeds

    def _connect(self) -> None:
        session = self.session
        self.regions.wire(self._deeds)
        session.opened.connect(self._refresh)
        session.document_changed.connect(self._refresh)
        session.active_changed.connect(self._refresh)
        session.tool_changed.connect(self._hint)
        self.acts.told.connect(self.status.say)
        self.advice.told.connect(self.status.say)
        self.runner.failed.connect(self.status.say)
        self.runner.told.connect(self.status.say)
        self.questions.told.connect(self.status.say)
        self.questions.accepted.connect(self._choose_copy)
        self.questions.closed.connect(self.take_keys)
        session.noted.connect(self.status.say)
        self.runner.busy_changed.connect(lambda busy: self.status.show_busy(busy=busy))
        self.options.left.connect(self.take_keys)
        self.options.pin_asked.connect(lambda: self.operate(PIN))
        self.status.play.clicked.connect(self.play)
        self.status.regions_asked.connect(lambda shown: self.show_regions(shown=shown))

    def _lay_out(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._split.setHandleWidth(8)
        self._split.addWidget(self.canvas)
        self._split.addWidget(self._side)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([2000, WIDTH])
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.toolbar)
        middle.addWidget(self._split, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 10, 6)
        column.setSpacing(8)
        column.addWidget(self.offer)
        column.addWidget(self.options)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        # A click on an option or beside it leaves the keys of canvas and tools where they belong.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.canvas)

    def _problem(self, name: str) -> str:
        """Why an operation would do nothing: it would have to change what is locked."""
        if name.startswith("path."):
            return "" if ".copy." in name else self.acts.path_problem()
        session = self.session
        region = session.document.region(STATIC if name == PIN else session.active)
        if region is not None and region.is_locked and ".copy." not in name:
            return LOCKED.format(region.title)
        return ""

    def _refresh(self) -> None:
        document = self.session.document
        self.status.show_size(document.size)
        self.status.show_region(region_or_new(document, self.session.active).title)
        self._hint()  # what was refused before is no news any more

    def _hint(self) -> None:
        self.status.say(HINTS[self.session.tool])

    def _put_box(self, mask: Mask, as_new: bool) -> None:  # noqa: FBT001 - a signal's arguments
        if as_new:
            self.acts.add(mask)
        else:
            self.acts.put_box(mask)

    def _take_tool(self, tool: ToolName) -> None:
        """Whoever chooses a tool by its key goes on with the canvas's keys, wherever it was."""
        self.session.choose_tool(tool)
        self.take_keys()

    def _duplicate(self) -> None:
        """A copy beside the region, after a look at where; without pixels there is no question."""
        document = self.session.document
        region, number = document.region(self.session.active), document.free_number()
        asks = DUPLICATE in self.questions.table and number is not None
        if region is None or region.mask.is_empty or not asks:
            self.acts.duplicate()
        else:
            self._copy = number
            self.questions.ask(DUPLICATE, region.id)

    def _choose_copy(self, name: str) -> None:
        if name == DUPLICATE and self._copy is not None:
            self.session.choose_region(self._copy)

    def _rename(self) -> None:
        self.show_regions(shown=True)
        self.regions.rename()
