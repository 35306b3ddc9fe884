"""From a finished request to a whole clip on disk, through everything that may go wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import RequestResult
from kling_desktop.engine.absence import ASLEEP_AFTER, GONE_AFTER
from tests.helpers.fakes import MemoryLedger, a_clip
from tests.helpers.worlds import T2V, Scene, a_draft, a_job

if TYPE_CHECKING:
    from pathlib import Path

S = JobState


async def test_a_server_error_on_the_result_is_never_a_failure(scene: Scene) -> None:
    scene.provider.on_result.then(*[e.ServiceDown("504")] * 20)
    assert (await scene.run(a_draft(T2V))).state is S.DONE


async def test_a_stale_address_is_fetched_once_more(scene: Scene) -> None:
    scene.provider.on_result.then(
        RequestResult("https://cdn.test/old.mp4"), RequestResult("https://cdn.test/new.mp4")
    )
    scene.provider.on_download.then(e.ResultGone("404"))
    job = await scene.run(a_draft(T2V))
    assert job.state is S.DONE
    assert [url for (url,) in scene.provider.on_download.calls] == [
        "https://cdn.test/old.mp4",
        "https://cdn.test/new.mp4",
    ]


async def test_an_address_that_stays_stale_ends_a_job_that_is_charged(scene: Scene) -> None:
    scene.provider.on_download.habit = e.ResultGone("404")
    job = await scene.run(a_draft(T2V))
    assert job.state is S.FAILED
    assert job.trouble is not None
    assert job.trouble.charge == "yes"
    assert (job.updated_at - job.created_at).total_seconds() >= GONE_AFTER


@pytest.mark.parametrize("error", [e.ResultGone("404"), e.ForeignOrigin("x")])
async def test_a_file_that_is_gone_for_a_moment_is_not_a_lost_clip(
    scene: Scene, error: e.KlingDesktopError
) -> None:
    scene.provider.on_download.then(*[error] * 10)
    assert (await scene.run(a_draft(T2V))).state is S.DONE


async def test_a_foreign_address_is_not_used_and_the_clip_counts_as_charged(scene: Scene) -> None:
    scene.provider.on_download.habit = e.ForeignOrigin("x")
    job = await scene.run(a_draft(T2V))
    assert job.state is S.FAILED
    assert job.trouble is not None
    assert job.trouble.charge == "yes"


async def test_a_forgotten_result_whose_file_still_exists_is_brought_home(tmp_path: Path) -> None:
    waiting = a_job(S.FETCHING, result_url="https://cdn.test/clip.mp4")
    scene = Scene(tmp_path, ledger=MemoryLedger([waiting]))
    scene.provider.on_result.then(e.ResultGone("404"))
    async with scene.engine() as engine:
        engine.adopt()
        assert (await engine.wait(waiting.id)).state is S.DONE


async def test_a_forgotten_result_without_an_address_is_lost(scene: Scene) -> None:
    scene.provider.on_result.habit = e.ResultGone("404")
    job = await scene.run(a_draft(T2V))
    assert job.state is S.FAILED
    assert job.trouble is not None
    assert (job.trouble.code, job.trouble.charge) == ("result_gone", "yes")
    assert sum(scene.clock.sleeps) >= GONE_AFTER


async def test_a_result_that_is_missing_for_a_moment_is_asked_for_again(scene: Scene) -> None:
    scene.provider.on_result.then(*[e.ResultGone("404")] * 3)
    assert (await scene.run(a_draft(T2V))).state is S.DONE


async def test_a_damaged_download_is_tried_again(scene: Scene) -> None:
    scene.files.on_settle.then(e.ClipDamaged("cut"), e.ClipDamaged("cut"))
    job = await scene.run(a_draft(T2V))
    assert (job.state, job.trouble) == (S.DONE, None)
    assert len(scene.provider.on_download.calls) == 3


async def test_a_clip_that_is_damaged_three_times_is_damaged(scene: Scene) -> None:
    scene.files.on_settle.then(*[e.ClipDamaged("cut")] * 3)
    job = await scene.run(a_draft(T2V))
    assert job.state is S.FAILED
    assert job.trouble is not None
    assert (job.trouble.code, job.trouble.charge) == ("clip_damaged", "yes")
    assert len(scene.provider.submits) == 1


async def test_a_clip_that_comes_too_short_is_asked_for_until_it_is_whole(scene: Scene) -> None:
    scene.provider.on_result.habit = RequestResult("https://cdn.test/clip.mp4", file_size=9)
    scene.provider.on_download.then(*[4] * 6, 9)
    scene.files.on_settle.then(*[e.ClipDamaged("cut")] * 5)
    job = await scene.run(a_draft(T2V))
    assert (job.state, job.trouble) == (S.DONE, None)


async def test_a_clip_that_never_comes_in_full_is_damaged_after_a_while(scene: Scene) -> None:
    scene.provider.on_result.habit = RequestResult("https://cdn.test/clip.mp4", file_size=9)
    scene.provider.on_download.habit = 4
    scene.files.on_settle.habit = e.ClipDamaged("cut")
    job = await scene.run(a_draft(T2V))
    assert (job.state, job.trouble and job.trouble.code) == (S.FAILED, "clip_damaged")
    assert sum(scene.clock.sleeps) >= GONE_AFTER


async def test_a_clip_that_takes_long_to_come_too_short_is_not_fetched_for_ever(
    scene: Scene,
) -> None:
    async def slowly(_: str) -> int:
        await scene.clock.sleep(2 * ASLEEP_AFTER)
        return 4

    scene.provider.on_result.habit = RequestResult("https://cdn.test/clip.mp4", file_size=9)
    scene.provider.on_download.habit = slowly
    scene.files.on_settle.habit = e.ClipDamaged("cut")
    job = await scene.run(a_draft(T2V))
    assert (job.state, job.trouble and job.trouble.code) == (S.FAILED, "clip_damaged")


async def test_a_result_that_was_late_leaves_a_stale_file_its_own_time(scene: Scene) -> None:
    scene.provider.on_result.then(e.ResultGone("not yet"))
    offline = [e.NetworkDown("no line")] * 8
    scene.provider.on_download.then(*offline, e.ResultGone("the signature is over"))
    job = await scene.run(a_draft(T2V))
    assert sum(scene.clock.sleeps) > GONE_AFTER
    assert (job.state, job.trouble) == (S.DONE, None)


async def test_a_full_disk_is_waited_out(scene: Scene) -> None:
    scene.provider.on_download.then(e.FolderUnusable("no space left"))
    scene.files.on_settle.then(e.FolderUnusable("no space left"))
    assert (await scene.run(a_draft(T2V))).state is S.DONE


async def test_a_clip_that_a_dead_program_brought_home_is_not_downloaded_again(
    tmp_path: Path,
) -> None:
    waiting = a_job(S.DOWNLOADING)
    scene = Scene(tmp_path, ledger=MemoryLedger([waiting]))
    scene.files.found[waiting.id] = a_clip("home.mp4")
    async with scene.engine() as engine:
        engine.adopt()
        job = await engine.wait(waiting.id)
    assert (job.state, [clip.path for clip in job.clips]) == (S.DONE, ["home.mp4"])
    assert scene.provider.on_download.calls == []


async def test_a_file_of_another_size_than_stated_is_fetched_once_more(scene: Scene) -> None:
    scene.provider.on_result.habit = RequestResult("https://cdn.test/clip.mp4", file_size=9)
    scene.provider.on_download.then(4, 9)
    job = await scene.run(a_draft(T2V))
    assert (job.state, job.result_size) == (S.DONE, 9)
    assert scene.provider.journal.count("download") == 2


async def test_a_size_that_stays_another_is_a_wrong_statement_and_the_video_decides(
    scene: Scene,
) -> None:
    scene.provider.on_result.habit = RequestResult("https://cdn.test/clip.mp4", file_size=9)
    job = await scene.run(a_draft(T2V))
    assert job.state is S.DONE
    assert scene.provider.journal.count("download") == 2


async def test_what_is_waited_out_is_shown_while_the_file_is_fetched_again(scene: Scene) -> None:
    scene.provider.on_download.then(e.ResultGone("404"), e.ResultGone("404"))
    job = await scene.run(a_draft(T2V))
    rows = [row for row in scene.ledger.written if row.state is S.DOWNLOADING]
    assert [row.trouble and row.trouble.code for row in rows if row.id == job.id][-1] is None
    assert {row.trouble.code for row in rows if row.trouble} == {"result_gone"}
    assert job.trouble is None
