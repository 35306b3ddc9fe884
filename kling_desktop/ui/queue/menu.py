"""What the menu of a row offers: for the job under the mouse, or for all that are marked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from kling_desktop.domain.jobs import WAITING, JobState
from kling_desktop.ui import icons
from kling_desktop.ui.queue.offers import MORE, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.queue.panel import QueuePanel

STOPPABLE = {*WAITING, JobState.UPLOADING}
"""States in which a job can still be held back."""


def row_menu(panel: QueuePanel, job: Job, marked: Sequence[Job]) -> QMenu:
    """The menu of a job; what concerns its place is about all that are marked with it."""
    together = list(marked) if job in marked else [job]
    menu = QMenu(panel)
    menu.setToolTipsVisible(True)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _add_cancel(panel, menu, job, together)
    _add_waiting(panel, menu, job, together)
    folder = menu.addAction(icons.icon("folder"), "Show in folder")
    folder.setEnabled(bool(job.clips))
    folder.setToolTip(job.clips[0].path if job.clips else "")
    folder.triggered.connect(lambda: panel.folder_asked.emit(job.clips[0].path))
    _add_chains(panel, menu, job, together)
    _add_wishes(panel, menu, job)
    return menu


def _add_chains(panel: QueuePanel, menu: QMenu, job: Job, together: Sequence[Job]) -> None:
    """What can be made of clips that are there."""
    there = [each for each in together if each.state is JobState.DONE and each.clips]
    if job not in there:
        return
    menu.addSeparator()
    if len(there) > 1:
        join = menu.addAction(f"Join {len(there)} clips")
        join.triggered.connect(lambda: panel.chained.emit("join", there))
    after = menu.addAction("Continue from its last frame")
    after.triggered.connect(lambda: panel.chained.emit("continue", [job]))
    before = menu.addAction("Use its first frame as the end picture")
    before.triggered.connect(lambda: panel.chained.emit("as-end", [job]))


def _add_cancel(panel: QueuePanel, menu: QMenu, job: Job, together: Sequence[Job]) -> None:
    several = len(together) > 1
    text = f"Cancel {len(together)} jobs{MORE}" if several else "Cancel job"
    cancel = menu.addAction(icons.icon("cancel"), text)
    cancel.setEnabled(not job.is_over)
    cancel.setVisible(job.state is not JobState.UNCERTAIN)  # It is given up instead.
    if several:
        cancel.triggered.connect(lambda: panel.cancel_all_asked.emit(together))
    else:
        cancel.triggered.connect(lambda: panel.cancel_asked.emit(job))


def _add_waiting(panel: QueuePanel, menu: QMenu, job: Job, together: Sequence[Job]) -> None:
    """What can be done with jobs that were not sent yet."""
    if job.state not in STOPPABLE:
        return
    jobs = [each for each in together if each.state in STOPPABLE]
    number = f" {len(jobs)} jobs" if len(jobs) > 1 else ""
    is_held = all(each.state is JobState.HELD for each in jobs)
    hold = menu.addAction(f"Release{number}" if is_held else f"Hold{number}")
    hold.triggered.connect(lambda: panel.hold_asked.emit(jobs))
    waiting = [each for each in jobs if each.state in WAITING]
    if not waiting:
        return
    later = menu.addAction(icons.icon("clock"), f"Start at a time{MORE}")
    later.triggered.connect(lambda: panel.later_asked.emit(waiting))
    if any(each.run_at for each in waiting):
        soon = menu.addAction("Start as soon as its turn comes")
        soon.triggered.connect(lambda: panel.soon_asked.emit(waiting))
    if job.state is JobState.HELD:
        edit = menu.addAction(f"Edit{MORE}")
        edit.triggered.connect(lambda: panel.edit_asked.emit(job))
    for where, before in panel.model.ways_of(*waiting).items():
        move = menu.addAction(where.value)
        ids = panel.model.in_line({each.id for each in waiting})
        move.triggered.connect(partial(_move, panel, ids, before))


def _move(panel: QueuePanel, ids: object, before: object) -> None:
    panel.move_asked.emit(ids, before)


def _add_wishes(panel: QueuePanel, menu: QMenu, job: Job) -> None:
    menu.addSeparator()
    for offer in panel.offers_of(job):
        entry = menu.addAction(offer.text)
        entry.setEnabled(offer.enabled)
        entry.triggered.connect(partial(_wish, panel, offer.wish, job))
    was_sent = job.state not in STOPPABLE
    sent = menu.addAction(f"See what {'was' if was_sent else 'will be'} sent{MORE}")
    sent.setEnabled(bool(job.params))
    sent.triggered.connect(partial(_wish, panel, Wish.INSPECT, job))
    story = menu.addAction(icons.icon("info"), "What happened?")
    story.triggered.connect(partial(_wish, panel, Wish.STORY, job))


def _wish(panel: QueuePanel, wish: Wish, job: Job) -> None:
    panel.wished.emit(wish, job)
