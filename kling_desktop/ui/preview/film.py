"""Frames from a thread of their own: of what is wanted only the newest is made."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from kling_desktop.ui.preview.onion import ghosts as ghost_layer
from kling_desktop.ui.preview.onion import places

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.preview.playing import MakeMotion, Playing, Renderer

QUIET = 0.25
"""Seconds without an edit before ghosts are made: the next edit's first frame waits for none."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reel:
    """A version of the document, on its picture, at a size."""

    document: MotionDocument
    picture: NDArray[np.uint8]
    long_side: int


@dataclass(frozen=True, slots=True)
class _Task:
    """A frame to show, or one of the three that ghosts are made of."""

    reel: Reel
    number: int = 0
    ghost: int | None = None


class Film(QObject):
    """Renders a reel; a newer reel, or a newer wish for a frame, takes the place of the last."""

    came = Signal(object, int, int)
    """A frame as a ``QImage``, its number, and how many there are."""
    ghosted = Signal(object)
    """Start, middle and end as a layer to lay over the frames."""
    failed = Signal()
    _ghosted = Signal(object, object)
    _came = Signal(object, object, int, int)
    _broke = Signal(object, int)

    def __init__(self, make_motion: MakeMotion, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_motion = make_motion
        self._news = Condition()
        self._reel: Reel | None = None
        self._wanted: int | None = None
        self._haunted = False
        self._due: list[int] = []
        """Which of the three ghosts are still to be made."""
        self._quiet_from = 0.0
        self._ghost_is_next = False
        """Frames and ghosts take turns, so that neither waits for all of the other."""
        self._runs = 0
        """Counts the threads; one that is not the newest ends."""
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._ghosted.connect(self._take_ghosts, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._give_up, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return self._reel is not None

    def show(self, reel: Reel, number: int) -> None:
        """Render this from now on, beginning with a frame."""
        with self._news:
            is_new = self._reel is None
            self._reel, self._wanted = reel, number
            self._owe_ghosts()
            self._news.notify_all()
        if is_new:
            self._begin()

    def want(self, number: int) -> None:
        """Render this frame next, instead of any that was wanted and not begun."""
        with self._news:
            self._wanted = number
            self._news.notify_all()

    def haunt(self, *, wanted: bool) -> None:
        """Whether ghosts are made of each version, after its first frame."""
        with self._news:
            self._haunted = wanted
            self._owe_ghosts()
            self._news.notify_all()

    def _owe_ghosts(self) -> None:
        self._due = [0, 1, 2] if self._haunted else []
        self._quiet_from = monotonic() + QUIET
        self._ghost_is_next = False

    def stop(self) -> None:
        """Want nothing any more: what is at work is never heard of, and the thread ends."""
        with self._news:
            self._reel, self._wanted, self._due = None, None, []
            self._runs += 1
            self._news.notify_all()

    def _begin(self) -> None:
        with self._news:
            self._runs += 1
        Thread(target=self._work, args=(self._runs,), name="preview", daemon=True).start()

    def _work(self, run: int) -> None:
        reel: Reel | None = None
        with contextlib.suppress(RuntimeError):  # the window may be gone by now
            try:
                before: tuple[Reel, Renderer] | None = None
                playing: Playing | None = None
                ghosts: dict[int, NDArray[np.uint8]] = {}
                while task := self._next(run):
                    if task.reel is not reel or playing is None:
                        reel = task.reel
                        renderer = self._renderer(reel, before)
                        before, playing = (reel, renderer), renderer(reel.document)
                        ghosts = {}
                        if self._is_overtaken(reel):
                            continue
                    if task.ghost is not None:
                        ghosts[task.ghost] = playing.frame(places(playing.frames)[task.ghost])
                        if len(ghosts) == len(places(0)):
                            made = ghost_layer([ghosts[each] for each in sorted(ghosts)])
                            self._ghosted.emit(reel, made)
                        continue
                    number = task.number % max(1, playing.frames)
                    self._came.emit(reel, _image(playing.frame(number)), number, playing.frames)
            except Exception:
                log.exception("preview failed")
                self._broke.emit(reel, run)

    def _renderer(self, reel: Reel, before: tuple[Reel, Renderer] | None) -> Renderer:
        """The one before, where only the document has changed: it remembers what did not."""
        if before is not None:
            known, renderer = before
            if known.picture is reel.picture and known.long_side == reel.long_side:
                return renderer
        return self._make_motion(reel.picture, reel.long_side)

    def _next(self, run: int) -> _Task | None:
        with self._news:
            while run == self._runs:
                reel, number = self._reel, self._wanted
                rest = self._quiet_from - monotonic() if self._due else 0.0
                is_due = reel is not None and self._due and rest <= 0
                if reel is not None and is_due and (number is None or self._ghost_is_next):
                    self._ghost_is_next = False
                    return _Task(reel, ghost=self._due.pop(0))
                if reel is not None and number is not None:
                    self._wanted, self._ghost_is_next = None, True
                    return _Task(reel, number)
                self._news.wait(rest if rest > 0 else None)
            return None

    def _is_overtaken(self, reel: Reel) -> bool:
        with self._news:
            return self._reel is not reel

    def _take(self, reel: Reel, image: QImage, number: int, frames: int) -> None:
        if reel is self._reel:
            self.came.emit(image, number, frames)

    def _take_ghosts(self, reel: Reel, layer: QImage) -> None:
        if reel is self._reel:
            self.ghosted.emit(layer)

    def _give_up(self, reel: Reel | None, run: int) -> None:
        """The thread has ended: with its reel, or to be followed by one for the newer reel."""
        if run != self._runs:
            return
        if reel is self._reel:
            self.stop()
            self.failed.emit()
        else:
            self._begin()


def _image(rows: NDArray[np.uint8]) -> QImage:
    """An image that owns its memory, in the format that is painted fastest."""
    height, width = rows.shape[:2]
    shown = QImage(rows.data, width, height, width * 3, QImage.Format.Format_BGR888)
    return shown.convertToFormat(QImage.Format.Format_RGB32)
