"""Whether jobs of another key are of the account in use after all: its own list of requests tells.

The usual reason is a key that was replaced by a new one of the same account. Only the list of the
account in use is read; nothing about the others' requests is asked or told.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.engine.matching import sent_about

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

MOST = 3
"""Requests of each other key that are looked for: one that is found is proof enough."""
FAR_BACK = 200
"""Jobs among which such requests are looked for; the newest."""


async def find_kin(world: World) -> bool:
    """Whether another key turned out to be one of the account in use."""
    if not world.whose.holder.mark:
        return False
    found = False
    for mark, jobs in _strangers(world).items():
        if await _is_listed(world, jobs[:MOST]):
            log.info("another key is of this account: its requests are in the list")
            world.whose.take(mark)
            found = True
    return found


def _strangers(world: World) -> dict[str, list[Job]]:
    """Jobs whose requests have names, by the mark of their key; those first that are not over."""
    ledger, backend = world.ledger, world.backend
    newest = ledger.page(None, FAR_BACK, backend)
    jobs = {job.id: job for job in (*ledger.under_way(backend), *newest)}
    found: dict[str, list[Job]] = {}
    open_ones: set[str] = set()
    for job in sorted(jobs.values(), key=lambda job: job.is_over):
        if not world.whose.holder.is_foreign(job):
            continue
        if not job.is_over:
            open_ones.add(job.account)
        if job.request_id is not None:
            found.setdefault(job.account, []).append(job)
    # Where nothing of theirs is open nothing waits for an answer.
    open_ones |= {job.account for job in ledger.uncertain(backend)}
    return {mark: found[mark] for mark in found if mark in open_ones}


async def _is_listed(world: World, jobs: Sequence[Job]) -> bool:
    for job in jobs:
        try:
            listed = await world.provider.past_requests(job.endpoint, *sent_about(job))
        except KlingDesktopError as error:
            log.info("the list of requests cannot be read code=%s", error.code)
            return False
        if any(each.request_id == job.request_id for each in listed):
            return True
    return False
