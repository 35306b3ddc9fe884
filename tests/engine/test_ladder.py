"""Cheap first: a draft shows the motion, and what it is promoted to asks for the same thing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.calibration import Answer
from kling_desktop.domain.catalog import Origin, load_catalog
from kling_desktop.domain.errors import InvalidParams, UnknownJob
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.story import tell
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.intake import Draft
from kling_desktop.engine.ladder import target_of
from tests.domain.motion.documents import a_document
from tests.domain.test_calibration import CHEAP
from tests.engine.test_calibration import MemoryOrigins, points
from tests.helpers.worlds import BRUSH, I2V, PICTURE, Scene, a_draft, a_job

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.engine import Engine


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def a_wish(**values: Any) -> Draft:
    given = {"prompt": "the boat drifts", "image_url": str(PICTURE), "cfg_scale": 0.7}
    return Draft(endpoint=BRUSH, values=given | values, motion=a_document(), project="Sea")


async def drafted(engine: Engine, wish: Draft) -> Job:
    found = await engine.first_draft(wish)
    return await engine.wait((await engine.generate(found.draft)).id)


async def test_a_draft_is_made_at_the_cheapest_endpoint_and_says_what_it_is_for(
    scene: Scene,
) -> None:
    async with scene.engine() as engine:
        found = await engine.first_draft(a_wish(aspect_ratio="1:1"))
        job = await engine.wait((await engine.generate(found.draft)).id)
        lines = [each.text for each in tell(job, engine.history(job.id))]
    assert found.target.endpoint.id == BRUSH
    assert found.lost == ("aspect_ratio",)
    assert (job.endpoint, job.state, job.project) == (CHEAP, JobState.DONE, "Sea")
    assert target_of(job) == BRUSH
    assert "aspect_ratio" not in job.params
    assert job.params["cfg_scale"] == 0.7
    assert any(f"It is a draft for {BRUSH}." in each for each in lines)


async def test_a_default_that_a_draft_goes_without_is_not_worth_a_word(scene: Scene) -> None:
    async with scene.engine() as engine:
        assert (await engine.first_draft(a_wish())).lost == ()


async def test_a_promotion_sends_what_the_target_would_have_been_sent_at_once(
    scene: Scene,
) -> None:
    async with scene.engine() as engine:
        wish = a_wish(aspect_ratio="1:1")
        draft = await drafted(engine, wish)
        directly = await engine.plan(wish)
        promotion = await engine.promotion(draft.id)
        assert (promotion.earlier, promotion.lost) == (None, ())
        job = await engine.wait((await engine.promote(draft.id)).id)
        lines = [each.text for each in tell(job, engine.history(job.id))]
    assert job.params == directly.params
    assert job.fingerprint == directly.fingerprint
    assert (job.endpoint, job.promoted_from, job.project) == (BRUSH, draft.id, "Sea")
    assert (job.draft_for, job.origin) == (None, "bottom-left")
    assert any(f"It is promoted from the draft {draft.id}." in each for each in lines)
    assert [endpoint for endpoint, _ in scene.provider.submits] == [CHEAP, BRUSH]


async def test_each_endpoint_gets_the_points_as_it_counts(scene: Scene) -> None:
    origins = MemoryOrigins()
    origins.keep("test", Answer(CHEAP, Origin.TOP_LEFT, "2026-01-01", "probe"))
    world = scene.world()
    world = replace(world, catalogs=Catalogs(load_catalog(), "test", origins=origins))
    async with scene.engine(world=world) as engine:
        draft = await drafted(engine, a_wish())
        await engine.wait((await engine.promote(draft.id)).id)
    (_, cheap), (_, dear) = scene.provider.submits
    assert points(cheap) == [299 - each for each in points(dear)]
    assert draft.origin == "top-left"


async def test_a_second_promotion_is_told_of_the_first_and_sends_nothing(scene: Scene) -> None:
    async with scene.engine() as engine:
        draft = await drafted(engine, a_wish())
        first, same = await asyncio.gather(engine.promote(draft.id), engine.promote(draft.id))
        assert first.id == same.id
        await engine.wait(first.id)
        earlier = (await engine.promotion(draft.id)).earlier
        assert earlier is not None
        assert earlier.id == first.id
        assert (await engine.promote(draft.id)).id == first.id
        assert len(scene.provider.submits) == 2
        other = await engine.promote(draft.id, twice=True)
        assert other.id != first.id
        await engine.wait(other.id)
    assert len(scene.provider.submits) == 3


async def test_what_was_made_at_the_target_before_counts_as_its_promotion(scene: Scene) -> None:
    async with scene.engine() as engine:
        made = await engine.wait((await engine.generate(a_wish())).id)
        draft = await drafted(engine, a_wish())
        assert (await engine.promote(draft.id)).id == made.id


async def test_a_promotion_that_failed_does_not_stand_for_another(scene: Scene) -> None:
    async with scene.engine() as engine:
        draft = await drafted(engine, a_wish())
        failed = await engine.promote(draft.id)
        await engine.cancel(failed.id)
        assert (await engine.wait(failed.id)).state is JobState.CANCELLED
        assert (await engine.promotion(draft.id)).earlier is None


async def test_the_brush_that_1_6_pro_is_sent_as_documented_is_promoted_so(scene: Scene) -> None:
    wish = replace(a_wish(), endpoint=I2V, brush_as_documented=True)
    async with scene.engine() as engine:
        draft = await drafted(engine, wish)
        job = await engine.wait((await engine.promote(draft.id)).id)
    assert job.endpoint == I2V
    assert job.params["dynamic_masks"]


async def test_another_endpoint_than_the_one_meant_can_be_named(scene: Scene) -> None:
    async with scene.engine() as engine:
        made = await engine.wait((await engine.generate(a_wish(aspect_ratio="1:1"))).id)
        found = await engine.promotion(made.id, CHEAP)
    assert found.plan.endpoint.id == CHEAP
    assert found.lost == ("aspect_ratio",)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (a_draft(I2V), "is what a draft shows"),
        (replace(a_wish(), endpoint=CHEAP), "is the cheapest with the motion brush already"),
    ],
)
async def test_a_wish_for_which_a_draft_makes_no_sense_is_refused(
    scene: Scene, wish: Draft, told: str
) -> None:
    async with scene.engine() as engine:
        with pytest.raises(InvalidParams, match=told):
            await engine.first_draft(wish)


async def test_only_a_draft_that_is_done_is_promoted(scene: Scene) -> None:
    async with scene.engine() as engine:
        held = replace((await engine.first_draft(a_wish())).draft, held=True)
        waits = await engine.generate(held)
        with pytest.raises(InvalidParams, match="is held; it can be promoted when"):
            await engine.promotion(waits.id)
        plain = await engine.wait((await engine.generate(a_wish())).id)
        with pytest.raises(InvalidParams, match="is no draft"):
            await engine.promotion(plain.id)
        with pytest.raises(InvalidParams, match="was made at that endpoint already"):
            await engine.promotion(plain.id, BRUSH)
        free = await engine.wait((await engine.generate(a_draft(I2V))).id)
        with pytest.raises(InvalidParams, match="has no motion brush that could be sent"):
            await engine.promotion(free.id, BRUSH)
    scene.ledger.add(a_job(JobState.DONE, id=JobId("other"), backend="live"), "elsewhere")
    async with scene.engine() as engine:
        with pytest.raises(UnknownJob, match="belongs to live"):
            await engine.promote(JobId("other"))


async def test_a_draft_once_more_is_a_draft(scene: Scene) -> None:
    async with scene.engine() as engine:
        draft = await drafted(engine, a_wish())
        again = await engine.wait((await engine.again(draft.id)).id)
    assert (target_of(again), again.origin) == (BRUSH, draft.origin)


async def test_what_was_asked_for_before_is_begun_where_nobody_alive_would(scene: Scene) -> None:
    async with scene.engine() as engine:
        draft = await drafted(engine, a_wish())
        engine.pause_all()
        left = await engine.promote(draft.id)
        await asyncio.sleep(0)
    async with scene.engine() as later:  # It takes up nothing that was not sent by itself.
        await later.start(takes_unsent=False)
        found = await later.promote(draft.id)
        assert found.id == left.id
        assert (await asyncio.wait_for(later.wait(found.id), 5)).state is JobState.DONE
    assert len(scene.provider.submits) == 2
