from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import MissingKey
from kling_desktop.paths import resource
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.pictures import kinds
from kling_desktop.ui.studio import Studio
from tests.ui.fakes import eventually, turns
from tests.ui.looks import from_text, notice

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from tests.ui.fakes import FakeEngine

BOAT = resource("samples/boat.jpg")
ASTRONAUT = resource("samples/astronaut.jpg")


def notes_of(window: MainWindow) -> dict[str, object]:
    """As the next window reads them from the disk."""
    notes = json.loads(json.dumps(window.remember()))
    assert isinstance(notes, dict)
    return notes


def with_picture(path: Path, task: Task = Task.IMAGE_TO_VIDEO) -> dict[str, object]:
    return {"picture": Source(path, "boat.jpg").notes(), "task": task.value, "tier": "pro"}


async def test_a_picture_is_there_again_in_the_next_window(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_file(BOAT)
    await eventually(lambda: not window.stage.picture.is_empty)
    assert Source.of(notes_of(window)["picture"]) == Source(BOAT, "boat.jpg")


async def test_the_picture_of_last_time_is_what_the_next_clip_starts_from(
    window: MainWindow, engine: FakeEngine, tmp_path: Path, qtbot: QtBot
) -> None:
    window.restore(with_picture(BOAT))
    window.compose.set_values({"prompt": "a"})
    studio = Studio(window, engine, tmp_path)
    await studio.start()
    assert window.stage.source == Source(BOAT, "boat.jpg")
    assert engine.on_keep.calls == []
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].values["image_url"] == str(BOAT)
    await studio.tasks.aclose()


async def test_the_picture_of_last_time_changes_neither_task_nor_focus(
    window: MainWindow, engine: FakeEngine, tmp_path: Path, qtbot: QtBot
) -> None:
    window.restore(with_picture(BOAT, Task.TEXT_TO_VIDEO))
    await Studio(window, engine, tmp_path).start()
    assert not window.stage.picture.is_empty
    assert window.compose.endpoint.task is Task.TEXT_TO_VIDEO
    assert not isinstance(window.focusWidget(), QPlainTextEdit)


async def test_a_picture_of_last_time_that_is_gone_is_no_news(
    window: MainWindow, engine: FakeEngine, tmp_path: Path, qtbot: QtBot
) -> None:
    window.restore(with_picture(tmp_path / "gone.jpg"))
    await Studio(window, engine, tmp_path).start()
    assert window.stage.picture.is_empty
    assert notice(window) == ""
    assert notes_of(window)["picture"] is None


async def test_a_picture_that_comes_at_the_start_is_newer_than_that_of_last_time(
    window: MainWindow, engine: FakeEngine, tmp_path: Path, qtbot: QtBot
) -> None:
    window.restore(with_picture(BOAT))
    studio = Studio(window, engine, tmp_path)
    studio.take_file(ASTRONAUT)
    await studio.start()
    await eventually(lambda: window.stage.source == Source(ASTRONAUT, "astronaut.jpg"))
    await turns()
    assert window.stage.source == Source(ASTRONAUT, "astronaut.jpg")
    await studio.tasks.aclose()


async def test_an_engine_that_does_not_open_loses_no_picture(
    window: MainWindow, engine: FakeEngine, tmp_path: Path, qtbot: QtBot
) -> None:
    window.restore(with_picture(BOAT))
    engine.on_open.then(MissingKey())
    studio = Studio(window, engine, tmp_path)
    with pytest.raises(MissingKey):
        await studio.start()
    assert Source.of(notes_of(window)["picture"]) == Source(BOAT, "boat.jpg")
    await eventually(lambda: not window.stage.picture.is_empty)
    await studio.tasks.aclose()


async def test_a_picture_that_was_removed_is_neither_sent_nor_remembered(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_file(BOAT)
    await eventually(lambda: not window.stage.picture.is_empty)
    window.stage.remove_asked.emit()
    await eventually(lambda: window.stage.picture.is_empty)
    assert notes_of(window)["picture"] is None
    window.compose.set_values({"prompt": "a"})
    studio.generate()
    await eventually(lambda: notice(window))
    assert notice(window).startswith("A picture is needed.")


async def test_a_picture_in_sight_is_not_sent_with_words_alone(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_file(BOAT)
    await eventually(lambda: not window.stage.picture.is_empty)
    from_text(window)
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert "image_url" not in engine.drafts[0].values


@pytest.mark.parametrize("is_there", [False, True])
def test_heic_is_listed_only_where_it_can_be_read(
    monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object() if is_there else None)
    assert ("*.heic" in kinds()) is is_there
    assert "*.webp" in kinds()
