"""The preview as a file, from the window."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.ui.preview.export import DONE, GROUP, NOTHING, STOPPED, PreviewExport
from kling_desktop.ui.tasks import TaskScope
from tests.ui.brush.worlds import a_box, draw, paint
from tests.ui.fakes import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.main_window import MainWindow

FRAMES = 150


@dataclass
class Writer:
    """Writes when it may, and notes for whom."""

    may_go_on: threading.Event = field(default_factory=threading.Event)
    documents: list[MotionDocument] = field(default_factory=list)
    frames: int = 0
    error: Exception | None = None

    def __call__(
        self,
        out: Path,
        document: MotionDocument,
        picture: NDArray[np.uint8],
        on_frame: Callable[[int, int], None],
        /,
    ) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self.documents.append(document)
        for done in range(1, FRAMES + 1):
            on_frame(done, FRAMES)
            self.frames = done
            if done == 10:
                self.may_go_on.wait(5)
        if self.error is not None:
            raise self.error
        out.write_bytes(b"film")


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
async def export(
    window: MainWindow, page: BrushPage, writer: Writer
) -> AsyncIterator[PreviewExport]:
    errors: list[Exception] = []
    tasks = TaskScope(errors.append)
    window.stage.export_motion = writer
    window.stage._brush = page
    made = PreviewExport(window, tasks)
    made.errors = errors  # type: ignore[attr-defined]
    yield made
    writer.may_go_on.set()
    await tasks.aclose()
    window.stage._brush = None


def moving(page: BrushPage) -> None:
    paint(page.session, 1, a_box(page.session, 50, 50, 60, 60))
    draw(page.session, 1, (80, 80), (200, 90))


async def choose(window: MainWindow, file: Path, kind: str = "") -> None:
    await eventually(lambda: window.findChildren(QFileDialog))
    (dialog,) = window.findChildren(QFileDialog)
    if kind:
        dialog.selectNameFilter(kind)
        dialog.filterSelected.emit(kind)
    dialog.selectedFiles = lambda: [str(file)]  # type: ignore[method-assign]
    dialog.accept()


async def test_what_is_painted_is_written_with_progress_and_said(
    export: PreviewExport, window: MainWindow, page: BrushPage, writer: Writer, tmp_path: Path
) -> None:
    moving(page)
    export.ask()
    await choose(window, tmp_path / "boat.webp")
    await eventually(lambda: export.progress is not None and export.progress.value() == 10)
    assert export.progress is not None
    assert export.progress.maximum() == FRAMES
    writer.may_go_on.set()
    await eventually(lambda: export.progress is None)
    assert (tmp_path / "boat.webp").read_bytes() == b"film"
    assert writer.documents == [page.session.document]
    assert window.stage.notice.accessibleName() == DONE.format("boat.webp")


async def test_cancel_stops_it_at_the_next_frame(
    export: PreviewExport, window: MainWindow, page: BrushPage, writer: Writer, tmp_path: Path
) -> None:
    moving(page)
    export.ask()
    await choose(window, tmp_path / "boat.mp4")
    await eventually(lambda: writer.frames == 10 and export.progress is not None)
    assert export.progress is not None
    export.progress.canceled.emit()
    writer.may_go_on.set()
    await eventually(lambda: export.progress is None)
    assert writer.frames == 10
    assert window.stage.notice.accessibleName() == STOPPED


async def test_a_name_without_an_ending_gets_that_of_the_kind(
    export: PreviewExport, window: MainWindow, page: BrushPage, writer: Writer, tmp_path: Path
) -> None:
    writer.may_go_on.set()
    moving(page)
    export.ask()
    await choose(window, tmp_path / "boat", "Animated GIF (*.gif)")
    await eventually((tmp_path / "boat.gif").exists)


async def test_a_folder_that_cannot_be_written_is_told(
    export: PreviewExport, page: BrushPage, writer: Writer, tmp_path: Path
) -> None:
    moving(page)
    writer.error = FolderUnusable("full")
    writer.may_go_on.set()
    with pytest.raises(FolderUnusable):
        await export.write(writer, tmp_path / "boat.mp4", page.session.document, page)
    assert export.progress is None


async def test_without_a_motion_nothing_is_asked(
    export: PreviewExport, window: MainWindow, page: BrushPage
) -> None:
    export.ask()
    await eventually(lambda: window.stage.notice.accessibleName() == NOTHING)
    assert window.findChildren(QFileDialog) == []


async def test_a_window_that_closes_ends_the_writing(
    export: PreviewExport, page: BrushPage, writer: Writer, tmp_path: Path
) -> None:
    moving(page)
    document = page.session.document
    task = asyncio.create_task(export.write(writer, tmp_path / "a.mp4", document, page))
    await eventually(lambda: writer.frames == 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    writer.may_go_on.set()
    assert not (tmp_path / "a.mp4").exists()


@pytest.mark.parametrize("replaces", [True, False])
async def test_a_file_that_is_there_is_written_over_only_where_somebody_agrees(
    export: PreviewExport,
    window: MainWindow,
    page: BrushPage,
    writer: Writer,
    tmp_path: Path,
    replaces: bool,
) -> None:
    there = tmp_path / "boat.gif"
    there.write_bytes(b"dear to me")
    writer.may_go_on.set()
    moving(page)
    export.ask()
    await choose(window, tmp_path / "boat", "Animated GIF (*.gif)")
    await eventually(lambda: window.findChildren(QMessageBox))
    (box,) = window.findChildren(QMessageBox)
    assert "boat.gif is there already" in box.text()
    agree, refuse = box.buttons()
    assert box.defaultButton() is refuse
    (agree if replaces else refuse).click()
    await eventually(lambda: not export._tasks.is_busy(GROUP))
    assert there.read_bytes() == (b"film" if replaces else b"dear to me")
