"""Masks that come as files with a project or an earlier job are regions on the canvas."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.motion.document import MotionDocument, PictureRef, RegionId
from kling_desktop.ui.project.given import FAR, NO_MASKS
from kling_desktop.ui.queue.offers import Wish
from tests.helpers.worlds import a_job
from tests.ui.fakes import eventually
from tests.ui.looks import notice
from tests.ui.project.worlds import PRO_15, SIZE, a_file, a_project

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

PATH = [{"x": 10, "y": 20}, {"x": 60, "y": 20}]


def a_mask(folder: Path, name: str = "mask-2.png") -> Path:
    image = Image.new("L", SIZE, 0)
    image.paste(255, (20, 10, 80, 50))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    (folder / name).write_bytes(buffer.getvalue())
    return folder / name


async def opened(
    studio: Studio, window: MainWindow, engine: FakeEngine, path: Path, **parameters: object
) -> None:
    found = a_project()
    blank = MotionDocument.blank(PictureRef(SIZE, "boat.png"))
    project = replace(found.project, document=blank, parameters=parameters)
    engine.on_open_project.then(replace(found, project=project))
    studio.take_file(path)
    await eventually(lambda: path.name in window.windowTitle())


async def test_the_mask_of_the_founding_document_becomes_a_region_with_its_path(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    a_mask(tmp_path)
    await opened(
        studio, window, engine, tmp_path / "boats.klproj",
        prompt="x", dynamic_mask_url="mask-2.png", trajectories=PATH,
    )  # fmt: skip
    assert window.stage.painted is not None
    region = window.stage.painted.region(RegionId(2))
    assert region is not None
    assert int((region.mask.read(SIZE.rect) > 0).sum()) == 60 * 40
    assert len(region.trajectory.nodes) == 2
    assert "dynamic_mask_url is no field of fal's" in notice(window)
    assert window.isWindowModified(), "the project file does not have it yet"


@pytest.mark.parametrize(
    ("masks", "said"),
    [
        ([{"mask_url": "https://example.org/a.png"}], FAR),
        ([{"mask_url": 7}], NO_MASKS),
        ("mask", NO_MASKS),
        ([{"mask_url": "a.png", "trajectories": [{"x": 1}, {"x": 2}]}], NO_MASKS),
        ([{"mask_url": "a.png", "trajectories": [{"x": 0, "y": 10**30}] * 2}], NO_MASKS),
        ([{"mask_url": "gone.png"}], "The mask gone.png cannot be used"),
    ],
)
async def test_masks_that_cannot_be_had_are_told_and_the_project_opens(
    studio: Studio,
    window: MainWindow,
    engine: FakeEngine,
    tmp_path: Path,
    masks: object,
    said: str,
) -> None:
    await opened(studio, window, engine, tmp_path / "boats.klproj", dynamic_masks=masks)
    await eventually(lambda: said in notice(window))
    assert window.stage.painted is None or window.stage.painted.is_blank


async def test_an_earlier_job_comes_back_with_its_brush(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    picture, mask = a_file(tmp_path, "teal.png"), a_mask(tmp_path)
    params = {
        "prompt": "The boats part",
        "image_url": picture.as_uri(),
        "dynamic_masks": [{"mask_url": mask.as_uri(), "trajectories": PATH}],
    }
    job = a_job(JobState.DONE, id=JobId("old"), endpoint=PRO_15, params=params, origin="top-left")
    studio._desk.grant(Wish.LOAD, job)
    await eventually(lambda: window.stage.painted is not None)
    assert window.stage.painted is not None
    region = window.stage.painted.region(RegionId(2))
    assert region is not None
    assert region.trajectory.nodes[0].point.y == 20.5
