"""A dressed program without an engine's thread: window, studio, and an engine that is scripted."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.domain.catalog import Catalog, load_catalog
from kling_desktop.ui import theme
from kling_desktop.ui.main_window import MainWindow
from kling_desktop.ui.studio import Studio
from tests.ui.fakes import FakeEngine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture(autouse=True)
def _swept() -> Iterator[None]:
    """Widgets of a test end with it, on their own thread, and not on one that works.

    A window that stays makes every later test of the process slower, and its memory grow.
    """
    _end_what_waits_for_it()
    gc.collect()
    before = len(_windows())
    yield
    _end_what_waits_for_it()
    if len(_windows()) > before:
        gc.collect()  # a widget without a parent ends with what holds it, or is asked to
        _end_what_waits_for_it()
        left = _windows()
        assert len(left) <= before, f"windows that outlive their test: {left}"


def _windows() -> list[QWidget]:
    """Those that nothing else ends: no list of a combo box, and no bare part that waits for use."""
    return [
        each
        for each in QApplication.topLevelWidgets()
        if each.parent() is None and type(each) is not QWidget
    ]


def _end_what_waits_for_it() -> None:
    """What waits to be deleted would be dressed again and again with every scheme."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the light scheme, and as it was afterwards."""
    theme.apply(qapp, theme.Scheme.LIGHT)
    yield qapp
    _end_what_waits_for_it()
    theme.apply(qapp, theme.Scheme.LIGHT)


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication, catalog: Catalog) -> MainWindow:
    theme.choose(dressed, theme.Scheme.LIGHT)
    made = MainWindow(catalog)
    theme.dress(dressed)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def studio(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> AsyncIterator[Studio]:
    """A studio whose engine is open."""
    made = Studio(window, engine, tmp_path / "clips")
    await made.start()
    yield made
    await made.tasks.aclose()
