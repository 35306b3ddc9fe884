"""Prints how many megabytes more than an empty window the canvas takes, in a process of its own."""

from __future__ import annotations

import gc
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget


def resident() -> int:
    """Bytes that are in memory now."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("this system does not say how much memory is used")


def main() -> None:
    app = QApplication([])
    window = QWidget()
    window.resize(1280, 800)
    window.show()
    app.processEvents()
    empty = resident()

    from kling_desktop.domain.motion.geometry import Point
    from tests.benchmarks.canvases import EIGHT_K, opened, stroke

    canvas = opened(EIGHT_K)
    stroke(canvas, canvas.view, 300)
    gc.collect()
    print((resident() - empty) // 1_000_000)
    canvas.navigation.actual()
    app.processEvents()
    stroke(canvas, canvas.view, 300)
    gc.collect()
    print((resident() - empty) // 1_000_000)
    for row in range(6):
        for column in range(7):
            at = canvas.view.to_device(Point(640 + column * 1100, 400 + row * 750))
            canvas.navigation.pan(Point(640 - at.x, 400 - at.y))
            app.processEvents()
    gc.collect()
    print((resident() - empty) // 1_000_000)
    canvas.close_errands()


if __name__ == "__main__":
    main()
