from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Tree

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap, QPixmapCache

import kling_desktop.ui
from kling_desktop.paths import resource
from kling_desktop.ui import icons, theme
from kling_desktop.ui.actions import ACTIONS
from kling_desktop.ui.queue.words import ICONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

UI = Path(kling_desktop.ui.__file__).parent


def names_in_code() -> Iterator[str]:
    """The names in every ``icons.icon(...)`` and ``icons.pixmap(...)`` of the window."""
    for text in (each.read_text("utf-8") for each in UI.rglob("*.py")):
        if "icons." not in text:
            continue  # every worker of a test run comes by here
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("icons."):
                for each in ast.walk(node.args[0]) if node.args else ():
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield each.value


NAMES = sorted({
    *names_in_code(),
    *(spec.icon for spec in ACTIONS if spec.icon),
    *ICONS.values(),
    "clock",
})  # fmt: skip


def test_the_search_for_names_finds_some() -> None:
    assert {"pause", "play", "picture", "warning"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_that_is_named_exists_and_is_drawn_in_ink_alone(name: str) -> None:
    drawing = resource(f"icons/{name}.svg").read_text("utf-8")
    root = Tree.fromstring(drawing)
    colours = {
        value
        for node in root.iter()
        for key, value in node.attrib.items()
        if key in {"stroke", "fill"}
    }
    assert colours <= {icons.INK, "none"}
    assert icons.INK in colours
    assert not re.search(r"style=|<style", drawing)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_takes_the_colour_that_it_is_given(qapp: QApplication, name: str) -> None:
    assert colours_of(icons.pixmap(name, 32, "#ff00ff").toImage()) == {"#ff00ff"}


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK])
def test_an_icon_has_the_colour_of_text_and_is_muted_where_disabled(
    dressed: QApplication, tokens: theme.Tokens
) -> None:
    theme.apply(dressed, theme.Scheme.DARK if tokens is theme.DARK else theme.Scheme.LIGHT)
    made = icons.icon("film")
    assert colours_of(made.pixmap(32, 32).toImage()) == {tokens.text}
    assert colours_of(made.pixmap(32, 32, QIcon.Mode.Disabled).toImage()) == {tokens.muted}


def test_the_program_has_an_icon_of_its_own(qapp: QApplication) -> None:
    assert not icons.app_icon().isNull()


def colours_of(image: QImage) -> set[str]:
    """The colours of all pixels that are wholly opaque."""
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    pixels = (image.pixelColor(x, y) for x, y in places)
    return {QColor(each.rgb()).name() for each in pixels if each.alpha() == 255}


def test_an_icon_is_read_and_drawn_once(dressed: QApplication) -> None:
    one, again = (icons.pixmap("film", 22, "#123456") for _ in range(2))
    assert one.cacheKey() == again.cacheKey()
    assert icons.pixmap("film", 22, "#654321").cacheKey() != one.cacheKey()


def test_an_icon_is_sharp_on_a_screen_of_many_pixels(dressed: QApplication) -> None:
    sharp = icons.pixmap("film", 22, "#123456", 1.5)
    assert (sharp.width(), sharp.deviceIndependentSize().toSize().width()) == (33, 22)
    assert icons.pixmap("film", 33, "#123456", 1).devicePixelRatio() == 1


def test_icons_that_are_drawn_ahead_are_there_when_a_page_wants_them(
    qtbot: QtBot, dressed: QApplication
) -> None:
    QPixmapCache.clear()
    parent = QObject()
    icons.warm_up(parent)
    assert isinstance(parent.children()[0], QTimer)
    qtbot.waitUntil(lambda: not parent.children())
    kept = QPixmap()
    for name in ("film", "mask", "pin"):
        assert QPixmapCache.find(f"{name} 24 {theme.tokens().text}", kept)
        assert not kept.isNull()
