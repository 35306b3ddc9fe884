"""Frames from a thread of their own: of what is wanted only the newest is made."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from threading import Condition, Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.preview.playing import MakeMotion, Playing, Renderer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reel:
    """A version of the document, on its picture, at a size."""

    document: MotionDocument
    picture: NDArray[np.uint8]
    long_side: int


class Film(QObject):
    """Renders a reel; a newer reel, or a newer wish for a frame, takes the place of the last."""

    came = Signal(object, int, int)
    """A frame as a ``QImage``, its number, and how many there are."""
    failed = Signal()
    _came = Signal(object, object, int, int)
    _broke = Signal(object)

    def __init__(self, make_motion: MakeMotion, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_motion = make_motion
        self._news = Condition()
        self._reel: Reel | None = None
        self._wanted: int | None = None
        self._runs = 0
        """Counts the threads; one that is not the newest ends."""
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._give_up, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return self._reel is not None

    def show(self, reel: Reel, number: int) -> None:
        """Render this from now on, beginning with a frame."""
        with self._news:
            is_new = self._reel is None
            self._reel, self._wanted = reel, number
            self._runs += is_new
            self._news.notify_all()
        if is_new:
            Thread(target=self._work, args=(self._runs,), name="preview", daemon=True).start()

    def want(self, number: int) -> None:
        """Render this frame next, instead of any that was wanted and not begun."""
        with self._news:
            self._wanted = number
            self._news.notify_all()

    def stop(self) -> None:
        """Want nothing any more: what is at work is never heard of, and the thread ends."""
        with self._news:
            self._reel, self._wanted = None, None
            self._runs += 1
            self._news.notify_all()

    def _work(self, run: int) -> None:
        reel: Reel | None = None
        with contextlib.suppress(RuntimeError):  # the window may be gone by now
            try:
                before: tuple[Reel, Renderer] | None = None
                playing: Playing | None = None
                while task := self._next(run):
                    if task[0] is not reel or playing is None:
                        reel = task[0]
                        renderer = self._renderer(reel, before)
                        before, playing = (reel, renderer), renderer(reel.document)
                        if self._is_overtaken(reel):
                            continue
                    number = task[1] % max(1, playing.frames)
                    self._came.emit(reel, _image(playing.frame(number)), number, playing.frames)
            except Exception:
                log.exception("preview failed")
                self._broke.emit(reel)

    def _renderer(self, reel: Reel, before: tuple[Reel, Renderer] | None) -> Renderer:
        """The one before, where only the document has changed: it remembers what did not."""
        if before is not None:
            known, renderer = before
            if known.picture is reel.picture and known.long_side == reel.long_side:
                return renderer
        return self._make_motion(reel.picture, reel.long_side)

    def _next(self, run: int) -> tuple[Reel, int] | None:
        with self._news:
            while run == self._runs:
                if self._reel is not None and self._wanted is not None:
                    task, self._wanted = (self._reel, self._wanted), None
                    return task
                self._news.wait()
            return None

    def _is_overtaken(self, reel: Reel) -> bool:
        with self._news:
            return self._reel is not reel

    def _take(self, reel: Reel, image: QImage, number: int, frames: int) -> None:
        if reel is self._reel:
            self.came.emit(image, number, frames)

    def _give_up(self, reel: Reel | None) -> None:
        if reel is self._reel:
            self.stop()
            self.failed.emit()


def _image(rows: NDArray[np.uint8]) -> QImage:
    """An image that owns its memory, in the format that is painted fastest."""
    height, width = rows.shape[:2]
    shown = QImage(rows.data, width, height, width * 3, QImage.Format.Format_BGR888)
    return shown.convertToFormat(QImage.Format.Format_RGB32)
