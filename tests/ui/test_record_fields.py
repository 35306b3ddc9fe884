"""Shots that add up, elements with their views, and records that are sent as a whole or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QToolButton

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.ui.forms.making import make_editor
from kling_desktop.ui.forms.shelf import Shelf

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.forms.editor import Editor

V3 = load_catalog().endpoint("fal-ai/kling-video/v3/pro/image-to-video")
SHOTS, ELEMENTS = V3.field("multi_prompt"), V3.field("elements")
CAMERA = (
    load_catalog()
    .endpoint("fal-ai/kling-video/v1/standard/text-to-video")
    .field("advanced_camera_control")
)


@pytest.fixture
def shots(qtbot: QtBot) -> Editor:
    made = make_editor(SHOTS, Shelf())
    qtbot.addWidget(made)
    made.show()
    return made


def texts(editor: Editor) -> list[str]:
    QCoreApplication.processEvents()  # What is new shows itself a moment later.
    return [e.text() for e in editor.findChildren(QLabel) if e.isVisible() and e.text()]


def tool(editor: Editor, words: str) -> QToolButton:
    found = [e for e in editor.findChildren(QToolButton) if e.accessibleName() == words]
    return found[-1]


def add(editor: Editor) -> QPushButton:
    return next(e for e in editor.findChildren(QPushButton) if e.text().startswith("Add a"))


def test_shots_are_added_and_their_lengths_add_up(shots: Editor, qtbot: QtBot) -> None:
    assert shots.value() == []
    with qtbot.waitSignal(shots.changed):
        add(shots).click()
    shots.set_value([{"duration": "3", "prompt": "a"}, {"duration": "9", "prompt": "b"}])
    assert "2 in 12 seconds" in texts(shots)
    assert shots.value() == [
        {"duration": "3", "prompt": "a"}, {"duration": "9", "prompt": "b"},
    ]  # fmt: skip


def test_shots_change_places_and_go(shots: Editor) -> None:
    shots.set_value([{"duration": "3", "prompt": each} for each in "abc"])
    tool(shots, "Shot 3: earlier").click()
    assert [each["prompt"] for each in shots.value()] == ["a", "c", "b"]
    tool(shots, "Shot 1: later").click()
    assert [each["prompt"] for each in shots.value()] == ["c", "a", "b"]
    tool(shots, "Shot 2: take away").click()
    assert [each["prompt"] for each in shots.value()] == ["c", "b"]
    assert not tool(shots, "Shot 1: earlier").isEnabled()
    assert not tool(shots, "Shot 2: later").isEnabled()


def test_what_is_blank_in_a_record_is_left_out(shots: Editor) -> None:
    add(shots).click()
    assert shots.value() == [{"duration": "5"}]


def test_a_problem_lands_in_its_record(shots: Editor) -> None:
    shots.set_value([{"duration": "3", "prompt": "a"}, {"duration": "3"}])
    assert shots.show_problem_at(("1", "prompt"), "Is missing")
    assert texts(shots).count("Is missing") == 1
    assert not shots.show_problem_at(("7", "prompt"), "Is missing")
    assert not shots.show_problem_at((), "Too many")
    shots.mark_wrong(wrong=False)
    assert "Is missing" not in texts(shots)


@pytest.mark.parametrize("odd", ["text", 5, [5], {"prompt": "a"}])
def test_odd_lists_change_nothing(shots: Editor, odd: object) -> None:
    shots.set_value([{"duration": "3", "prompt": "a"}])
    shots.set_value(odd)
    assert shots.value() == [{"duration": "3", "prompt": "a"}]


def test_an_element_has_its_views(qtbot: QtBot) -> None:
    editor = make_editor(ELEMENTS, Shelf())
    qtbot.addWidget(editor)
    given = [{"frontal_image_url": "a.png", "reference_image_urls": ["b.png", "c.png"]},
             {"video_url": "d.mp4", "voice_id": "v"}]  # fmt: skip
    editor.set_value(given)
    assert editor.value() == given


def test_a_record_is_sent_as_a_whole_or_not_at_all(qtbot: QtBot) -> None:
    editor = make_editor(CAMERA, Shelf())
    qtbot.addWidget(editor)
    assert editor.value() is None
    editor.set_value({"movement_type": "roll", "movement_value": -4})
    assert editor.value() == {"movement_type": "roll", "movement_value": -4}
    box = editor.findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    box.click()
    assert editor.value() is None
    box.click()
    assert editor.value() == {"movement_type": "roll", "movement_value": -4}
