from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.paths import resource
from kling_desktop.ui.brush.keys import TITLES, TOOL_KEYS
from kling_desktop.ui.brush.status import HINTS
from kling_desktop.ui.brush.toolbar import GROUPS, ICONS

if TYPE_CHECKING:
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.keys_table import KeyTable

every_tool = pytest.mark.parametrize("tool", ToolName, ids=lambda each: each.value)


def test_every_tool_is_in_the_strip_once() -> None:
    listed = [name for group in GROUPS for name in group]
    assert sorted(listed, key=str) == sorted(ToolName, key=str)
    assert set(TITLES) == set(HINTS) == set(TOOL_KEYS) == set(ToolName)


@every_tool
def test_every_tool_has_an_icon_in_one_colour(tool: ToolName) -> None:
    drawing = resource(f"icons/{ICONS[tool]}.svg").read_text("utf-8")
    assert drawing.count('stroke="#000"') == 1
    assert "currentColor" not in drawing


@every_tool
def test_a_tool_is_one_key_away_without_another_key_held(page: BrushPage, tool: ToolName) -> None:
    assert len(TOOL_KEYS[tool]) == 1
    QTest.keyClick(page.canvas, Qt.Key(ord(TOOL_KEYS[tool])))
    assert page.session.tool is tool


@every_tool
def test_exactly_the_tool_in_use_is_down(page: BrushPage, tool: ToolName) -> None:
    page.toolbar.button(tool).click()
    assert page.session.tool is tool
    assert [each for each in ToolName if page.toolbar.button(each).isChecked()] == [tool]
    assert page.status.words == HINTS[tool]


def test_a_tool_says_its_name_and_its_key(page: BrushPage, keys: KeyTable) -> None:
    button = page.toolbar.button(ToolName.LASSO)
    assert button.toolTip() == "Lasso  (L)"
    assert button.accessibleName() == "Lasso"
    assert button.accessibleDescription() == "Key L"
    keys.give("tool.lasso", ("Q",))
    assert button.toolTip() == "Lasso  (Q)"


def test_a_low_window_has_the_tools_in_two_columns(page: BrushPage) -> None:
    page.resize(700, 640)
    assert page.toolbar.width() < 40
    page.resize(700, 420)
    assert page.toolbar.width() > 60
    places = [page.toolbar.button(each).geometry() for each in ToolName]
    assert all(page.toolbar.rect().contains(each) for each in places)
    assert not any(a.intersects(b) for a in places for b in places if a is not b)


def test_swapping_goes_to_the_eraser_and_back_to_the_tool_before(page: BrushPage) -> None:
    page.session.choose_tool(ToolName.LASSO)
    QTest.keyClick(page.canvas, Qt.Key.Key_X)
    tools = [page.session.tool]
    QTest.keyClick(page.canvas, Qt.Key.Key_X)
    tools.append(page.session.tool)
    assert tools == [ToolName.ERASER, ToolName.LASSO]
