"""The picture that somebody once sent, fetched to be recognised; it is never kept."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.carrying import start_in
from kling_desktop.domain.errors import KlingDesktopError, ProtocolBroken

if TYPE_CHECKING:
    from kling_desktop.domain.requests import PastRequest
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

LARGEST = 32 * 1024**2
"""Bytes; fal takes pictures of up to ten megabytes."""


async def glimpse(world: World, past: PastRequest) -> bytes | None:
    """The bytes of the picture; None where there is none, or it cannot be had."""
    address = start_in(past.body or {})
    if address.startswith("data:"):
        return _inline(address)
    if not address.startswith(("http://", "https://")):
        return None
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, ignore_cleanup_errors=True)
    try:
        part = Path(folder.name) / "picture"
        await world.provider.download(address, part, _within)
        return await asyncio.to_thread(part.read_bytes)
    except (KlingDesktopError, OSError) as error:
        log.info("no glimpse of a picture reason=%s", type(error).__name__)
        return None
    finally:
        await asyncio.to_thread(folder.cleanup)


def _within(done: int, total: int | None) -> None:
    if max(done, total or 0) > LARGEST:
        raise ProtocolBroken("the picture is absurdly large")


def _inline(address: str) -> bytes | None:
    head, _, text = address.partition(",")
    if not head.endswith(";base64") or len(text) > LARGEST:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
