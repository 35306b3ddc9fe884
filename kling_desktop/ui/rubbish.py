"""Python's garbage collection, kept on the window's thread.

A cycle that holds a QObject must not be broken by whichever thread happens to allocate next:
Qt objects may only be destroyed on their own thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 1000
"""Milliseconds between looks; a look that finds little to do costs microseconds."""


def collect_due() -> None:
    """Collect the oldest generation that is due, as Python itself would have."""
    due = [
        age
        for age, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if 0 < limit < count
    ]
    if due:
        gc.collect(max(due))


class Rubbish(QObject):
    """Collects by Python's own thresholds, but only here, until :meth:`stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_python = gc.isenabled()
        gc.disable()
        # What start-up made stays; leaving it out keeps a full collection short.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_due)
        self._timer.start(EVERY)

    def stop(self) -> None:
        """Give the collection back to whoever did it before."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_python:
            gc.enable()
