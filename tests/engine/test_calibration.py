"""One probe at a time shows where an endpoint counts from; whoever brings its clip home, learns."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.calibration import PROJECT, PURPOSE, Answer, Finding, finding_of
from kling_desktop.domain.catalog import Origin, load_catalog
from kling_desktop.domain.errors import ClipDamaged, InvalidParams, NetworkDown, Transient
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.story import tell
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.intake import Draft
from tests.domain.motion.documents import a_document
from tests.domain.test_calibration import CHEAP, told
from tests.engine.test_brush_checks import Eye
from tests.helpers.worlds import BRUSH, I2V, PICTURE, Scene, until

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.world import World

UP, DOWN = told(), told(took="upside down", agreement=-0.98)
UNCLEAR = told(took="elsewhere", agreement=0.1)


@dataclass
class MemoryOrigins:
    """What clips have shown, without a disk."""

    kept: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def load(self, backend: str) -> tuple[Answer, ...]:
        return tuple(each for (name, _), each in self.kept.items() if name == backend)

    def keep(self, backend: str, answer: Answer) -> None:
        self.kept[backend, answer.endpoint] = answer

    def forget(self, backend: str, endpoint: str) -> None:
        self.kept.pop((backend, endpoint), None)


@dataclass
class Probed(Scene):
    """A world in which somebody looks, and remembers what was shown."""

    eye: Eye = field(default_factory=Eye)
    origins: MemoryOrigins = field(default_factory=MemoryOrigins)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.brush_eye = self.eye
        self.files.on_size.habit = (720, 720)

    def world(self) -> World:
        catalogs = Catalogs(load_catalog(), "test", origins=self.origins)
        return replace(super().world(), catalogs=catalogs)

    def sees(self, verdict: dict[str, Any] | Exception) -> None:
        self.eye.told = verdict
        self.eye.may_look.set()


@pytest.fixture
def scene(tmp_path: Path) -> Probed:
    return Probed(tmp_path)


def points(body: Any) -> list[int]:
    return [each["y"] for each in body["dynamic_masks"][0]["trajectories"]]


async def test_a_probe_is_one_ordinary_job_at_the_cheapest_endpoint(scene: Probed) -> None:
    scene.sees(UP)
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait((await engine.calibrate()).id)
        job = await engine.looked_at(job.id)
        lines = [each.text for each in tell(job, engine.history(job.id))]
    assert (job.endpoint, job.state, job.project) == (CHEAP, JobState.DONE, PROJECT)
    assert (job.purpose, job.origin) == (PURPOSE, "bottom-left")
    assert any("from which edge the endpoint counts y" in each for each in lines)
    ((endpoint, body),) = scene.provider.submits
    assert endpoint == CHEAP
    assert body["static_mask_url"]
    ways = points(body)
    assert ways == sorted(ways), "counted from the bottom, up is more"
    xs = {each["x"] for each in body["dynamic_masks"][0]["trajectories"]}
    assert len(xs) == 1, "it is straight"
    assert not {"up", "down", "rises", "falls"} & set(str(body["prompt"]).lower().split())


@pytest.mark.parametrize(("verdict", "origin"), [(UP, Origin.BOTTOM_LEFT), (DOWN, Origin.TOP_LEFT)])
async def test_what_its_clip_shows_counts_from_then_on(
    scene: Probed, verdict: dict[str, Any], origin: Origin
) -> None:
    scene.sees(verdict)
    wish = Draft(
        endpoint=CHEAP,
        values={"prompt": "drifts", "image_url": str(PICTURE)},
        motion=a_document(),
    )
    scene.files.on_size.habit = lambda path: (720, 720) if "720" in path.name else (400, 300)
    async with scene.engine(adopts=True) as engine:
        before = await engine.plan(wish)
        probe = await engine.calibrate()
        await engine.wait(probe.id)
        await engine.looked_at(probe.id)
        after = await engine.plan(wish)
        known = engine.calibrations()[0]
    assert known.answer == Answer(CHEAP, origin, "2026-01-01", probe.id)
    brush = known.endpoint.brush
    assert brush is not None
    assert (brush.origin, brush.is_verified) == (origin, True)
    is_flipped = points(before.params) == [299 - y for y in points(after.params)]
    assert is_flipped is (origin is Origin.TOP_LEFT)
    assert is_flipped or points(before.params) == points(after.params)


@pytest.mark.parametrize("verdict", [UNCLEAR, told(took="no", reach=0.0), ClipDamaged("half")])
async def test_an_unclear_clip_changes_nothing_and_another_probe_can_be_sent(
    scene: Probed, verdict: Any
) -> None:
    earlier = Answer(CHEAP, Origin.TOP_LEFT, "2025-12-31", "older")
    scene.origins.keep("test", earlier)
    scene.sees(verdict)
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait((await engine.calibrate()).id)
        job = await engine.looked_at(job.id)
        assert job.brush is not None
        assert finding_of(job.brush) in {Finding.UNCLEAR, Finding.NO_MOTION}
        (known, _) = engine.calibrations()
        assert (known.answer, known.job) == (earlier, job)
        assert (await engine.calibrate()).id != job.id


async def test_a_probe_under_way_stands_for_the_next_one(scene: Probed) -> None:
    async with scene.engine(adopts=True) as engine:
        one, other = await asyncio.gather(engine.calibrate(), engine.calibrate())
        assert one.id == other.id
        await engine.wait(one.id)
        await scene.eye.began.wait()
        assert (await engine.calibrate()).id == one.id, "its clip is still being looked at"
        assert (await engine.calibrate(BRUSH)).id != one.id
    assert [endpoint for endpoint, _ in scene.provider.submits].count(CHEAP) == 1


async def test_an_uncertain_probe_is_not_sent_again(scene: Probed) -> None:
    scene.provider.on_submit.then(Transient("the answer was lost"))
    async with scene.engine() as engine:
        job = await engine.wait((await engine.calibrate()).id)
        assert job.state is JobState.UNCERTAIN
        assert (await engine.calibrate()).id == job.id
    assert len(scene.provider.submits) == 1


async def test_a_probe_that_a_budget_holds_back_is_not_made_twice(scene: Probed) -> None:
    scene.budgets.told = Budgets(job=Decimal(0))
    async with scene.engine() as engine:
        job = await engine.wait((await engine.calibrate()).id)
        assert job.state is JobState.HELD
        assert (await engine.calibrate()).id == job.id
    assert scene.provider.submits == []


async def test_a_program_that_ends_while_the_model_works_leaves_the_answer_to_the_next(
    scene: Probed,
) -> None:
    answered = asyncio.Event()

    async def never(*_: object) -> Any:
        await answered.wait()
        raise NetworkDown("closed")

    scene.provider.on_status.habit = never
    async with scene.engine(adopts=True) as engine:
        job = await engine.calibrate()
        await until(engine, job.id, JobState.QUEUED)
    answered.set()
    scene.provider.on_status.habit = Scene(scene.folder).provider.on_status.habit
    scene.sees(DOWN)
    async with scene.engine(adopts=True) as engine:
        await engine.wait(job.id)
        await engine.looked_at(job.id)
        assert engine.calibrations()[0].answer is not None
    assert len(scene.provider.submits) == 1


async def test_a_program_that_ends_during_the_look_leaves_the_look_to_the_next(
    scene: Probed,
) -> None:
    async with scene.engine(adopts=True) as engine:
        job = await engine.wait((await engine.calibrate()).id)
        await scene.eye.began.wait()
    assert scene.ledger.get(job.id).brush is None
    scene.sees(DOWN)
    async with scene.engine(adopts=True) as engine:
        seen = await engine.looked_at(job.id)
        assert seen.brush == DOWN
        assert engine.calibrations()[0].answer == Answer(
            CHEAP, Origin.TOP_LEFT, scene.clock.now().date().isoformat(), job.id
        )
        await engine.forget_origin(CHEAP)
    async with scene.engine(adopts=True) as engine:
        await engine.looked_at(job.id)
        assert engine.calibrations()[0].answer is None, "what was forgotten stays forgotten"


async def test_points_that_wait_here_are_counted_anew_before_they_are_sent(
    scene: Probed,
) -> None:
    scene.files.on_size.habit = (400, 300)
    wish = Draft(
        endpoint=CHEAP,
        values={"prompt": "drifts", "image_url": str(PICTURE)},
        motion=a_document(),
        held=True,
    )
    async with scene.engine() as engine:
        job = await engine.generate(wish)
        before = points(job.params)
        scene.origins.keep("test", Answer(CHEAP, Origin.TOP_LEFT, "2026-01-01", "probe"))
        engine.release(job.id)
        job = await engine.wait(job.id)
        lines = [each.text for each in tell(job, engine.history(job.id))]
    ((_, body),) = scene.provider.submits
    assert points(body) == [299 - y for y in before]
    assert job.origin == "top-left"
    assert any("Its points were counted anew" in each for each in lines)
    async with scene.engine() as engine:
        again = await engine.wait((await engine.again(job.id)).id)
    assert points(again.body) == points(body)


async def test_an_endpoint_without_the_brush_is_not_probed(scene: Probed) -> None:
    async with scene.engine() as engine:
        with pytest.raises(InvalidParams, match="has no motion brush"):
            await engine.calibrate(I2V)
    assert scene.provider.journal == []
