"""The undo history with a bound in bytes: the oldest steps go when it holds too much.

A step holds nothing but two documents that share most of their tiles. What only the history keeps
alive are the tiles that the step replaced, so these are what is counted.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand, QUndoStack

from kling_desktop.domain.motion import history as plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QObject

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.edits import Edit

LIMIT = 256 * 1024 * 1024
"""Bytes: some 60 steps that each change a whole 8K picture, or thousands of usual strokes."""
ROOM = 0.75
"""Part of the limit that is kept when it is passed, so that not every further step trims."""
_POINTER = 8
_NODE = 400
_STEP = 2048
"""About what a step takes by itself, and each node of a path."""


class Step(QUndoCommand):
    """The one command: it swaps documents."""

    def __init__(
        self, show: Callable[[MotionDocument], None], edit: Edit, before: MotionDocument
    ) -> None:
        super().__init__(edit.label)
        self._show = show
        self.merges_with = edit.merges_with
        self.before, self.after = before, edit.document
        self.is_shown = False
        """Whether the document is there already, so that pushing the step has nothing to do."""

    def redo(self) -> None:
        if not self.is_shown:
            self._show(self.after)
        self.is_shown = False

    def undo(self) -> None:
        self._show(self.before)

    def id(self) -> int:
        return 1 if self.merges_with else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Step) or other.merges_with != self.merges_with:
            return False
        self.after = other.after
        return True

    def again(self) -> Step:
        """The same step, to be pushed once more without being done once more."""
        made = Step(self._show, self._edit, self.before)
        made.is_shown = True
        return made

    @property
    def _edit(self) -> Edit:
        from kling_desktop.domain.motion.edits import Edit

        return Edit(self.text(), self.after, self.merges_with)


_ALIVE: dict[int, History] = {}
"""Every history that Qt has not ended: PySide crashes where Python's collector ends one with steps.

It would delete the stack, which deletes its steps, while their Python halves are being taken apart.
"""


class History(QUndoStack):
    """Steps that can be undone, as many as there is room for."""

    def __init__(self, parent: QObject | None = None, limit: int = LIMIT) -> None:
        super().__init__(parent)
        self._limit = limit
        self._steps: list[Step] = []
        self._costs: list[int] = []
        _ALIVE[id(self)] = self
        self.destroyed.connect(partial(_ALIVE.pop, id(self), None))

    @property
    def bytes(self) -> int:
        """What the steps keep alive, about."""
        return sum(self._costs)

    def add(self, step: Step) -> None:
        """Do a step and remember it; the oldest ones may be forgotten for it."""
        del self._steps[self.index() :]
        del self._costs[self.index() :]
        self.push(step)
        if self.count() > len(self._steps):
            self._steps.append(step)
            self._costs.append(0)
        self._costs[-1] = cost(self._steps[-1].before, self._steps[-1].after)
        if self.bytes > self._limit:
            self._trim()

    def clear(self) -> None:
        """Forget every step."""
        self._steps.clear()
        self._costs.clear()
        super().clear()

    def told(self, now: MotionDocument, most: int = plain.MOST_STEPS) -> plain.History:
        """The newest steps as plain values; ``now`` is the document where there are none."""
        first = max(0, min(len(self._steps) - most, self.index()))
        kept = self._steps[first : first + most]
        steps = tuple(plain.Step(e.text(), e.after, e.merges_with) for e in kept)
        start = kept[0].before if kept else now
        return plain.History(start, steps, min(self.index() - first, len(steps)))

    def take(self, told: plain.History, show: Callable[[MotionDocument], None]) -> None:
        """Have the steps of an earlier history, all of them done; none of them is saved."""
        from kling_desktop.domain.motion.edits import Edit

        self.clear()
        before = told.start
        for each in told.steps:
            step = Step(show, Edit(each.label, each.document, each.merges_with), before)
            step.is_shown = True
            self._push_once_more(step)
            self._costs.append(cost(before, each.document))
            before = each.document
        self.resetClean()

    def _trim(self) -> None:
        """Qt cannot drop its oldest steps, so the ones that stay are pushed once more."""
        costs, steps, gone = self._costs, self._steps, 0
        total = sum(costs)
        while total > self._limit * ROOM and gone < len(steps) - 1:
            total -= costs[gone]
            gone += 1
        clean = self.cleanIndex() - gone
        kept = [each.again() for each in steps[gone:]]
        super().clear()
        self._steps, self._costs = [], costs[gone:]
        for place, step in enumerate(kept):
            self._mark(clean, place)
            self._push_once_more(step)
        self._mark(clean, len(kept))
        if clean < 0:
            self.resetClean()

    def _push_once_more(self, step: Step) -> None:
        merges, step.merges_with = step.merges_with, ""  # it did not merge the first time
        self.push(step)
        step.merges_with = merges
        self._steps.append(step)

    def _mark(self, clean: int, place: int) -> None:
        if place == clean:
            self.setClean()


def cost(before: MotionDocument, after: MotionDocument) -> int:
    """Bytes that a step keeps alive: the tiles that it replaced, and lists of tiles and nodes."""
    return _STEP + sum(_costs(before, after))


def _costs(before: MotionDocument, after: MotionDocument) -> Iterator[int]:
    for old in before.regions:
        new = after.region(old.id)
        if new is None or new.mask is not old.mask:
            tiles = (None,) * len(old.mask.tiles) if new is None else new.mask.tiles
            gone = {id(was): len(was) for was, now in zip(old.mask.tiles, tiles, strict=True)
                    if was is not None and was is not now}  # fmt: skip
            yield sum(gone.values()) + _POINTER * len(tiles)
        if new is None or new.trajectory is not old.trajectory:
            yield _NODE * len(old.trajectory.nodes)
