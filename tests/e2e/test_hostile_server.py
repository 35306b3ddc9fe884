"""A server that means harm: the key stays here, nothing is written elsewhere, nothing hangs.

It keeps to fal's protocol but for one stage, where it first answers as the scenario has it. Beside
it listens an accomplice on another port, that is, at another origin, who notes all it hears.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from pydantic import SecretStr

from kling_desktop.domain.errors import ClipDamaged
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.fal import media
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import LARGEST_ANSWER, Patience
from kling_desktop.media.pictures import prepare, size_of
from kling_desktop.storage.files import StoredFiles
from tests.fal.fakes import content
from tests.helpers.worlds import I2V, Scene, a_draft

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import JobId
    from kling_desktop.engine.engine import Engine

S = JobState
KEY_ID, KEY_SECRET = "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "f00dfacef00dfacef00dfacef00dface"
KEY = SecretStr(f"{KEY_ID}:{KEY_SECRET}")
CLIP = b"a clip, as far as this test looks at clips " * 100
IMPATIENT = Patience(
    connect=2.0, read=0.3, write=0.3, answer=0.5, block=0.5, silence=0.3, news=0.5
)  # fmt: skip
TIRELESS = 25.0
"""Seconds after which something hangs; the slowest scenario gives up after three."""
LENGTH = "Content-Length: {}"

Stream = asyncio.StreamWriter


def http(status: str, body: bytes, *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", *headers)
    if not any(each.lower().startswith("content-length") for each in headers):
        lines = (*lines, LENGTH.format(len(body)))
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def told(document: Any, status: str = "200 OK") -> bytes:
    return http(status, json.dumps(document).encode(), "Content-Type: application/json")


@dataclass
class Villain:
    """Both servers; ``evil`` are the first answers of a stage, ``times`` of them."""

    stage: str = ""
    evil: Callable[[Villain], bytes | Callable[[Stream], Any]] | None = None
    times: int = 2
    port: int = 0
    other: int = 0
    accepted: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    heard_here: list[bytes] = field(default_factory=list)
    heard_elsewhere: list[bytes] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def elsewhere(self) -> str:
        return f"http://127.0.0.1:{self.other}"

    async def serve(self, reader: asyncio.StreamReader, writer: Stream) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                head, method, path = await self._read(reader)
                self.heard_here.append(head)
                if not await self._answer(writer, _stage(method, path)):
                    break
        writer.close()

    async def overhear(self, reader: asyncio.StreamReader, writer: Stream) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while piece := await reader.read(65536):
                self.heard_elsewhere.append(piece)
                writer.write(http("200 OK", CLIP, "Content-Type: video/mp4"))
                await writer.drain()
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[bytes, str, str]:
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.decode("latin-1").split("\r\n"):
            if line.lower().startswith("content-length:"):
                length = int(line.split(":")[1])
        await reader.readexactly(length)
        method, path, _ = head.decode("latin-1").split(" ", 2)
        return head, method, path.partition("?")[0]

    async def _answer(self, writer: Stream, stage: str) -> bool:
        if stage == "submit":
            self.accepted += 1
        number = self.asked[stage] = self.asked.get(stage, 0) + 1
        if stage != self.stage or number > self.times or self.evil is None:
            writer.write(self._honest(stage))
            await writer.drain()
            return True
        answer = self.evil(self)
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)
        return False  # Whoever lies about lengths cannot keep a connection.

    def _honest(self, stage: str) -> bytes:
        at = self.origin
        match stage:
            case "initiate":
                return told({"upload_url": f"{at}/cdn/up/1", "file_url": f"{at}/cdn/files/1.png"})
            case "submit":
                return told({"request_id": f"request-{self.accepted}"})
            case "status":
                return told({"status": "COMPLETED"})
            case "result":
                return told({"video": {"url": f"{at}/cdn/files/clip.mp4"}})
            case "download":
                return http("200 OK", CLIP, "Content-Type: video/mp4")
            case _:
                return http("200 OK", b"")


def _stage(method: str, path: str) -> str:
    if path.endswith("/initiate"):
        return "initiate"
    if path.startswith("/cdn/"):
        return "upload" if method == "PUT" else "download"
    if method == "POST":
        return "submit"
    tail = path.rsplit("/", 1)[-1]
    return tail if tail in {"status", "cancel"} else "result"


@asynccontextmanager
async def serving(villain: Villain) -> AsyncIterator[Villain]:
    writers: list[Stream] = []

    def noted(serve: Callable[..., Any]) -> Callable[..., Any]:
        async def serve_one(reader: asyncio.StreamReader, writer: Stream) -> None:
            writers.append(writer)
            await serve(reader, writer)

        return serve_one

    here = await asyncio.start_server(noted(villain.serve), "127.0.0.1", 0)
    there = await asyncio.start_server(noted(villain.overhear), "127.0.0.1", 0)
    villain.port, villain.other = (each.sockets[0].getsockname()[1] for each in (here, there))
    try:
        yield villain
    finally:
        for server in (here, there):
            server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@dataclass(frozen=True)
class _Measured:
    width: int = 640
    height: int = 360
    frames: int = 150
    fps: float = 30.0
    codec: str = "h264"


async def _measure(path: Path) -> _Measured:
    if content(path) != CLIP:
        raise ClipDamaged("it is no video")
    return _Measured()


async def live(folder: Path, villain: Villain, *, rests: bool = True) -> Job:
    """One job of the real engine, wire and disk; with ``rests`` until it rests."""
    picture = folder / "boat.png"
    Image.new("RGB", (300, 300)).save(picture)
    home = folder / "home"
    scene = Scene(home)
    files = StoredFiles(
        home / "inputs",
        prepare=prepare,
        measure=_measure,
        prepare_mask=prepare,
        size_of=size_of,
        seconds_of=lambda _, __: 0.0,
    )
    provider = FalProvider(Backend.at(villain.origin), KEY, patience=IMPATIENT)
    world = replace(scene.world(), provider=provider, files=files)
    async with asyncio.timeout(TIRELESS), scene.engine(world=world) as engine:
        job = await engine.generate(a_draft(I2V, image_url=str(picture)))
        if rests:
            return await engine.wait(job.id)
        return await _troubled(engine, job.id)


async def _troubled(engine: Engine, job_id: JobId) -> Job:
    """The job as soon as it has something to say; it may go on for ever."""
    said: asyncio.Future[Job] = asyncio.get_running_loop().create_future()

    def hear(event: Event) -> None:
        if isinstance(event, JobChanged) and event.job.trouble and not said.done():
            said.set_result(event.job)

    unsubscribe = engine.subscribe(hear)
    if engine.job(job_id).trouble is not None:
        unsubscribe()
        return engine.job(job_id)
    try:
        return await said
    finally:
        unsubscribe()


async def attack(folder: Path, villain: Villain, *, rests: bool = True) -> Job:
    async with serving(villain):
        job = await live(folder, villain, rests=rests)
    _nothing_leaked(folder, villain)
    return job


def _nothing_leaked(folder: Path, villain: Villain) -> None:
    heard = b"".join(villain.heard_elsewhere)
    for secret in _forms():
        assert secret not in heard
    files = [each for each in folder.rglob("*") if each.is_file()]
    allowed = (folder / "home" / "clips", folder / "home" / "inputs")
    for each in files:
        assert each == folder / "boat.png" or any(root in each.parents for root in allowed), each
        assert not any(secret in each.read_bytes() for secret in _forms())


def _forms() -> Iterator[bytes]:
    whole = f"{KEY_ID}:{KEY_SECRET}".encode()
    yield from (KEY_ID.encode(), KEY_SECRET.encode(), base64.b64encode(whole))


def _redirect(status: int) -> Callable[[Villain], bytes]:
    return lambda villain: http(f"{status} Moved", b"", f"Location: {villain.elsewhere}/take")


def _drip(prefix: bytes, byte: bytes) -> Callable[[Villain], Callable[[Stream], Any]]:
    """Bytes that come one by one, for ever."""

    async def drip(writer: Stream) -> None:
        writer.write(prefix)
        while True:
            writer.write(byte)
            await writer.drain()
            await asyncio.sleep(0.02)

    return lambda _: drip


def _flood(prefix: bytes, block: bytes) -> Callable[[Villain], Callable[[Stream], Any]]:
    """As many bytes as anybody takes."""

    async def flood(writer: Stream) -> None:
        writer.write(prefix)
        while True:
            writer.write(block)
            await writer.drain()

    return lambda _: flood


def _always(answer: bytes) -> Callable[[Villain], bytes]:
    return lambda _: answer


_HEAD = b"HTTP/1.1 200 OK\r\n"
_PAGE = b"<!doctype html><title>Sign in</title><form action='https://evil.example'>"
_BOMB = gzip.compress(bytes(16 * LARGEST_ANSWER))
_JSON = "Content-Type: application/json"
_CHUNK = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
HARM: dict[str, Callable[[Villain], bytes | Callable[[Stream], Any]]] = {
    "a redirect 301": _redirect(301),
    "a redirect 302": _redirect(302),
    "a redirect 307": _redirect(307),
    "a redirect 308": _redirect(308),
    "a page": _always(http("200 OK", _PAGE, "Content-Type: text/html")),
    "a page that says it is JSON": _always(http("200 OK", _PAGE, _JSON)),
    "a video in its place": _always(http("200 OK", b"\0\0\0\x18ftyp", "Content-Type: video/mp4")),
    "four gigabytes announced": _always(http("200 OK", b"{", LENGTH.format(4 * 1024**3), _JSON)),
    "a length beyond numbers": _always(http("200 OK", b"{}", LENGTH.format("9" * 400), _JSON)),
    "a negative length": _always(http("200 OK", b"{}", LENGTH.format(-1), _JSON)),
    "headers that drip": _drip(_HEAD + b"X-Slow: ", b"z"),
    "a body that drips": _drip(_HEAD + b"Content-Length: 900000\r\n\r\n", b" "),
    "headers without end": _flood(_HEAD, b"X-Long: " + b"z" * 4000 + b"\r\n"),
    "a body without end": _flood(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", _CHUNK),
    "a bomb": _always(http("200 OK", _BOMB, "Content-Encoding: gzip", _JSON)),
    "bombs in bombs": _always(http("200 OK", gzip.compress(_BOMB), "Content-Encoding: gzip, gzip")),
    "an encoding of its own": _always(http("200 OK", b"{}", "Content-Encoding: evil", _JSON)),
    "no HTTP at all": _always(b"\0\xff" * 500 + b"\r\n\r\n"),
    "a deep document": _always(http("200 OK", b"[" * 200_000, _JSON)),
}  # fmt: skip
HARD = {"headers that drip", "a body that drips", "a bomb", "a redirect 307", "bombs in bombs"}
"""Those that run in every version of Python."""
READS = ("initiate", "status", "result")


def _cases(stages: tuple[str, ...]) -> list[Any]:
    return [
        pytest.param(stage, name, marks=() if name in HARD else pytest.mark.thorough)
        for stage in stages
        for name in HARM
    ]


@pytest.mark.parametrize(("stage", "harm"), _cases(READS))
async def test_harm_where_nothing_is_bought_is_waited_out(
    tmp_path: Path, stage: str, harm: str
) -> None:
    villain = Villain(stage, HARM[harm])
    job = await attack(tmp_path, villain)
    assert job.state is S.DONE
    assert villain.accepted == 1
    assert not villain.heard_elsewhere


@pytest.mark.parametrize(("stage", "harm"), _cases(("submit",)))
async def test_harm_in_answer_to_the_submit_leaves_it_uncertain_and_is_not_paid_twice(
    tmp_path: Path, stage: str, harm: str
) -> None:
    villain = Villain(stage, HARM[harm])
    job = await attack(tmp_path, villain)
    assert job.state is S.UNCERTAIN
    assert job.trouble is not None
    assert "may" in str(explain_trouble(job.trouble))
    assert villain.accepted == 1
    assert not villain.heard_elsewhere


DOWNLOADS = {name: harm for name, harm in HARM.items() if name not in {"a body without end"}}


@pytest.mark.parametrize(
    "harm",
    [pytest.param(each, marks=() if each in HARD else pytest.mark.thorough) for each in DOWNLOADS],
)
async def test_harm_in_the_place_of_the_clip_is_waited_out(tmp_path: Path, harm: str) -> None:
    villain = Villain("download", DOWNLOADS[harm])
    job = await attack(tmp_path, villain)
    assert job.state is S.DONE
    assert content(Path(job.clips[0].path)) == CLIP
    assert not villain.heard_elsewhere


async def test_a_clip_without_end_is_given_up_at_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "LARGEST_CLIP", 1024 * 1024)
    body = _HEAD + b"Content-Type: video/mp4\r\n\r\n"
    villain = Villain("download", _flood(body, bytes(65536)))
    job = await attack(tmp_path, villain)
    assert job.state is S.DONE
    assert job.clips[0].size == len(CLIP)


def _elsewhere(villain: Villain) -> bytes:
    url = f"{villain.elsewhere}/queue/requests/request-1"
    named = {"status_url": f"{url}/status", "response_url": url, "cancel_url": f"{url}/cancel"}
    return told({"request_id": "request-1", **named})


async def test_addresses_of_the_request_at_another_host_are_not_followed(tmp_path: Path) -> None:
    villain = Villain("submit", _elsewhere)
    assert (await attack(tmp_path, villain)).state is S.DONE
    assert not villain.heard_elsewhere


@pytest.mark.parametrize(
    "address",
    [
        "{elsewhere}/cdn/files/clip.mp4",
        "http://localhost:{other}/clip.mp4",
        "http://127.0.0.1:{port}@127.0.0.1:{other}/clip.mp4",
        "http://127.0.0.1:{port}\\@127.0.0.1:{other}/clip.mp4",
        "file:///etc/passwd",
        "ftp://127.0.0.1:{other}/clip.mp4",
        "//127.0.0.1:{other}/clip.mp4",
        "javascript:alert(1)",
        "http://127.0.0.1:{port}.evil.example/clip.mp4",
        "http://[::ffff:127.0.0.1]:{other}/clip.mp4",
    ],
)
async def test_a_clip_at_another_host_is_not_fetched_and_the_reason_is_said(
    tmp_path: Path, address: str
) -> None:
    def result(villain: Villain) -> bytes:
        url = address.format(elsewhere=villain.elsewhere, other=villain.other, port=villain.port)
        return told({"video": {"url": url}})

    villain = Villain("result", result, times=10**6)
    job = await attack(tmp_path, villain, rests=False)
    assert job.state in {S.DOWNLOADING, S.FETCHING, S.FAILED}
    assert job.trouble is not None
    assert str(explain_trouble(job.trouble, waiting=job.goes_on)).strip()
    assert not villain.heard_elsewhere
    assert villain.accepted == 1


NAMES = [
    "../../../evil.mp4",
    "..\\..\\evil.mp4",
    "/etc/passwd",
    "C:\\Windows\\evil.mp4",
    "clip\0.mp4",
    "CON",
    "nul.mp4",
    "COM1.mp4",
    "x" * 5000,
    "\u202e4pm.exe",
    "clip.mp4...   ",
    "~/.ssh/authorized_keys",
    "$(reboot).mp4",
    "",
    ".",
    "..",
]


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_name_of_the_server_decides_nothing(tmp_path: Path, name: str) -> None:
    def result(villain: Villain) -> bytes:
        url = f"{villain.origin}/cdn/files/clip.mp4"
        return told({"video": {"url": url, "file_name": name}})

    def clip(_: Villain) -> bytes:
        quoted = name.encode("ascii", "replace").decode().replace("\0", "")
        return http(
            "200 OK", CLIP, "Content-Type: video/mp4",
            f'Content-Disposition: attachment; filename="{quoted}"',
        )  # fmt: skip

    for stage, evil in (("result", result), ("download", clip)):
        folder = tmp_path / stage
        folder.mkdir()
        job = await attack(folder, Villain(stage, evil))
        assert job.state is S.DONE
        kept = Path(job.clips[0].path)
        assert kept.parent == folder / "home" / "clips"
        assert kept.suffix == ".mp4"
        assert kept.name.startswith(f"{job.created_at:%Y-%m-%d}-the-boat-drifts-")


async def test_an_address_for_the_upload_at_another_host_gets_no_picture(tmp_path: Path) -> None:
    def promise(villain: Villain) -> bytes:
        return told(
            {"upload_url": f"{villain.elsewhere}/take", "file_url": f"{villain.elsewhere}/x"}
        )

    villain = Villain("initiate", promise)
    await attack(tmp_path, villain, rests=False)
    assert not villain.heard_elsewhere
    assert villain.accepted <= 1


async def test_the_key_was_there_to_be_stolen(tmp_path: Path) -> None:
    villain = Villain()
    assert (await attack(tmp_path, villain)).state is S.DONE
    assert KEY_SECRET.encode() in b"".join(villain.heard_here)
