"""News of a request as it happens: its status stream, until it breaks or the user wants something.

A stream tells sooner than looks do and costs the service less, but it may be held back or cut by
whatever stands in between. It is therefore only a help: after it, the status is asked for.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.engine.verdicts import ref_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from kling_desktop.domain.requests import RequestStatus
    from kling_desktop.engine.errand import Errand

log = logging.getLogger(__name__)

BREAKS = 3
"""A job whose stream broke this often looks for itself from then on."""


async def news(errand: Errand) -> AsyncGenerator[RequestStatus, None]:
    """Each status as the service tells it; ends when there is no more to hear for now.

    It ends at once where enough jobs listen already, where this one's stream broke too often, and
    where the user wants to cancel, since a wish is passed on between looks.
    """
    ears = errand.world.ears
    if errand.stream_breaks >= BREAKS or errand.cancel_asked or ears.locked():
        return
    follow = errand.world.provider.follow
    async with (
        ears,
        aclosing(follow(ref_of(errand))) as stream,
        aclosing(_until_nudged(errand, stream)) as statuses,
    ):
        try:
            async for status in statuses:
                yield status
        except KlingDesktopError as error:
            errand.stream_breaks += 1
            log.info("job=%s stream broke code=%s (%s)", errand.job.id, error.code, error.detail)


async def _until_nudged(
    errand: Errand, stream: AsyncIterator[RequestStatus]
) -> AsyncGenerator[RequestStatus, None]:
    nudge = asyncio.ensure_future(errand.nudged())
    try:
        while True:
            following = asyncio.ensure_future(anext(stream, None))
            try:
                await asyncio.wait((following, nudge), return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not following.done():
                    following.cancel()
                    await asyncio.gather(following, return_exceptions=True)
            if following.cancelled() or (status := following.result()) is None:
                return
            yield status
    finally:
        nudge.cancel()
        await asyncio.gather(nudge, return_exceptions=True)
