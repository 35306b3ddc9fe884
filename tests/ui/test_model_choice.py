"""A model is chosen by task, model and quality, or found by typing; it is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from kling_desktop.domain.catalog import Catalog, Task, load_catalog
from kling_desktop.ui.compose.choice import DEFAULT, RECENT, ModelChoice
from kling_desktop.ui.compose.finder import ModelFinder
from kling_desktop.ui.compose.panel import ComposePanel
from kling_desktop.ui.compose.words import TASKS

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

KLING = "fal-ai/kling-video"
ENDPOINTS = load_catalog().endpoints


@pytest.fixture
def choice(qtbot: QtBot, catalog: Catalog) -> ModelChoice:
    made = ModelChoice(catalog)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def finder(qtbot: QtBot, catalog: Catalog, choice: ModelChoice) -> ModelFinder:
    made = ModelFinder(choice, catalog, choice)
    made.show()
    return made


def boxes(choice: ModelChoice) -> tuple[QComboBox, QComboBox]:
    task, model = choice.findChildren(QComboBox)
    return task, model


def pick(box: QComboBox, place: int) -> None:
    box.setCurrentIndex(place)
    box.activated.emit(place)


def test_the_default_is_16_pro_from_a_picture(choice: ModelChoice) -> None:
    assert choice.endpoint.id == DEFAULT == f"{KLING}/v1.6/pro/image-to-video"


def test_every_endpoint_can_be_reached_by_the_three_steps(
    choice: ModelChoice, qtbot: QtBot
) -> None:
    reached = set()
    task, model = boxes(choice)
    for place in range(task.count()):
        pick(task, place)
        for which in range(model.count()):
            pick(model, which)
            for each in choice.findChildren(QPushButton):
                if not each.isHidden():
                    each.click()
                    reached.add(choice.endpoint.id)
            reached.add(choice.endpoint.id)
    assert reached == {each.id for each in ENDPOINTS}
    assert len(reached) == 69


def test_every_task_has_a_name(choice: ModelChoice) -> None:
    assert set(TASKS) == set(Task)


def test_the_price_stands_beside_the_model(choice: ModelChoice) -> None:
    _, model = boxes(choice)
    assert model.currentText().startswith("Kling 1.6  $0.056\N{EN DASH}$0.095/s")


def test_the_wanted_quality_comes_back_with_a_task_that_has_it(choice: ModelChoice) -> None:
    choice.choose(Task.IMAGE_TO_VIDEO.value, "standard", "1.6")
    choice.choose(Task.LIPSYNC.value, "")
    choice.choose(Task.TEXT_TO_VIDEO.value, "")
    assert choice.endpoint.id == f"{KLING}/v1.6/standard/text-to-video"


def test_a_task_that_the_model_lacks_takes_a_newer_one_and_the_model_comes_back(
    choice: ModelChoice,
) -> None:
    choice.choose(Task.MOTION_CONTROL.value, "pro")
    assert choice.endpoint.id == f"{KLING}/v3/pro/motion-control"
    choice.choose(Task.IMAGE_TO_VIDEO.value, "pro")
    assert choice.endpoint.id == DEFAULT


def test_what_is_retired_is_marked_and_kept_only_where_it_is_what_was_wanted(
    choice: ModelChoice, catalog: Catalog
) -> None:
    gone = tuple(
        each.model_copy(update={"retired": each.version == "1.6"}) for each in catalog.endpoints
    )
    choice.show_catalog(catalog.model_copy(update={"endpoints": gone}))
    assert choice.endpoint.retired
    _, model = boxes(choice)
    assert model.currentText().endswith("no longer offered")
    choice.choose(Task.TEXT_TO_VIDEO.value, "pro")
    assert choice.endpoint.retired
    choice.choose(Task.MOTION_CONTROL.value, "pro")
    assert not choice.endpoint.retired


def test_a_catalog_without_the_chosen_one_falls_back(choice: ModelChoice, catalog: Catalog) -> None:
    choice.choose_id(f"{KLING}/video-to-audio")
    rest = tuple(each for each in catalog.endpoints if each.task is not Task.VIDEO_TO_AUDIO)
    choice.show_catalog(catalog.model_copy(update={"endpoints": rest}))
    assert choice.endpoint.id == DEFAULT


def test_choice_favourites_and_the_latest_are_remembered(
    choice: ModelChoice, catalog: Catalog, qtbot: QtBot
) -> None:
    for each in ENDPOINTS[: RECENT + 2]:
        choice.choose_id(each.id)
        choice.note_use()
    choice.star(ENDPOINTS[9].id)
    later = ModelChoice(catalog)
    qtbot.addWidget(later)
    assert later.restore(choice.notes())
    assert later.notes() == choice.notes()
    assert later.recent == [each.id for each in reversed(ENDPOINTS[2 : RECENT + 2])]
    choice.star(ENDPOINTS[9].id)
    assert choice.favourites == []


@pytest.mark.parametrize(
    "odd",
    [None, 5, {}, {"endpoint": 5, "recent": "x", "favourites": {"a": 1}}, {"recent": [[], 7]}],
)
def test_odd_notes_are_passed_over(choice: ModelChoice, odd: object) -> None:
    assert not choice.restore(odd)
    assert choice.endpoint.id == DEFAULT
    assert choice.recent == choice.favourites == []


def test_the_finder_has_everything_and_says_what_is_left_out_and_why(
    finder: ModelFinder, catalog: Catalog
) -> None:
    lines = finder.lines()
    assert len(lines) == 69 + len(catalog.not_offered)
    for each in catalog.not_offered:
        assert any(each.id in line and each.reason in line for line in lines)


@pytest.mark.parametrize(
    ("words", "count"),
    [("lip", 2), ("3.0 pro", 5), ("4k picture", 2), ("motion brush", 2), ("zz", 0)],
)
def test_typing_narrows_it_down(finder: ModelFinder, words: str, count: int) -> None:
    QTest.keyClicks(finder.search, words)
    assert len(finder.lines()) == count


def test_enter_takes_what_the_arrows_chose(
    finder: ModelFinder, choice: ModelChoice, qtbot: QtBot
) -> None:
    QTest.keyClicks(finder.search, "lip sync")
    with qtbot.waitSignal(finder.chosen) as chosen:
        QTest.keyClick(finder.search, Qt.Key.Key_Down)
        QTest.keyClick(finder.search, Qt.Key.Key_Return)
    assert chosen.args == [f"{KLING}/lipsync/text-to-video"]


def test_favourites_and_the_latest_come_first(
    finder: ModelFinder, choice: ModelChoice, catalog: Catalog, qtbot: QtBot
) -> None:
    QTest.keyClicks(finder.search, "sound for a video")
    QTest.keyClick(finder, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert choice.favourites == [f"{KLING}/video-to-audio"]
    choice.note_use()
    again = ModelFinder(choice, catalog, choice)
    assert again.lines()[0].startswith("Sound for a video: From") or "Sound" in again.lines()[0]
    assert again.lines()[1].startswith("Picture to video: Kling 1.6 Pro")


# What goes along


@pytest.fixture
def panel(qtbot: QtBot, catalog: Catalog) -> ComposePanel:
    made = ComposePanel(catalog)
    qtbot.addWidget(made)
    made.show()
    return made


def said(panel: ComposePanel) -> str:
    texts = [e.text() for e in panel.findChildren(QLabel) if e.isVisible()]
    return next((each for each in texts if "comes back when you do" in each), "")


def test_what_does_not_go_along_is_said_and_comes_back(panel: ComposePanel) -> None:
    panel.set_values({"prompt": "a", "tail_image_url": "/end.png", "cfg_scale": 0.3})
    panel.choose(Task.TEXT_TO_VIDEO.value, "pro")
    assert said(panel) == "Kling 1.6 Pro goes without: End picture. It comes back when you do."
    assert panel.values()["cfg_scale"] == 0.3
    panel.choose(Task.IMAGE_TO_VIDEO.value, "pro")
    assert panel.values()["tail_image_url"] == "/end.png"
    assert said(panel) == ""


def test_a_length_that_another_model_lacks_is_said_and_comes_back(panel: ComposePanel) -> None:
    panel.choose_endpoint(f"{KLING}/v3/pro/text-to-video")
    panel.set_values({"duration": "15"})
    panel.choose_endpoint(f"{KLING}/v1.6/pro/text-to-video")
    assert said(panel).startswith("Length (seconds): cannot be 15 here.")
    assert panel.values()["duration"] == "5"
    panel.choose_endpoint(f"{KLING}/v3/pro/text-to-video")
    assert panel.values()["duration"] == "15"


def test_pictures_go_by_their_meaning_and_the_newest_wins(panel: ComposePanel) -> None:
    panel.set_values({"tail_image_url": "/one.png"})
    panel.choose_endpoint(f"{KLING}/v3/pro/image-to-video")
    assert panel.values()["end_image_url"] == "/one.png"
    panel.set_values({"end_image_url": "/two.png"})
    panel.choose_endpoint(DEFAULT)
    assert panel.values()["tail_image_url"] == "/two.png"


def test_the_picture_of_the_stage_goes_along_to_elements(panel: ComposePanel) -> None:
    panel.show_start("/boat.png")
    panel.choose(Task.ELEMENTS.value, "pro")
    assert panel.values()["input_image_urls"] == ["/boat.png"]


def test_the_first_of_several_becomes_that_of_an_empty_stage(
    panel: ComposePanel, qtbot: QtBot
) -> None:
    panel.choose(Task.ELEMENTS.value, "pro")
    panel.set_values({"input_image_urls": ["/a.png", "/b.png"]})
    with qtbot.waitSignal(panel.start_wanted) as wanted:
        panel.choose(Task.IMAGE_TO_VIDEO.value, "pro")
    assert wanted.args == ["/a.png"]
    assert said(panel).startswith("Pictures: takes one here, not 2.")


def test_what_an_element_cannot_have_elsewhere_is_said(panel: ComposePanel) -> None:
    panel.choose_endpoint(f"{KLING}/v3/pro/image-to-video")
    panel.set_values({"elements": [{"frontal_image_url": "/a.png", "voice_id": "v"}]})
    panel.choose_endpoint(f"{KLING}/v3/pro/motion-control")
    assert panel.values()["elements"] == [{"frontal_image_url": "/a.png"}]
    assert "Elements (voice)" in said(panel)
    panel.choose_endpoint(f"{KLING}/v3/pro/image-to-video")
    assert panel.values()["elements"][0]["voice_id"] == "v"


def test_an_emptied_text_stays_empty(panel: ComposePanel) -> None:
    panel.set_values({"negative_prompt": ""})
    panel.choose(Task.TEXT_TO_VIDEO.value, "pro")
    assert panel.values()["negative_prompt"] == ""


def test_settings_are_what_another_computer_understands(panel: ComposePanel) -> None:
    panel.set_values({"prompt": "a", "tail_image_url": "/one.png"})
    assert "tail_image_url" in panel.values()
    assert "tail_image_url" not in panel.settings()
    assert panel.settings()["prompt"] == "a"
