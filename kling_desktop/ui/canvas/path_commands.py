"""What keys do to the path of the chosen region, so that it can be edited without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.motion import path_edits
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.path_edits import Target
from kling_desktop.domain.motion.trajectory import Join

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.ui.canvas.painting import Painting
    from kling_desktop.ui.canvas.session import Session

NUDGE, FAR = 1.0, 10.0
"""Pixels of the picture that one press of an arrow key moves a point or a path."""
_DIRECTIONS = {
    "left": Point(-1, 0),
    "right": Point(1, 0),
    "up": Point(0, -1),
    "down": Point(0, 1),
}


class PathCommands:
    """By the ids of ``keys.CANVAS_KEYS``; with no point chosen arrows move the whole path."""

    def __init__(self, session: Session, painting: Painting) -> None:
        self._session, self._painting = session, painting

    def table(self) -> dict[str, Callable[[], None]]:
        """Every command."""
        found: dict[str, Callable[[], None]] = {
            "next_point": lambda: self._painting.step_node(1),
            "previous_point": lambda: self._painting.step_node(-1),
            "add_point": self._add,
            "delete_point": lambda: self._edit(path_edits.delete_node),
            "cut_path": lambda: self._edit(path_edits.cut_here),
            "turn_corner": lambda: self._edit(_other_join),
        }
        for name, way in _DIRECTIONS.items():
            found[f"nudge_{name}"] = self._nudger(way.scaled(NUDGE))
            found[f"nudge_{name}_far"] = self._nudger(way.scaled(FAR))
        return found

    def _nudger(self, by: Point) -> Callable[[], None]:
        return lambda: self._edit(lambda target: path_edits.nudge(target, by))

    def _add(self) -> None:
        """The new point is chosen at once, so that arrows move it."""
        before, chosen = self._session.document, self._painting.chosen_node
        self._edit(path_edits.add_after)
        if self._session.document is not before:
            self._painting.step_node(-1 if chosen is None else 1)

    def _edit(self, change: Callable[[Target], Edit]) -> None:
        session, chosen = self._session, self._painting.chosen_node
        if session.picture is not None and self._painting.is_idle:
            session.apply(change(Target(session.document, session.active, chosen)))


def _other_join(target: Target) -> Edit:
    """A corner becomes smooth, and anything else a corner."""
    nodes, index = target.trajectory.nodes, target.index
    is_corner = index is not None and index < len(nodes) and nodes[index].join is Join.CORNER
    return path_edits.set_join(target, Join.SMOOTH if is_corner else Join.CORNER)
