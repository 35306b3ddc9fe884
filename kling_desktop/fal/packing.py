"""Answers that come packed, unpacked a little at a time.

httpx would unpack each piece whole, and packings inside packings as well: a few kilobytes of a
malicious answer become more bytes than a computer has, before anybody can count them.
"""

from __future__ import annotations

import zlib
from contextlib import aclosing
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

PACKING = "gzip"
"""What we ask for."""
AT_ONCE = 64 * 1024
"""Bytes that are unpacked before whoever reads is asked whether it is enough."""
_KINDS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


async def unpacked(raw: AsyncGenerator[bytes, None], encoding: str) -> AsyncGenerator[bytes, None]:
    """The bytes that were meant.

    Raises:
        ServiceDown: they are packed in a way that nobody asked for, or badly.
    """
    kind = encoding.strip().lower()
    async with aclosing(raw):
        if kind in {"", "identity"}:
            async for piece in raw:
                yield piece
            return
        if kind not in _KINDS:
            raise e.ServiceDown("the answer is packed in a way that nobody asked for")
        packer = zlib.decompressobj(_KINDS[kind])
        is_begun = False
        async for piece in raw:
            left, is_begun = piece, True
            while left and not packer.eof:
                yield _some(packer, left)
                left = packer.unconsumed_tail
        while not packer.eof and (rest := _some(packer, packer.unconsumed_tail)):
            yield rest
        if is_begun and not packer.eof:
            raise e.ServiceDown("the answer breaks off")


def _some(packer: zlib._Decompress, packed: bytes) -> bytes:
    try:
        return packer.decompress(packed, AT_ONCE)
    except zlib.error:
        raise e.ServiceDown("the answer is packed badly") from None
