"""The canvas of the motion brush against what one would write at first; every figure of one run.

Others may be at work on the machine: of several short runs the best one counts. An event costs
Python's own time, which suffers far more from neighbours than the long loops of a whole repaint do;
the floor (an event that blits its rectangle and does nothing else) tells how much.

The goal of an event is 300 times less CPU than a whole repaint at fit. Twelve runs with two cores
for themselves gave 507 to 554 times (one, beside other work, 300), and 454 to 521 at 1:1; where
cores are shared it was 184 to 293, which is why what is asserted lies below the goal. A fifth of
its time is Qt's own and the benchmark's (the floor), the rest some sixty short calls of which none
takes a tenth. Strokes go over the same place in every run, so that most
squares a stroke copies from are there already; each new one takes about a tenth of a millisecond
once. A frame of panning was 49 to 53 times cheaper, one of zooming 33 to 48 times.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.stroke import Stroke
from kling_desktop.domain.motion.tools.tool import Segment
from tests.benchmarks import canvases
from tests.benchmarks.canvases import (
    EIGHT_K,
    STEP,
    UHD,
    Cost,
    Floor,
    Overlays,
    mouse,
    opened,
    timed,
    way,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.canvas.canvas import Canvas

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

RUNS = 8
EVENTS = 200
GOAL, KEPT, KEPT_ACTUAL = 300, 160, 140
FRAME_GOAL = 25
"""How many times less CPU than a whole repaint it is to take; and takes on a busy machine."""
RADIUS = 64.0


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def canvas(qapp: QApplication) -> Iterator[Canvas]:
    made = with_brush(opened(EIGHT_K))
    yield made
    made.close_errands()
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def naive(qapp: QApplication, canvas: Canvas) -> Iterator[Overlays]:
    made = Overlays(EIGHT_K)
    made.view = canvas.view
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def with_brush(canvas: Canvas) -> Canvas:
    """Of radius 64."""
    session = canvas._session
    brush = replace(session.options.brush, diameter=2 * RADIUS)
    session.set_options(replace(session.options, brush=brush))
    return canvas


def best(measure: Callable[[], Cost]) -> Cost:
    """Of several runs: least used, and fewest late."""
    costs = [measure() for _ in range(RUNS)]
    return Cost(*(min(getattr(each, name) for each in costs) for name in ("cpu", "p50", "p99")))


def moved(widget: Overlays, count: int) -> Cost:
    """Alone on the screen."""
    assert widget.view is not None
    widget.show()
    QApplication.processEvents()
    places = way(widget.view, count)
    cost = timed(partial(mouse, widget, QEvent.Type.MouseMove, at) for at in places)
    widget.hide()
    return cost


def test_from_mouse_event_to_painted_frame(canvas: Canvas, naive: Overlays) -> None:
    fit = best(lambda: canvases.stroke(canvas, canvas.view, EVENTS))
    whole = best(lambda: moved(naive, 15))
    canvas.navigation.actual()
    actual = best(lambda: canvases.stroke(canvas, canvas.view, EVENTS))
    naive.view = canvas.view
    whole_actual = best(lambda: moved(naive, 30))
    floor = best(lambda: canvases.stroke(Floor(), canvas.view, EVENTS))
    print(f"\nmouse event to painted frame, 8K, radius {RADIUS:.0f} (goal: {GOAL} times less CPU)")
    print(f"  an event that only blits  {floor}")
    print(f"  whole canvas, fit  {whole}")
    print(f"  this canvas,  fit  {fit}  {whole.cpu / fit.cpu:.0f} times less CPU")
    print(f"  whole canvas, 1:1  {whole_actual}")
    print(f"  this canvas,  1:1  {actual}  {whole_actual.cpu / actual.cpu:.0f} times less CPU, "
          f"{whole.cpu / actual.cpu:.0f} times less than the whole canvas at fit")  # fmt: skip
    assert whole.cpu / fit.cpu >= KEPT
    assert whole.cpu / actual.cpu >= KEPT_ACTUAL


def test_8k_costs_no_more_than_4k_at_one_to_one(canvas: Canvas) -> None:
    other = with_brush(opened(UHD))
    for each in (canvas, other):
        each.navigation.actual()
    ratios = []
    print("\nmouse event to painted frame at 1:1")
    for _ in range(RUNS):
        large = canvases.stroke(canvas, canvas.view, EVENTS)
        small = canvases.stroke(other, other.view, EVENTS)
        ratios.append(large.cpu / small.cpu)
        print(f"  8K {large}\n  4K {small}  ratio {ratios[-1]:.2f}")
    other.close_errands()
    assert min(ratios) <= 1.1


def test_a_soft_segment_costs_no_more_than_two_passes_over_its_rectangle() -> None:
    stroke = Stroke(EIGHT_K, hardness=0.5)
    side = round(2 * RADIUS) + 3
    rect = Rect(2000, 1000, 2000 + side, 1000 + side)

    def stamps(count: int) -> None:
        x = 1000.0
        for index in range(count):
            start = Point(x + index % 400 * STEP, 2000.0)
            stroke.stamp(Segment(start, Point(start.x + STEP, 2000.0), RADIUS, RADIUS))

    def passes(count: int) -> None:
        for _ in range(count):
            part = stroke.coverage[rect.slices]
            np.maximum(part, 1, out=part)

    stamps(400)
    ours, one = (min(_used(work, 1200) for _ in range(2 * RUNS)) for work in (stamps, passes))
    print(f"\nsoft segment {ours:.2f} us, one pass {one:.2f} us: {ours / one:.2f}")
    assert ours / one <= 2


def _used(work: Callable[[int], None], count: int) -> float:
    """Microseconds of CPU for each."""
    before = time.process_time_ns()
    work(count)
    return (time.process_time_ns() - before) / count / 1000


def test_a_frame_of_panning_or_zooming(canvas: Canvas, naive: Overlays) -> None:
    navigation, view = canvas.navigation, canvas.view

    def panned() -> Cost:
        steps = [Point(7, 3), Point(-7, -3)] * 20
        return timed(partial(navigation.pan, by) for by in steps)

    def zoomed() -> Cost:
        factors = [1.06, 1.06, 1 / 1.06, 1 / 1.06] * 10
        return timed(partial(navigation.zoom, by, canvases.middle()) for by in factors)

    pan, zoom = best(panned), best(zoomed)
    naive.view = view
    whole = best(lambda: moved(naive, 15))
    print(
        f"\nframe of panning or zooming, 8K, fit (goal: {FRAME_GOAL} times)\n  six overlays {whole}"
    )
    print(f"  pan          {pan}  {whole.cpu / pan.cpu:.0f} times less CPU")
    print(f"  zoom         {zoom}  {whole.cpu / zoom.cpu:.0f} times less CPU")
    assert whole.cpu / pan.cpu >= FRAME_GOAL
    assert whole.cpu / zoom.cpu >= FRAME_GOAL


def test_an_undo_step_is_small_and_quick() -> None:
    document = canvases.painted(EIGHT_K)
    stroke = Stroke(EIGHT_K)
    for index in range(60):
        start = Point(1500.0 + STEP * index, 1000.0)
        stroke.stamp(Segment(start, Point(start.x + STEP, 1000.0), RADIUS, RADIUS))
    snapshot = np.zeros((EIGHT_K.height, EIGHT_K.width), np.uint8)
    snapshot[::5] = 255
    after = edits.paint(document, DYNAMIC[0], stroke.covered())
    new = _bytes_of_step(document, after)

    def commits(count: int) -> None:
        for _ in range(count):
            edits.paint(document, DYNAMIC[0], stroke.covered())

    def copies(count: int) -> None:
        for _ in range(count):
            snapshot.copy()

    ours = min(_used(commits, 100) for _ in range(2 * RUNS))
    naive = min(_used(copies, 20) for _ in range(2 * RUNS))
    print(f"\nundo step of a stroke of 60 segments, 8K\n  snapshot {snapshot.nbytes:>9} bytes "
          f"{naive:8.1f} us\n  ours     {new:>9} bytes {ours:8.1f} us: "
          f"{snapshot.nbytes / new:.0f} times fewer, {naive / ours:.0f} times quicker")  # fmt: skip
    assert snapshot.nbytes / new >= 400
    assert naive / ours >= 25


def _bytes_of_step(before: MotionDocument, after: MotionDocument) -> int:
    """What is there because of the step alone."""
    found = sys.getsizeof(after) + sys.getsizeof(after.dynamic)
    for old, new in zip(before.regions, after.regions, strict=True):
        if new is not old:
            found += sys.getsizeof(new) + sys.getsizeof(new.mask) + sys.getsizeof(new.mask.tiles)
            found += sum(
                sys.getsizeof(tile)
                for tile, its in zip(new.mask.tiles, old.mask.tiles, strict=True)
                if tile is not its and tile is not None
            )
    return found


def test_memory_at_8k_with_six_regions() -> None:
    program = Path(__file__).with_name("canvas_memory.py")
    told = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=True, timeout=300
    )
    figures = [int(each) for each in told.stdout.split()]
    for name, figure in zip(("fit", "1:1", "all of it at 1:1"), figures, strict=True):
        print(f"\nmemory above an empty window, 8K, six regions, {name}: {figure} MB", end="")
    print()
    assert max(figures) <= 450
