"""What disappears when (fal-protocol.md §11), seen by a clock that is moved on."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image

from tests.sandbox.conftest import IMAGE, TEXT, Sandbox, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.thorough

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def aging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("aging")) as found:
        yield found


def pass_time(sandbox: Sandbox, seconds: float) -> None:
    sandbox.http.post("/sandbox/clock", json={"advance": seconds}).raise_for_status()


def made(sandbox: Sandbox, **headers: str) -> str:
    reply = sandbox.http.post(f"/queue/{TEXT}", json={"prompt": "a lake"}, headers=headers)
    request_id: str = reply.json()["request_id"]
    sandbox.wait(request_id)
    return request_id


def codes(sandbox: Sandbox, request_id: str) -> list[int]:
    base = f"/queue/fal-ai/kling-video/requests/{request_id}"
    return [sandbox.http.get(base + end).status_code for end in ("/status", "")]


def test_a_result_is_there_for_thirty_days_and_its_file_for_seven(aging: Sandbox) -> None:
    request_id = made(aging)
    video = aging.wait(request_id).json()["video"]["url"]
    pass_time(aging, 7 * DAY)
    assert httpx.get(video).status_code == 404
    assert codes(aging, request_id) == [200, 200]
    pass_time(aging, 23 * DAY)
    assert codes(aging, request_id) == [404, 404]


def test_a_result_that_is_not_stored_is_there_for_an_hour(aging: Sandbox) -> None:
    request_id = made(aging, **{"X-Fal-Store-IO": "0"})
    query = {"endpoint_id": TEXT, "expand": "payloads", "request_id": request_id}
    path = "/platform/v1/models/requests/by-endpoint"
    (item,) = aging.http.get(path, params=query).json()["items"]
    assert "json_input" not in item
    pass_time(aging, HOUR - 60)
    assert codes(aging, request_id) == [200, 200]
    pass_time(aging, 60)
    assert codes(aging, request_id) == [404, 404]


def test_an_output_lives_as_long_as_its_request_says(aging: Sandbox) -> None:
    wish = json.dumps({"expiration_duration_seconds": 60})
    request_id = made(aging, **{"X-Fal-Object-Lifecycle-Preference": wish})
    video = aging.wait(request_id).json()["video"]["url"]
    assert httpx.get(video).status_code == 200
    pass_time(aging, 60)
    assert httpx.get(video).status_code == 404


def uploaded(sandbox: Sandbox, lifecycle: object, content: bytes = b"x") -> str:
    reply = sandbox.http.post(
        "/rest/storage/upload/initiate",
        json={"file_name": "a.txt", "content_type": "text/plain"},
        headers={"X-Fal-Object-Lifecycle": json.dumps(lifecycle)},
    ).json()
    httpx.put(reply["upload_url"], content=content).raise_for_status()
    return str(reply["file_url"])


def test_an_upload_can_be_kept_for_ever(aging: Sandbox) -> None:
    address = uploaded(aging, {"expiration_duration_seconds": None})
    pass_time(aging, 300 * DAY)
    assert httpx.get(address).status_code == 200


@pytest.mark.parametrize(("access", "status"), [("forbid", 403), ("hide", 404)])
def test_a_private_file_opens_to_its_owner_and_to_signed_addresses(
    aging: Sandbox, access: str, status: int
) -> None:
    address = uploaded(aging, {"initial_acl": {"default": access}})
    assert httpx.get(address).status_code == status
    assert aging.http.get(address).content == b"x"
    reply = aging.http.post(
        "/platform/v1/storage/files/sign",
        params={"url": address},
        json={"expiration_seconds": 6 * DAY},
    )
    signed = reply.json()["signed_url"]
    pass_time(aging, 6 * DAY - 60)
    assert httpx.get(signed).content == b"x"
    pass_time(aging, 61)
    assert httpx.get(signed).status_code == status


@pytest.mark.parametrize(("access", "status"), [("allow", 200), ("forbid", 422), ("hide", 422)])
def test_a_model_reads_files_as_a_stranger_does(aging: Sandbox, access: str, status: int) -> None:
    png = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(png, "PNG")
    address = uploaded(aging, {"initial_acl": {"default": access}}, png.getvalue())
    reply = aging.http.post(f"/queue/{IMAGE}", json={"prompt": "a lake", "image_url": address})
    request_id = reply.json()["request_id"]
    aging.wait(request_id)
    result = aging.http.get(f"/queue/fal-ai/kling-video/requests/{request_id}")
    assert result.status_code == status
    if status == 422:
        assert result.json()["detail"][0]["type"] == "file_download_error"


def test_a_lifecycle_that_makes_no_sense_is_a_bad_request(aging: Sandbox) -> None:
    for wish in ("{", "[]", '{"expiration_duration_seconds": "x"}', '{"initial_acl": 3}'):
        reply = aging.http.post(
            f"/queue/{TEXT}", json={}, headers={"X-Fal-Object-Lifecycle-Preference": wish}
        )
        assert (reply.status_code, reply.json()["error_type"]) == (400, "bad_request")


def test_an_upload_token_ends(aging: Sandbox) -> None:
    token = aging.http.post("/rest/storage/auth/token", json={}).json()["token"]
    pass_time(aging, DAY)
    headers = {"Authorization": f"Bearer {token}"}
    reply = httpx.post(f"{aging.url}/cdn/files/upload", content=b"x", headers=headers)
    assert reply.status_code == 401


def test_a_browser_comes_with_a_token_for_a_while(aging: Sandbox) -> None:
    token = aging.http.post("/rest/tokens/", json={"allowed_apps": [], "token_expiration": 60})
    address = f"{aging.url}/queue/{TEXT}?fal_jwt_token={token.json()}"
    assert httpx.post(address, json={"prompt": "x"}).status_code == 200
    pass_time(aging, 60)
    assert httpx.post(address, json={"prompt": "x"}).status_code == 401
