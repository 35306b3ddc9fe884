"""The window's whole program inside a test: real engine, real sandbox, real player."""

from __future__ import annotations

import asyncio
import warnings
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from kling_desktop import wiring
from kling_desktop.app import Program
from kling_desktop.paths import places

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from kling_desktop.ui.main_window import MainWindow


@asynccontextmanager
async def running_program(app: QApplication) -> AsyncIterator[Program]:
    """A program whose sandbox is ready; closed in good order at the end."""
    async with program_on(Program(app, wiring.Wish.SANDBOX, places())) as program:
        await until(lambda: program.window.windowTitle().endswith("Sandbox"))
        yield program


@asynccontextmanager
async def program_on(program: Program) -> AsyncIterator[Program]:
    """A program from its first paint on; closed in good order at the end."""
    task = asyncio.ensure_future(program.run())
    try:
        yield program
    finally:
        program.stop()
        await task


async def until(holds: Callable[[], bool], *, seconds: float = 40.0) -> None:
    """Wait for what a person would see."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - a person has no event to wait for either
            await asyncio.sleep(0.01)


def drop(window: MainWindow, path: Path) -> None:
    """Let a file hang over the window, then fall: Qt gives the fall to whom it hung over."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    with warnings.catch_warnings():
        # 6.12 calls the constructor with a QPoint deprecated; 6.11 has no other.
        warnings.simplefilter("ignore", DeprecationWarning)
        enter = QDragEnterEvent(QPoint(600, 400), action, mime, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(600, 400), action, mime, buttons, keys))


def frames_shown(program: Program) -> int:
    """Frames of the clip that the player has painted so far."""
    player = program.window.stage.player
    return 0 if player is None else player.view.frames_shown
