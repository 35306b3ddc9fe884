"""Every key of the canvas as one row: what it does and how it is reached."""

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
    KeySpec("brush", "Brush", ("B",)),
    KeySpec("eraser", "Eraser", ("E",)),
    KeySpec("hand", "Hand", ("H",)),
    KeySpec("swap", "Swap painting and erasing", ("X",)),
    KeySpec("smaller", "Smaller brush", ("[",), repeats=True),
    KeySpec("larger", "Larger brush", ("]",), repeats=True),
    KeySpec("softer", "Softer brush", ("Shift+[", "{", "Shift+{"), repeats=True),
    KeySpec("harder", "Harder brush", ("Shift+]", "}", "Shift+}"), repeats=True),
    *(KeySpec(f"region_{n}", f"Paint region {n}", (str(n),)) for n in range(1, 7)),
    KeySpec("region_0", "Paint what stays", ("0",)),
    KeySpec("previous_region", "Previous region", ("Alt+[",), repeats=True),
    KeySpec("next_region", "Next region", ("Alt+]",), repeats=True),
    KeySpec("zoom_in", "Zoom in", ("+", "Shift++", "=", "Ctrl++", "Ctrl+="), repeats=True),
    KeySpec("zoom_out", "Zoom out", ("-", "Ctrl+-"), repeats=True),
    KeySpec("fit", "Whole picture", ("Ctrl+0",)),
    KeySpec("actual", "100 %", ("Ctrl+1",)),
    KeySpec("turn_left", "Turn the view left", ("Num+4", "Ctrl+["), repeats=True),
    KeySpec("turn_right", "Turn the view right", ("Num+6", "Ctrl+]"), repeats=True),
    KeySpec("upright", "Turn the view upright", ("Num+5", "Ctrl+5")),
    KeySpec("mirror", "Mirror the view", ("M",)),
    KeySpec("overlay", "Show or hide what is painted", ("\\",)),
    KeySpec("undo", "Undo", ("Ctrl+Z",), repeats=True),
    KeySpec("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), repeats=True),
)
"""Digits above the letters choose regions; those of the number pad turn the view."""


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
