"""The founding document's names, and masks by file, become what is on the canvas."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kling_desktop.domain.motion.document import STATIC, MotionDocument
from kling_desktop.domain.motion.project import OpenedProject
from kling_desktop.ui.project.given import ON_CANVAS, PAINTED
from tests.ui.fakes import eventually
from tests.ui.looks import notice
from tests.ui.project.worlds import PRO_15, SIZE, a_file, a_project, png

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

PATH = [{"x": 10, "y": 20}, {"x": 60, "y": 20}]


def a_mask(folder: Path, name: str, left: int, right: int) -> str:
    image = Image.new("L", SIZE, 0)
    image.paste(255, (left, 0, right, SIZE.height))
    image.save(folder / name)
    return name


def blank(**parameters: Any) -> OpenedProject:
    project = a_project().project
    document = MotionDocument.blank(project.document.picture)
    return OpenedProject(replace(project, document=document, parameters=parameters), png())


async def opened(studio: Studio, window: MainWindow, path: Path) -> None:
    studio.take_file(path)
    await eventually(
        lambda: window.stage.source is not None and not studio.tasks.is_busy("picture")
    )


def areas(window: MainWindow) -> dict[int, int]:
    assert window.stage.painted is not None
    return {each.id: each.mask.area for each in window.stage.painted.regions if each.mask.area}


async def test_the_one_mask_of_the_founding_document_comes_onto_the_canvas(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    mask = a_mask(tmp_path, "moves.png", 0, 100)
    still = a_mask(tmp_path, "stays.png", 300, 400)
    told = {"dynamic_mask_url": mask, "trajectories": PATH, "static_mask_url": still}
    engine.on_open_project.then(blank(prompt="a boat", **told))
    await opened(studio, window, tmp_path / "boats.klproj")
    assert areas(window) == {1: 100 * 300, STATIC: 100 * 300}
    assert window.stage.painted is not None
    assert len(window.stage.painted.dynamic[0].trajectory.nodes) == 2
    assert ON_CANVAS in notice(window)
    assert "dynamic_mask_url is no field of fal's" in notice(window)


async def test_what_is_painted_counts_before_masks_by_file(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    made = a_project()
    mask = a_mask(tmp_path, "a.png", 0, 9)
    project = replace(made.project, parameters={"dynamic_mask_url": mask})
    engine.on_open_project.then(OpenedProject(project, made.picture))
    await opened(studio, window, tmp_path / "boats.klproj")
    assert window.stage.painted is not None
    assert window.stage.painted.regions[0].mask == made.project.document.regions[0].mask
    assert PAINTED in notice(window)


async def test_masks_that_cannot_be_had_are_said(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "odd.png").write_text("no picture")
    told = [{"mask_url": "odd.png"}, {"mask_url": "https://a.test/m.png"}]
    engine.on_open_project.then(blank(dynamic_masks=told))
    await opened(studio, window, tmp_path / "boats.klproj")
    assert window.stage.painted is None
    assert "A mask cannot be used: " in notice(window)
    assert "was not fetched; save it and bring the file: https://a.test/m.png." in notice(window)


async def test_an_effect_becomes_an_effects_job_with_the_projects_picture(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.on_open_project.then(blank(special_fx="hug"))
    await opened(studio, window, tmp_path / "boats.klproj")
    assert window.compose.endpoint.id.endswith("/effects")
    values = window.compose.values()
    assert values["effect_scene"] == "hug"
    assert len(values["input_image_urls"]) == 1
    assert "became an Effects job" in notice(window)


async def test_an_input_document_fills_the_window_with_its_picture_and_masks(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    picture = a_file(tmp_path, "teal.png")
    body = {"prompt": "a boat", "image_url": picture.name, "duration": "5",
            "dynamic_masks": [{"mask_url": a_mask(tmp_path, "a.png", 0, 50),
                               "trajectories": PATH}]}  # fmt: skip
    path = tmp_path / "input.json"
    path.write_text(json.dumps({"endpoint": PRO_15, "body": body}))
    await opened(studio, window, path)
    await eventually(lambda: window.compose.endpoint.id == PRO_15)
    assert areas(window) == {1: 50 * 300}
    assert window.compose.values()["prompt"] == "a boat"
    assert window.stage.source is not None
    assert window.stage.source.name == "teal.png"


@pytest.mark.parametrize("text", ["[]", "{", "\x00"])
async def test_what_is_no_input_changes_nothing(
    studio: Studio, window: MainWindow, tmp_path: Path, text: str
) -> None:
    (tmp_path / "odd.json").write_text(text)
    studio.take_file(tmp_path / "odd.json")
    await eventually(lambda: "is no input of a clip" in notice(window))
    assert window.stage.picture.is_empty
