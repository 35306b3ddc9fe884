from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.refusals import FileTooLarge
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from tests.fal.fakes import BACKEND, ORIGIN, Progress, Script, answer, content, http, raw_server

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from kling_desktop.fal.answers import Answer

SIGNED = f"{ORIGIN}/cdn/put?signature=1"
FILE = f"{ORIGIN}/cdn/files/x.png"
INITIATED = answer(200, {"upload_url": SIGNED, "file_url": FILE})


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "\u043a\u043e\u0442 \U0001f431.PNG"
    path.write_bytes(bytes(range(256)) * 3000)
    return path


async def test_a_picture_goes_to_the_signed_address_and_its_file_address_comes_back(
    picture: Path, key: SecretStr
) -> None:
    script = Script(INITIATED, answer(200))
    provider = FalProvider(BACKEND, key, transport=script)
    assert await provider.upload(picture, Progress()) == FILE
    _, put = script.requests
    assert (put.method, str(put.url)) == ("PUT", SIGNED)
    assert put.headers["content-type"] == "image/png"
    assert put.headers["content-length"] == str(len(content(picture)))
    assert put.content == content(picture)


async def test_the_name_may_be_in_any_script(picture: Path, key: SecretStr) -> None:
    script = Script(INITIATED, answer(200))
    await FalProvider(BACKEND, key, transport=script).upload(picture, Progress())
    initiate = script.requests[0]
    assert str(initiate.url).startswith(f"{ORIGIN}/rest/storage/upload/initiate?storage_type=")
    assert json.loads(initiate.content)["file_name"] == picture.name


async def test_the_signed_address_does_not_see_the_key(picture: Path, key: SecretStr) -> None:
    script = Script(INITIATED, answer(200))
    await FalProvider(BACKEND, key, transport=script).upload(picture, Progress())
    initiate, put = script.requests
    assert "authorization" in initiate.headers
    assert "authorization" not in put.headers


async def test_progress_counts_up_to_the_whole_file(picture: Path, key: SecretStr) -> None:
    progress = Progress()
    script = Script(INITIATED, answer(200))
    await FalProvider(BACKEND, key, transport=script).upload(picture, progress)
    size = len(content(picture))
    assert progress.seen == [(262144, size), (524288, size), (size, size)]


async def test_an_empty_file_is_sent_as_it_is(tmp_path: Path, key: SecretStr) -> None:
    path = tmp_path / "empty.bin"
    path.touch()
    script = Script(INITIATED, answer(200))
    assert await FalProvider(BACKEND, key, transport=script).upload(path, Progress()) == FILE
    assert script.last.headers["content-length"] == "0"


@pytest.mark.parametrize("field", ["upload_url", "file_url"])
async def test_a_foreign_address_gets_nothing(field: str, picture: Path, key: SecretStr) -> None:
    addresses = {"upload_url": SIGNED, "file_url": FILE, field: "https://evil.example/x"}
    script = Script(answer(200, addresses))
    with pytest.raises(e.ForeignOrigin, match=r"https://evil\.example"):
        await FalProvider(BACKEND, key, transport=script).upload(picture, Progress())
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ((answer(401),), e.KeyRefused),
        ((answer(503),), e.ServiceDown),
        ((httpx.ReadTimeout("slow"),), e.TimedOut),
        ((answer(200, {"upload_url": SIGNED}),), e.ServiceDown),
        ((answer(200, "hello"),), e.ServiceDown),
        ((INITIATED, answer(403)), e.ServiceDown),
        ((INITIATED, answer(413)), FileTooLarge),
        ((INITIATED, answer(502)), e.ServiceDown),
        ((INITIATED, httpx.WriteError("reset")), e.Transient),
    ],
)
async def test_an_upload_fails_as_the_engine_expects(
    answers: tuple[Answer | Exception, ...],
    error: type[Exception],
    picture: Path,
    key: SecretStr,
) -> None:
    provider = FalProvider(BACKEND, key, transport=Script(*answers))
    with pytest.raises(error):
        await provider.upload(picture, Progress())


async def test_a_picture_that_cannot_be_read_is_bad(tmp_path: Path, key: SecretStr) -> None:
    script = Script(INITIATED)
    with pytest.raises(e.BadPicture, match="No such file"):
        await FalProvider(BACKEND, key, transport=script).upload(tmp_path / "no.png", Progress())
    assert not script.requests


async def test_a_picture_streams_over_a_real_socket(picture: Path, key: SecretStr) -> None:
    async with raw_server() as server:
        urls = {"upload_url": f"{server.origin}/cdn/put", "file_url": f"{server.origin}/cdn/x.png"}
        initiated = http("200 OK", json.dumps(urls).encode(), "Connection: close")
        server.acts = [server.reply(initiated), server.reply(http("200 OK", b""))]
        provider = FalProvider(Backend.at(server.origin), key)
        assert await provider.upload(picture, Progress()) == urls["file_url"]
        await provider.aclose()
    head, _, body = server.requests[1].partition(b"\r\n\r\n")
    assert body == content(picture)
    assert b"transfer-encoding" not in head.lower()


async def test_a_picture_that_shrinks_while_it_is_sent_is_bad(
    tmp_path: Path, key: SecretStr
) -> None:
    path = tmp_path / "shrinking.png"
    path.write_bytes(b"x" * 1_000_000)

    def shrink(_done: int, _total: int | None) -> None:
        path.write_bytes(b"")

    provider = FalProvider(BACKEND, key, transport=Script(INITIATED, answer(200)))
    with pytest.raises(e.BadPicture, match="shorter"):
        await provider.upload(path, shrink)


@pytest.mark.parametrize(
    ("told", "there"),
    [
        (answer(200), True),
        (answer(204), False),
        (answer(302), False),
        (answer(403), False),
        (answer(404), False),
        (answer(503), False),
        (httpx.ConnectError("no route"), False),
        (httpx.ReadTimeout("slow"), False),
    ],
)
async def test_a_file_is_there_only_where_that_is_certain(
    told: Answer | Exception, there: bool, key: SecretStr
) -> None:
    script = Script(told)
    assert await FalProvider(BACKEND, key, transport=script).is_there(FILE) is there
    assert (script.last.method, str(script.last.url)) == ("HEAD", FILE)
    assert "authorization" not in script.last.headers


async def test_nobody_is_asked_about_a_file_elsewhere(key: SecretStr) -> None:
    script = Script(answer(200))
    provider = FalProvider(BACKEND, key, transport=script)
    assert not await provider.is_there("https://evil.example/x.png")
    assert script.requests == []
