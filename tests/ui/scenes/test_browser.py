"""An effect is found by typing or by kind, seen as a sample, and remembered."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest

from kling_desktop.domain.catalog import Catalog, Task, load_catalog
from kling_desktop.ui.compose.panel import ComposePanel
from kling_desktop.ui.forms.scene import ONE, TWO, SceneEditor
from kling_desktop.ui.forms.strip import PicturesEditor
from kling_desktop.ui.scenes.browser import SceneBrowser
from kling_desktop.ui.scenes.notes import RECENT, SceneNotes
from kling_desktop.ui.scenes.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

EFFECTS = "fal-ai/kling-video/v1.6/pro/effects"
SCENES = load_catalog().endpoint(EFFECTS).field("effect_scene").choices
TWO_PICTURES = load_catalog().endpoint(EFFECTS).two_picture_scenes


class FakeRenderer:
    """Makes one grey frame a scene, and can be made to wait."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.threads: set[int] = set()
        self.go = threading.Event()
        self.go.set()

    def __call__(self, scene: str, group: str, /, *, two: bool) -> list[NDArray[np.uint8]]:
        assert group
        self.go.wait(10)
        self.asked.append((scene, two))
        self.threads.add(threading.get_ident())
        return [np.full((8, 8, 3), 90, np.uint8)]


@pytest.fixture
def renderer() -> FakeRenderer:
    return FakeRenderer()


@pytest.fixture
def samples(qapp: QApplication, renderer: FakeRenderer) -> Iterator[Samples]:
    made = Samples()
    made.make = renderer
    yield made
    made.stop()


@pytest.fixture
def notes() -> SceneNotes:
    return SceneNotes()


@pytest.fixture
def panel(qtbot: QtBot, dressed: QApplication, catalog: Catalog) -> ComposePanel:
    made = ComposePanel(catalog)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def browser(panel: ComposePanel, notes: SceneNotes, samples: Samples) -> SceneBrowser:
    made = SceneBrowser(panel, SCENES, TWO_PICTURES, notes, samples, "jelly_press")
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    return made


def _words(browser: SceneBrowser, text: str) -> list[str]:
    browser.search.setText(text)
    return browser.lines()


def test_every_effect_is_in_the_list_and_it_begins_at_the_chosen_one(browser: SceneBrowser) -> None:
    assert len(browser.lines()) == len(SCENES)
    assert browser.looked_at == "jelly_press"
    assert browser.name.text() == "Jelly press"


def test_it_is_found_by_name_by_kind_and_by_the_pictures_it_takes(browser: SceneBrowser) -> None:
    assert "Squash, melt and burst: Jelly slice" in _words(browser, "jelly")
    assert all(each.startswith("Halloween: ") for each in _words(browser, "halloween trans"))
    assert len(_words(browser, "two pictures")) == len(TWO_PICTURES)
    assert _words(browser, "no such thing") == []
    assert browser.count.text().startswith("No effect is like that.")


def test_keys_alone_find_star_and_choose(browser: SceneBrowser, notes: SceneNotes) -> None:
    chosen: list[str] = []
    browser.chosen.connect(chosen.append)
    browser.show()
    QTest.keyClicks(browser.search, "bullet")
    QTest.keyClick(browser.search, Qt.Key.Key_Down)
    QTest.keyClick(browser.search, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert notes.favourites == ["bullet_time_360"]
    QTest.keyClick(browser.search, Qt.Key.Key_Return)
    assert chosen == ["bullet_time_360"] == notes.recent


def test_favourites_and_the_latest_come_first(
    panel: ComposePanel, notes: SceneNotes, samples: Samples
) -> None:
    notes.star("yearbook")
    notes.note_use("gone_since")
    notes.note_use("hug")
    lines = SceneBrowser(panel, SCENES, TWO_PICTURES, notes, samples).lines()
    assert lines[0].startswith("Favourites: Yearbook")
    assert lines[1] == "Latest: Hug"


def test_notes_survive_a_restart_and_nonsense(notes: SceneNotes) -> None:
    notes.star("hug")
    for number in range(RECENT + 3):
        notes.note_use(f"s{number}")
    other = SceneNotes()
    other.restore(notes.notes())
    assert other.notes() == notes.notes()
    assert len(other.recent) == RECENT
    other.restore({"favourites": [3, "kiss", "kiss"], "recent": "hug"})
    assert other.notes() == {"favourites": ["kiss"], "recent": []}
    other.restore(None)
    assert other.favourites == []


def test_a_sample_is_made_on_another_thread_once_and_plays_while_in_sight(
    browser: SceneBrowser, renderer: FakeRenderer, samples: Samples, qtbot: QtBot
) -> None:
    browser.show()
    browser.choose("hug")
    qtbot.waitUntil(lambda: bool(browser.view.frames) and browser.looked_at == "hug")
    assert ("hug", True) in renderer.asked
    assert threading.get_ident() not in renderer.threads
    assert browser.view.is_playing
    before = len(renderer.asked)
    assert samples.frames("hug", two=True)
    assert len(renderer.asked) == before
    browser.reject()
    assert not browser.view.is_playing


def test_the_pointer_shows_samples_when_it_moves_and_not_where_it_rests(
    browser: SceneBrowser, qtbot: QtBot
) -> None:
    browser.show()
    qtbot.waitExposed(browser)
    line = browser.tree.lines()[1]
    there = browser.tree.visualItemRect(line).center()
    QCursor.setPos(browser.tree.viewport().mapToGlobal(there))
    browser.choose("jelly_slice")
    browser.tree.itemEntered.emit(line, 0)  # As Qt does when the list scrolls below it.
    assert browser.looked_at == "jelly_slice"
    QCursor.setPos(browser.tree.viewport().mapToGlobal(there + QPoint(2, 1)))
    browser.tree.itemEntered.emit(line, 0)
    assert browser.looked_at == line.data(0, Qt.ItemDataRole.UserRole)


def test_whoever_runs_through_the_list_gets_the_last_sample_alone(
    samples: Samples, renderer: FakeRenderer, qtbot: QtBot
) -> None:
    renderer.go.clear()
    for scene in ("hug", "kiss", "squish", "emoji"):
        samples.frames(scene, two=False)
    with qtbot.waitSignal(samples.came, check_params_cb=lambda scene: scene == "emoji"):
        renderer.go.set()
    assert "kiss" not in [scene for scene, _ in renderer.asked]
    assert "squish" not in [scene for scene, _ in renderer.asked]


def test_the_form_says_how_many_pictures_an_effect_wants_and_who_is_in_them(
    panel: ComposePanel,
) -> None:
    panel.choose_endpoint(EFFECTS)
    scene, strip = panel.findChildren(SceneEditor)[0], panel.findChildren(PicturesEditor)[0]
    panel.set_values({"effect_scene": "hug"})
    assert TWO in _labels(panel)
    assert "First: left person" in _labels(panel)
    strip.add(["/a.png"])
    assert "Next: right person" in _labels(panel)
    strip.add(["/b.png"])
    assert "2 of 2" in _labels(panel)
    assert strip.strip.item(1).toolTip().startswith("right person:")
    scene.set_value("squish")
    assert ONE in _labels(panel)
    assert "2 of 1" in _labels(panel)
    assert strip.value() == ["/a.png", "/b.png"]


def test_an_effect_chosen_from_another_form_switches_to_the_effects(panel: ComposePanel) -> None:
    panel.choose(Task.TEXT_TO_VIDEO.value, "pro")
    opened = panel.scenes.open()
    opened.choose("korean_baseball")
    opened.chosen.emit("korean_baseball")
    opened.reject()
    assert panel.endpoint.task is Task.EFFECTS
    assert panel.values()["effect_scene"] == "korean_baseball"


def _labels(panel: ComposePanel) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [each.text() for each in panel.findChildren(QLabel)]
