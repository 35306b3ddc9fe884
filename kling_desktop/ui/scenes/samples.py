"""Hints at effects, made on a thread of their own and kept; of what is wanted only the newest."""

from __future__ import annotations

import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from kling_desktop.domain.scenes import group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

KEPT: Final = 64
"""Loops in memory, of about two megabytes each at most."""


class MakeSample(Protocol):
    """Makes the frames of a scene: rows of red, green and blue. Handed in, as ui cannot render."""

    def __call__(self, scene: str, group: str, /, *, two: bool) -> Sequence[NDArray[np.uint8]]: ...


class Samples(QObject):
    """One for a window; the renderer is loaded with the first wish."""

    came = Signal(str)
    """A scene whose frames are there."""
    _made = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.make: MakeSample | None = None
        """Nothing is shown where there is no renderer."""
        self._hand: ThreadPoolExecutor | None = None
        self._wanted = ""
        self._kept: OrderedDict[tuple[str, bool], list[QImage]] = OrderedDict()
        self._made.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def frames(self, scene: str, *, two: bool) -> list[QImage]:
        """What is there; where it is nothing, it is made, and ``came`` tells."""
        key = (scene, two)
        self._wanted = scene
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if self.make is not None:
            self._hand = self._hand or ThreadPoolExecutor(1, "samples")
            self._hand.submit(self._work, scene, two)
        return []

    def stop(self) -> None:
        """Let the thread end; the next wish begins another."""
        self._wanted = ""
        if self._hand is not None:
            self._hand.shutdown(wait=False, cancel_futures=True)
            self._hand = None

    def _work(self, scene: str, two: bool) -> None:  # noqa: FBT001 - submitted by place
        """On the thread."""
        make = self.make
        if scene != self._wanted or make is None:
            return  # Somebody went on before its turn came.
        try:
            made = [_image(each) for each in make(scene, group_of(scene), two=two)]
            self._made.emit(scene, (two, made))
        except RuntimeError:
            return  # The window is gone.
        except Exception:
            log.exception("sample failed")

    def _take(self, scene: str, made: tuple[bool, list[QImage]]) -> None:
        two, images = made
        self._kept[scene, two] = images
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.came.emit(scene)


def _image(rows: NDArray[np.uint8]) -> QImage:
    """An image that owns its memory."""
    height, width = rows.shape[:2]
    shown = QImage(rows.data, width, height, width * 3, QImage.Format.Format_RGB888)
    return shown.convertToFormat(QImage.Format.Format_RGB32)
