from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Patience
from tests.fal.fakes import BACKEND, ORIGIN, Progress, RawServer, Script, content, http, raw_server

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import SecretStr

CLIP = bytes(range(256)) * 2500
URL = f"{ORIGIN}/cdn/files/x.mp4"
TAG = {"etag": '"one"'}


def whole(headers: Mapping[str, str] = TAG) -> Answer:
    return Answer(200, {"content-length": str(len(CLIP)), **headers}, CLIP)


def rest(begins: int, *, stated: str = "", total: int = len(CLIP)) -> Answer:
    value = stated or f"bytes {begins}-{total - 1}/{total}"
    return Answer(206, {"content-range": value, **TAG}, CLIP[begins:])


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "clip.part"


@pytest.fixture
def full(part: Path) -> Path:
    part.symlink_to("/dev/full")
    return part


def begun(part: Path, done: int, **other: object) -> None:
    """A part as an earlier try has left it."""
    part.write_bytes(CLIP[:done])
    mark = {"address": URL, "size": len(CLIP), "etag": '"one"', **other}
    part.with_name(part.name + ".etag").write_text(json.dumps(mark), "utf-8")


async def test_a_clip_comes_whole_and_without_the_key(part: Path, key: SecretStr) -> None:
    script, progress = Script(whole()), Progress()
    provider = FalProvider(BACKEND, key, transport=script)
    assert await provider.download(f"{URL}?signature=1", part, progress) == len(CLIP)
    assert content(part) == CLIP
    assert "authorization" not in script.last.headers
    assert script.last.headers["accept-encoding"] == "identity"
    assert progress.seen[0] == (0, len(CLIP))
    assert progress.seen[-1] == (len(CLIP), len(CLIP))


async def test_nothing_but_the_clip_is_left(part: Path, key: SecretStr) -> None:
    begun(part, 1000)
    await FalProvider(BACKEND, key, transport=Script(rest(1000))).download(URL, part, Progress())
    assert list(part.parent.iterdir()) == [part]


async def test_a_download_goes_on_where_it_stopped(part: Path, key: SecretStr) -> None:
    begun(part, 1000)
    script, progress = Script(rest(1000)), Progress()
    provider = FalProvider(BACKEND, key, transport=script)
    assert await provider.download(f"{URL}?signature=2", part, progress) == len(CLIP)
    assert script.last.headers["range"] == "bytes=1000-"
    assert script.last.headers["if-range"] == '"one"'
    assert content(part) == CLIP
    assert progress.seen[0] == (1000, len(CLIP))


async def test_a_file_that_changed_comes_from_its_beginning(part: Path, key: SecretStr) -> None:
    begun(part, 1000, etag='"old"')
    script = Script(whole())
    await FalProvider(BACKEND, key, transport=script).download(URL, part, Progress())
    assert len(script.requests) == 1
    assert content(part) == CLIP


@pytest.mark.parametrize(
    "refusal",
    [
        Answer(416, {"content-range": f"bytes */{len(CLIP)}"}),
        rest(999),
        rest(1000, total=len(CLIP) + 1),
        rest(1000, stated="bytes all of it"),
    ],
)
async def test_a_range_that_is_not_what_we_asked_for_starts_over_once(
    refusal: Answer, part: Path, key: SecretStr
) -> None:
    begun(part, 1000)
    script = Script(refusal, whole())
    await FalProvider(BACKEND, key, transport=script).download(URL, part, Progress())
    assert [("range" in each.headers) for each in script.requests] == [True, False]
    assert content(part) == CLIP


async def test_a_server_that_never_begins_at_the_beginning_is_broken(
    part: Path, key: SecretStr
) -> None:
    begun(part, 1000)
    with pytest.raises(e.ServiceDown):
        await FalProvider(BACKEND, key, transport=Script(Answer(416))).download(
            URL, part, Progress()
        )


@pytest.mark.parametrize(
    "other",
    [
        {"address": URL + "x"},
        {"size": 1000},
        {"size": "many"},
        {"nonsense": 1},
    ],
)
async def test_a_part_of_another_file_is_not_continued(
    other: dict[str, object], part: Path, key: SecretStr
) -> None:
    begun(part, 1000, **other)
    script = Script(whole())
    await FalProvider(BACKEND, key, transport=script).download(URL, part, Progress())
    assert "range" not in script.last.headers
    assert content(part) == CLIP


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00"])
async def test_a_bookmark_that_cannot_be_read_is_none(
    text: str, part: Path, key: SecretStr
) -> None:
    begun(part, 1000)
    part.with_name(part.name + ".etag").write_text(text)
    script = Script(whole())
    await FalProvider(BACKEND, key, transport=script).download(URL, part, Progress())
    assert "range" not in script.last.headers


@pytest.mark.parametrize("tag", ['W/"weak"', "", '"t\u00e4g"'])
async def test_only_a_strong_tag_is_kept(tag: str, part: Path, key: SecretStr) -> None:
    headers = {"content-length": str(len(CLIP) + 1), "etag": tag}
    # The scripted body is shorter than stated, so the part and its bookmark stay.
    script = Script(Answer(200, headers, CLIP), rest(len(CLIP), total=len(CLIP) + 1))
    provider = FalProvider(BACKEND, key, transport=script)
    for _ in range(2):
        with pytest.raises(e.Transient, match="stopped at"):
            await provider.download(URL, part, Progress())
    assert "range" in script.last.headers
    assert "if-range" not in script.last.headers


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_file_that_is_gone_is_gone(status: int, part: Path, key: SecretStr) -> None:
    with pytest.raises(e.ResultGone):
        await FalProvider(BACKEND, key, transport=Script(Answer(status))).download(
            URL, part, Progress()
        )


@pytest.mark.parametrize("status", [302, 429, 500, 503])
async def test_a_file_that_does_not_come_now_leaves_the_part_alone(
    status: int, part: Path, key: SecretStr
) -> None:
    begun(part, 1000)
    with pytest.raises(e.Transient):
        await FalProvider(BACKEND, key, transport=Script(Answer(status))).download(
            URL, part, Progress()
        )
    assert content(part) == CLIP[:1000]


async def test_a_foreign_file_is_not_asked_for(part: Path, key: SecretStr) -> None:
    script = Script(whole())
    with pytest.raises(e.ForeignOrigin):
        await FalProvider(BACKEND, key, transport=script).download(
            "https://evil.example/x.mp4", part, Progress()
        )
    assert not script.requests


async def test_an_absurd_size_is_refused_before_a_byte_is_written(
    part: Path, key: SecretStr
) -> None:
    huge = Answer(200, {"content-length": str(2**40)}, b"x")
    with pytest.raises(e.ProtocolBroken):
        await FalProvider(BACKEND, key, transport=Script(huge)).download(URL, part, Progress())
    assert not list(part.parent.glob("*"))


async def test_a_folder_is_made_when_it_is_first_written_to(part: Path, key: SecretStr) -> None:
    inner = part.parent / "clips" / "today" / "clip.part"
    await FalProvider(BACKEND, key, transport=Script(whole())).download(URL, inner, Progress())
    assert content(inner) == CLIP


async def test_what_is_no_folder_cannot_be_written(part: Path, key: SecretStr) -> None:
    begun(part, 1000)
    provider = FalProvider(BACKEND, key, transport=Script(whole()))
    with pytest.raises(e.FolderUnusable):
        await provider.download(URL, part / "clip.part", Progress())


@pytest.mark.skipif(sys.platform != "linux", reason="a full disk is a device on Linux alone")
async def test_a_full_disk_cannot_be_written(full: Path, key: SecretStr) -> None:
    provider = FalProvider(BACKEND, key, transport=Script(whole()))
    with pytest.raises(e.FolderUnusable, match="No space left"):
        await provider.download(URL, full, Progress())


def _file_url(server: RawServer) -> str:
    return f"{server.origin}/cdn/files/x.mp4"


async def test_a_connection_that_breaks_costs_only_the_rest(part: Path, key: SecretStr) -> None:
    start = http("200 OK", CLIP, 'ETag: "one"')
    async with raw_server() as server:
        provider = FalProvider(Backend.at(server.origin), key)
        server.acts = [server.reply(start[:400_000])]
        with pytest.raises(e.Transient):
            await provider.download(_file_url(server), part, Progress())
        kept = len(content(part))
        assert content(part) == CLIP[:kept]
        stated = f"Content-Range: bytes {kept}-{len(CLIP) - 1}/{len(CLIP)}"
        server.acts = [server.reply(http("206 Partial Content", CLIP[kept:], stated))]
        assert await provider.download(_file_url(server), part, Progress()) == len(CLIP)
        await provider.aclose()
    asked = re.search(rb"range: bytes=(\d+)-", server.requests[1], re.IGNORECASE)
    assert asked is not None
    assert int(asked[1]) == kept > 300_000
    assert content(part) == CLIP


async def test_a_download_that_is_cancelled_keeps_what_has_arrived(
    part: Path, key: SecretStr
) -> None:
    answer = http("200 OK", CLIP)
    pieces = [answer[:300_000], *(bytes([each]) for each in answer[300_000:])]
    begun = asyncio.Event()

    def on_progress(done: int, _total: int | None) -> None:
        if done:
            begun.set()

    async with raw_server() as server:
        server.acts = [server.reply(*pieces, pause=0.01)]
        provider = FalProvider(Backend.at(server.origin), key)
        download = asyncio.create_task(provider.download(_file_url(server), part, on_progress))
        await begun.wait()
        download.cancel()
        with pytest.raises(asyncio.CancelledError):
            await download
        await provider.aclose()
    kept = content(part)
    assert len(kept) >= 262144
    assert kept == CLIP[: len(kept)]


async def test_a_file_that_only_drips_is_given_up_and_kept(part: Path, key: SecretStr) -> None:
    pieces = [http("200 OK", CLIP)[:200], *(bytes([each]) for each in CLIP)]
    async with raw_server() as server:
        server.acts = [server.reply(*pieces, pause=0.01)]
        provider = FalProvider(Backend.at(server.origin), key, patience=Patience(block=0.2))
        with pytest.raises(e.TimedOut):
            await provider.download(_file_url(server), part, Progress())
        await provider.aclose()
    assert content(part)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain", "application/json"])
async def test_a_page_in_the_place_of_the_file_is_no_file(
    kind: str, key: SecretStr, tmp_path: Path
) -> None:
    page = Answer(200, {"content-type": kind}, b"please sign in")
    provider = FalProvider(BACKEND, key, transport=Script(page))
    with pytest.raises(e.ServiceDown, match="a page"):
        await provider.download(f"{BACKEND.cdn}/x.mp4", tmp_path / "part", Progress())
    assert not (tmp_path / "part").exists()
