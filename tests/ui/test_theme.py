from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from kling_desktop.paths import resource
from kling_desktop.ui import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

SCHEMES = {"light": theme.LIGHT, "dark": theme.DARK}
INKS = ("text", "muted", "good", "warn", "bad", "accent")
GROUNDS = ("window", "panel", "base", "hover")
PAIRS = [
    *itertools.product(INKS, GROUNDS),
    ("text", "stage"),
    ("muted", "stage"),
    ("on_accent", "accent"),
    ("panel", "warn"),
]
"""The last two are the banner's."""


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    ink = QColor(colour)
    parts = (ink.redF(), ink.greenF(), ink.blueF())
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS, ids=str)
def test_every_text_can_be_read_on_its_ground(scheme: str, ink: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize(
    ("scheme", "tokens"), [(theme.Scheme.LIGHT, theme.LIGHT), (theme.Scheme.DARK, theme.DARK)]
)
def test_a_scheme_dresses_the_whole_program(
    dressed: QApplication, scheme: theme.Scheme, tokens: theme.Tokens
) -> None:
    theme.apply(dressed, scheme)
    assert theme.tokens() == tokens
    assert dressed.palette().color(QPalette.ColorRole.Window) == QColor(tokens.window)
    assert tokens.accent in dressed.styleSheet()
    assert "$" not in dressed.styleSheet()


def test_the_systems_scheme_is_one_of_ours(dressed: QApplication) -> None:
    theme.apply(dressed, theme.Scheme.SYSTEM)
    assert theme.tokens() in SCHEMES.values()


def test_every_colour_of_the_style_sheet_comes_from_the_theme() -> None:
    sheet = resource("styles/app.qss").read_text("utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", sheet) == []
    assert set(re.findall(r"\$(\w+)", sheet)) <= {*theme.Tokens.__slots__, "styles"}


def test_every_file_that_the_style_sheet_names_is_there() -> None:
    sheet = resource("styles/app.qss").read_text("utf-8")
    named = re.findall(r'url\("\$styles/([^"]+)"\)', sheet)
    assert named
    assert all(resource(f"styles/{each}").is_file() for each in named)


def test_dressed_in_the_same_scheme_again_no_widget_is_dressed_anew(
    qtbot: QtBot, dressed: QApplication
) -> None:
    """Each dressing of a living window takes a tenth of a second."""
    widget = Dressed()
    qtbot.addWidget(widget)
    widget.show()
    widget.dressings = 0
    theme.apply(dressed, theme.Scheme.LIGHT)
    assert widget.dressings == 0
    theme.apply(dressed, theme.Scheme.DARK)
    assert widget.dressings > 0


class Dressed(QWidget):
    """Counts how often it is dressed."""

    dressings = 0

    def changeEvent(self, event: QEvent) -> None:
        self.dressings += event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}
        super().changeEvent(event)
