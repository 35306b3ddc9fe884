"""The list of what to put right, on a page of the motion brush."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.motion.advice import Rule
from kling_desktop.ui.advice import watch
from kling_desktop.ui.advice.desk import CHANGED, NOT_LOOKED, NOTHING
from kling_desktop.ui.advice.flash import LASTS, Flash
from kling_desktop.ui.advice.mutes import Mutes, known, names
from tests.ui.brush.conftest import keys, page, session
from tests.ui.brush.worlds import a_box, draw, paint

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.advice.desk import AdviceDesk
    from kling_desktop.ui.advice.row import AdviceRow
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.canvas.session import Session
    from tests.helpers.guards import LogGuard

__all__ = ["keys", "page", "session"]
PRO = "fal-ai/kling-video/v1.5/pro/image-to-video"


class Form:
    """What the panel at the left would hold."""

    def __init__(self) -> None:
        self.endpoint = PRO
        self.values: dict[str, Any] = {"prompt": "The boat drifts", "duration": "5"}

    def __call__(self) -> tuple[Any, dict[str, Any]]:
        return load_catalog().endpoint(self.endpoint), self.values


@pytest.fixture
def form(page: BrushPage) -> Form:
    made = Form()
    page.advice.form = made

    def change(values: dict[str, Any]) -> None:
        made.values |= values
        page.advice.watch.look_soon()

    page.advice.values_asked.connect(change)
    return made


@pytest.fixture
def desk(page: BrushPage, form: Form, session: Session, qtbot: QtBot) -> AdviceDesk:
    """Region 1 has a weak path, region 2 none at all; nothing is static."""
    paint(session, 1, a_box(session, 100, 100, 60, 60))
    draw(session, 1, (130, 130), (150, 130))
    paint(session, 2, a_box(session, 300, 100, 60, 60))
    settle(page.advice, qtbot)
    return page.advice


def settle(desk: AdviceDesk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desk.watch.is_waiting)


def found(desk: AdviceDesk) -> list[Rule]:
    return [each.advice.rule for each in desk.panel.rows if each.advice is not None]


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def row(desk: AdviceDesk, rule: Rule) -> AdviceRow:
    (one,) = [e for e in desk.panel.rows if e.advice is not None and e.advice.rule is rule]
    return one


def test_nothing_is_said_before_something_is_painted(page: BrushPage, form: Form) -> None:
    assert not page.advice.panel.isVisible()
    page.step_advice(1)
    assert page.status.words == NOTHING


def test_what_stops_the_clip_comes_first_and_all_is_counted(desk: AdviceDesk) -> None:
    assert found(desk) == [Rule.NO_PATH, Rule.NO_STATIC, Rule.WEAK]
    assert desk.panel.text == "1 wrong, 2 doubtful"
    hard, soft = row(desk, Rule.NO_PATH), row(desk, Rule.WEAK)
    assert hard.accessibleName().startswith("Blocked: Region 2 has no path")
    assert soft.accessibleName().startswith("Doubtful: The path of Region 1")
    assert not hard.mute.isVisible()
    assert soft.mute.isVisible()


def test_a_fix_is_one_step_that_can_be_undone(
    desk: AdviceDesk, session: Session, qtbot: QtBot
) -> None:
    steps, before = session.history.count(), session.document
    (button,) = row(desk, Rule.WEAK).fixes
    assert button.text() == "Make the path longer"
    button.click()
    assert session.history.count() == steps + 1
    assert session.history.undoText() == "Lengthen path"
    settle(desk, qtbot)
    assert Rule.WEAK not in found(desk)
    session.history.undo()
    assert session.document is before


def test_a_fix_of_the_form_changes_the_form(
    desk: AdviceDesk, form: Form, session: Session, qtbot: QtBot
) -> None:
    form.values |= {"duration": "10", "prompt": "a calm sea"}
    desk.watch.look_soon()
    settle(desk, qtbot)
    row(desk, Rule.CALMING).fixes[0].click()
    settle(desk, qtbot)
    row(desk, Rule.DURATION).fixes[0].click()
    settle(desk, qtbot)
    assert form.values == {"duration": "5", "prompt": "a sea"}
    assert not {Rule.CALMING, Rule.DURATION} & set(found(desk))


def test_a_fix_never_takes_back_what_was_painted_since_it_was_offered(
    desk: AdviceDesk, session: Session, qtbot: QtBot
) -> None:
    button = row(desk, Rule.WEAK).fixes[0]
    paint(session, 3, a_box(session, 10, 10, 40, 40))
    painted = session.document.region(3)  # type: ignore[arg-type]
    button.click()
    qtbot.waitUntil(lambda: session.history.undoText() == "Lengthen path")
    assert session.document.region(3) == painted  # type: ignore[arg-type]


def test_a_fix_that_is_of_no_use_any_more_does_nothing(
    page: BrushPage, desk: AdviceDesk, session: Session, qtbot: QtBot
) -> None:
    button = row(desk, Rule.WEAK).fixes[0]
    draw(session, 1, (130, 130), (230, 130))
    steps = session.history.count()
    button.click()
    qtbot.waitUntil(lambda: page.status.words == CHANGED)
    assert session.history.count() == steps


def test_a_click_chooses_the_region_and_points_at_it(
    desk: AdviceDesk, session: Session, qtbot: QtBot
) -> None:
    pointed: list[int] = []
    desk.region_pointed.connect(pointed.append)
    session.choose_region(3)  # type: ignore[arg-type]
    row(desk, Rule.NO_PATH).region.click()
    assert (session.active, pointed) == (2, [2])
    QTest.mouseClick(row(desk, Rule.WEAK), Qt.MouseButton.LeftButton)
    assert (session.active, pointed) == (1, [2, 1])


def test_f8_goes_through_the_findings_and_back(
    page: BrushPage, desk: AdviceDesk, session: Session
) -> None:
    page.take_keys()
    seen = []
    for _ in range(4):
        QTest.keyClick(focused(), Qt.Key.Key_F8)
        seen.append(QApplication.focusWidget())
    assert seen == [*desk.panel.rows, desk.panel.rows[0]]
    QTest.keyClick(focused(), Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is desk.panel.rows[-1]
    assert session.active == 1
    QTest.keyClick(focused(), Qt.Key.Key_Up)
    assert QApplication.focusWidget() is desk.panel.rows[1]


def test_f8_brings_a_hidden_list_back(page: BrushPage, desk: AdviceDesk) -> None:
    page.show_regions(shown=False)
    assert not desk.panel.isVisible()
    page.take_keys()
    QTest.keyClick(page.canvas, Qt.Key.Key_F8)
    assert desk.panel.isVisible()


def test_why_says_where_a_rule_comes_from(desk: AdviceDesk) -> None:
    weak = row(desk, Rule.WEAK)
    assert weak.advice is not None
    assert weak.why.toolTip() == weak.advice.source
    assert not weak._source.isVisible()
    weak.why.click()
    assert weak._source.isVisible()
    assert weak._source.text() == weak.advice.source


def test_what_is_muted_is_hidden_and_can_be_brought_back(page: BrushPage, desk: AdviceDesk) -> None:
    here, always = row(desk, Rule.WEAK).mute.menu().actions()
    assert (here.text(), always.text()) == ("In this project", "Always")
    always.trigger()
    assert found(desk) == [Rule.NO_PATH, Rule.NO_STATIC]
    assert desk.panel.text == "1 wrong, 1 doubtful"
    assert page.notes()["muted"] == ["weak"]
    assert desk.panel.muted.text() == "Show muted (1)"
    desk.panel.muted.click()
    assert found(desk)[-1] is Rule.WEAK
    row(desk, Rule.WEAK).unmute.click()
    assert not desk.panel.muted.isVisible()
    assert page.notes()["muted"] == []


def test_what_a_project_mutes_is_the_projects_alone(page: BrushPage, desk: AdviceDesk) -> None:
    told: list[tuple[str, ...]] = []
    desk.muted_here.connect(lambda: told.append(desk.here))
    row(desk, Rule.WEAK).mute.menu().actions()[0].trigger()
    assert told == [("weak",)]
    assert page.notes()["muted"] == []
    desk.mute_here(())
    assert Rule.WEAK in found(desk)


def test_settings_of_another_version_mute_what_is_known(page: BrushPage) -> None:
    page.restore({"muted": ["weak", "no path", "tea", 7]})
    assert page.notes()["muted"] == ["weak"]
    page.restore({"muted": "weak"})
    assert page.notes()["muted"] == []


def test_hard_rules_are_never_muted() -> None:
    mutes = Mutes().with_rule(Rule.DURATION, for_good=True).with_rule(Rule.TAIL, for_good=False)
    assert mutes == Mutes()
    assert Rule.DURATION not in Mutes(frozenset((Rule.DURATION,)))
    assert names(known(["weak", "duration"])) == ("weak",)


def test_looking_is_done_elsewhere_and_only_the_newest_counts(
    page: BrushPage, form: Form, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    real, go_on = watch.look, threading.Event()

    def slow(wanted: Any) -> Any:
        threads.append(threading.current_thread())
        if len(threads) == 1:
            go_on.wait(10)
        return real(wanted)

    monkeypatch.setattr(watch, "look", slow)
    heard: list[Any] = []
    page.advice.watch.found.connect(lambda looked: heard.append(looked.wanted))
    paint(session, 1, a_box(session, 100, 100, 60, 60))
    qtbot.waitUntil(lambda: bool(threads))
    draw(session, 1, (130, 130), (230, 130))
    go_on.set()
    settle(page.advice, qtbot)
    assert threading.main_thread() not in threads
    assert [each.document for each in heard] == [session.document]


def test_another_picture_has_its_own_advice(
    desk: AdviceDesk, session: Session, qtbot: QtBot
) -> None:
    from kling_desktop.domain.motion.document import MotionDocument, PictureRef

    assert session.picture is not None
    size = session.document.size
    session.open(MotionDocument.blank(PictureRef(size)), session.picture)
    assert desk.panel.rows == ()
    assert not desk.panel.isVisible()
    settle(desk, qtbot)
    assert desk.advice == ()


def test_a_flash_goes_out_by_itself(page: BrushPage, qtbot: QtBot) -> None:
    flash = Flash(page.canvas)
    flash.begin(page.session.active)
    assert flash.region == 1
    qtbot.waitUntil(lambda: flash.region is None, timeout=LASTS + 3000)


def test_a_fix_whose_look_came_to_nothing_is_not_done_some_time_later(
    page: BrushPage,
    desk: AdviceDesk,
    session: Session,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: LogGuard,
) -> None:
    def broken(_: object) -> watch.Looked:
        raise ValueError("no eyes")

    button = row(desk, Rule.WEAK).fixes[0]
    paint(session, 3, a_box(session, 10, 10, 40, 40))
    steps = session.history.count()
    expected_log("work for the canvas failed")
    with monkeypatch.context() as patch:
        patch.setattr(watch, "look", broken)
        button.click()
        qtbot.waitUntil(lambda: page.status.words == NOT_LOOKED)
    desk.watch.look_soon()
    settle(desk, qtbot)
    assert session.history.count() == steps
