"""The window from picture to looping clip, on a real sandbox."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.jobs import JobState
from kling_desktop.paths import own_command
from tests.e2e.conftest import PICTURE
from tests.helpers.programs import drop, frames_shown, running_program, until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from kling_desktop.app import Program
    from kling_desktop.domain.jobs import Job
    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


def _job(program: Program, row: int = 0) -> Job | None:
    return program.window.queue.model.job_at(row)


def _is(program: Program, *states: JobState) -> bool:
    job = _job(program)
    return job is not None and job.state in states


async def _bring_picture(program: Program) -> None:
    drop(program.window, PICTURE)
    await until(lambda: not program.window.stage.picture.is_empty)
    program.window.compose.set_values({"prompt": "She smiles"})


async def test_a_dropped_picture_becomes_a_looping_clip(qapp: QApplication) -> None:
    async with running_program(qapp) as program:
        await _bring_picture(program)
        program.studio.generate()
        await until(lambda: frames_shown(program) > 160)
        assert _is(program, JobState.DONE)
        player = program.window.stage.player
        assert player is not None
        assert player.is_playing
        assert "Sandbox" in program.window.banner.text


async def test_a_running_job_goes_on_in_the_next_window(qapp: QApplication) -> None:
    async with running_program(qapp) as program:
        await _bring_picture(program)
        program.studio.generate()
        await until(lambda: _is(program, JobState.QUEUED, JobState.RUNNING))
        first = _job(program)
    async with running_program(qapp) as program:
        await until(lambda: _is(program, JobState.DONE))
        again = _job(program)
    assert first is not None
    assert again is not None
    assert (first.id, first.request_id) == (again.id, again.request_id)


async def test_a_queued_job_is_cancelled_free_of_charge(qapp: QApplication) -> None:
    async with running_program(qapp) as program:
        await _bring_picture(program)
        program.studio.generate()
        await until(lambda: _is(program, JobState.QUEUED))
        program.studio.cancel(_job(program))
        await until(lambda: _is(program, JobState.CANCELLED))
        job = _job(program)
        assert job is not None
        assert job.trouble is not None
        assert job.trouble.charge == "no"


async def test_a_job_of_the_command_line_appears_in_the_window(
    qapp: QApplication, kling: Kling
) -> None:
    async with running_program(qapp) as program:
        done = kling.start("generate", "fal-ai/kling-video/v1.6/pro/text-to-video", "--set",
                           "prompt=From the terminal")  # fmt: skip
        try:
            await until(lambda: _is(program, JobState.DONE))
        finally:
            done.kill()
            done.wait()
        job = _job(program)
        assert job is not None
        assert job.prompt == "From the terminal"


def test_the_self_test_passes_where_there_is_no_display(kling: Kling) -> None:
    environment = {k: v for k, v in kling.environment.items() if "DISPLAY" not in k}
    environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        own_command("--self-test"), env=environment, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:16]) == (0, "self-test passed"), done.stderr
