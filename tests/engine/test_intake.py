"""Everything that can be checked for free is checked before a job exists."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.engine.intake import Draft, path_of
from tests.helpers.worlds import BRUSH, I2V, PICTURE, T2V, a_draft

if TYPE_CHECKING:
    from tests.helpers.worlds import Scene


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (Draft(endpoint="fal-ai/kling", values={}), e.UnknownEndpoint),
        (a_draft(T2V, duration="7"), e.InvalidParams),
        (a_draft(T2V, prompt=" "), e.InvalidParams),
        (a_draft(BRUSH, image_url="https://x", static_mask_url="y", duration=10), e.InvalidParams),
    ],
)
async def test_a_draft_with_a_mistake_becomes_no_job(
    scene: Scene, draft: Draft, error: type[Exception]
) -> None:
    async with scene.engine() as engine:
        with pytest.raises(error):
            await engine.generate(draft)
        assert engine.jobs() == []
    assert scene.provider.journal == []


async def test_a_bad_picture_becomes_no_job(scene: Scene) -> None:
    scene.files.on_keep.then(e.BadPicture("boat.jpg", "is not a picture"))
    async with scene.engine() as engine:
        with pytest.raises(e.BadPicture):
            await engine.generate(a_draft(I2V))
        assert engine.jobs() == []


async def test_a_plan_shows_what_would_be_sent_and_its_price_and_sends_nothing(
    scene: Scene,
) -> None:
    async with scene.engine() as engine:
        plan = await engine.plan(a_draft(I2V, duration=10))
    assert plan.params["image_url"] == PICTURE.as_uri()
    assert plan.params["duration"] == "10"
    assert plan.estimate_usd == Decimal("0.95")
    assert scene.provider.journal == []


async def test_each_picture_is_kept_as_our_own_copy(scene: Scene, tmp_path: Path) -> None:
    scene.files.on_keep.habit = tmp_path / "inputs" / "0123.jpg"
    async with scene.engine() as engine:
        plan = await engine.plan(a_draft(I2V))
    assert plan.params["image_url"] == (tmp_path / "inputs" / "0123.jpg").as_uri()


async def test_a_file_address_means_the_same_as_its_path(scene: Scene) -> None:
    async with scene.engine() as engine:
        await engine.plan(a_draft(I2V, image_url=PICTURE.as_uri()))
    assert scene.files.on_keep.calls == [(PICTURE,)]


@pytest.mark.parametrize("address", ["https://a/b.png", "http://a/b.png", "data:image/png;base64,"])
async def test_addresses_elsewhere_are_left_alone(scene: Scene, address: str) -> None:
    async with scene.engine() as engine:
        plan = await engine.plan(a_draft(I2V, image_url=address))
    assert plan.params["image_url"] == address
    assert scene.files.on_keep.calls == []


async def test_masks_are_pictures_too(scene: Scene) -> None:
    still, moving = PICTURE.with_name("0.png"), PICTURE.with_name("1.png")
    masks = [{"mask_url": str(moving), "trajectories": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}]
    draft = a_draft(BRUSH, image_url=str(PICTURE), dynamic_masks=masks, static_mask_url=str(still))
    async with scene.engine() as engine:
        plan = await engine.plan(draft)
    assert plan.params["dynamic_masks"][0]["mask_url"] == moving.as_uri()
    assert plan.params["static_mask_url"] == still.as_uri()


async def test_clips_go_where_the_draft_says(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "clips"
    draft = Draft(endpoint=T2V, values={"prompt": "waves"}, out_dir=folder)
    job = await scene.run(draft)
    assert job.out_dir == str(folder)
    assert folder.is_dir()


async def test_a_folder_that_cannot_be_made_becomes_no_job(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    draft = Draft(endpoint=T2V, values={"prompt": "waves"}, out_dir=tmp_path / "file" / "clips")
    async with scene.engine() as engine:
        with pytest.raises(e.FolderUnusable):
            await engine.generate(draft)
        assert engine.jobs() == []


@pytest.mark.parametrize("name", ["boat.jpg", "a b.png", "50%.png", "#1?.png", "ü+ö&.png"])
def test_any_file_name_survives_the_way_through_an_address(name: str) -> None:
    path = (Path("/pictures") / name).absolute()
    assert path_of(path.as_uri()) == path
