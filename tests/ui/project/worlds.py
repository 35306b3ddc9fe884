"""Projects and pictures to begin with, and answers to the questions that are asked."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton

from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.project import OpenedProject, Project
from tests.domain.motion.documents import a_document
from tests.ui.brush.worlds import a_box, paint
from tests.ui.fakes import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

PRO_15 = "fal-ai/kling-video/v1.5/pro/image-to-video"
SIZE = Size(400, 300)


def png(size: tuple[int, int] = SIZE, colour: str = "teal", mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def a_file(folder: Path, name: str, size: tuple[int, int] = SIZE, mode: str = "RGB") -> Path:
    path = folder / name
    path.write_bytes(png(size, name.partition(".")[0], mode))
    return path


def a_project(size: Size = SIZE, **more: object) -> OpenedProject:
    project = Project(
        document=a_document(size), endpoint=PRO_15, parameters={"prompt": "The boats part"}, **more  # type: ignore[arg-type]
    )  # fmt: skip
    return OpenedProject(project, png(size))


async def with_picture(studio: Studio, window: MainWindow, path: Path) -> None:
    studio.take_file(path)
    await eventually(
        lambda: window.stage.source is not None and window.stage.source.name == path.name
    )


async def painted(studio: Studio, window: MainWindow, path: Path) -> Session:
    """A picture with one stroke on it."""
    await with_picture(studio, window, path)
    window.stage.show_brush(wanted=True)
    assert window.stage.brush is not None
    session = window.stage.brush.session
    stroke(session)
    await eventually(window.isWindowModified)
    return session


def stroke(session: Session, x: float = 10) -> None:
    paint(session, 1, a_box(session, x, 10, 60, 40))


async def the_question() -> QMessageBox:
    await eventually(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    return box


async def answer(text: str) -> str:
    """Press a button of the question that is asked; returns the question."""
    box = await the_question()
    (button,) = [each for each in box.buttons() if each.text() == text]
    asked = box.text()
    button.click()
    return asked


async def the_dialog(kind: type[QDialog]) -> QDialog:
    await eventually(lambda: isinstance(QApplication.activeModalWidget(), kind))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    return dialog


def button_of(dialog: QDialog, start: str) -> QPushButton:
    (found,) = [e for e in dialog.findChildren(QPushButton) if e.text().startswith(start)]
    return found


def is_asking() -> bool:
    return QApplication.activeModalWidget() is not None
