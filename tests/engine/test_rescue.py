"""Requests that the ledger does not know are found by what people paste, and taken in whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import PastRequest, Phase, RequestStatus
from kling_desktop.domain.wanted import Wanted, read_wanted
from kling_desktop.engine.absence import ASLEEP_AFTER, GONE_AFTER
from tests.helpers.fakes import START, MemoryLedger, a_clip
from tests.helpers.worlds import I2V, T2V, Scene, a_draft, a_job

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog

S = JobState
UUID = "0f7c1b52-6c0e-4a6e-9d0a-2f2d5e6f8a11"
BODY = {"prompt": "the boat drifts", "duration": "5"}
CLIP = "https://cdn.test/kept.mp4"
EARLIER = START - timedelta(days=3)
LISTED = PastRequest(T2V, UUID, EARLIER, 200, BODY, CLIP)


@pytest.fixture
def catalog(scene: Scene) -> Catalog:
    return scene.world().catalog


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("abc-1", Wanted("abc-1")),
        (f" {UUID}\n", Wanted(UUID)),
        (f"https://queue.fal.run/fal-ai/kling-video/requests/{UUID}/status", Wanted(UUID)),
        ("http://127.0.0.1:1/queue/fal-ai/kling-video/requests/r_1", Wanted("r_1")),
        (f"https://fal.ai/dashboard/requests/{UUID}", Wanted(UUID)),
        (f"https://fal.ai/models/{T2V}/requests?request_id=r-7", Wanted("r-7", T2V)),
        (f"https://fal.ai/x/{T2V.replace('/', '%2F')}/y?open={UUID}", Wanted(UUID, T2V)),
    ],
)
def test_an_id_is_read_out_of_whatever_people_paste(
    catalog: Catalog, text: str, wanted: Wanted
) -> None:
    assert read_wanted(text, catalog) == wanted


@pytest.mark.parametrize("text", ["", "https://fal.ai/", "http://[", "two words", "ü", "requests/"])
def test_what_names_no_request_is_bad_input(catalog: Catalog, text: str) -> None:
    with pytest.raises(e.InvalidParams):
        read_wanted(text, catalog)


async def test_a_request_is_looked_for_at_every_endpoint_and_taken_in_with_its_input(
    scene: Scene,
) -> None:
    scene.provider.on_past.habit = lambda endpoint, *_: [LISTED] if endpoint == T2V else []
    async with scene.engine() as engine:
        job = await engine.rescue("", f"https://fal.ai/dashboard/requests/{UUID}")
        done = await engine.wait(job.id)
    assert (done.state, done.endpoint, done.request_id) == (S.DONE, T2V, UUID)
    assert (done.prompt, done.body, done.sent_at) == ("the boat drifts", BODY, EARLIER)
    assert done.estimate_usd is not None
    assert scene.provider.submits == []
    assert scene.ledger.spending("test", since=START).jobs == 0  # It was paid for earlier.


async def test_a_file_is_brought_home_though_its_result_has_expired(scene: Scene) -> None:
    scene.provider.on_past.habit = [LISTED]
    scene.provider.on_status.habit = scene.provider.on_result.habit = e.ResultGone("404")
    async with scene.engine() as engine:
        done = await engine.wait((await engine.rescue(T2V, UUID)).id)
    assert done.state is S.DONE
    assert scene.provider.on_download.calls == [(CLIP,)]


async def test_a_job_whose_result_has_expired_takes_the_address_in_the_list(scene: Scene) -> None:
    scene.provider.on_result.habit = e.ResultGone("404")
    scene.provider.on_past.habit = [PastRequest(T2V, "request-1", EARLIER, 200, BODY, CLIP)]
    assert (await scene.run(a_draft(T2V))).state is S.DONE
    assert scene.provider.on_download.calls == [(CLIP,)]


async def test_what_has_expired_says_that_no_fetch_can_work(scene: Scene) -> None:
    scene.provider.on_past.habit = [PastRequest(T2V, UUID, EARLIER, 200, BODY)]
    scene.provider.on_status.habit = e.ResultGone("404")
    async with scene.engine() as engine:
        with pytest.raises(e.UnknownRequest, match=r"expired.*another fetch cannot work"):
            await engine.rescue("", UUID)
        assert engine.jobs() == []


async def test_without_a_list_the_endpoint_must_be_named(scene: Scene) -> None:
    scene.provider.on_past.habit = e.KeyRefused("403")
    async with scene.engine() as engine:
        with pytest.raises(e.UnknownRequest, match="--endpoint"):
            await engine.rescue("", UUID)
        assert (await engine.wait((await engine.rescue(T2V, UUID)).id)).state is S.DONE


async def test_a_request_of_an_uncertain_job_is_given_to_that_job(tmp_path: Path) -> None:
    lost = a_job(S.UNCERTAIN, sent_at=START)
    scene = Scene(tmp_path, ledger=MemoryLedger([lost]))
    scene.provider.on_past.habit = [PastRequest(T2V, UUID, START, 200, BODY)]
    async with scene.engine() as engine:
        (found,) = await engine.scan(EARLIER, [T2V])
        job = await engine.take_in(found)
        done = await engine.wait(job.id)
    assert (done.id, done.state, done.request_id) == (lost.id, S.DONE, UUID)
    assert len(scene.ledger.rows) == 1


async def test_a_failed_job_that_is_tried_again_keeps_its_input(tmp_path: Path) -> None:
    failed = a_job(S.FAILED, id="earlier", request_id=UUID, body=BODY, fingerprint="f")
    scene = Scene(tmp_path, ledger=MemoryLedger([failed]))
    async with scene.engine() as engine:
        done = await engine.wait((await engine.rescue("", UUID)).id)
        assert await engine.rescue("", UUID) == done
    assert (done.state, done.params, done.fingerprint) == (S.DONE, failed.params, "f")


async def test_a_scan_leaves_out_what_the_ledger_knows(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ledger=MemoryLedger([a_job(S.DONE, request_id="known")]))
    scene.provider.on_past.habit = [PastRequest(T2V, "known", START, 200), LISTED]
    async with scene.engine() as engine:
        assert await engine.scan(EARLIER) == [
            PastRequest(scene.world().catalog.endpoints[0].id, UUID, EARLIER, 200, BODY, CLIP)
        ]


async def test_twins_are_known_by_what_is_in_their_pictures(scene: Scene, tmp_path: Path) -> None:
    same = await scene.files.content(tmp_path / "same.jpg")
    scene.files.on_content.habit = lambda path: same
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"clip")
    scene.files.on_settle.habit = a_clip(str(clip))
    made = await scene.run(a_draft(I2V))
    async with scene.engine() as engine:
        other_name = a_draft(I2V, image_url=str(tmp_path / "b.jpg"))
        assert await engine.twins(other_name) == [made]
        assert await engine.twins(a_draft(I2V, duration="10")) == []
        clip.unlink()
        assert await engine.twins(other_name) == []


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
async def test_a_clock_that_is_set_makes_no_request_gone(scene: Scene, jump: timedelta) -> None:
    def set_clock(_: object) -> RequestStatus:
        scene.clock.time += jump
        raise e.ResultGone("404")

    scene.provider.on_status.then(set_clock, set_clock, RequestStatus(Phase.COMPLETED))
    job = await scene.run(a_draft(T2V))
    assert job.state is S.DONE
    assert job.seconds >= 0


async def test_a_request_that_is_gone_is_gone_however_the_clock_is_set(scene: Scene) -> None:
    def set_back(_: object) -> RequestStatus:
        scene.clock.time -= timedelta(hours=1)
        raise e.ResultGone("404")

    scene.provider.on_status.habit = set_back
    assert (await scene.run(a_draft(T2V))).state is S.FAILED
    assert scene.clock.elapsed >= GONE_AFTER


async def test_a_computer_that_slept_begins_to_miss_a_request_anew(scene: Scene) -> None:
    def sleep(_: object) -> RequestStatus:
        scene.clock.elapsed += ASLEEP_AFTER + 1
        raise e.ResultGone("404")

    scene.provider.on_status.then(e.ResultGone("404"), sleep, sleep, RequestStatus(Phase.COMPLETED))
    assert (await scene.run(a_draft(T2V))).state is S.DONE
