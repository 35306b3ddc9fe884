"""The notice: bad news is red and good news is green, also when one follows the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.ui import theme
from kling_desktop.ui.notice import Notice

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture
def notice(qtbot: QtBot, dressed: QApplication) -> Notice:
    made = Notice()
    qtbot.addWidget(made)
    made.resize(400, 60)
    return made


def frame(notice: Notice) -> QColor:
    """The colour of its frame, as it is on the screen."""
    picture = notice.grab().toImage()
    return picture.pixelColor(picture.width() // 2, 0)


def sign(notice: Notice) -> set[str]:
    """The colours of its sign, as far as they are not mixed with the ground."""
    picture = notice._sign.pixmap().toImage()
    points = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    colours = [picture.pixelColor(*point) for point in points]
    return {each.name() for each in colours if each.alpha() == 255}


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_good_news_is_green_and_bad_news_is_red(
    notice: Notice, dressed: QApplication, scheme: theme.Scheme
) -> None:
    theme.apply(dressed, scheme)
    notice.tell("Nothing was sent.", is_good=True)
    assert frame(notice).name() == theme.tokens().good
    assert sign(notice) == {theme.tokens().good}
    notice.tell("The disk is full.")
    assert frame(notice).name() == theme.tokens().bad
    assert sign(notice) == {theme.tokens().bad}
    notice.tell("Nothing was sent.", is_good=True)
    assert frame(notice).name() == theme.tokens().good


def test_other_colours_do_not_make_good_news_bad(notice: Notice, dressed: QApplication) -> None:
    notice.tell("Nothing was sent.", is_good=True)
    theme.apply(dressed, theme.Scheme.DARK)
    notice.restyle()
    assert frame(notice).name() == theme.DARK.good
    assert sign(notice) == {theme.DARK.good}


def test_good_news_is_said_to_screen_readers_and_has_no_old_buttons(notice: Notice) -> None:
    notice.tell("Uncertain.", topic="job-1")
    notice.tell("Found.", is_good=True)
    assert notice.accessibleName() == notice.text == "Found."
    assert notice.topic == ""
