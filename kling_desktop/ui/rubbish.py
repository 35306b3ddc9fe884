"""Python's garbage collection, kept on the window's thread.

A cycle that holds a QObject must not be broken by whichever thread happens to allocate next:
Qt objects may only be destroyed on their own thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 1000
"""Milliseconds between looks; a look that finds little to do costs microseconds."""


class Rubbish(QObject):
    """Collects by Python's own thresholds, but only here, until :meth:`stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # What start-up made stays; leaving it out keeps a full collection short.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(EVERY)

    def collect(self) -> None:
        """Collect the oldest generation that is due, as Python itself would have."""
        due = [
            age
            for age, (count, limit) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if 0 < limit < count
        ]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Give the collection back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
