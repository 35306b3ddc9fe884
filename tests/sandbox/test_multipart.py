from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.sandbox.conftest import Sandbox, running

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {1: b"first" * 1000, 2: b"second" * 1000, 3: b"third"}
WISH = {"file_name": "Bild ü.bin", "content_type": "image/png"}


def begin(sandbox: Sandbox) -> tuple[httpx.URL, str]:
    reply = sandbox.http.post("/rest/storage/upload/initiate-multipart", json=WISH).json()
    return httpx.URL(reply["upload_url"]), reply["file_url"]


def below(address: httpx.URL, last: object) -> httpx.URL:
    return address.copy_with(path=f"{address.path}/{last}")


def put(address: httpx.URL, number: int, data: bytes) -> dict[str, Any]:
    reply = httpx.put(below(address, number), content=data)
    body: dict[str, Any] = reply.raise_for_status().json()
    assert body == {"partNumber": number, "etag": reply.headers["ETag"]}
    return body


def complete(address: httpx.URL, parts: object) -> int:
    return httpx.post(below(address, "complete"), json={"parts": parts}).status_code


def test_parts_in_any_order_become_one_file(sandbox: Sandbox) -> None:
    address, file_url = begin(sandbox)
    told = [put(address, number, PARTS[number]) for number in (3, 1, 2)]
    assert httpx.get(file_url).status_code == 404
    assert complete(address, told) == 200
    assert httpx.get(file_url).content == b"".join(PARTS.values())


def test_a_part_that_comes_again_replaces_the_earlier_one(sandbox: Sandbox) -> None:
    address, file_url = begin(sandbox)
    old, new = put(address, 1, b"old"), put(address, 1, b"new")
    assert complete(address, [old]) == 400
    assert complete(address, [new]) == 200
    assert httpx.get(file_url).content == b"new"


def test_completing_twice_does_no_harm(sandbox: Sandbox) -> None:
    address, file_url = begin(sandbox)
    told = [put(address, 1, b"x")]
    assert [complete(address, told) for _ in range(2)] == [200, 200]
    assert httpx.get(file_url).content == b"x"


@pytest.mark.parametrize(
    "parts",
    [
        [],
        None,
        [{"partNumber": 1}],
        [{"partNumber": 0, "etag": "x"}],
        [{"partNumber": 1, "etag": '"x"'}],
        [{"partNumber": 2, "etag": '"x"'}],
    ],
)
def test_parts_that_make_no_file_are_refused(sandbox: Sandbox, parts: object) -> None:
    address, file_url = begin(sandbox)
    put(address, 1, b"x")
    assert complete(address, parts) == 400
    assert httpx.get(file_url).status_code == 404


def test_a_part_needs_its_signature_and_a_number_of_1_to_10000(sandbox: Sandbox) -> None:
    address, _ = begin(sandbox)
    forged = below(address, 1).copy_with(query=b"signature=x")
    assert httpx.put(forged, content=b"x").status_code == 403
    for number in (0, 10_001):
        assert httpx.put(below(address, number), content=b"x").status_code == 400


def test_parts_outlive_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        address, file_url = begin(first)
        told = [put(address, 1, PARTS[1])]
        first.kill()
    with running(tmp_path) as second:
        address = address.copy_with(port=httpx.URL(second.url).port)
        told.append(put(address, 2, PARTS[2]))
        assert complete(address, told) == 200
        path = httpx.URL(file_url).raw_path.decode()
        assert httpx.get(second.url + path).content == PARTS[1] + PARTS[2]
