"""Bucket and magic wand: a click takes what is of one colour.

The bucket looks at the mask first. Where the region's pixels shut in the place of the click it
fills that hole, whatever the picture shows there: draw an outline, then pour. Anywhere else it
fills what hangs together and is of a like colour. Taking away, it takes the part of the mask that
is clicked on. The wand never looks at the mask, and takes the whole picture if it is told to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import likeness, parts
from kling_desktop.domain.motion.edits import Edit, region_or_new
from kling_desktop.domain.motion.tools.combining import combined, how_pressed, locked, pixel_at
from kling_desktop.domain.motion.tools.options import Combine, ToolOptions
from kling_desktop.domain.motion.tools.states import Idle
from kling_desktop.domain.motion.tools.tool import Reaction

if TYPE_CHECKING:
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene


@dataclass(frozen=True, slots=True)
class Bucket(Idle):
    """Shift adds, Alt takes away."""

    options: ToolOptions

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        if pixel_at(at, scene.document.size) is None:
            return Reaction(self)
        how = how_pressed(self.options, at)
        return Reaction(self, task=partial(_poured, self.options, at, how, scene))


@dataclass(frozen=True, slots=True)
class Wand(Idle):
    """Shift adds, Alt takes away."""

    options: ToolOptions

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        if pixel_at(at, scene.document.size) is None:
            return Reaction(self)
        how = how_pressed(self.options, at)
        return Reaction(self, task=partial(_wanded, self.options, at, how, scene))


def _poured(options: ToolOptions, at: Pointer, how: Combine, scene: Scene) -> Edit:
    if refusal := locked(scene):
        return Edit("Fill", scene.document, note=refusal)
    painted = region_or_new(scene.document, scene.active).mask
    if how is Combine.SUBTRACT:
        found = parts.part_at(painted, at.point)
    else:
        found = None if painted.holds(at.point) else parts.hole_at(painted, at.point)
    if found is None:
        found = _like(options.tolerance, at, scene, is_contiguous=True)
    return combined(scene, "Fill", found, how)


def _wanded(options: ToolOptions, at: Pointer, how: Combine, scene: Scene) -> Edit:
    if refusal := locked(scene):
        return Edit("Magic wand", scene.document, note=refusal)
    found = _like(options.tolerance, at, scene, is_contiguous=options.is_contiguous)
    return combined(scene, "Magic wand", found, how)


def _like(tolerance: int, at: Pointer, scene: Scene, *, is_contiguous: bool) -> Mask:
    find = likeness.like_around if is_contiguous else likeness.like
    return find(scene.picture, int(at.x), int(at.y), tolerance)
