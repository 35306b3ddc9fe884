"""Files of the form are looked at by the engine, and what comes from outside finds its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from kling_desktop.domain.catalog import FieldKind, Task
from kling_desktop.domain.errors import BadMedia, BadPicture
from kling_desktop.paths import resource
from kling_desktop.ui.form_files import ELSEWHERE, megabytes
from tests.ui.fakes import eventually
from tests.ui.looks import generate_button

if TYPE_CHECKING:
    from pathlib import Path

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
    window.compose.shelf.pixels_given.emit(image, taken.append)
    await eventually(lambda: taken)
    assert taken == [[str(tmp_path / "kept.png")]]


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
