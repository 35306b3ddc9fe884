"""Packed answers: what is honest is read, and a bomb is stopped by its size."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain import errors as e
from kling_desktop.fal.packing import AT_ONCE, unpacked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


async def _cut(data: bytes, size: int) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def _read(data: bytes, encoding: str, size: int = 7) -> bytes:
    pieces = [piece async for piece in unpacked(_cut(data, size), encoding)]
    assert all(len(piece) <= max(AT_ONCE, size) for piece in pieces)
    return b"".join(pieces)


@given(st.binary(max_size=3000), st.integers(1, 500), st.sampled_from(["", "gzip", "deflate"]))
def test_what_was_packed_comes_out_however_it_is_cut(data: bytes, size: int, kind: str) -> None:
    packed = {"": data, "gzip": gzip.compress(data), "deflate": zlib.compress(data)}[kind]
    assert asyncio.run(_read(packed, kind, size)) == data


async def test_a_bomb_comes_out_in_small_pieces() -> None:
    bomb = gzip.compress(bytes(8 * 1024 * 1024))
    assert len(await _read(bomb, "gzip", size=len(bomb))) == 8 * 1024 * 1024


@pytest.mark.parametrize("kind", ["br", "zstd", "gzip, gzip", "gzip,deflate", "compress", "x"])
async def test_a_packing_that_nobody_asked_for_is_no_answer(kind: str) -> None:
    with pytest.raises(e.ServiceDown):
        await _read(b"x", kind)


BROKEN = gzip.compress(b"x", mtime=0)[:5] + b"zzzzzz"


@pytest.mark.parametrize("data", [b"<html>not packed</html>", BROKEN], ids=["page", "broken"])
async def test_bad_packing_is_no_answer(data: bytes) -> None:
    with pytest.raises(e.ServiceDown):
        await _read(data, "gzip")
