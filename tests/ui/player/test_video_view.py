"""Frames that come faster than they can be painted are left out, and none piles up."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat
from PySide6.QtWidgets import QApplication

from kling_desktop.ui.player.controls import Controls
from kling_desktop.ui.player.player import Player
from kling_desktop.ui.player.video_view import VideoView
from tests.helpers.clips import write_clip
from tests.ui.player.test_marks import TOLD

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

SIZE = QSize(64, 36)


class Frame(QVideoFrame):
    """A frame that counts how often it was made an image."""

    made = 0

    def toImage(self) -> QImage:
        Frame.made += 1
        image = QImage(SIZE, QImage.Format.Format_RGB32)
        image.fill(QColor(10 * Frame.made, 0, 0))
        return image


def a_frame(start: int = 0) -> Frame:
    made = Frame(QVideoFrameFormat(SIZE, QVideoFrameFormat.PixelFormat.Format_BGRX8888))
    made.setStartTime(start)
    return made


@pytest.fixture
def view(qtbot: QtBot) -> VideoView:
    made = VideoView()
    qtbot.addWidget(made)
    made.resize(320, 200)
    with qtbot.waitExposed(made):
        made.show()
    QApplication.processEvents()
    Frame.made = 0
    return made


def test_of_frames_that_come_before_a_paint_only_the_newest_is_kept_and_made_an_image(
    view: VideoView,
) -> None:
    frames = [a_frame() for _ in range(50)]
    held = [weakref.ref(each) for each in frames]
    while frames:
        view.take_frame(frames.pop(0))
    assert Frame.made == 0
    assert sum(each() is not None for each in held) == 1
    view.repaint()
    assert (Frame.made, view.frames_shown, view.frames_dropped) == (1, 1, 49)
    assert all(each() is None for each in held)


def test_a_frame_is_made_an_image_once_however_often_it_is_painted(view: VideoView) -> None:
    view.take_frame(a_frame())
    for _ in range(3):
        view.repaint()
    assert (Frame.made, view.frames_shown, view.frames_dropped) == (1, 1, 0)


def test_frames_for_nobody_to_see_are_not_made_images(view: VideoView) -> None:
    view.hide()
    for _ in range(5):
        view.take_frame(a_frame())
    QApplication.processEvents()
    assert Frame.made == 0
    view.grab()
    assert Frame.made == 1


def test_marks_are_drawn_over_the_frame_at_its_time(view: VideoView, qtbot: QtBot) -> None:
    player = Player(controls := Controls())
    qtbot.addWidget(controls)
    player.view.deleteLater()
    player.view = view
    view.duration = 5000
    view.take_frame(a_frame(0))
    player.show_brush(TOLD)
    with_marks = view.grab().toImage()
    assert "Region 2 hardly moved." in view.accessibleDescription()
    assert not controls._marks.isHidden()
    player.draw_marks(wanted=False)
    assert view.grab().toImage() != with_marks
    player.draw_marks(wanted=True)
    assert view.grab().toImage() == with_marks
    view.take_frame(a_frame(4_900_000))
    assert view.grab().toImage() != with_marks
    player.show_brush(None)
    assert view.marks is None
    assert controls._marks.isHidden()


def test_a_real_clip_is_shown(view: VideoView, tmp_path: Path, qtbot: QtBot) -> None:
    player = Player(controls := Controls())
    qtbot.addWidget(controls)
    qtbot.addWidget(player.view)
    player.view.show()
    player.show_clip(str(write_clip(tmp_path / "clip.mp4", frames=20)))
    qtbot.waitUntil(lambda: player.view.frames_shown > 2)
    player.rest()
