"""Pictures come from browsers, clips and in heaps; the web is asked with consent alone."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QMessageBox, QRadioButton

from kling_desktop.domain.foreign import Fetched, MovedTo
from kling_desktop.domain.jobs import Clip, JobId, JobState
from kling_desktop.domain.lineage import AT, FIRST, LAST, Frame, Joined, MadeFrom, Moment
from kling_desktop.media.frames import take_frame
from kling_desktop.paths import resource
from kling_desktop.ui.align.dialog import AlignDialog, judged
from kling_desktop.ui.align.view import source_in
from kling_desktop.ui.consent import HOSTS
from kling_desktop.ui.further import ELEMENTS, LEAVE, FurtherDialog, ways
from kling_desktop.ui.incoming import FRAME, offers_picture
from kling_desktop.ui.incoming_web import Piece, picture_bytes
from kling_desktop.ui.queue.menu import row_menu
from tests.helpers.clips import write_clip
from tests.helpers.worlds import I2V, a_job
from tests.media.test_stripping import telling
from tests.ui.fakes import eventually, turns
from tests.ui.looks import notice

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

BOAT, ASTRONAUT = resource("samples/boat.jpg"), resource("samples/astronaut.jpg")
URL = "https://example.org/boat.jpg"


def html(text: str, *urls: str) -> QMimeData:
    """As Chromium hands over an image that is dragged."""
    mime = QMimeData()
    mime.setHtml(text)
    mime.setUrls([QUrl(each) for each in urls])
    return mime


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    return mime


def question(window: MainWindow) -> QMessageBox | None:
    return next((each for each in window.findChildren(QMessageBox) if each.isVisible()), None)


async def answer(window: MainWindow, words: str, *, remember: bool = False) -> str:
    await eventually(lambda: question(window))
    box = question(window)
    assert box is not None
    check = box.checkBox()
    assert isinstance(check, QCheckBox)
    check.setChecked(remember)
    text = box.text()
    next(each for each in box.buttons() if each.text().lstrip("&").startswith(words)).click()
    await turns()
    return text


def test_the_image_of_a_page_counts_before_the_link_around_it() -> None:
    mime = html(f'<a href="x"><img alt="b" src="{URL}"></a>', "https://example.org/page.html")
    assert Piece.of(mime).address() == URL
    assert offers_picture(mime)
    assert Piece.of(html("<p>words</p>", URL)).address() == URL
    assert Piece.of(html('<img src="javascript:x">')).address() == ""
    assert not offers_picture(html("<p>words</p>"))


def test_the_very_file_is_taken_where_a_browser_gives_it() -> None:
    mime = html(f'<img src="{URL}">', URL)
    mime.setData("application/octet-stream", BOAT.read_bytes())
    assert picture_bytes(mime) == BOAT.read_bytes()
    mime.setData("image/png", b"no picture")
    assert picture_bytes(mime) == BOAT.read_bytes()
    assert Piece.of(mime).name_for(BOAT.read_bytes()) == "boat.jpg"


async def test_a_long_page_is_read_on_another_thread(
    studio: Studio, window: MainWindow, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, read = threading.get_ident(), list[int]()
    feed = HTMLParser.feed

    def watched(parser: HTMLParser, text: str) -> None:
        read.append(threading.get_ident())
        feed(parser, text)

    monkeypatch.setattr(HTMLParser, "feed", watched)
    mime = html(f'<img src="{URL}">' + "<p>words</p>" * 100_000)
    assert offers_picture(mime)
    studio.take_mime(mime)
    await answer(window, "Do not")
    assert read
    assert here not in read


async def test_hosts_that_send_one_another_on_are_not_followed_for_ever(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    there = "https://cdn.example.net/boat.jpg"
    engine.on_fetch.then(MovedTo(there), MovedTo(URL))
    engine.on_fetch.habit = lambda url: MovedTo(there if url == URL else URL)
    studio.take_mime(html(f'<img src="{URL}">'))
    await answer(window, "Fetch", remember=True)
    await answer(window, "Fetch", remember=True)
    await eventually(lambda: "sent on by 5 hosts" in notice(window))
    assert len(engine.on_fetch.calls) == HOSTS


async def test_the_web_is_asked_after_a_yes_that_names_the_host(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_fetch.then(Fetched("boat.jpg", BOAT.read_bytes(), URL))
    studio.take_mime(html(f'<img src="{URL}">', URL))
    assert engine.on_fetch.calls == []
    assert await answer(window, "Fetch") == "Fetch the picture from example.org?"
    await eventually(lambda: window.stage.source is not None)
    assert window.stage.source is not None
    assert window.stage.source.name == "boat.jpg"


async def test_the_stage_says_what_of_a_file_is_held_back(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "holiday.jpg").write_bytes(telling("JPEG"))
    studio.take_mime(files(tmp_path / "holiday.jpg"))
    await eventually(lambda: not window.stage.picture.is_empty)
    there = window.stage.picture.accessibleDescription()
    assert there == "Location and camera data are not sent"
    studio.take_mime(files(BOAT))
    await eventually(lambda: window.stage.source and window.stage.source.name == "boat.jpg")
    assert window.stage.picture.accessibleDescription() == ""


async def test_without_a_yes_nothing_is_asked(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_mime(html(f'<img src="{URL}">'))
    await answer(window, "Do not")
    assert engine.on_fetch.calls == []
    assert window.stage.picture.is_empty


async def test_a_host_is_remembered_for_itself_and_another_is_asked_about(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    there = "https://cdn.example.net/boat.jpg"
    engine.on_fetch.then(MovedTo(there), MovedTo(there))
    studio.take_mime(html(f'<img src="{URL}">'))
    await answer(window, "Fetch", remember=True)
    text = await answer(window, "Do not")
    assert text == "example.org sends you on: fetch the picture from cdn.example.net?"
    studio.take_mime(html(f'<img src="{URL}">'))
    assert (await answer(window, "Do not")).startswith("example.org sends you on")


async def test_of_several_files_the_first_is_shown_and_none_is_forgotten(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_mime(files(BOAT, ASTRONAUT))
    await eventually(lambda: window.findChildren(FurtherDialog))
    (dialog,) = window.findChildren(FurtherDialog)
    assert window.stage.source is not None
    assert window.stage.source.name == "boat.jpg"
    last = next(each for each in dialog.findChildren(QRadioButton) if "end picture" in each.text())
    assert last.isChecked()
    dialog.accept()
    await eventually(lambda: "end" in notice(window))
    assert engine.on_keep.calls[-1] == (ASTRONAUT,)


def test_what_further_pictures_can_become_depends_on_the_model(catalog: Catalog) -> None:
    assert LEAVE in ways(catalog.endpoint(I2V), 3, batch=False)
    elements = catalog.endpoint("fal-ai/kling-video/v1.6/pro/elements")
    assert "at most 4" in ways(elements, 3, batch=True)[ELEMENTS]


def a_clip(folder: Path, name: str = "abc", size: tuple[int, int] = (320, 304)) -> Job:
    path = write_clip(folder / f"{name}.mp4", frames=10, size=size)
    clip = Clip(str(path), "0" * 64, path.stat().st_size, *size, 10, 10.0)
    params = {"prompt": "the boat sails on", "image_url": BOAT.as_uri()}
    return a_job(JobState.DONE, id=JobId(name), clips=(clip,), endpoint=I2V, params=params)


def frame_for(job: Job) -> object:
    return lambda job_id, moment: take_frame(_path(job), moment, job_id)


def _path(job: Job) -> Path:
    from pathlib import Path

    return Path(job.clips[0].path)


async def test_a_clip_goes_on_from_its_last_frame_with_its_words_and_its_lineage(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    job = a_clip(tmp_path)
    engine.on_frame.then(take_frame(_path(job), Moment(LAST), job.id))
    window.queue.reset([job])
    window.queue.choose(job.id)
    window.actions_by_id["continue"].trigger()
    await eventually(lambda: window.compose.values()["prompt"] == "the boat sails on")
    assert engine.on_frame.calls == [("abc", Moment(LAST))]
    assert window.stage.source is not None
    assert window.stage.source.made_from == MadeFrom("abc", LAST, 0.9)
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].made_from == {
        "image_url": {"job": "abc", "frame": "last", "seconds": 0.9}
    }


async def test_a_frame_dragged_out_of_a_clip_is_taken_from_the_clip_and_not_from_the_screen(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    job = a_clip(tmp_path)
    engine.on_frame.then(take_frame(_path(job), Moment(AT, 0.4), job.id))
    mime = QMimeData()
    mime.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    mime.setData(FRAME, json.dumps({"job": "abc", "at": 0.4}).encode())
    assert offers_picture(mime)
    studio.take_mime(mime)
    await eventually(lambda: window.stage.source is not None)
    assert engine.on_frame.calls == [("abc", Moment(AT, 0.4))]


async def test_a_model_without_an_end_picture_says_so(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    job = a_clip(tmp_path)
    engine.on_frame.then(Frame(BOAT.read_bytes(), "boat.jpg", MadeFrom("abc", FIRST, 0.0)))
    window.queue.reset([job])
    window.queue.choose(job.id)
    window.compose.choose("text-to-video", "pro")
    window.actions_by_id["as-end"].trigger()
    await eventually(lambda: notice(window))
    assert "takes no end picture" in notice(window)


async def test_marked_clips_are_joined_and_what_was_done_is_said(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    jobs = [a_clip(tmp_path, "abc"), a_clip(tmp_path, "def")]
    engine.on_join.then(Joined(_path(jobs[0]), 20, 2.0))
    window.queue.reset(jobs)
    window.queue.table.selectAll()
    window.actions_by_id["join"].trigger()
    await eventually(lambda: notice(window))
    assert "Nothing was encoded anew" in notice(window)
    assert {*engine.on_join.calls[0][0]} == {"abc", "def"}


async def test_clips_of_two_sizes_are_not_even_tried(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    window.queue.reset([a_clip(tmp_path, "abc"), a_clip(tmp_path, "def", (96, 48))])
    window.queue.table.selectAll()
    window.actions_by_id["join"].trigger()
    assert "one size" in notice(window)
    assert engine.on_join.calls == []


def test_the_menu_offers_what_can_be_made_of_a_clip(window: MainWindow, tmp_path: Path) -> None:
    job = a_clip(tmp_path)
    texts = [each.text() for each in row_menu(window.queue, job, [job]).actions()]
    assert "Continue from its last frame" in texts
    going = replace(job, state=JobState.QUEUED, clips=())
    texts = [each.text() for each in row_menu(window.queue, going, [going]).actions()]
    assert "Continue from its last frame" not in texts


@pytest.mark.parametrize(
    ("end", "words"),
    [((640, 480), "same size"), ((1280, 960), "the same shape"), ((640, 640), "another shape")],
)
def test_it_is_said_whether_start_and_end_fit(end: tuple[int, int], words: str) -> None:
    first, last = (QImage(*each, QImage.Format.Format_RGB32) for each in ((640, 480), end))
    assert words in judged(first, last)


def test_an_end_of_another_shape_fills_the_frame_uncropped(window: MainWindow) -> None:
    first, last = (QImage(*each, QImage.Format.Format_RGB32) for each in ((640, 480), (900, 300)))
    for image, colour in ((first, "black"), (last, "white")):
        image.fill(colour)
    assert source_in(last.size(), first.size()).getRect() == (250, 0, 400, 300)
    dialog = AlignDialog(window, first, last)
    dialog.view.resize(408, 308)
    middle = dialog.view.rect().center()
    seen = {}
    for value in (0, 50, 100):
        dialog.slider.setValue(value)
        seen[value] = dialog.view.grab().toImage().pixelColor(middle).value()
    assert seen[0] == 0
    assert 120 < seen[50] < 135
    assert seen[100] == 255
    dialog.difference.setChecked(True)
    assert dialog.view.grab().toImage().pixelColor(middle).value() == 255
