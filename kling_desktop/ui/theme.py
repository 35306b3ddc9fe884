"""Colours and shapes, light and dark; every colour in the window comes from here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from kling_desktop.paths import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QApplication


class Scheme(StrEnum):
    """Which colours the user wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme; text on its ground keeps a contrast of 4.5:1 (WCAG AA)."""

    window: str
    panel: str
    base: str
    hover: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str
    stage: str
    """Behind pictures and clips."""


LIGHT = Tokens(
    window="#f1f2f5", panel="#ffffff", base="#ffffff", hover="#e8eaf0", line="#cfd3da",
    text="#1b1d21", muted="#5c626b", accent="#3a55d9", on_accent="#ffffff",
    good="#176f42", warn="#8a5a00", bad="#b3261e", stage="#e2e4e9",
)  # fmt: skip
DARK = Tokens(
    window="#1a1c20", panel="#22252a", base="#15171a", hover="#2d3138", line="#3a3f47",
    text="#eceef1", muted="#a4abb5", accent="#8ea2ff", on_accent="#10131f",
    good="#5fd39a", warn="#f0b455", bad="#ff8a80", stage="#0f1012",
)  # fmt: skip

_current = {"tokens": LIGHT}


def named(name: object) -> Scheme:
    """The scheme of that name; that of the system where the name means nothing."""
    return next((scheme for scheme in Scheme if scheme.value == name), Scheme.SYSTEM)


def tokens() -> Tokens:
    """The colours now in use."""
    return _current["tokens"]


def choose(app: QApplication, scheme: Scheme) -> None:
    """Have these colours from now on, and no sheet of styles until :func:`dress`.

    Under a sheet Qt dresses a widget, and all that is in it, each time it gets a parent: a window
    is made three times as fast without.
    """
    app.setStyleSheet("")
    _tell_qt(scheme)
    _current["tokens"] = _tokens_for(scheme)
    app.setStyle("Fusion")
    app.setPalette(_palette(tokens()))


def dress(app: QApplication) -> None:
    """Dress the whole program; Fusion is drawn by Qt alone and so is the same everywhere.

    Qt dresses every living widget anew for each of these calls, even if nothing changes by it.
    """
    sheet = Template(resource("styles/app.qss").read_text("utf-8")).substitute(_names(tokens()))
    if app.styleSheet() != sheet:
        app.setPalette(_palette(tokens()))
        app.setStyleSheet(sheet)


def apply(app: QApplication, scheme: Scheme) -> None:
    """Have these colours from now on, whatever was made before."""
    if not app.styleSheet():
        choose(app, scheme)
    _tell_qt(scheme)
    _current["tokens"] = _tokens_for(scheme)
    dress(app)


def _tell_qt(scheme: Scheme) -> None:
    """What Qt and the system draw themselves, such as a frame or a file dialog, goes along."""
    hints = QGuiApplication.styleHints()
    wanted = {Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}.get(scheme)
    if wanted is None:
        hints.unsetColorScheme()
    elif hints.colorScheme() is not wanted:
        hints.setColorScheme(wanted)


def _tokens_for(scheme: Scheme) -> Tokens:
    if scheme is Scheme.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if scheme is Scheme.DARK else LIGHT


def _names(chosen: Tokens) -> Mapping[str, str]:
    colours = {name: getattr(chosen, name) for name in Tokens.__slots__}
    return colours | {"styles": resource("styles").as_posix()}


def _palette(chosen: Tokens) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    for target, colour in {
        role.Window: chosen.window,
        role.WindowText: chosen.text,
        role.Base: chosen.base,
        role.AlternateBase: chosen.panel,
        role.Text: chosen.text,
        role.Button: chosen.panel,
        role.ButtonText: chosen.text,
        role.BrightText: chosen.bad,
        role.Highlight: chosen.accent,
        role.HighlightedText: chosen.on_accent,
        role.PlaceholderText: chosen.muted,
        role.ToolTipBase: chosen.panel,
        role.ToolTipText: chosen.text,
        role.Link: chosen.accent,
        role.Mid: chosen.line,
    }.items():
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(chosen.muted))
    return palette
