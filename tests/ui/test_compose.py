from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from kling_desktop.domain.catalog import Catalog, Task
from kling_desktop.domain.money import dollars, estimate
from kling_desktop.ui.compose.panel import ComposePanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TASKS = (Task.IMAGE_TO_VIDEO.value, Task.TEXT_TO_VIDEO.value)


@pytest.fixture
def panel(qtbot: QtBot, catalog: Catalog) -> ComposePanel:
    made = ComposePanel(catalog)
    qtbot.addWidget(made)
    made.show()
    return made


def button(panel: ComposePanel) -> QPushButton:
    return next(each for each in panel.findChildren(QPushButton) if each.property("primary"))


def texts(panel: ComposePanel) -> list[str]:
    return [each.text() for each in panel.findChildren(QLabel) if not each.isHidden()]


@pytest.mark.parametrize(
    ("task", "tier", "duration"),
    list(itertools.product(TASKS, ("pro", "standard"), ("5", "10"))),
)
def test_the_button_says_the_price_of_what_is_chosen(
    panel: ComposePanel, catalog: Catalog, task: str, tier: str, duration: str
) -> None:
    panel.choose(task, tier)
    panel.set_values({"duration": duration})
    endpoint = catalog.endpoint(f"fal-ai/kling-video/v1.6/{tier}/{task}")
    assert panel.endpoint == endpoint
    assert dollars(estimate(endpoint, {"duration": duration})) in button(panel).text()


@pytest.mark.parametrize(
    ("tier", "duration", "price"),
    [
        ("pro", "5", "$0.475"),
        ("pro", "10", "$0.95"),
        ("standard", "5", "$0.28"),
        ("standard", "10", "$0.56"),
    ],
)
def test_a_picture_to_video_clip_costs_what_fal_says(
    panel: ComposePanel, tier: str, duration: str, price: str
) -> None:
    panel.choose(Task.IMAGE_TO_VIDEO.value, tier)
    panel.set_values({"duration": duration})
    assert button(panel).text().endswith(price)


def test_nothing_can_be_generated_before_the_backend_is_ready(panel: ComposePanel) -> None:
    assert not button(panel).isEnabled()
    panel.show_backend(ready=True, free=False)
    assert button(panel).isEnabled()
    panel.choose(Task.TEXT_TO_VIDEO.value, "standard")
    assert button(panel).isEnabled()


def test_the_sandbox_says_that_nothing_is_charged(panel: ComposePanel) -> None:
    panel.show_backend(ready=True, free=True)
    assert any("nothing is charged" in each for each in texts(panel))


def test_live_says_what_a_second_costs_and_when_that_was_so(panel: ComposePanel) -> None:
    panel.show_backend(ready=True, free=False)
    assert any("$0.095 a second, as of 2026-" in each for each in texts(panel))


def test_a_press_asks_for_a_clip(panel: ComposePanel, qtbot: QtBot) -> None:
    panel.show_backend(ready=True, free=True)
    with qtbot.waitSignal(panel.generate_asked):
        button(panel).click()


def test_the_chosen_endpoint_is_told(panel: ComposePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.endpoint_changed) as signal:
        panel.choose(Task.TEXT_TO_VIDEO.value, "pro")
    assert signal.args == [panel.endpoint]


@pytest.mark.parametrize(("task", "tier"), [("None", "None"), ("dancing", "pro"), ("", "gold")])
def test_a_choice_that_the_panel_does_not_offer_is_passed_over(
    panel: ComposePanel, task: str, tier: str
) -> None:
    panel.choose(task, tier)
    assert panel.endpoint.task is Task.IMAGE_TO_VIDEO


def test_the_values_go_along_to_the_next_endpoint(panel: ComposePanel) -> None:
    panel.set_values({"prompt": "a boat", "duration": "10"})
    panel.choose(Task.TEXT_TO_VIDEO.value, "standard")
    assert panel.values()["prompt"] == "a boat"
    assert panel.values()["duration"] == "10"


def test_a_picture_pasted_into_the_prompt_is_passed_on(panel: ComposePanel, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("file:///pictures/boat.jpg")])
    QGuiApplication.clipboard().setMimeData(mime)
    prompt = panel.findChild(QPlainTextEdit)
    assert isinstance(prompt, QPlainTextEdit)
    with qtbot.waitSignal(panel.mime_given):
        prompt.paste()
    QGuiApplication.clipboard().clear()


def test_a_double_click_on_generate_asks_once(panel: ComposePanel) -> None:
    panel.show_backend(ready=True, free=True)
    asked: list[None] = []
    panel.generate_asked.connect(lambda: asked.append(None))
    for act in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
        act(button(panel), Qt.MouseButton.LeftButton)
    assert len(asked) == 1
