"""Looks at what would be sent while somebody paints, away from the thread that paints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kling_desktop.domain.motion.advice import advise
from kling_desktop.ui.canvas.errands import Errand

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.advice import Advice, Wanted

PAUSE = 150
"""Milliseconds without a change before anything is looked at: strokes come one after the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What was found, and in what."""

    wanted: Wanted | None
    advice: tuple[Advice, ...] = ()


def look(wanted: Wanted) -> Looked:
    """Everything that can be said, whatever is muted; not for the thread that paints."""
    return Looked(wanted, advise(wanted))


class AdviceWatch(QObject):
    """The newest look counts; one that is overtaken by a change is never heard of."""

    found = Signal(object)
    """A ``Looked``."""
    failed = Signal()
    """The newest look came to nothing."""

    def __init__(self, wanted: Callable[[], Wanted | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._errand = Errand(self)
        self._errand.done.connect(self.found)
        self._errand.failed.connect(lambda _: self.failed.emit())
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self._look)

    @property
    def is_waiting(self) -> bool:
        """Whether what was found last may be out of date."""
        return self._soon.isActive() or self._errand.is_busy

    def look_soon(self) -> None:
        """Something has changed."""
        self._errand.cancel()
        self._soon.start()

    def take(self, looked: Looked) -> None:
        """Somebody else has looked just now."""
        self._soon.stop()
        self._errand.cancel()
        self.found.emit(looked)

    def _look(self) -> None:
        wanted = self._wanted()
        if wanted is None or wanted.document.is_blank:
            self.found.emit(Looked(wanted))
        else:
            self._errand.start(lambda: look(wanted))
