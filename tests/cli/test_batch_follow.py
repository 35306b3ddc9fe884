"""Watching the jobs of a batch: what is said, and when they are left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.cli.batch_follow import follow_all
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import LEFT_ALONE
from kling_desktop.domain import errors as e
from kling_desktop.domain.holders import Holder
from kling_desktop.domain.jobs import JobId, JobState, Trouble
from kling_desktop.engine.whose import Whose
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import Scene, a_draft, a_job

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.world import World

MINE = "1" * 16
THEIRS = a_job(JobState.RUNNING, id=JobId("theirs"), account="2" * 16)


def world_of(scene: Scene) -> World:
    return replace(scene.world(), whose=Whose(Holder(MINE, "home", frozenset({MINE}))))


async def follow(scene: Scene, *jobs: Job, patience: float = 10.0) -> Exit | None:
    """Follow jobs that are there, or one that is begun if none is."""
    async with scene.engine(adopts=True, world=world_of(scene)) as engine:
        found = jobs or (await engine.generate(a_draft()),)
        rows = {row: job.id for row, job in enumerate(found, 1)}
        async with asyncio.timeout(10):
            return await follow_all(engine, rows, patience=patience)


async def test_each_row_is_told_once_it_rests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await follow(Scene(tmp_path)) is None
    assert "1 of 1  row 1  job job-1  done: " in capsys.readouterr().err


async def test_why_a_job_of_another_account_is_left_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = a_job(JobState.RUNNING, account=MINE)
    scene = Scene(tmp_path, ledger=MemoryLedger([own, THEIRS]))
    assert await follow(scene, own, THEIRS) is Exit.KEY
    said = capsys.readouterr().err
    assert f"row 2  job theirs  running. {LEFT_ALONE}" in said
    assert "row 1  job job-1  done: " in said


async def test_a_job_that_is_left_keeps_nobody_waiting_for_a_connection(tmp_path: Path) -> None:
    no_network = Trouble(e.NetworkDown.code)
    own = a_job(JobState.UPLOADING, account=MINE, trouble=no_network)
    scene = Scene(tmp_path, ledger=MemoryLedger([own, THEIRS]))
    scene.ledger.elsewhere.add(own.id)  # Another program tries again and again.
    assert await follow(scene, own, THEIRS, patience=0.02) is Exit.NETWORK
