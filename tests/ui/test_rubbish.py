"""Garbage that has Qt objects in it is collected where they live, whoever allocates meanwhile."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from kling_desktop.ui.rubbish import Rubbish
from tests.ui.fakes import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


@pytest.fixture(params=[True, False], ids=["by Python", "by nobody"])
def collected_before(request: pytest.FixtureRequest) -> Iterator[bool]:
    if request.param:
        gc.enable()
    yield request.param
    gc.disable()


class Knot(QObject):
    """Holds itself, as a widget does that a closure of its own refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def garbage() -> weakref.ref[Knot]:
    return weakref.ref(Knot())


def allocate() -> list[list[int]]:
    """More than any threshold of Python's, on another thread; what is let go counts no more."""
    kept: list[list[int]] = []
    thread = threading.Thread(target=lambda: kept.extend([] for _ in range(200_000)))
    thread.start()
    thread.join()
    return kept


async def test_a_thread_that_allocates_does_not_break_a_knot_of_qt_objects(
    qapp: QApplication,
) -> None:
    gc.enable()
    rubbish = Rubbish(qapp)
    try:
        knot = garbage()
        kept = allocate()
        assert knot() is not None
        await eventually(lambda: knot() is None)
        assert kept
    finally:
        rubbish.stop()
        gc.disable()


async def test_at_the_end_they_collect_who_did_before(
    qapp: QApplication, collected_before: bool
) -> None:
    rubbish = Rubbish(qapp)
    assert not gc.isenabled()
    rubbish.stop()
    assert gc.isenabled() is collected_before
