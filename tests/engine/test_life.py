"""A job's life when nothing goes wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.domain.events import BytesMoved, Direction, JobAdded, JobChanged
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.requests import Phase, RequestResult, RequestStatus
from tests.helpers.worlds import I2V, PICTURE, T2V, a_draft

if TYPE_CHECKING:
    from kling_desktop.domain.events import Event
    from tests.helpers.guards import LogGuard
    from tests.helpers.worlds import Scene

JOB = JobId("job-1")


async def test_a_job_goes_through_every_state_to_done(scene: Scene) -> None:
    scene.provider.on_status.then(
        RequestStatus(Phase.QUEUED, 3), RequestStatus(Phase.RUNNING), RequestStatus(Phase.COMPLETED)
    )
    job = await scene.run(a_draft())
    assert scene.ledger.states(job.id) == [
        "intent", "uploading", "sending", "queued", "running", "fetching", "downloading", "done",
    ]  # fmt: skip


async def test_the_exact_body_is_in_the_ledger_before_the_post_leaves(scene: Scene) -> None:
    await scene.run(a_draft())
    journal = scene.provider.journal
    assert journal[journal.index("submit") - 1] == "save sending"
    (sent,) = (row for row in scene.ledger.written if row.state is JobState.SENDING)
    assert scene.provider.submits == [(I2V, sent.body)]


async def test_the_body_names_uploaded_pictures_and_every_default(scene: Scene) -> None:
    job = await scene.run(a_draft())
    assert job.body == {
        "prompt": "the boat drifts",
        "image_url": "https://cdn.test/boat.jpg",
        "duration": "5",
        "aspect_ratio": "16:9",
        "negative_prompt": "blur, distort, and low quality",
        "cfg_scale": 0.5,
    }


async def test_a_picture_used_twice_is_uploaded_once(scene: Scene) -> None:
    await scene.run(a_draft(tail_image_url=str(PICTURE)))
    assert len(scene.provider.on_upload.calls) == 1


async def test_an_address_on_the_web_is_sent_as_it_is(scene: Scene) -> None:
    job = await scene.run(a_draft(image_url="https://example.com/boat.jpg"))
    assert job.body is not None
    assert job.body["image_url"] == "https://example.com/boat.jpg"
    assert scene.provider.on_upload.calls == []


async def test_done_means_that_the_clip_was_settled(scene: Scene) -> None:
    job = await scene.run(a_draft(T2V))
    assert scene.files.on_settle.calls
    assert [clip.path for clip in job.clips] == [str(scene.folder / "job-1.mp4")]


async def test_the_place_in_the_queue_is_known_while_it_waits_and_forgotten_after(
    scene: Scene,
) -> None:
    scene.provider.on_status.then(RequestStatus(Phase.QUEUED, 2), RequestStatus(Phase.QUEUED, 1))
    job = await scene.run(a_draft(T2V))
    places = [row.queue_position for row in scene.ledger.written]
    assert [place for place in places if place is not None] == [2, 1]
    assert job.queue_position is None


async def test_a_request_may_fall_back_into_the_queue(scene: Scene) -> None:
    scene.provider.on_status.then(RequestStatus(Phase.RUNNING), RequestStatus(Phase.QUEUED, 1))
    job = await scene.run(a_draft(T2V))
    assert scene.ledger.states(job.id)[3:6] == ["queued", "running", "queued"]


async def test_the_estimate_comes_first_and_the_bill_when_it_is_known(scene: Scene) -> None:
    bill = RequestResult("https://cdn.test/clip.mp4", billable_units=Decimal(5))
    scene.provider.on_result.then(bill)
    job = await scene.run(a_draft(I2V, duration="10"))
    assert (job.estimate_usd, job.cost_usd) == (Decimal("0.95"), Decimal("0.475"))


async def test_without_a_bill_the_cost_stays_unknown(scene: Scene) -> None:
    job = await scene.run(a_draft(T2V))
    assert job.cost_usd is None


async def test_listeners_hear_of_the_job_its_states_and_its_bytes(scene: Scene) -> None:
    heard: list[Event] = []
    async with scene.engine() as engine:
        engine.subscribe(heard.append)
        job = await engine.generate(a_draft())
        await engine.wait(job.id)
    assert isinstance(heard[0], JobAdded)
    changed = [each.job.state for each in heard if isinstance(each, JobChanged)]
    assert changed[-1] is JobState.DONE
    moved = {each.direction for each in heard if isinstance(each, BytesMoved)}
    assert moved == {Direction.UP, Direction.DOWN}


async def test_what_listeners_hear_is_already_in_the_ledger(scene: Scene) -> None:
    def compare(event: Event) -> None:
        if isinstance(event, JobAdded | JobChanged):
            assert scene.ledger.get(event.job.id) == event.job

    async with scene.engine() as engine:
        engine.subscribe(compare)
        job = await engine.generate(a_draft())
        assert (await engine.wait(job.id)).state is JobState.DONE


async def test_a_listener_that_fails_harms_neither_the_job_nor_other_listeners(
    scene: Scene, expected_log: LogGuard
) -> None:
    expected_log("listener failed")
    heard: list[Event] = []

    def broken(event: Event) -> None:
        raise RuntimeError

    async with scene.engine() as engine:
        engine.subscribe(broken)
        engine.subscribe(heard.append)
        job = await engine.generate(a_draft(T2V))
        assert (await engine.wait(job.id)).state is JobState.DONE
    assert heard


async def test_after_unsubscribing_nothing_is_heard(scene: Scene) -> None:
    heard: list[Event] = []
    async with scene.engine() as engine:
        engine.subscribe(heard.append)()
        job = await engine.generate(a_draft(T2V))
        await engine.wait(job.id)
    assert heard == []


async def test_jobs_are_those_of_this_backend_newest_first(scene: Scene) -> None:
    async with scene.engine() as engine:
        for _ in range(3):
            job = await engine.generate(a_draft(T2V))
            await engine.wait(job.id)
        assert [job.id for job in engine.jobs()] == ["job-3", "job-2", "job-1"]
        assert [job.id for job in engine.jobs(limit=1)] == ["job-3"]


async def test_many_jobs_run_at_the_same_time(scene: Scene) -> None:
    async with scene.engine() as engine:
        jobs = [await engine.generate(a_draft(T2V)) for _ in range(20)]
        rested = [await engine.wait(job.id) for job in jobs]
    assert {job.state for job in rested} == {JobState.DONE}
    assert len({job.request_id for job in rested}) == 20
