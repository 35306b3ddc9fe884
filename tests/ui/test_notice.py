"""The notice: bad news is red and good news is green, also when one follows the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kling_desktop.ui import theme
from kling_desktop.ui.notice import Notice
from kling_desktop.ui.queue.offers import Offer, Wish

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


TWO = (
    Offer(Wish.CHOOSE, "API key", "See where it comes from."),
    Offer(Wish.AGAIN, "Try again", "It costs what a request costs."),
)


@pytest.fixture
def wished(notice: Notice) -> list[tuple[str, str]]:
    """What its buttons have asked for, and about which job."""
    asked: list[tuple[str, str]] = []
    notice.wished.connect(lambda wish, topic: asked.append((wish, topic)))
    return asked


def test_of_two_buttons_each_asks_for_its_own_about_what_the_message_is_about(
    notice: Notice, wished: list[tuple[str, str]]
) -> None:
    notice.tell("fal did not accept the API key.", topic="job-1", offers=TWO)
    assert [each.text() for each in notice.offered] == ["API key", "Try again"]
    assert [each.toolTip() for each in notice.offered] == [each.tip for each in TWO]
    for button in notice.offered:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wished == [(Wish.CHOOSE, "job-1"), (Wish.AGAIN, "job-1")]
    notice.tell("Failed.", topic="job-2", offers=TWO)
    notice.offered[1].click()
    assert wished[-1] == (Wish.AGAIN, "job-2"), "the same words, but of another job"


def test_tab_and_space_reach_both_buttons(notice: Notice, wished: list[tuple[str, str]]) -> None:
    notice.tell("fal did not accept the API key.", topic="job-1", offers=TWO)
    first, second = notice.offered
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Space)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert notice.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert [wish for wish, _ in wished] == [Wish.CHOOSE, Wish.AGAIN]


def test_a_message_told_again_leaves_the_focus_where_it_is(notice: Notice) -> None:
    notice.tell("Waiting.", topic="job-1", offers=TWO)
    before = notice.offered
    before[1].setFocus()
    notice.tell("Waiting still.", topic="job-1", offers=TWO)
    assert notice.offered == before
    assert notice.focusWidget() is before[1]


def test_what_is_offered_no_longer_is_gone_and_what_cannot_be_had_now_is_not_pressed(
    notice: Notice, wished: list[tuple[str, str]]
) -> None:
    notice.tell("Failed.", topic="job-1", offers=TWO)
    old = notice.offered
    notice.tell("Looking.", topic="job-1", offers=(Offer(Wish.LOOK, "Looking", enabled=False),))
    assert all(each.isHidden() for each in old)
    (only,) = notice.offered
    QTest.mouseClick(only, Qt.MouseButton.LeftButton)
    assert wished == []
    notice.tell("Done.")
    assert notice.offered == ()
