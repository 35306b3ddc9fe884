"""Smart select: a click, a box or a scribble takes an object; strokes with Shift or Alt correct it.

The first answer is found, and then added, taken away or put in place as chosen. A stroke with
Shift says "this too", one with Alt "not this": the question is asked anew with all that has been
said, and the document gets the difference of the two answers, so that what else was painted in
between stays. Without an answer to correct, Shift and Alt add and take away an object.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import edits, smart
from kling_desktop.domain.motion.edits import Edit, region_or_new
from kling_desktop.domain.motion.geometry import Rect
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.smart import Found, Hints
from kling_desktop.domain.motion.tools.boxes import outline
from kling_desktop.domain.motion.tools.combining import combined, how_pressed, locked, pixel_at
from kling_desktop.domain.motion.tools.directions import extent
from kling_desktop.domain.motion.tools.options import Combine, Smart, ToolOptions
from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.tools.states import Busy, Idle
from kling_desktop.domain.motion.tools.tool import Guide, Reaction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene, Task

_CLICK = 4.0
"""Logical pixels that the pointer may go and it is still a click."""
_THICK = 6.0
"""Logical pixels from the middle of a scribble to its side."""
LABEL, CORRECTION = "Smart select", "Correct selection"


class Answer:
    """The mask for some hints, found when it is first wanted; the same hints give the same."""

    def __init__(self, picture: NDArray[np.uint8], hints: Hints) -> None:
        self.hints = hints
        self._picture = picture
        self._found: Found | None = None

    @property
    def is_known(self) -> bool:
        return self._found is not None

    def found(self) -> Found:
        """Takes its time at first; two threads that ask at once find the same."""
        if self._found is None:
            self._found = smart.find(self._picture, self.hints)
        return self._found


@dataclass(frozen=True, slots=True)
class Step:
    """A question that was asked, of what document, and what the answer is for."""

    answer: Answer
    before: MotionDocument
    active: RegionId
    how: Combine


@dataclass(frozen=True, slots=True)
class SmartSelect(Idle):
    """Remembers what was asked about the object at hand."""

    options: ToolOptions
    steps: tuple[Step, ...] = ()

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        idle = replace(self, steps=self._standing(scene))
        is_changed = at.has(Modifiers.SHIFT) or at.has(Modifiers.ALT) or at.is_eraser
        how = how_pressed(self.options, at)
        if is_changed and idle.steps:
            return _Dragging(idle, idle, (at,), how, is_box=False, corrects=True).stay(scene)
        is_box = (self.options.smart is Smart.BOX) is not at.has(Modifiers.CTRL)
        return _Dragging(idle, idle, (at,), how, is_box=is_box, corrects=False).stay(scene)

    def _standing(self, scene: Scene) -> tuple[Step, ...]:
        """The questions whose answers have not been undone, of this region of this picture."""
        standing: list[Step] = []
        for step in self.steps:
            is_undone = step.before is scene.document and step.answer.is_known
            is_other = step.active != scene.active or step.before.picture != scene.document.picture
            if is_undone or is_other:
                break
            standing.append(step)
        return tuple(standing)


@dataclass(frozen=True, slots=True)
class _Dragging(Busy):
    tool: SmartSelect
    way: tuple[Pointer, ...]
    how: Combine
    is_box: bool
    corrects: bool

    def guide(self, _scene: Scene) -> Guide:
        start, end = self.way[0].point, self.way[-1].point
        if self.is_box:
            return Guide(lines=(outline(start, end),), words=extent(start, end))
        words = ""
        if self.corrects:
            words = "Not this" if self.how is Combine.SUBTRACT else "This too"
        return Guide(lines=(tuple(each.point for each in self.way),), words=words)

    def move(self, at: Pointer, scene: Scene) -> Reaction:
        return self._on(at).stay(scene)

    def release(self, at: Pointer, scene: Scene) -> Reaction:
        return self._on(at).accept(scene)

    def accept(self, scene: Scene) -> Reaction:
        if not self._is_in(scene):
            return Reaction(self.idle)
        before = self.tool.steps[-1].answer if self.corrects else None
        answer = Answer(scene.picture, self._hints(before))
        step = Step(answer, scene.document, scene.active, self.how)
        steps = (*self.tool.steps, step) if self.corrects else (step,)
        task: Task = partial(_selected, answer, self.how, scene)
        if before is not None:
            task = partial(_corrected, before, answer, self.tool.steps[0], scene)
        return Reaction(replace(self.tool, steps=steps), task=task)

    def _hints(self, before: Answer | None) -> Hints:
        line = tuple(each.point for each in self.way)
        stroke = smart.Stroke(line, _THICK * self.way[0].scale)
        if before is not None:
            is_inside = self.how is not Combine.SUBTRACT
            return before.hints.corrected(stroke, is_inside=is_inside)
        if self._is_click:
            return Hints(inside=(replace(stroke, points=line[:1]),))
        if self.is_box:
            return Hints(box=Rect.around((line[0], line[-1])))
        return Hints(inside=(stroke,))

    @property
    def _is_click(self) -> bool:
        start, reach = self.way[0], _CLICK * self.way[0].scale
        return all(start.point.distance(each.point) <= reach for each in self.way)

    def _is_in(self, scene: Scene) -> bool:
        """Whether it says anything about the picture."""
        size = scene.document.size
        if self.is_box and not self._is_click:
            corners = self.way[0].point, self.way[-1].point
            if extent(*corners) == "":
                return False
            return not Rect.around(corners).clipped(size.rect).is_empty
        return any(pixel_at(each, size) is not None for each in self.way)

    def _on(self, at: Pointer) -> _Dragging:
        return replace(self, way=(*self.way, at))


def _selected(answer: Answer, how: Combine, scene: Scene) -> Edit:
    if refusal := locked(scene):
        return Edit(LABEL, scene.document, note=refusal)
    found = answer.found()
    if found.mask.is_empty:
        return Edit(LABEL, scene.document, note=found.words)
    return combined(scene, LABEL, found.mask, how, found.words)


def _corrected(before: Answer, after: Answer, first: Step, scene: Scene) -> Edit:
    """Make the document what it would be if the second answer had been the first."""
    if refusal := locked(scene):
        return Edit(CORRECTION, scene.document, note=refusal)
    old, new = before.found().mask, after.found()
    if new.mask.is_empty:
        return Edit(CORRECTION, scene.document, note=new.words)
    freed, had = old.without(new.mask), region_or_new(first.before, first.active).mask
    if first.how is Combine.SUBTRACT:
        document = edits.paint(scene.document, first.active, freed.common(had))
        document = edits.erase(document, first.active, new.mask)
    else:
        stays = had if first.how is Combine.ADD else Mask.empty(had.size)
        document = _given_back(scene.document, first, freed.without(stays))
        document = edits.paint(document, first.active, new.mask)
    return Edit(CORRECTION, document, note=new.words)


def _given_back(document: MotionDocument, first: Step, freed: Mask) -> MotionDocument:
    """Leave pixels to those that had them before the object was asked for."""
    freed = freed.common(region_or_new(document, first.active).mask)
    document = edits.erase(document, first.active, freed)
    for region in first.before.regions:
        if region.id != first.active and document.region(region.id) is not None:
            document = edits.paint(document, region.id, region.mask.common(freed))
    return document
