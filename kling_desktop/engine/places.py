"""Places in the queue, which many jobs tell at once: written together, with one wait for the disk.

Whatever was heard in one turn of the loop is one batch. While the disk makes everybody wait more is
heard, so the batches grow as they must.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.jobs import JobState

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import JobId
    from kling_desktop.engine.errand import Errand

log = logging.getLogger(__name__)

CAUSE = "place in the queue"


class Places:
    """What was heard and is not written yet."""

    def __init__(self) -> None:
        self._heard: dict[JobId, tuple[Errand, int | None]] = {}
        self._due: asyncio.Handle | None = None

    def hear(self, errand: Errand, place: int | None) -> None:
        """Keep the place of a job that waits in the queue, soon; the last one counts."""
        self._heard[errand.job.id] = (errand, place)
        if self._due is None:
            self._due = asyncio.get_running_loop().call_soon(self.write)

    def write(self) -> None:
        """Keep now what was heard, where it is news, and tell it then.

        A ledger that refuses costs no more than these places: the next ones come soon.
        """
        heard, self._heard = self._heard.values(), {}
        if self._due is not None:
            self._due.cancel()
            self._due = None
        changed = [
            (errand, errand.job.but(errand.world.clock.now(), queue_position=place))
            for errand, place in heard
            if errand.job.state is JobState.QUEUED and errand.job.queue_position != place
        ]
        if not changed:
            return
        try:
            changed[0][0].world.ledger.save_all([(job, CAUSE) for _, job in changed])
        except KlingDesktopError as error:
            log.info("%d places are not kept code=%s", len(changed), error.code)
            return
        for errand, job in changed:
            errand.accept(job)
