"""Files of the form are looked at by the engine, and what comes from outside finds its place."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QRadioButton

from kling_desktop.domain.catalog import FieldKind, Task
from kling_desktop.domain.errors import BadMedia, BadPicture
from kling_desktop.domain.foreign import Fetched
from kling_desktop.domain.jobs import JobId
from kling_desktop.domain.lineage import AT, FIRST, LAST, Frame, MadeFrom, Moment, Still
from kling_desktop.media.frames import take_still
from kling_desktop.paths import resource
from kling_desktop.ui.form_files import ELSEWHERE, megabytes
from kling_desktop.ui.forms.brought import Brought
from kling_desktop.ui.forms.slots import FileSlot
from kling_desktop.ui.incoming import FRAME
from kling_desktop.ui.moment_dialog import MomentDialog
from tests.helpers.clips import write_clip
from tests.ui.fakes import eventually, turns
from tests.ui.looks import generate_button, notice
from tests.ui.test_file_fields import drop
from tests.ui.test_sources import URL, answer, html

if TYPE_CHECKING:
    from kling_desktop.ui.forms.shelf import Look, Shelf
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

BOAT = resource("samples/boat.jpg")
ASTRONAUT = resource("samples/astronaut.jpg")
KLING = "fal-ai/kling-video"
K = FieldKind


def files(*paths: Path | str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    return mime


async def look(shelf: Shelf, address: str, kind: FieldKind) -> Look:
    shelf.look(address, kind)
    await eventually(lambda: not shelf.unseen())
    return shelf.look(address, kind)


async def test_a_picture_is_seen_small_and_with_its_whole_size(
    studio: Studio, window: MainWindow
) -> None:
    seen = await look(window.compose.shelf, str(BOAT), K.PICTURE)
    size = QImage(str(BOAT)).size()
    assert seen.details == f"{size.width()} \N{MULTIPLICATION SIGN} {size.height()}"
    assert seen.image is not None
    assert 0 < max(seen.image.width(), seen.image.height()) <= 320


async def test_what_the_engine_cannot_use_is_said(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_keep.then(BadPicture("a.png", "it is not a picture"))
    seen = await look(window.compose.shelf, "/a.png", K.PICTURE)
    assert seen.problem == "It is not a picture"
    engine.on_media_seconds.then(BadMedia("a.mp4", "it has no video in it"))
    seen = await look(window.compose.shelf, "/a.mp4", K.VIDEO)
    assert seen.problem == "It has no video in it"


async def test_a_video_says_its_length_and_its_price_follows(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    video = tmp_path / "talk.mp4"
    video.write_bytes(b"x" * 250_000)
    engine.on_media_seconds.then(7.4)
    window.compose.choose_endpoint(f"{KLING}/lipsync/audio-to-video")
    assert generate_button(window).text().endswith("price unknown")
    window.compose.set_values({"video_url": str(video)})
    await eventually(lambda: not window.compose.shelf.unseen())
    assert window.compose.shelf.look(str(video), K.VIDEO).details == "7.4 s, 0.2 MB"
    assert generate_button(window).text().endswith("$0.14")


async def test_what_is_on_the_web_is_not_fetched(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    seen = await look(window.compose.shelf, "https://pictures.test/a.png", K.PICTURE)
    assert (seen.name, seen.details) == ("a.png", ELSEWHERE)
    assert engine.on_keep.calls == []


async def test_what_was_chosen_before_the_studio_was_there_is_looked_at_too(
    window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    from kling_desktop.ui.studio import Studio

    window.compose.set_values({"tail_image_url": str(BOAT)})
    made = Studio(window, engine, tmp_path)
    await made.start()
    await eventually(lambda: not window.compose.shelf.unseen())
    assert window.compose.shelf.look(str(BOAT), K.PICTURE).image is not None
    await made.tasks.aclose()


async def test_pasted_pixels_become_a_kept_file(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.on_keep.then(tmp_path / "kept.png")
    taken: list[list[str]] = []
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    window.compose.shelf.brought.emit(Brought(image=image), K.PICTURE, taken.append)
    await eventually(lambda: taken)
    assert taken == [[str(tmp_path / "kept.png")]]


def end_slot(window: MainWindow) -> FileSlot:
    return next(each for each in window.findChildren(FileSlot) if each.isVisibleTo(window))


async def test_what_comes_after_the_form_has_changed_is_said_and_put_nowhere(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    gate = asyncio.Event()

    async def slowly(path: Path) -> Path:
        await gate.wait()
        return path

    engine.on_keep.habit = slowly
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    slot = end_slot(window)
    window.compose.shelf.brought.emit(Brought(image=image), K.PICTURE, slot.take)
    await eventually(lambda: engine.on_keep.calls)
    window.compose.restyle()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    await eventually(lambda: "The form changed" in notice(window))
    assert end_slot(window).value() == ""


async def test_a_picture_of_the_web_goes_to_the_field_that_it_was_dropped_on(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_fetch.then(Fetched("boat.jpg", BOAT.read_bytes(), URL))
    engine.on_keep_bytes.habit = lambda name, _: BOAT
    drop(end_slot(window), html(f'<img src="{URL}">', URL))
    assert engine.on_fetch.calls == []
    assert await answer(window, "Fetch") == "Fetch the picture from example.org?"
    await eventually(lambda: window.compose.values().get("tail_image_url"))
    assert window.compose.values()["tail_image_url"] == str(BOAT)
    assert window.stage.source is None


async def test_without_a_yes_nothing_of_the_web_comes_into_a_field(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    drop(end_slot(window), html(f'<img src="{URL}">', URL))
    await answer(window, "Do not")
    assert engine.on_fetch.calls == []
    assert end_slot(window).value() == ""


async def chosen_frame(window: MainWindow, words: str) -> MomentDialog:
    await eventually(lambda: window.findChildren(MomentDialog))
    (dialog,) = window.findChildren(MomentDialog)
    for each in dialog.findChildren(QRadioButton):
        if words in each.text():
            each.setChecked(True)
            dialog.accept()
            return dialog
    raise AssertionError(words)


async def test_a_video_on_a_field_for_pictures_gives_the_frame_that_is_chosen(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    made_from = MadeFrom("abc", LAST, 4.9)
    engine.on_still.then(Still(b"png", "talk-last.png", made_from))
    engine.on_keep_bytes.habit = lambda name, _: BOAT
    drop(end_slot(window), files("/clips/talk.mp4"))
    await chosen_frame(window, "last")
    await eventually(lambda: end_slot(window).value())
    assert engine.on_still.calls == [(Path("/clips/talk.mp4"), Moment(LAST), 0)]
    assert studio._pictures.lineage(window.compose.values()) == {
        "tail_image_url": made_from.to_json()
    }


async def test_a_video_on_the_stage_gives_a_frame_too_and_escape_gives_none(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_mime(files("/clips/talk.mp4"))
    await eventually(lambda: window.findChildren(MomentDialog))
    (dialog,) = window.findChildren(MomentDialog)
    dialog.reject()
    await turns()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert engine.on_still.calls == []
    engine.on_still.then(Still(BOAT.read_bytes(), "talk-first.png"))
    studio.take_mime(files("/clips/talk.mp4"))
    await chosen_frame(window, "first")
    await eventually(lambda: window.stage.source)
    assert window.stage.source is not None
    assert window.stage.source.name == "talk-first.png"


def test_of_a_video_in_sight_its_frame_there_comes_first(window: MainWindow) -> None:
    dialog = MomentDialog(window, "talk.mp4", 1.234)
    assert dialog.chosen == Moment(AT, 1.234)
    assert MomentDialog(window, "talk.mp4", None).chosen == Moment(FIRST)


async def test_a_frame_out_of_a_clip_on_a_field_is_the_very_one(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_frame.then(Frame(b"png", "a.png", MadeFrom("abc", AT, 1.5)))
    engine.on_keep_bytes.habit = lambda name, _: BOAT
    mime = QMimeData()
    mime.setData(FRAME, b'{"job": "abc", "at": 1.5}')
    mime.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    drop(end_slot(window), mime)
    await eventually(lambda: end_slot(window).value())
    assert engine.on_frame.calls == [(JobId("abc"), Moment(AT, 1.5))]


async def test_a_video_is_seen_by_its_first_frame(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "talk.mp4", size=(640, 480))
    engine.on_still.habit = take_still
    seen = await look(window.compose.shelf, str(clip), K.VIDEO)
    assert seen.image is not None
    assert (seen.image.width(), seen.image.height()) == (320, 240)
    engine.on_still.habit = BadMedia("b.mp4", "has no frame")
    other = await look(window.compose.shelf, str(shutil.copy(clip, tmp_path / "b.mp4")), K.VIDEO)
    assert (other.image, other.problem) == (None, ""), "it can be sent all the same"


async def test_pictures_that_are_dropped_go_where_several_are_taken(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.choose(Task.ELEMENTS.value, "pro")
    studio.take_mime(files(BOAT, ASTRONAUT))
    assert window.compose.values()["input_image_urls"] == [str(BOAT), str(ASTRONAUT)]
    assert window.stage.picture.is_empty


@pytest.mark.parametrize(("name", "field"), [("talk.MP4", "video_url"), ("voice.wav", "audio_url")])
async def test_videos_and_sounds_that_are_dropped_go_to_their_fields(
    studio: Studio, window: MainWindow, tmp_path: Path, name: str, field: str
) -> None:
    window.compose.choose_endpoint(f"{KLING}/lipsync/audio-to-video")
    studio.take_mime(files(tmp_path / name))
    assert window.compose.values()[field] == str(tmp_path / name)


async def test_a_picture_goes_to_the_stage_of_a_model_that_starts_from_one(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.compose.choose_endpoint(f"{KLING}/v3/pro/image-to-video")
    window.compose.set_values({"prompt": "the boat drifts"})
    studio.take_mime(files(BOAT))
    await eventually(lambda: not window.stage.picture.is_empty)
    assert window.compose.endpoint.id == f"{KLING}/v3/pro/image-to-video"
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].values["start_image_url"] == str(BOAT)
    assert "image_url" not in engine.drafts[0].values
    assert window.compose.model.recent == [f"{KLING}/v3/pro/image-to-video"]


@pytest.mark.parametrize(
    ("size", "text"),
    [(900, "1 kB"), (99_000, "99 kB"), (250_000, "0.2 MB"), (12_300_000, "12.3 MB")],
)
def test_sizes_are_written_like_this(size: int, text: str) -> None:
    assert megabytes(size) == text
