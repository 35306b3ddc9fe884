"""How fields write numbers and dates; the words of the program are English in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def use(language: str, *windows: QWidget) -> None:
    """Let windows that are made from now on, and these with all that is in them, do so."""
    english = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    chosen = english if language == "english" else QLocale.system()
    QLocale.setDefault(chosen)
    for each in windows:
        each.setLocale(chosen)
