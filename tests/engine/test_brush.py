"""What is painted goes out with the job: as files of its own, once, whatever happens between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.errors import InvalidParams, NetworkDown
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.motion.document import MotionDocument
from kling_desktop.domain.motion.edits import give_trajectory
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.domain.motion.unpng import decode_mask
from kling_desktop.engine.intake import Draft
from tests.domain.motion.documents import SIZE, a_document
from tests.helpers.worlds import BRUSH, I2V, PICTURE, Scene

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def a_wish(document: MotionDocument | None = None, **changes: Any) -> Draft:
    values = {"prompt": "drifts", "image_url": str(PICTURE)}
    return replace(Draft(endpoint=BRUSH, values=values, motion=document or a_document()), **changes)


async def test_masks_and_paths_are_in_the_body_under_their_uploaded_addresses(
    scene: Scene,
) -> None:
    job = await scene.run(a_wish())
    assert job.state is JobState.DONE
    assert job.body is not None
    urls = [job.body["static_mask_url"], *(each["mask_url"] for each in job.body["dynamic_masks"])]
    assert all(each.startswith("https://") for each in [*urls, job.body["image_url"]])
    assert len(set(urls)) == 3
    points = job.body["dynamic_masks"][0]["trajectories"]
    assert (points[0], points[-1]) == ({"x": 100, "y": 149}, {"x": 140, "y": 179})
    made = [decode_mask(data, SIZE) for data in scene.files.made.values()]
    document = a_document()
    assert made == [document.static.mask, *(each.mask for each in document.dynamic)]


async def test_another_mask_or_path_is_another_request(scene: Scene) -> None:
    document = a_document()
    path = Trajectory.through([Point(10, 10), Point(90, 90)])
    async with scene.engine() as engine:
        first = await engine.plan(a_wish(document))
        again = await engine.plan(a_wish(a_document()))
        bent = await engine.plan(a_wish(give_trajectory(document, document.dynamic[0].id, path)))
        bare = await engine.plan(a_wish(MotionDocument.blank(document.picture)))
    assert first.fingerprint == again.fingerprint
    assert len({first.fingerprint, bent.fingerprint, bare.fingerprint}) == 3
    assert bare.masks == ()


async def test_uploads_that_broke_off_go_on_without_the_document(scene: Scene) -> None:
    scene.provider.on_upload.then(NetworkDown("no network"))
    job = await scene.run(a_wish())
    assert job.state is JobState.DONE
    assert len(job.uploads) == 4


async def test_a_mask_of_another_size_than_the_picture_is_refused_before_it_costs(
    scene: Scene,
) -> None:
    scene.files.on_size.then((800, 600))
    async with scene.engine() as engine:
        with pytest.raises(InvalidParams) as caught:
            await engine.generate(a_wish())
        assert engine.jobs() == []
    assert "static_mask_url is 400 x 300 pixels, but the picture is 800 x 600" in str(caught.value)


async def test_ten_seconds_or_a_tail_picture_do_not_go_with_the_brush(scene: Scene) -> None:
    values = {"image_url": "https://x.test/a.png", "prompt": "a"}
    wish = a_wish(values=values | {"duration": "10", "tail_image_url": "https://x.test/b.png"})
    async with scene.engine() as engine:
        with pytest.raises(InvalidParams) as caught:
            await engine.plan(wish)
    assert [each.field for each in caught.value.problems] == ["duration", "tail_image_url"]


async def test_1_6_pro_is_sent_the_brush_only_if_the_user_says_so(scene: Scene) -> None:
    async with scene.engine() as engine:
        with pytest.raises(InvalidParams, match="is not listed by fal for Kling"):
            await engine.generate(a_wish(endpoint=I2V))
    job = await scene.run(a_wish(endpoint=I2V, brush_as_documented=True))
    assert job.body is not None
    assert job.endpoint == I2V
    assert job.body["static_mask_url"].startswith("https://")
    assert job.body["dynamic_masks"][1]["mask_url"].startswith("https://")


async def test_a_held_job_keeps_its_brush_when_it_is_edited(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.generate(a_wish(held=True))
        values = dict(job.params) | {"prompt": "leaps"}
        edited = await engine.edit(job.id, Draft(endpoint=BRUSH, values=values))
    assert edited.params["dynamic_masks"] == job.params["dynamic_masks"]
    assert edited.params["static_mask_url"] == job.params["static_mask_url"]
