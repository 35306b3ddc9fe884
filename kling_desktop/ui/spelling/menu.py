"""What the context menu of a text offers for a word that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QMenu

LOOKING = "Looking for suggestions\N{HORIZONTAL ELLIPSIS}"
NOTHING = "No suggestions"
ADD = "&Add \N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK} to my dictionary"
LANGUAGE = "&Language of the spelling"


@dataclass(frozen=True, slots=True)
class Languages:
    """Those there are, the one that counts, and how another is chosen."""

    found: Sequence[str]
    current: str
    choose: Callable[[str], None]


def offer_words(
    menu: QMenu, word: str, take: Callable[[str], None], add: Callable[[], None]
) -> Callable[[Sequence[str]], None]:
    """Put a word's entries at the head of a menu; the function returned fills the suggestions in.

    They come from another thread, and the menu is open by then.
    """
    first = menu.actions()[0]
    looking = QAction(LOOKING, menu)
    looking.setEnabled(False)
    adding = QAction(ADD.format(word.replace("&", "&&")), menu)
    adding.triggered.connect(add)
    menu.insertActions(first, [looking, adding])
    menu.insertSeparator(first)

    def fill(found: Sequence[str]) -> None:
        for each in found:
            action = QAction(each.replace("&", "&&"), menu)
            action.triggered.connect(lambda _=False, text=each: take(text))
            menu.insertAction(looking, action)
        looking.setText(NOTHING)
        looking.setVisible(not found)

    return fill


def offer_choices(menu: QMenu, toggle: QAction, languages: Languages) -> None:
    """Put at a menu's foot whether spelling is checked, and in which language."""
    menu.addSeparator()
    menu.addAction(toggle)
    if len(languages.found) > 1:
        inner = menu.addMenu(LANGUAGE)
        for each in languages.found:
            action = inner.addAction(each.replace("_", "-"))
            action.setCheckable(True)
            action.setChecked(each == languages.current)
            action.triggered.connect(lambda _=False, name=each: languages.choose(name))
