"""What a tool is: a state that answers each event with its next state and what is to be done.

A tool changes nothing by itself. The canvas stamps the segments it asks for into the stroke in
progress, draws its guide, and makes an undo step of its edit. Work that may take longer than a
frame comes back as a task, a pure function that the canvas runs elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.domain.motion.geometry import Point, Rect
    from kling_desktop.domain.motion.tools.pointer import Pointer

    Task: TypeAlias = Callable[[], Edit | None]
    """Finds out an edit; pure, and may be run in any thread or thrown away."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a tool works on."""

    document: MotionDocument
    active: RegionId
    """The region that is painted; it may not exist yet."""
    picture: NDArray[np.uint8]
    """Rows of the upright picture, four bytes a pixel: blue, green, red, unused."""


class Segment(NamedTuple):
    """A piece of a brush stroke: everything within a radius of a line, which may be a dot."""

    start: Point
    end: Point
    start_radius: float
    end_radius: float
    """Pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What is drawn over the picture while a tool is in use; nothing of it is kept."""

    lines: tuple[tuple[Point, ...], ...] = ()
    """Open or closed by repeating the first point; dashed."""
    ellipse: Rect | None = None
    dots: tuple[Point, ...] = ()
    words: str = ""
    """A short fact beside the pointer, such as a length or an angle."""


NO_GUIDE = Guide()


class Reaction(NamedTuple):
    """A tool's answer to an event."""

    tool: Tool
    """Its next state."""
    segments: tuple[Segment, ...] = ()
    """To be stamped into the stroke in progress."""
    is_erasing: bool = False
    """Whether the stroke takes pixels away."""
    commits_stroke: str = ""
    """Not empty: the stroke is done, and becomes an undo step of this name."""
    edit: Edit | None = None
    task: Task | None = None
    guide: Guide = NO_GUIDE


class Tool(Protocol):
    """A state. Whatever is not its business it answers with itself."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in progress: then it may be put away."""
        ...

    def press(self, at: Pointer, scene: Scene) -> Reaction: ...

    def move(self, at: Pointer, scene: Scene) -> Reaction:
        """While pressed, and while hovering in the middle of something such as a polygon."""
        ...

    def release(self, at: Pointer, scene: Scene) -> Reaction: ...

    def accept(self, scene: Scene) -> Reaction:
        """Enter: end what is in progress and keep it."""
        ...

    def step_back(self, scene: Scene) -> Reaction:
        """Backspace: take back the last point of what is in progress."""
        ...

    def cancel(self) -> Tool:
        """Escape: the idle state. Nothing of what was in progress stays."""
        ...
