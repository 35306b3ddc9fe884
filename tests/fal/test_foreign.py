"""A picture of the web is asked for without key or cookies, and never on a private network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.foreign import LARGEST, Fetched, MovedTo
from kling_desktop.fal.foreign import ForeignPictures
from kling_desktop.paths import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BOAT = resource("samples/boat.jpg").read_bytes()
PUBLIC = "93.184.215.14"
URL = "https://example.org/pictures/boat.webp?size=large#there"


def web(
    answer: Callable[[httpx.Request], httpx.Response], *addresses: str, loopback: bool = False
) -> ForeignPictures:
    async def look_up(_host: str, _port: int) -> Sequence[str]:
        return addresses or (PUBLIC,)

    transport = httpx.MockTransport(answer)
    return ForeignPictures(look_up=look_up, transport=transport, loopback=loopback)


def always(status: int = 200, **answer: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, **answer)


async def test_a_picture_comes_with_the_suffix_of_what_it_is() -> None:
    found = await web(always(content=BOAT))(URL)
    assert found == Fetched("boat.jpg", BOAT, URL)


async def test_nobody_learns_more_than_which_picture_is_wanted() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=BOAT, headers={"Set-Cookie": "who=you"})

    fetch = web(answer)
    for _ in range(2):
        await fetch(URL)
    for each in asked:
        assert not {"cookie", "authorization", "referer"} & set(each.headers)
        assert each.headers["host"] == "example.org"
        assert each.url == f"https://{PUBLIC}:443/pictures/boat.webp?size=large"
        assert each.extensions["sni_hostname"] == "example.org"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1",
     "2002:7f00:1::"],
)  # fmt: skip
async def test_a_private_address_is_never_asked_whatever_it_is_called(address: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("it was asked")

    for found in ((address,), (PUBLIC, address)):
        with pytest.raises(BadPicture, match="private network"):
            await web(answer, *found)(URL)


async def test_this_computer_is_asked_in_tests_alone() -> None:
    there = "http://localhost:8000/a.jpg"
    found = await web(always(content=BOAT), "127.0.0.1", loopback=True)(there)
    assert isinstance(found, Fetched)


async def test_within_its_host_a_redirect_is_followed_and_another_host_is_named() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        last = request.url.path.rpartition("/")[2]
        goals = {"boat.webp": "/there", "there": "https://cdn.example.net/boat.jpg"}
        return httpx.Response(302, headers={"Location": goals[last]})

    assert await web(answer)(URL) == MovedTo("https://cdn.example.net/boat.jpg")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://example.org/boat.jpg", "not protected"),
        ("file:///etc/passwd", "cannot be asked"),
        ("https://me:secret@example.org/", "cannot be asked"),
        ("/pictures/boat.webp", "on and on"),
    ],
)
async def test_a_redirect_leads_nowhere_bad(location: str, words: str) -> None:
    with pytest.raises(BadPicture, match=words):
        await web(always(302, headers={"Location": location}))(URL)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (always(404), "answers 404"),
        (always(content=b""), "is empty"),
        (always(content=b"<!doctype html><title>Boat</title>"), "is a page, not a picture"),
        (always(content=b"MZ nothing to see"), "is no picture"),
        (always(content=BOAT, headers={"Content-Length": str(LARGEST + 1)}), "larger than 64 MB"),
    ],
)
async def test_what_is_no_picture_is_refused_in_words(answer: Any, words: str) -> None:
    with pytest.raises(BadPicture, match=words):
        await web(answer)(URL)


async def test_no_more_is_read_than_a_picture_may_have() -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while True:
            read += 1024**2
            yield BOAT[:16] + bytes(1024**2 - 16)

    with pytest.raises(BadPicture, match="larger than"):
        await web(always(content=endless()))(URL)
    assert read <= LARGEST + 2 * 1024**2


async def test_a_host_that_does_not_answer_is_named() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(BadPicture, match=r"example\.org does not answer"):
        await web(answer)(URL)
