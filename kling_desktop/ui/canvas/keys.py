"""Every key of the canvas as one row: what it does and how it is reached.

Tools, brush sizes and regions have their keys in the page around it (``ui/brush/keys.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtGui import QKeyEvent


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A command of the canvas; ``keys`` can be bound anew."""

    id: str
    text: str
    keys: tuple[str, ...]
    repeats: bool = False
    """Whether it goes on while the key is held."""


CANVAS_KEYS: tuple[KeySpec, ...] = (
    KeySpec("cancel", "Cancel what is in progress", ("Escape",)),
    KeySpec("accept", "Finish what is in progress", ("Return", "Enter")),
    KeySpec("step_back", "Take back the last point", ("Backspace",)),
    KeySpec("zoom_in", "Zoom in", ("+", "Shift++", "=", "Ctrl++", "Ctrl+="), repeats=True),
    KeySpec("zoom_out", "Zoom out", ("-", "Ctrl+-"), repeats=True),
    KeySpec("fit", "Whole picture", ("Ctrl+0",)),
    KeySpec("actual", "100 %", ("Ctrl+1",)),
    KeySpec("turn_left", "Turn the view left", ("Num+4", "Ctrl+["), repeats=True),
    KeySpec("turn_right", "Turn the view right", ("Num+6", "Ctrl+]"), repeats=True),
    KeySpec("upright", "Turn the view upright", ("Num+5", "Ctrl+5")),
    KeySpec("mirror", "Mirror the view", ("M",)),
    KeySpec("overlay", "Show or hide what is painted", ("\\",)),
    KeySpec("next_point", "Choose the path's next point", ("PgDown",), repeats=True),
    KeySpec("previous_point", "Choose the path's previous point", ("PgUp",), repeats=True),
    KeySpec("add_point", "Add a point behind the chosen one", ("Ins",)),
    KeySpec("delete_point", "Delete the chosen point", ("Ctrl+Del",)),
    KeySpec("cut_path", "End the path at the chosen point", ("K",)),
    KeySpec("turn_corner", "Make the chosen point a corner, or smooth", ("C",)),
    *(
        KeySpec(
            f"nudge_{way.lower()}{far}",
            f"Move the point or the path {way.lower()}{by}",
            (f"{shift}{way}",),
            repeats=True,
        )
        for way in ("Left", "Right", "Up", "Down")
        for far, by, shift in (("", "", ""), ("_far", " by ten", "Shift+"))
    ),
    KeySpec("undo", "Undo", ("Ctrl+Z",), repeats=True),
    KeySpec("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), repeats=True),
)
"""Digits above the letters choose regions, in the page; those of the number pad turn the view."""


class Bindings:
    """Which command a key means."""

    def __init__(
        self,
        specs: Iterable[KeySpec] = CANVAS_KEYS,
        changed: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._commands: dict[str, KeySpec] = {}
        for spec in specs:
            for keys in (changed or {}).get(spec.id, spec.keys):
                self._commands[_normal(keys)] = spec

    def command(self, event: QKeyEvent) -> str | None:
        """What a key event means here; None if nothing, or if held keys do not count for it."""
        spec = self._spec(event)
        if spec is None or (event.isAutoRepeat() and not spec.repeats):
            return None
        return spec.id

    def means_something(self, event: QKeyEvent) -> bool:
        """Whether the key is one of these, so that no shortcut of the window may take it."""
        return self._spec(event) is not None

    def _spec(self, event: QKeyEvent) -> KeySpec | None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        pad = Qt.KeyboardModifier.KeypadModifier
        found = self._commands.get(_text(QKeyCombination(modifiers, key)))
        if found is None and modifiers & pad:
            found = self._commands.get(_text(QKeyCombination(modifiers & ~pad, key)))
        return found


def _text(keys: QKeyCombination) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def _normal(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
