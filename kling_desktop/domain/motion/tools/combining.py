"""What a mask that a tool has made does to the region that is painted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.tools.options import Combine
from kling_desktop.domain.motion.tools.pointer import Modifiers

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.domain.motion.tools.options import ToolOptions
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene

_CHANGES = {
    Combine.ADD: edits.paint,
    Combine.SUBTRACT: edits.erase,
    Combine.REPLACE: edits.give_mask,
}


def combined(scene: Scene, label: str, mask: Mask, how: Combine, note: str = "") -> Edit:
    """The step that a mask makes; where the region is locked it is none, and says why."""
    if refusal := locked(scene):
        return Edit(label, scene.document, note=refusal)
    return Edit(label, _CHANGES[how](scene.document, scene.active, mask), note=note)


def locked(scene: Scene) -> str:
    """Why the region cannot be painted; empty if it can be."""
    region = scene.document.region(scene.active)
    if region is None or not region.is_locked:
        return ""
    return f"{region.title} is locked: unlock it to paint it."


def how_pressed(options: ToolOptions, at: Pointer) -> Combine:
    """Shift adds, Alt and the pen's other end take away, else it is as chosen."""
    if at.is_eraser or at.has(Modifiers.ALT):
        return Combine.SUBTRACT
    return Combine.ADD if at.has(Modifiers.SHIFT) else options.combine


def how_turned(options: ToolOptions, at: Pointer) -> Combine:
    """As chosen, where Shift and Alt mean something else; the pen's other end takes away."""
    return Combine.SUBTRACT if at.is_eraser else options.combine


def pixel_at(at: Pointer, size: Size) -> tuple[int, int] | None:
    """The column and row of the pixel there; None outside the picture."""
    if not (math.isfinite(at.x) and math.isfinite(at.y)):
        return None
    x, y = math.floor(at.x), math.floor(at.y)
    return (x, y) if 0 <= x < size.width and 0 <= y < size.height else None
