"""Places for files in the form: one picture, several, a video, a sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from kling_desktop.domain.catalog import Field, FieldKind, load_catalog
from kling_desktop.ui.forms.brought import offers_file
from kling_desktop.ui.forms.shelf import Look, Shelf, name_of, path_of
from kling_desktop.ui.forms.slots import FileSlot
from kling_desktop.ui.forms.strip import PicturesEditor
from kling_desktop.ui.incoming import OURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.forms.editor import Editor

K = FieldKind
END = load_catalog().endpoint("fal-ai/kling-video/v1.6/pro/image-to-video").field("tail_image_url")
FOUR = load_catalog().endpoint("fal-ai/kling-video/v1.6/pro/elements").field("input_image_urls")
TALK = load_catalog().endpoint("fal-ai/kling-video/lipsync/audio-to-video").field("video_url")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def shown(qtbot: QtBot, editor: Editor) -> Editor:
    qtbot.addWidget(editor)
    editor.show()
    return editor


def urls(*paths: str) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(each) for each in paths])
    return made


def drop(widget: QWidget, mime: QMimeData) -> None:
    no_keys, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    where = QPointF(widget.rect().center())
    widget.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, mime, left, no_keys))


def texts(editor: Editor) -> list[str]:
    return [e.text() for e in editor.findChildren(QLabel) if e.text() and not e.isHidden()]


def tool(editor: Editor, words: str) -> QToolButton:
    return next(e for e in editor.findChildren(QToolButton) if words in e.accessibleName())


def test_a_dropped_picture_is_taken_and_named(qtbot: QtBot, shelf: Shelf) -> None:
    slot = shown(qtbot, FileSlot(END, shelf))
    with qtbot.waitSignal(slot.changed), qtbot.waitSignal(shelf.look_wanted) as asked:
        drop(slot, urls("/pictures/end.png", "/pictures/other.png"))
    assert slot.value() == "/pictures/end.png"
    assert asked.args == ["/pictures/end.png", K.PICTURE]
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    slot.resize(500, 80)
    shelf.take("/pictures/end.png", Look("end.png", "400 x 300", image))
    assert {"end.png", "400 x 300"} <= set(texts(slot))


def test_what_is_wrong_with_a_file_stands_at_it(qtbot: QtBot, shelf: Shelf) -> None:
    slot = shown(qtbot, FileSlot(TALK, shelf))
    slot.set_value("/v/talk.mp4")
    slot.resize(500, 80)
    shelf.take("/v/talk.mp4", Look("talk.mp4", problem="It has no video in it"))
    assert "It has no video in it" in texts(slot)


def test_a_file_can_be_taken_away_by_button_and_by_key(qtbot: QtBot, shelf: Shelf) -> None:
    slot = shown(qtbot, FileSlot(END, shelf))
    slot.set_value("a.png")
    tool(slot, "take it away").click()
    assert slot.value() == ""
    slot.set_value("a.png")
    QTest.keyClick(slot, Qt.Key.Key_Delete)
    assert slot.value() == ""


def test_delete_and_paste_are_meant_here_and_not_for_the_window(qtbot: QtBot, shelf: Shelf) -> None:
    """Delete stops a job there, and Ctrl+V brings another picture to the stage."""
    slot = shown(qtbot, FileSlot(END, shelf))
    slot.set_value("a.png")
    override, control = QKeyEvent.Type.ShortcutOverride, Qt.KeyboardModifier.ControlModifier
    for key, held in ((Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_V, control)):
        event = QKeyEvent(override, key, held)
        event.ignore()
        slot.event(event)
        assert event.isAccepted()
    event = QKeyEvent(override, Qt.Key.Key_G, control)
    event.ignore()
    slot.event(event)
    assert not event.isAccepted()


def test_pasted_pixels_are_handed_over_and_their_address_taken(qtbot: QtBot, shelf: Shelf) -> None:
    slot = shown(qtbot, FileSlot(END, shelf))
    replies: list[Callable[[list[str]], None]] = []
    shelf.brought.connect(lambda _given, _kind, reply: replies.append(reply))
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(slot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    replies[0](["/kept/pasted.png"])
    assert slot.value() == "/kept/pasted.png"
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize("odd", [5, ["a"], {"a": 1}])
def test_odd_values_change_nothing(qtbot: QtBot, shelf: Shelf, odd: object) -> None:
    slot = shown(qtbot, FileSlot(END, shelf))
    slot.set_value("a.png")
    slot.set_value(odd)
    assert slot.value() == "a.png"


def test_several_are_added_at_once_up_to_the_limit(qtbot: QtBot, shelf: Shelf) -> None:
    strip = PicturesEditor(FOUR, shelf)
    shown(qtbot, strip)
    drop(strip, urls("1.png", "2.png", "3.png"))
    assert len(strip.value()) == 3
    assert "3 of 4" in texts(strip)
    strip.add(["4.png", "5.png"])
    assert [name_of(each) for each in strip.value()] == ["1.png", "2.png", "3.png", "4.png"]
    assert "All places are taken; take one away first." in texts(strip)
    (add,) = strip.findChildren(QPushButton)
    assert not add.isEnabled()


def test_the_order_is_changed_by_keys_and_buttons(qtbot: QtBot, shelf: Shelf) -> None:
    strip = PicturesEditor(FOUR, shelf)
    shown(qtbot, strip)
    strip.set_value(["a", "b", "c"])
    strip.strip.setCurrentRow(2)
    QTest.keyClick(strip.strip, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert strip.value() == ["a", "c", "b"]
    tool(strip, "to the left").click()
    assert strip.value() == ["c", "a", "b"]
    tool(strip, "to the right").click()
    assert strip.value() == ["a", "c", "b"]
    QTest.keyClick(strip.strip, Qt.Key.Key_Delete)
    assert strip.value() == ["a", "b"]


def test_an_order_that_a_drag_has_made_is_told(qtbot: QtBot, shelf: Shelf) -> None:
    strip = PicturesEditor(FOUR, shelf)
    shown(qtbot, strip)
    strip.set_value(["a", "b", "c"])
    strip.strip.insertItem(0, strip.strip.takeItem(2))  # as Qt does it
    with qtbot.waitSignal(strip.changed):
        strip.strip.reordered.emit()  # type: ignore[attr-defined]
    assert strip.value() == ["c", "a", "b"]


def test_without_a_limit_there_is_always_room(qtbot: QtBot, shelf: Shelf) -> None:
    strip = PicturesEditor(Field(name="image_urls", kind=K.PICTURES, help=""), shelf)
    shown(qtbot, strip)
    strip.add([f"{each}.png" for each in range(12)])
    assert len(strip.value()) == 12
    assert "12" in texts(strip)


def test_focus_and_tab_reach_what_takes_keys(qtbot: QtBot, shelf: Shelf) -> None:
    whole = QWidget()
    column = QVBoxLayout(whole)
    slot = FileSlot(END, shelf)
    column.addWidget(slot)
    qtbot.addWidget(whole)
    whole.show()
    slot.setFocus()
    assert isinstance(slot.focusProxy(), QPushButton)
    slot.set_value("a.png")
    assert isinstance(slot.focusProxy(), QToolButton)


def test_a_file_is_looked_at_once(shelf: Shelf) -> None:
    asked: list[str] = []
    shelf.look_wanted.connect(lambda address, _kind: asked.append(address))
    for _ in range(3):
        assert shelf.look("/a/b.png", K.PICTURE).name == "b.png"
    assert asked == ["/a/b.png"]
    assert shelf.unseen() == [("/a/b.png", K.PICTURE)]
    shelf.take("/a/b.png", Look("b.png"))
    assert shelf.unseen() == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/a/b.png", "b.png"),
        ("file:///a/my%20boat.png", "my boat.png"),
        ("https://v3.fal.media/files/x/boat%20two.png?a=1", "boat two.png"),
        ("https://pictures.test/", "pictures.test"),
        ("data:image/png;base64,AAAA", "Embedded file"),
    ],
)
def test_a_file_has_a_name_that_people_know(address: str, name: str) -> None:
    assert name_of(address) == name
    if address.startswith("file:"):
        assert path_of(address).name == name


def with_pixels() -> QMimeData:
    mime = QMimeData()
    mime.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    return mime


def with_address(address: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(address)])
    return mime


@pytest.mark.parametrize(
    ("kind", "mime", "said"),
    [
        (K.VIDEO, with_pixels(), "That is a picture, and a video belongs here (.mp4, "),
        (K.VIDEO, urls("/a/boat.jpg"), "boat.jpg is a picture, and a video belongs here (.mp4, "),
        (K.SOUND, urls("/a/boat.PNG"), "boat.PNG is a picture, and a sound belongs here (.mp3, "),
        (K.PICTURE, urls("/a/talk.mp3"), "talk.mp3 is a sound, and a picture belongs here (.jpg, "),
        (K.VIDEO, with_address("https://a.test/page"), "nothing in it that could be a video"),
    ],
)
def test_what_belongs_elsewhere_is_answered_with_a_sentence(
    shelf: Shelf, kind: FieldKind, mime: QMimeData, said: str
) -> None:
    taken: list[list[str]] = []
    refused: list[str] = []
    shelf.refused.connect(refused.append)
    assert offers_file(mime, kind)
    assert shelf.bring(mime, kind, taken.append)
    assert taken == []
    assert said in refused[0]
    assert refused[0].endswith("Nothing was changed.")


def test_words_are_no_file(shelf: Shelf) -> None:
    mime = QMimeData()
    mime.setText("a boat at sea")
    assert not offers_file(mime, K.PICTURE)
    assert not shelf.bring(mime, K.PICTURE, lambda _: None)


def test_of_several_files_those_that_belong_there_are_taken(shelf: Shelf) -> None:
    taken: list[list[str]] = []
    shelf.bring(urls("/a/boat.jpg", "/a/talk.mp4", "/a/odd"), K.VIDEO, taken.append)
    assert taken == [["/a/talk.mp4", "/a/odd"]]


def test_a_video_of_the_web_is_left_for_fal_to_fetch(shelf: Shelf) -> None:
    taken: list[list[str]] = []
    shelf.bring(with_address("https://a.test/talk.mp4?x=1"), K.VIDEO, taken.append)
    assert taken == [["https://a.test/talk.mp4?x=1"]]


@pytest.mark.parametrize(("kind", "taken"), [(K.VIDEO, True), (K.PICTURE, True), (K.SOUND, False)])
def test_a_clip_out_of_the_queue_goes_where_a_video_or_its_frame_does(
    kind: FieldKind, *, taken: bool
) -> None:
    mime = urls("/clips/boat.mp4")
    mime.setData(OURS, b"[]")
    assert offers_file(mime, kind) is taken


def test_a_file_that_is_given_once_more_is_looked_at_anew(qtbot: QtBot, shelf: Shelf) -> None:
    slot = shown(qtbot, FileSlot(END, shelf))
    assert isinstance(slot, FileSlot)
    slot.take(["/a/b.png"])
    shelf.take("/a/b.png", Look("b.png", problem="Is no picture"))
    assert shelf.unseen() == []
    slot.take(["/a/b.png"])
    assert shelf.unseen() == [("/a/b.png", K.PICTURE)]
    assert "Is no picture" in {each.toolTip() for each in slot.findChildren(QLabel)}
    shelf.take("/a/b.png", Look("b.png", "640 \N{MULTIPLICATION SIGN} 480"))
    assert "640 \N{MULTIPLICATION SIGN} 480" in {e.toolTip() for e in slot.findChildren(QLabel)}


def test_pictures_that_are_given_once_more_are_looked_at_anew(qtbot: QtBot, shelf: Shelf) -> None:
    strip = shown(qtbot, PicturesEditor(FOUR, shelf))
    assert isinstance(strip, PicturesEditor)
    strip.add(["/a/b.png"])
    shelf.take("/a/b.png", Look("b.png"))
    strip.add(["/a/b.png"])
    assert shelf.unseen() == [("/a/b.png", K.PICTURE)]
