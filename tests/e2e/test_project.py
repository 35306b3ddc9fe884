"""Painted work on the real engine: saved, opened again, kept at once, and back after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.paths import places, resource
from tests.helpers.programs import drop, running_program, until
from tests.ui.brush.worlds import a_box, paint
from tests.ui.project.worlds import answer

if TYPE_CHECKING:
    from typing import Any

    from PySide6.QtWidgets import QApplication

    from kling_desktop.app import Program
    from kling_desktop.ui.canvas.session import Session

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

BOAT = resource("samples/boat.jpg")
ROOT = Path(__file__).parents[2]


async def _session(program: Program) -> Session:
    drop(program.window, BOAT)
    await until(lambda: not program.window.stage.picture.is_empty)
    program.window.stage.show_brush(wanted=True)
    assert program.window.stage.brush is not None
    return program.window.stage.brush.session


def _journals() -> list[Path]:
    return list(places().autosave.glob("*/journal"))


async def test_a_stroke_is_on_the_disk_within_two_seconds(qapp: QApplication) -> None:
    async with running_program(qapp) as program:
        session = await _session(program)
        paint(session, 1, a_box(session, 10, 10, 90, 90))
        await until(lambda: bool(_journals()))
        (journal,) = _journals()
        for number in range(3):
            before = journal.stat().st_size
            paint(session, 1, a_box(session, 150 + 50 * number, 10, 40, 90))
            await until(lambda before=before: journal.stat().st_size > before, seconds=2)  # type: ignore[misc]
        await program.studio.projects.keeper.end()
        assert _journals() == []


async def test_a_saved_project_is_dropped_on_the_next_window(
    qapp: QApplication, tmp_path: Path
) -> None:
    path = tmp_path / "boat.klproj"
    async with running_program(qapp) as program:
        session = await _session(program)
        program.window.compose.set_values({"prompt": "The sail fills"})
        paint(session, 3, a_box(session, 10, 10, 90, 90))
        assert await program.studio.projects._save(path)
        document = session.document
        await until(lambda: not program.window.isWindowModified())
    assert _journals() == []
    async with running_program(qapp) as program:
        drop(program.window, path)
        await until(lambda: program.window.stage.painted is not None)
        painted, source = program.window.stage.painted, program.window.stage.source
        assert painted is not None
        assert painted.dynamic[0].mask == document.dynamic[0].mask
        assert painted.picture == document.picture
        assert program.window.compose.values()["prompt"] == "The sail fills"
        assert source is not None
        assert source.path.read_bytes() == BOAT.read_bytes()
        await until(lambda: program.window.windowTitle().startswith("boat.klproj[*]"))
        (recent,) = await program.engine.recent_projects()
        assert recent.is_there


@pytest.fixture
def killed(reap: list[Any]) -> None:
    """A program has painted and died."""
    words = [sys.executable, str(ROOT / "tests" / "helpers" / "painting_program.py"), str(BOAT)]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": paths, "QT_QPA_PLATFORM": "offscreen"}
    painter = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
    reap.append(painter)
    assert painter.stdout is not None
    with painter.stdout as said:
        assert said.readline() == "kept\n"
        painter.kill()  # SIGKILL: it has no chance to say good-bye
        painter.wait()


@pytest.mark.usefixtures("killed")
async def test_a_program_that_is_killed_leaves_its_work_and_every_step_to_the_next(
    qapp: QApplication,
) -> None:
    async with running_program(qapp) as program:
        window = program.window
        await until(lambda: "boat.jpg was not saved" in window.recovery.text)
        window.recovery.restore.click()
        await until(lambda: window.stage.painted is not None)
        assert window.stage.brush is not None
        session = window.stage.brush.session
        history = session.history
        assert (history.count(), history.index()) == (3, 2)
        (region,) = session.document.dynamic
        assert region.mask == a_box(session, 100, 100, 80, 60)
        assert len(region.trajectory.nodes) == 2
        history.redo()
        assert [each.id for each in session.document.dynamic] == [1, 2]
        history.setIndex(0)
        assert session.document.is_blank
        history.setIndex(3)
        assert window.compose.values()["prompt"] == "The sail fills"
        await until(window.isWindowModified)
        assert not window.recovery.text
        await program.studio.projects.keeper.end()
    assert _journals() == []


async def test_a_window_with_unsaved_work_asks_before_it_closes(qapp: QApplication) -> None:
    async with running_program(qapp) as program:
        session = await _session(program)
        paint(session, 1, a_box(session, 10, 10, 90, 90))
        await until(lambda: bool(_journals()))
        program.window.close()
        await answer("Cancel")
        await until(lambda: not program.studio.tasks.is_busy("close"))
        assert program.window.isVisible()
        program.window.close()
        await answer("Discard")
        await until(lambda: not program.window.isVisible())
    assert _journals() == []
