"""The picture with everything painted on it, at each halved size, made where it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from kling_desktop.domain.motion.geometry import Rect
from kling_desktop.domain.motion.hatching import PERIOD, places
from kling_desktop.domain.motion.labels import NOBODY
from kling_desktop.ui.canvas.colours import CODE_COUNT, STRIPED, premultiplied
from kling_desktop.ui.canvas.level import STEP, Level, squares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.labels import Labels

    Rows: TypeAlias = NDArray[np.uint8]

_PATCH = 512
_COVERS = 48
"""Squares that are kept as a stroke in progress makes them: 12 MB."""


class Compositor:
    """Makes squares that are looked at and not fresh; repairs what changes in sight at once."""

    def __init__(self, pictures: Sequence[Rows], labels: Labels) -> None:
        self._levels = [Level(each) for each in pictures]
        self._labels = labels
        self._places, self._patterns = places(_PATCH + PERIOD)
        self._codes = np.zeros((_PATCH, _PATCH), np.uint8)
        self._colours = np.zeros(256, np.int32)
        self._patch = QImage(_PATCH, _PATCH, QImage.Format.Format_ARGB32_Premultiplied)
        self._inks = np.frombuffer(self._patch.bits(), np.int32).reshape(_PATCH, _PATCH)
        self._shown = 0
        self._covers: dict[tuple[int, int, int, int], Rows] = {}
        """Squares as they look if one owner has all of them: by owner, level, row and column."""

    @property
    def level_count(self) -> int:
        return len(self._levels)

    def rect(self, level: int) -> Rect:
        """All pixels of a level."""
        return self._levels[level].rect

    def dress(self, colour_table: tuple[int, ...]) -> None:
        """Use other colours from now on."""
        inks = [premultiplied(each) for each in colour_table]
        by_place = [
            inks[code + STRIPED * (pattern >> code & 1)]
            for pattern in self._patterns
            for code in range(CODE_COUNT)
        ]
        self._colours[: len(by_place)] = np.array(by_place, np.uint32).view(np.int32)
        self._covers.clear()
        for each in self._levels:
            each.is_fresh[:] = False

    def forget(self, rect: Rect, *, but: int) -> None:
        """These pixels of the picture have other owners now; one level is repaired instead."""
        for number, level in enumerate(self._levels):
            if number == but:
                continue
            part = at_level(rect, number).clipped(level.rect)
            if not part.is_empty:
                level.is_fresh[squares(part)] = False

    def image(self, level: int, rect: Rect) -> QImage:
        """The whole level, right at least in a rectangle of it; later ``repair`` keeps it so.

        The rectangle is all that is in sight: what is not may be given up.
        """
        if level != self._shown:
            self._levels[self._shown].drop_if_dear()
            self._shown = level
        wanted = self._levels[level]
        part = rect.clipped(wanted.rect)
        if not part.is_empty and not wanted.is_fresh[squares(part)].all():
            wanted.make_room(part)
            self._freshen(wanted, level, part)
        return wanted.image

    def repair(self, level: int, rect: Rect) -> None:
        """Make a rectangle of a level again; squares that were never made stay so."""
        wanted = self._levels[level]
        part = rect.clipped(wanted.rect)
        if part.is_empty:
            return
        self._make(wanted, level, part)

    def cover(self, level: int, rect: Rect) -> None:
        """The stroke in progress has grown there: copy what it makes of the pixels it took.

        Much sooner done than ``repair``, which it is equal to as long as a stroke only grows.
        """
        wanted = self._levels[level]
        part = left, top, right, bottom = rect.clipped(wanted.rect)
        if right <= left or bottom <= top:
            return
        taken = self._labels.taken(level, part)
        if taken is None:
            return
        rows, owner = wanted.drawn, self._labels.coming
        if owner == NOBODY:
            cv2.copyTo(wanted.picture[part.slices], taken, dst=rows[part.slices])
            return
        upper = top
        while upper < bottom:
            row, y = upper // STEP, upper % STEP
            lower = min(bottom, upper - y + STEP)
            near = left
            while near < right:
                column, x = near // STEP, near % STEP
                far = min(right, near - x + STEP)
                cover = self._covers.get((owner, level, row, column))
                if cover is None:
                    cover = self._covered(owner, level, row, column)
                cv2.copyTo(
                    cover[y : y + lower - upper, x : x + far - near],
                    taken[upper - top : lower - top, near - left : far - left],
                    dst=rows[upper:lower, near:far],
                )
                near = far
            upper = lower

    def _covered(self, owner: int, level: int, row: int, column: int) -> Rows:
        """Make a square of which one owner has everything."""
        wanted = self._levels[level]
        part = Rect(0, 0, STEP, STEP).moved(column * STEP, row * STEP).clipped(wanted.rect)
        image = QImage(part.width, part.height, QImage.Format.Format_RGB32)
        rows = np.frombuffer(image.bits(), np.uint8).reshape(part.height, part.width, 4)
        rows[:] = wanted.picture[part.slices]
        self._codes[: part.height, : part.width] = owner
        self._ink(part)
        painter = QPainter(image)
        painter.drawImage(QPoint(0, 0), self._patch, QRect(0, 0, part.width, part.height))
        painter.end()
        if len(self._covers) >= _COVERS:
            self._covers.clear()
        self._covers[owner, level, row, column] = kept = rows.copy()
        return kept

    def _freshen(self, wanted: Level, level: int, part: Rect) -> None:
        self._covers.clear()  # strokes will be elsewhere now
        rows, columns = squares(part)
        for row in range(rows.start, rows.stop):
            for column in range(columns.start, columns.stop):
                if not wanted.is_fresh[row, column]:
                    left, top = column * STEP, row * STEP
                    square = Rect(left, top, left + STEP, top + STEP)
                    self._make(wanted, level, square.clipped(wanted.rect))
                    wanted.is_fresh[row, column] = True

    def _make(self, wanted: Level, level: int, part: Rect) -> None:
        wanted.drawn[part.slices] = wanted.picture[part.slices]
        painter = QPainter(wanted.image)
        for top in range(part.top, part.bottom, _PATCH):
            for left in range(part.left, part.right, _PATCH):
                patch = Rect(left, top, left + _PATCH, top + _PATCH).clipped(part)
                if self._label(level, patch):
                    source = QRect(0, 0, patch.width, patch.height)
                    painter.drawImage(QPoint(left, top), self._patch, source)
        painter.end()

    def _label(self, level: int, patch: Rect) -> bool:
        """Write the owners of a patch and their patterns; False if nobody owns any of it."""
        codes = self._codes[: patch.height, : patch.width]
        self._labels.read(level, patch, codes)
        if not codes.any():
            return False
        self._ink(patch)
        return True

    def _ink(self, patch: Rect) -> None:
        """Turn owners into colours."""
        codes = self._codes[: patch.height, : patch.width]
        y, x = patch.top % PERIOD, patch.left % PERIOD
        np.bitwise_or(codes, self._places[y : y + patch.height, x : x + patch.width], out=codes)
        cv2.LUT(codes, self._colours, dst=self._inks[: patch.height, : patch.width])


def at_level(rect: Rect, level: int) -> Rect:
    """The pixels of a halved picture that a rectangle of the picture has to do with."""
    if not level:
        return rect
    left, top, right, bottom = rect
    return Rect(left >> level, top >> level, -(-right >> level), -(-bottom >> level))
