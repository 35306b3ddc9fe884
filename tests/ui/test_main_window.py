from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QImage
from PySide6.QtWidgets import QLabel, QPushButton

from kling_desktop.domain.catalog import Catalog, Task
from kling_desktop.domain.errors import MissingKey
from kling_desktop.domain.messages import explain
from kling_desktop.ui import theme
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.main_window import MainWindow
from kling_desktop.ui.parts import Caption

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


# Newer Qt wants a point of floats here, which older Qt does not take.
dragging = pytest.mark.filterwarnings("ignore:Function. 'QDragEnterEvent:DeprecationWarning")


def another(qtbot: QtBot, catalog: Catalog, notes: dict[str, Any]) -> MainWindow:
    made = MainWindow(catalog)
    qtbot.addWidget(made)
    made.restore(notes)
    return made


def test_a_window_starts_as_the_last_one_ended(
    window: MainWindow, qtbot: QtBot, catalog: Catalog
) -> None:
    window.compose.choose(Task.TEXT_TO_VIDEO.value, "standard")
    window.compose.set_values({"prompt": "a boat", "aspect_ratio": "1:1", "cfg_scale": 0.25})
    notes = json.loads(json.dumps(window.remember()))
    later = another(qtbot, catalog, notes)
    assert later.compose.endpoint == window.compose.endpoint
    assert later.compose.values() == window.compose.values()
    kept = ("split", "task", "tier", "values")
    assert {each: later.remember()[each] for each in kept} == {each: notes[each] for each in kept}


@pytest.mark.parametrize(
    "notes",
    [
        {},
        {"geometry": 5, "split": None, "task": [], "tier": {}, "values": "text"},
        {"geometry": "zz", "split": "\ud800", "values": ["prompt"]},
        {"values": {"cfg_scale": "much", "duration": 7, "prompt": None, "no such field": 1}},
        {"values": {"cfg_scale": [1]}, "task": "text-to-video", "tier": "pro"},
        {"values": {"cfg_scale": float("nan")}},
        {"picture": "boat.jpg"},
        {"picture": {"path": 5, "name": None}},
    ],
)
def test_odd_notes_are_passed_over(qtbot: QtBot, catalog: Catalog, notes: dict[str, Any]) -> None:
    window = another(qtbot, catalog, notes)
    assert window.compose.endpoint.tier == "pro"
    assert window.compose.values()["duration"] == "5"
    assert 0 <= window.compose.values()["cfg_scale"] <= 1
    assert window.compose.values()["prompt"] in {"", "None"}
    assert window.width() >= 1024
    assert window.last_picture is None


@pytest.mark.parametrize(
    ("name", "title", "banner"),
    [
        (
            "sandbox",
            "Kling Desktop \N{EM DASH} Sandbox",
            "Sandbox: clips are made on this computer",
        ),
        ("live", "Kling Desktop \N{EM DASH} live", "cost money"),
        (
            "http://127.0.0.1:9",
            "Kling Desktop \N{EM DASH} http://127.0.0.1:9",
            "Clips are made by http://127.0.0.1:9 and may cost money.",
        ),
    ],
)
def test_title_and_banner_say_who_makes_the_clips(
    window: MainWindow, name: str, title: str, banner: str
) -> None:
    window.show_backend(name)
    assert window.windowTitle() == title
    assert banner in window.banner.text
    assert window.banner.accessibleName() == window.banner.text


def test_until_then_the_window_says_that_it_starts(window: MainWindow) -> None:
    assert window.windowTitle() == "Kling Desktop"
    assert window.banner.text.startswith("Starting")


def test_why_there_are_no_clips_is_said_in_few_words(window: MainWindow) -> None:
    window.show_failure(explain(MissingKey()))
    assert window.banner.text.startswith("No fal API key is known. Store one with")
    assert "Nothing was sent" not in window.banner.text
    assert any(e.text().startswith("Your jobs are not") for e in window.queue.findChildren(QLabel))


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_the_sandbox_can_be_told_from_live_by_its_colour(
    window: MainWindow, qtbot: QtBot, dressed: QApplication, scheme: theme.Scheme
) -> None:
    theme.apply(dressed, scheme)
    with qtbot.waitExposed(window):
        window.show()
    found = []
    for name in ("sandbox", "live", "http://127.0.0.1:9"):
        window.show_backend(name)
        found.append(window.banner.grab().toImage().pixelColor(2, 2).name())
    assert found == [theme.tokens().warn, theme.tokens().accent, theme.tokens().accent]


def test_closing_asks_first_and_then_is_final(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitExposed(window):
        window.show()
    with qtbot.waitSignal(window.closing):
        window.close()
    assert window.isVisible()
    window.close_now()
    assert not window.isVisible()


@dragging
@pytest.mark.parametrize(
    ("url", "welcome"),
    [
        ("file:///a.png", True),
        ("https://x.test/a.png", True),
        ("ftp://x/a.png", False),
        ("", False),
    ],
)
def test_only_what_may_hold_a_picture_is_welcome(
    window: MainWindow, url: str, *, welcome: bool
) -> None:
    mime = QMimeData()
    if url:
        mime.setUrls([QUrl(url)])
    event = QDragEnterEvent(
        QPoint(9, 9),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    window.dragEnterEvent(event)
    assert event.isAccepted() is welcome


@dragging
def test_a_picture_over_the_window_is_seen_to_be_welcome(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitExposed(window):
        window.show()
    mime = QMimeData()
    mime.setUrls([QUrl("file:///pictures/a.png")])
    before = window.stage.picture.grab().toImage()
    window.dragEnterEvent(
        QDragEnterEvent(
            QPoint(9, 9),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert window.stage.picture.grab().toImage() != before
    window.dragLeaveEvent(QDragLeaveEvent())
    assert window.stage.picture.grab().toImage() == before


def test_another_scheme_reaches_every_icon(window: MainWindow, dressed: QApplication) -> None:
    theme.apply(dressed, theme.Scheme.DARK)
    window.restyle()
    buttons = [e for e in window.stage.findChildren(QPushButton) if not e.icon().isNull()]
    actions = [each for each in window.actions_by_id.values() if not each.icon().isNull()]
    assert len(buttons) == 3
    assert len(actions) > 5
    for icon in [each.icon() for each in buttons] + [each.icon() for each in actions]:
        assert theme.DARK.text in opaque(icon.pixmap(32, 32).toImage())


def opaque(image: QImage) -> set[str]:
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    pixels = (image.pixelColor(x, y) for x, y in places)
    return {QColor(each.rgb()).name() for each in pixels if each.alpha() == 255}


def test_a_caption_that_is_too_long_gives_way_in_its_middle(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitExposed(window):
        window.show()
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    window.stage.show_picture(image, Source(Path("kept.jpg"), "long " * 100))
    (shown,) = window.stage.findChildren(Caption)
    assert "\N{HORIZONTAL ELLIPSIS}" in shown.text()
    assert shown.text().endswith("300")
    assert shown.toolTip().startswith("long long")
    window.stage.show_picture(image, Source(Path("kept.jpg"), "boat.jpg"))
    assert shown.text() == "boat.jpg   300 \N{MULTIPLICATION SIGN} 300"
