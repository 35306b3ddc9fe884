"""What comes over a line: HTTP as bytes, streams, what is packed, pictures of the web."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

import httpx

from kling_desktop.domain import errors as e
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.events import EventParser
from kling_desktop.fal.foreign import ForeignPictures
from kling_desktop.fal.lean import _Connection
from kling_desktop.fal.packing import unpacked
from kling_desktop.fal.reading import read_object, read_status
from tests.fal.fakes import Script
from tests.fuzz.target import Target
from tests.fuzz.targets.answers import BETWEEN, SSE, WORDS, answer, http

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


def _events(data: bytes, _: Path) -> object:
    parser, found = EventParser(), []
    for at in range(0, len(data), 100):
        for event in parser.feed(data[at : at + 100]):
            try:
                found.append(read_status(read_object(event)))
            except e.ServiceDown:
                continue
    return found


def _lean(data: bytes, _: Path) -> object:
    return asyncio.run(_exchanged(data))


async def _exchanged(data: bytes) -> object:
    import h11

    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    connection = _Connection(reader, cast("asyncio.StreamWriter", _Writer()), 5.0)
    try:
        return await connection.exchange("/x", {"Host": "x"}, 1000)
    except (OSError, EOFError, ValueError, h11.ProtocolError):
        return None  # as ``Lean.get`` does: the ordinary way is asked then


class _Writer:
    def write(self, data: bytes) -> None:
        assert data

    def is_closing(self) -> bool:
        return False


def _unpacked(data: bytes, _: Path) -> object:
    kind, _mark, body = data.partition(b"\n")
    return asyncio.run(_all(unpacked(_pieces(body), kind.decode("latin-1"))))


async def _pieces(data: bytes) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(data), 700):
        yield data[at : at + 700]


async def _all(stream: AsyncGenerator[bytes, None]) -> int:
    size = 0
    try:
        async with aclosing(stream):
            async for piece in stream:
                assert len(piece) <= 10_000_000, "a piece of what is packed is large"
                size += len(piece)
                if size > 50_000_000:
                    break
    except httpx.HTTPError:
        return -1  # what httpx raises, ``wire`` makes an error of ours
    return size


def _picture(data: bytes, _: Path) -> object:
    script = Script(*(answer(each) for each in data.split(BETWEEN)[:4]))

    async def look_up(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14"]

    fetch = ForeignPictures(look_up=look_up, transport=script)
    return asyncio.run(fetch("https://example.org/a/b.png"))


def _backend(data: bytes, _: Path) -> object:
    text = data.decode("utf-8", "surrogateescape")
    return Backend.at(text), Backend.live().serves_media(text), Backend.live().takes_key(text)


TARGETS = (
    Target(
        "events",
        _events,
        lambda: [SSE, b"\xef\xbb\xbf: x\rdata:{}\r\rdata\n\n"],
        ("fal.events",),
        words=(b"data:", b"\r", b"\n\n", b": "),
    ),
    Target(
        "bare-http",
        _lean,
        lambda: [
            b"HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Length: 2\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200\r\n\r\nx",
        ],
        ("fal.lean",),
        words=(b"HTTP/1.1", b"100", b"101", b"Transfer-Encoding: chunked", b"Content-Length: "),
    ),
    Target(
        "packed",
        _unpacked,
        lambda: [
            b"gzip\n" + gzip.compress(b"x" * 100_000),
            b"deflate\n" + gzip.compress(b"x")[10:],
            b"identity\nx",
            b"gzip, gzip\n" + gzip.compress(gzip.compress(b"x")),
        ],
        ("fal.packing",),
        words=(b"gzip", b"deflate", b"br", b"zstd"),
    ),
    Target(
        "web-picture",
        _picture,
        lambda: [
            http(200, b"\x89PNG\r\n\x1a\nx", content_type="image/png"),
            http(302, location="https://example.org/c") + BETWEEN + http(200, b"\xff\xd8\xffx"),
            http(301, location="//other.org/x"),
            http(200, b"<html>", content_length="9"),
        ],
        ("fal.foreign", "domain.foreign"),
        words=(*WORDS, b"http://", b"//", b"[::1]"),
    ),
    Target(
        "backend-address",
        _backend,
        lambda: [b"http://127.0.0.1:8000/", b"https://v3.fal.media/files/x", b"http://[::1]:1/x"],
        ("fal.backend",),
        words=(b"http://", b"fal.media", b":", b"@", b"[", b"]", b"\\"),
    ),
)
