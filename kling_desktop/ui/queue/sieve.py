"""Which jobs are in sight and in which order: by age, or by what the brush did."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from kling_desktop.domain.motion.standing import Standing, brush_rank, standing_of
from kling_desktop.ui.queue import waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.jobs import Job

    Rank = tuple[float, ...]

TEXTS = {
    None: "All jobs",
    Standing.TOOK: "The brush took",
    Standing.PARTLY: "The brush took in part",
    Standing.NOT: "The brush did not take",
    Standing.UNKNOWN: "The brush could not be seen",
}
BY_AGE, BY_BRUSH = "Newest first", "Best brush first"


@dataclass(frozen=True, slots=True)
class Sieve:
    """A choice of jobs."""

    standing: Standing | None = None
    """Only clips whose brush did that; all jobs without one."""
    by_brush: bool = False
    """What is over comes in the order of how well the brush took."""

    @property
    def is_plain(self) -> bool:
        return self == Sieve()

    @property
    def text(self) -> str:
        """What is in sight, in a line."""
        if self.standing is None:
            return BY_BRUSH
        return f"Only: {TEXTS[self.standing].lower()}"

    def shows(self, job: Job) -> bool:
        return self.standing is None or standing_of(job) is self.standing

    def rank(self, job: Job) -> Rank:
        """Where a row belongs."""
        block, *rest = waiting.rank(job)
        if self.by_brush and block == waiting.OVER:
            return (block, *brush_rank(job), *rest)
        return (block, *rest)


def sieve_menu(parent: QWidget, sieve: Sieve, choose: Callable[[Sieve], None]) -> QMenu:
    """All choices; those that count now are marked."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    which = QActionGroup(menu)
    for standing, text in TEXTS.items():
        entry = which.addAction(text)
        entry.setCheckable(True)
        entry.setChecked(standing is sieve.standing)
        entry.triggered.connect(partial(choose, Sieve(standing, sieve.by_brush)))
    menu.addActions(which.actions())
    menu.addSeparator()
    order = QActionGroup(menu)
    for by_brush, text in ((False, BY_AGE), (True, BY_BRUSH)):
        entry = order.addAction(text)
        entry.setCheckable(True)
        entry.setChecked(by_brush is sieve.by_brush)
        entry.triggered.connect(partial(choose, Sieve(sieve.standing, by_brush)))
    menu.addActions(order.actions())
    return menu
