from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import IMAGE, Sandbox, png

DATA = bytes(range(256)) * 400


@pytest.mark.parametrize("name", ["a.png", "Bild ü 火.png", "a/../b#?.png", "..", "", "x" * 300])
def test_an_upload_of_any_name_comes_back_byte_for_byte(sandbox: Sandbox, name: str) -> None:
    address = sandbox.upload(DATA, name)
    assert address.startswith(f"{sandbox.url}/cdn/files/")
    reply = httpx.get(address)
    assert reply.content == DATA
    assert reply.headers["content-type"] == "image/png"


def test_an_uploaded_picture_can_be_used(sandbox: Sandbox) -> None:
    address = sandbox.upload(png())
    assert sandbox.made(IMAGE, image_url=address).status_code == 200


def test_ranges_are_served(sandbox: Sandbox) -> None:
    address = sandbox.upload(DATA)
    part = httpx.get(address, headers={"Range": "bytes=1000-1999"})
    assert part.status_code == 206
    assert part.content == DATA[1000:2000]
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(DATA)}"


def test_a_range_of_another_version_is_answered_with_the_whole(sandbox: Sandbox) -> None:
    address = sandbox.upload(DATA)
    reply = httpx.get(address, headers={"Range": "bytes=9-", "If-Range": '"other"'})
    assert (reply.status_code, reply.content) == (200, DATA)


def test_a_range_past_the_end_is_416(sandbox: Sandbox) -> None:
    address = sandbox.upload(DATA)
    reply = httpx.get(address, headers={"Range": f"bytes={len(DATA)}-"})
    assert reply.status_code == 416
    assert reply.headers["content-range"].endswith(f"*/{len(DATA)}")


def test_head_tells_size_and_tag_without_a_body(sandbox: Sandbox) -> None:
    address = sandbox.upload(DATA)
    reply = httpx.head(address)
    assert reply.content == b""
    assert reply.headers["content-length"] == str(len(DATA))
    assert reply.headers["accept-ranges"] == "bytes"
    assert reply.headers["etag"] == httpx.get(address).headers["etag"]


def test_a_file_that_was_promised_but_not_uploaded_is_not_found(sandbox: Sandbox) -> None:
    wish = {"file_name": "a.png", "content_type": "image/png"}
    places = sandbox.http.post("/rest/storage/upload/initiate", json=wish).json()
    assert httpx.get(places["file_url"]).status_code == 404


def test_an_upload_needs_its_signature(sandbox: Sandbox) -> None:
    assert httpx.put(f"{sandbox.url}/cdn/upload/a.png?signature=x", content=b"x").status_code == 403


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"7"])
def test_a_wish_that_says_no_name_is_refused(sandbox: Sandbox, body: bytes) -> None:
    assert sandbox.http.post("/rest/storage/upload/initiate", content=body).status_code == 422


def test_the_token_of_the_python_client_uploads_straight_to_the_cdn(sandbox: Sandbox) -> None:
    token = sandbox.http.post("/rest/storage/auth/token", json={}).json()
    assert token["base_url"] == f"{sandbox.url}/cdn"
    headers = {"Authorization": f"Bearer {token['token']}", "X-Fal-File-Name": "a.bin"}
    reply = httpx.post(f"{sandbox.url}/cdn/files/upload", content=DATA, headers=headers)
    assert httpx.get(reply.json()["access_url"]).content == DATA
