"""Projects in the window: opened, saved, and asked about before painted work is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from kling_desktop.domain.errors import BadProject, FolderUnusable
from kling_desktop.domain.motion.project import NEWER, VERSION, RecentProject
from kling_desktop.ui.project.desk import NO_MODEL, NO_PICTURE
from kling_desktop.ui.project.recent import NONE
from tests.ui.fakes import eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.looks import notice
from tests.ui.project.worlds import (
    PRO_15,
    a_file,
    a_project,
    answer,
    is_asking,
    painted,
    stroke,
    the_dialog,
    the_question,
    with_picture,
)

if TYPE_CHECKING:
    from kling_desktop.domain.motion.history import Running
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

BOATS = Path("/projects/boats.klproj")


async def opened(studio: Studio, window: MainWindow, engine: FakeEngine, **more: object) -> None:
    engine.on_open_project.then(a_project(**more))  # type: ignore[arg-type]
    studio.take_file(BOATS)
    await eventually(lambda: "boats.klproj" in window.windowTitle())


async def save_to(window: MainWindow, path: Path) -> None:
    """Choose a file in the dialog that asks where."""
    dialog = await the_dialog(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    (line,) = dialog.findChildren(QLineEdit, "fileNameEdit")
    line.setText(str(path))
    dialog.done(1)


# Opening


async def test_a_project_brings_its_picture_painting_and_settings(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await opened(studio, window, engine)
    document = a_project().project.document
    assert window.stage.painted is not None
    assert [e.mask for e in window.stage.painted.regions] == [e.mask for e in document.regions]
    assert window.stage.is_brush_in_sight
    assert window.stage.source is not None
    assert window.stage.source.name == "boat.png"
    assert (window.compose.endpoint.id, window.compose.values()["prompt"]) == (
        PRO_15, "The boats part",
    )  # fmt: skip
    assert window.windowTitle() == "boats.klproj[*] \N{EM DASH} Kling Desktop \N{EM DASH} Sandbox"
    assert not window.isWindowModified()
    assert engine.on_keep_work.calls == []


async def test_a_file_that_is_no_project_leaves_everything_as_it_is(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    before = session.document
    engine.on_open_project.then(BadProject("b.klproj", "is not a project file"))
    studio.take_file(tmp_path / "b.klproj")
    await eventually(lambda: notice(window))
    assert notice(window).startswith("b.klproj: is not a project file.")
    assert session.document is before
    assert session.history.count() == 1
    assert not is_asking()


async def test_a_newer_project_is_open_for_reading_and_saved_elsewhere(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    newer = a_project(version=VERSION + 1)
    engine.on_open_project.then(replace(newer, notes=(NEWER,)))
    studio.take_file(BOATS)
    await eventually(lambda: notice(window) == NEWER)
    await eventually(lambda: "boats.klproj (read-only)[*]" in window.windowTitle())
    window.actions_by_id["save"].trigger()
    await save_to(window, tmp_path / "mine")
    await eventually(lambda: engine.on_save_project.calls)
    assert engine.on_save_project.calls[0][0] == tmp_path / "mine.klproj"
    await eventually(lambda: window.windowTitle().startswith("mine.klproj[*]"))


async def test_a_model_that_is_not_offered_here_is_named(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    chosen = window.compose.endpoint
    found = a_project()
    engine.on_open_project.then(replace(found, project=replace(found.project, endpoint="x/y")))
    studio.take_file(BOATS)
    await eventually(lambda: notice(window) == NO_MODEL.format("x/y"))
    assert window.compose.endpoint is chosen
    assert window.compose.values()["prompt"] == "The boats part"


# Dirty


async def test_the_title_marks_what_is_not_saved_until_it_is_undone(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    await with_picture(studio, window, a_file(tmp_path, "teal.png"))
    await turns()
    assert not window.isWindowModified()
    assert window.windowTitle() == "Kling Desktop \N{EM DASH} Sandbox"
    session = await painted(studio, window, a_file(tmp_path, "navy.png"))
    assert window.windowTitle().startswith("navy.png[*]")
    session.history.undo()
    await eventually(lambda: not window.isWindowModified())


async def test_words_alone_are_not_asked_about(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    await with_picture(studio, window, a_file(tmp_path, "teal.png"))
    window.compose.set_values({"prompt": "a"})
    assert await studio.projects.may_close()
    assert engine.on_keep_work.calls == []


async def test_other_settings_make_a_project_dirty_and_the_old_ones_clean(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await opened(studio, window, engine)
    window.compose.set_values({"prompt": "other"})
    await eventually(window.isWindowModified)
    await eventually(lambda: engine.on_keep_work.calls)
    assert engine.on_keep_work.calls[-1][0].project.parameters["prompt"] == "other"
    window.compose.set_values({"prompt": "The boats part"})
    await eventually(lambda: not window.isWindowModified())


# Saving


async def test_saving_asks_once_where_and_then_no_more(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    window.actions_by_id["save"].trigger()
    await save_to(window, tmp_path / "a.klproj")
    await eventually(lambda: not window.isWindowModified())
    path, project, picture = engine.on_save_project.calls[0]
    assert path == tmp_path / "a.klproj"
    assert project.document is session.document
    assert project.suffix == ".png"
    assert picture == (tmp_path / "teal.png").read_bytes()
    stroke(session, 90)
    await eventually(window.isWindowModified)
    window.actions_by_id["save"].trigger()
    await eventually(lambda: not window.isWindowModified())
    assert len(engine.on_save_project.calls) == 2
    assert session.history.count() == 2


async def test_what_is_painted_while_it_is_saved_is_not_saved(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await opened(studio, window, engine)
    assert window.stage.brush is not None
    session = window.stage.brush.session
    stroke(session)
    engine.on_save_project.then(lambda *_: stroke(session, 90))
    window.actions_by_id["save"].trigger()
    await eventually(lambda: session.history.count() == 2)
    await turns()
    assert window.isWindowModified()


async def test_a_disk_that_refuses_is_told_and_nothing_is_lost(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await opened(studio, window, engine)
    window.compose.set_values({"prompt": "other"})
    engine.on_save_project.then(FolderUnusable("No space left on device"))
    window.actions_by_id["save"].trigger()
    await eventually(lambda: "No space left" in notice(window))
    await eventually(window.isWindowModified)


async def test_without_a_picture_there_is_nothing_to_save(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.actions_by_id["save"].trigger()
    await eventually(lambda: notice(window) == NO_PICTURE)
    window.actions_by_id["save-as"].trigger()
    await turns()
    assert not is_asking()


async def test_jobs_are_noted_in_the_project(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    await with_picture(studio, window, a_file(tmp_path, "teal.png"))
    window.compose.set_values({"prompt": "a"})
    studio.generate()
    await eventually(lambda: engine.drafts)
    await turns()
    window.actions_by_id["save-as"].trigger()
    await save_to(window, tmp_path / "a.klproj")
    await eventually(lambda: engine.on_save_project.calls)
    assert engine.on_save_project.calls[0][1].jobs == ("mine",)


# Asking before work is lost


async def test_cancel_keeps_everything_and_the_picture_waits_outside(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    before = engine.ended
    studio.take_file(a_file(tmp_path, "navy.png", (500, 400)))
    box = await the_question()
    assert cut_off(box) == []
    assert await answer("Cancel") == "Save the changes to teal.png?"
    await turns()
    assert session.document.size == (400, 300)
    assert not session.document.is_blank
    assert engine.ended == before


async def test_discard_takes_the_new_picture_and_ends_what_was_kept(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    before = engine.ended
    studio.take_file(a_file(tmp_path, "navy.png", (500, 400)))
    await answer("Discard")
    await eventually(lambda: session.document.size == (500, 400))
    assert session.document.is_blank
    assert engine.ended == before + 1
    await eventually(lambda: not window.isWindowModified())


async def test_save_saves_first(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    await opened(studio, window, engine)
    assert window.stage.brush is not None
    stroke(window.stage.brush.session)
    await eventually(window.isWindowModified)
    window.actions_by_id["new"].trigger()
    await answer("Save")
    await eventually(lambda: window.stage.picture.is_empty)
    assert engine.on_save_project.calls[0][0] == BOATS
    await eventually(lambda: window.windowTitle() == "Kling Desktop \N{EM DASH} Sandbox")


async def test_a_save_that_fails_keeps_everything(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await opened(studio, window, engine)
    assert window.stage.brush is not None
    stroke(window.stage.brush.session)
    await eventually(window.isWindowModified)
    engine.on_save_project.then(FolderUnusable("No space left on device"))
    window.actions_by_id["new"].trigger()
    await answer("Save")
    await eventually(lambda: "No space left" in notice(window))
    assert not window.stage.picture.is_empty
    assert window.stage.painted is not None


@pytest.mark.parametrize(("said", "closes"), [("Cancel", False), ("Discard", True)])
async def test_closing_asks_too(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path, said: str, closes: bool
) -> None:
    await painted(studio, window, a_file(tmp_path, "teal.png"))
    answers: list[bool] = []
    before = engine.ended

    async def close() -> None:
        answers.append(await studio.projects.may_close())

    studio.tasks.start(close())
    await answer(said)
    await eventually(lambda: answers)
    assert answers == [closes]
    assert engine.ended == before + int(closes)


# Another picture of the same size


async def test_the_painting_may_stay_on_a_picture_of_the_same_size(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    mask = session.document.dynamic[0].mask
    studio.take_file(a_file(tmp_path, "navy.png"))
    await answer("Keep the painting")
    await eventually(lambda: session.document.picture.name == "navy.png")
    assert session.document.dynamic[0].mask == mask
    session.history.undo()
    assert session.document.is_blank
    assert session.document.picture.name == "navy.png"
    session.history.redo()
    await eventually(window.isWindowModified)
    kept: list[Running] = [each for (each,) in engine.on_keep_work.calls]
    await eventually(lambda: kept and engine.on_keep_work.calls[-1][0].picture
                     == (tmp_path / "navy.png").read_bytes())  # fmt: skip


async def test_to_begin_anew_is_asked_about_as_well(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png"))
    studio.take_file(a_file(tmp_path, "navy.png"))
    await answer("Begin anew")
    await answer("Discard")
    await eventually(lambda: session.document.picture.name == "navy.png")
    assert session.document.is_blank


# Recent files


async def test_recent_projects_are_listed_and_what_is_gone_cannot_be_chosen(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    menu = window.recent
    assert [each.text() for each in menu.actions()] == [NONE]
    gone = Path("/projects/gone.klproj")
    engine.on_recent.then(
        [RecentProject(BOATS, is_there=True), RecentProject(gone, is_there=False)]
    )
    menu.wanted.emit()
    await eventually(lambda: len(menu.actions()) == 2)
    assert [each.isEnabled() for each in menu.actions()] == [True, False]
    assert str(gone) in menu.actions()[1].toolTip()
    engine.on_open_project.then(a_project())
    menu.actions()[0].trigger()
    await eventually(lambda: "boats.klproj" in window.windowTitle())
    assert engine.on_open_project.calls == [(BOATS,)]


# The alpha channel, and pixels


async def test_the_session_has_the_pixels_and_how_opaque_they_were(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    session = await painted(studio, window, a_file(tmp_path, "teal.png", mode="RGBA"))
    assert session.alpha is None  # every pixel was opaque
    assert session.picture is not None
    assert session.picture[5, 5].tolist() == [128, 128, 0, 255]
    image = window.stage.picture.image
    assert image.pixelColor(5, 5).getRgb() == (0, 128, 128, 255)


async def test_transparency_is_told_and_kept_for_masks(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    from PIL import Image

    path = tmp_path / "a.png"
    Image.new("RGBA", (400, 300), (255, 0, 0, 100)).save(path)
    session = await painted(studio, window, path)
    assert session.alpha is not None
    assert session.alpha[0, 0] == 100
    assert "sent as white" in notice(window)
