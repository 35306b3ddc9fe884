"""Numbers that an operation asks for, remembered from one time to the next, seen as they change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from kling_desktop.ui.canvas.errands import Errand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.ui.brush.operations import Operation
    from kling_desktop.ui.canvas.session import Session

Numbers: TypeAlias = "dict[str, float]"
DUPLICATE = "region.duplicate"
EMPTY = "{} has no pixels yet: paint some first."


@dataclass(frozen=True, slots=True)
class Field:
    """One number."""

    id: str
    name: str
    low: float
    high: float
    usual: float
    unit: str = ""
    decimals: int = 0
    is_steep: bool = False
    """Small values get as much of the slider as large ones."""

    def taken(self, value: object) -> float:
        """A remembered value within the limits, or the usual one."""
        if not isinstance(value, int | float) or not math.isfinite(value):
            return self.usual
        return min(max(float(value), self.low), self.high)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before an operation."""

    title: str
    help: str
    fields: Callable[[MotionDocument, RegionId], tuple[Field, ...]]
    operation: Callable[[Numbers], Operation]
    needs_mask: bool = False
    is_remembered: bool = True
    """Whether the numbers of this time are offered the next time."""


class Questions(QObject):
    """Asks, shows on the canvas what would come of it, and makes one step of it or none."""

    told = Signal(str)
    closed = Signal()
    accepted = Signal(str)
    """Of the name of an operation: it is done, or will be in a moment."""

    def __init__(
        self, parent: QWidget, session: Session, run: Callable[[Operation, RegionId], None]
    ) -> None:
        """``run`` does an operation as it is done without numbers."""
        super().__init__(parent)
        self._parent, self._session, self._run = parent, session, run
        self.table: Mapping[str, Question] = {}
        self.show_instead: Callable[[MotionDocument | None], None] = lambda _: None
        """Shows on the canvas what is not made yet."""
        self._remembered: dict[str, Numbers] = {}
        self._preview = _Preview(self, session, self._show_instead)

    def ask(self, name: str, region: RegionId) -> None:
        """Open the question; the region is the one that was chosen then."""
        from kling_desktop.ui.brush.numbers_dialog import NumbersDialog

        question, document = self.table[name], self._session.document
        there = document.region(region)
        if question.needs_mask and (there is None or there.mask.is_empty):
            self.told.emit(EMPTY.format(f"Region {region}" if there is None else there.title))
            return
        fields, known = question.fields(document, region), self._remembered.get(name, {})
        numbers = {each.id: each.taken(known.get(each.id)) for each in fields}
        dialog = NumbersDialog(self._parent, question, fields, numbers)
        preview = self._preview
        preview.begin(question, region)
        dialog.changed.connect(preview.work_out)
        dialog.accepted.connect(lambda: self._accept(name, region, dialog.numbers()))
        dialog.finished.connect(preview.end)
        dialog.finished.connect(self.closed)
        dialog.open()
        preview.work_out(numbers)

    def notes(self) -> dict[str, Numbers]:
        """What the next window should ask with."""
        return dict(self._remembered)

    def restore(self, notes: object) -> None:
        """Ask with what an earlier window remembered; odd notes are passed over."""
        found: dict[Any, Any] = notes if isinstance(notes, dict) else {}
        self._remembered = {str(k): dict(v) for k, v in found.items() if isinstance(v, dict)}

    def close_errands(self) -> None:
        """Wait for the thread to end."""
        self._preview.close()

    def _show_instead(self, seen: MotionDocument | None) -> None:
        self.show_instead(seen)  # whoever does it comes later than this

    def _accept(self, name: str, region: RegionId, numbers: Numbers) -> None:
        if self.table[name].is_remembered:
            self._remembered[name] = numbers
        edit = self._preview.made_of(numbers)
        if edit is not None:
            self._session.apply(edit)
        else:  # faster than it could be worked out
            self._run(self.table[name].operation(numbers), region)
        self.accepted.emit(name)


class _Preview(QObject):
    """Works out elsewhere what the newest numbers make, and has it shown."""

    def __init__(
        self,
        parent: QObject,
        session: Session,
        show_instead: Callable[[MotionDocument | None], None],
    ) -> None:
        super().__init__(parent)
        self._session, self._show_instead = session, show_instead
        self._asked: tuple[Question, RegionId] | None = None
        self._made: tuple[MotionDocument, Numbers, Edit] | None = None
        self._errand: Errand | None = None

    def begin(self, question: Question, region: RegionId) -> None:
        """From now on it is about this."""
        self._asked, self._made = (question, region), None

    def work_out(self, numbers: Numbers) -> None:
        if self._asked is None:
            return
        if self._errand is None:
            self._errand = Errand(self)
            self._errand.done.connect(self._show)
        (question, region), document = self._asked, self._session.document
        operation = question.operation(numbers)
        self._errand.start(lambda: (document, numbers, operation(document, region)))

    def made_of(self, numbers: Numbers) -> Edit | None:
        """What is worked out already of just these, for the document that is at work."""
        made = self._made
        is_it = made is not None and made[0] is self._session.document and made[1] == numbers
        return made[2] if made is not None and is_it else None

    def end(self) -> None:
        """Nothing is shown any longer but what is."""
        self._asked = self._made = None
        if self._errand is not None:
            self._errand.cancel()
        self._show_instead(None)

    def close(self) -> None:
        if self._errand is not None:
            self._errand.close()

    def _show(self, made: tuple[MotionDocument, Numbers, Edit]) -> None:
        self._made = made
        if made[0] is self._session.document:
            self._show_instead(made[2].document)
