"""What is inspected is what is sent: the same masks, the same points, the same body."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import BadPicture, InvalidParams, UnknownJob
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.parcel import SentFile
from kling_desktop.engine.intake import Draft
from kling_desktop.storage.rows import from_row, to_row
from tests.domain.motion.documents import SIZE, a_document
from tests.helpers.worlds import BRUSH, PICTURE, a_draft, a_job

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.engine.engine import Engine
    from tests.helpers.worlds import Scene


def a_wish(document: MotionDocument | None = None) -> Draft:
    values = {"prompt": "drifts", "image_url": str(PICTURE)}
    return Draft(endpoint=BRUSH, values=values, motion=document or a_document())


async def test_an_inspection_sends_nothing_and_leaves_no_job(scene: Scene) -> None:
    async with scene.engine() as engine:
        await engine.inspect(a_wish())
        assert engine.jobs() == []
    assert scene.provider.journal == []


async def test_files_stand_in_the_body_by_name_until_they_are_up(scene: Scene) -> None:
    async with scene.engine() as engine:
        shown = await engine.inspect(a_wish())
    parcel = shown.parcel
    assert parcel.body["image_url"] == "upload:boat.jpg"
    addresses = [each["mask_url"] for each in parcel.body["dynamic_masks"]]
    assert [parcel.body["static_mask_url"], *addresses] == [each.address for each in parcel.masks]
    assert all(each.startswith("upload:") for each in addresses)
    assert parcel.waits_for_uploads
    assert "Content-Length" not in dict(shown.letter.headers)  # nobody can know it yet
    assert shown.letter.url.endswith(BRUSH)
    assert not shown.was_sent
    picture = parcel.picture
    assert picture is not None
    assert (picture.fields, picture.width, picture.height) == (("image_url",), 400, 300)


async def test_points_are_told_from_the_top_left_and_as_they_are_sent(scene: Scene) -> None:
    async with scene.engine() as engine:
        parcel = (await engine.inspect(a_wish())).parcel
    static, first, second = parcel.masks
    assert (static.number, static.points) == (0, ())
    assert [each.number for each in (first, second)] == [each.id for each in a_document().dynamic]
    sent = [(each["x"], each["y"]) for each in parcel.body["dynamic_masks"][0]["trajectories"]]
    assert [(each.x, each.wire_y) for each in first.points] == sent
    assert all(each.y == SIZE.height - 1 - each.wire_y for each in first.points)


async def test_a_region_with_a_name_is_called_by_it(scene: Scene) -> None:
    document = a_document()
    moving = (replace(document.dynamic[0], name="The left boat"), *document.dynamic[1:])
    async with scene.engine() as engine:
        parcel = (await engine.inspect(a_wish(replace(document, dynamic=moving)))).parcel
    titles = [each.title for each in parcel.masks]
    assert titles == ["Static", "The left boat", document.dynamic[1].title]


async def titles_of(engine: Engine, job: Job) -> list[str]:
    return [each.title for each in (await engine.inspect_job(job.id)).parcel.masks]


async def test_a_job_and_its_next_take_know_the_names_of_its_regions(scene: Scene) -> None:
    document = a_document()
    moving = (replace(document.dynamic[0], name="The left boat"), *document.dynamic[1:])
    named = ["Static", "The left boat", document.dynamic[1].title]
    async with scene.engine() as engine:
        job = await engine.generate(a_wish(replace(document, dynamic=moving)))
        assert await titles_of(engine, await engine.wait(job.id)) == named
        assert await titles_of(engine, await engine.again(job.id)) == named
        assert job.regions == {str(moving[0].id): "The left boat"}
    assert from_row(to_row(job)) == job


async def test_a_held_job_that_is_painted_anew_has_the_names_of_then(scene: Scene) -> None:
    document = a_document()
    moving = (replace(document.dynamic[0], name="The left boat"), *document.dynamic[1:])
    async with scene.engine() as engine:
        wish = replace(a_wish(replace(document, dynamic=moving)), held=True)
        job = await engine.generate(wish)
        await engine.edit(job.id, a_wish())
        assert (await titles_of(engine, job))[1] == document.dynamic[0].title


async def test_a_finished_job_shows_the_body_of_the_ledger(scene: Scene) -> None:
    async with scene.engine() as engine:
        before = await engine.inspect(a_wish())
        job = await engine.wait((await engine.generate(a_wish())).id)
        shown = await engine.inspect_job(job.id)
    assert shown.was_sent
    assert shown.parcel.body == job.body == scene.provider.submits[0][1]
    assert not shown.parcel.waits_for_uploads
    assert "Content-Length" in dict(shown.letter.headers)
    hashes = [[each.sha256 for each in told.parcel.files] for told in (before, shown)]
    assert hashes[0] == hashes[1]
    points = [[each.points for each in told.parcel.masks] for told in (before, shown)]
    assert points[0] == points[1]


async def test_a_held_job_shows_what_it_will_send(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.generate(replace(a_wish(), held=True))
        shown = await engine.inspect_job(job.id)
        asked = await engine.inspect(a_wish())
    assert not shown.was_sent
    assert shown.parcel.body == asked.parcel.body


async def test_a_file_that_is_gone_is_told_so_and_the_rest_is_shown(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.wait((await engine.generate(a_draft())).id)
        scene.files.on_content.then(BadPicture("boat.jpg", "No such file"))
        shown = await engine.inspect_job(job.id)
    [file] = shown.parcel.files
    assert isinstance(file, SentFile)
    assert not file.is_here
    assert shown.parcel.body == job.body


async def test_what_cannot_be_sent_is_not_shown(scene: Scene) -> None:
    async with scene.engine() as engine:
        with pytest.raises(InvalidParams):
            await engine.inspect(a_draft(duration="7"))


async def test_a_job_that_was_taken_in_by_its_number_has_nothing_to_show(scene: Scene) -> None:
    scene.ledger.add(a_job(JobState.DONE, id=JobId("taken"), params={}), "taken in")
    async with scene.engine() as engine:
        with pytest.raises(UnknownJob, match="input is not known"):
            await engine.inspect_job(JobId("taken"))
