"""fal's own Python client, unmodified, finds in the sandbox the fal that it was written for."""

from __future__ import annotations

import gc
import os
import warnings
from typing import TYPE_CHECKING

import fal_client
import httpx
import pytest
from fal_client import client as internals
from PIL import Image

from tests.sandbox.conftest import ELEMENTS, IMAGE, TEXT, Sandbox, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.guards import LogGuard

# The client never closes its connections, and has no way to.
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
    ),
]
INPUT = {"prompt": "a lake"}
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as found:
        yield found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def _points_at(site: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client's addresses, as fal-protocol.md §15 says how to set them."""
    monkeypatch.setattr(internals, "QUEUE_URL_FORMAT", f"{site.url}/queue/")
    monkeypatch.setattr(internals, "RUN_URL_FORMAT", f"{site.url}/run/")
    monkeypatch.setattr(internals, "REST_URL", f"{site.url}/rest")
    monkeypatch.setattr(internals, "CDN_URL", f"{site.url}/cdn")
    yield
    site.http.put("/sandbox/weather", json=[]).raise_for_status()


@pytest.fixture
def fal(site: Sandbox) -> fal_client.SyncClient:
    return fal_client.SyncClient(key=site.key)


def size_of(address: str) -> int:
    return int(httpx.head(address).headers["content-length"])


def test_submit_status_and_result(fal: fal_client.SyncClient) -> None:
    handle = fal.submit(TEXT, INPUT)
    assert isinstance(handle.status(), fal_client.Queued | fal_client.InProgress)
    result = handle.get()
    assert size_of(result["video"]["url"]) == result["video"]["file_size"]
    assert isinstance(fal.status(TEXT, handle.request_id), fal_client.Completed)
    assert fal.result(TEXT, handle.request_id) == result


def test_subscribe_with_logs(fal: fal_client.SyncClient) -> None:
    updates: list[fal_client.Status] = []
    ids: list[str] = []
    result = fal.subscribe(
        TEXT, INPUT, with_logs=True, on_enqueue=ids.append, on_queue_update=updates.append
    )
    assert result["video"]["content_type"] == "video/mp4"
    assert len(ids) == 1
    last = updates[-1]
    assert isinstance(last, fal_client.Completed)
    assert last.logs is not None
    assert last.logs[0]["message"] == "Input received"
    assert last.metrics["inference_time"] > 0


def test_run_waits_for_its_result(fal: fal_client.SyncClient) -> None:
    assert fal.run(TEXT, INPUT)["video"]["url"].startswith("http://127.0.0.1:")


def test_the_events_of_a_request_end_with_its_completion(fal: fal_client.SyncClient) -> None:
    events = list(fal.submit(TEXT, INPUT).iter_events(with_logs=True))
    assert isinstance(events[-1], fal_client.Completed)


@pytest.mark.parametrize("name", ["boat.png", "Boot ü 火.png"])
def test_a_file_of_any_name_goes_up(
    fal: fal_client.SyncClient, tmp_path: Path, name: str, expected_log: LogGuard
) -> None:
    if not name.isascii():
        expected_log("Upload failed to fal_v3, falling back")  # a header cannot carry the name
    picture = tmp_path / name
    Image.new("RGB", (400, 300), "teal").save(picture)
    address = fal.upload_file(picture)
    assert httpx.get(address).content == picture.read_bytes()
    assert fal.run(IMAGE, {**INPUT, "image_url": address})["video"]["file_size"] > 0


def test_upload_of_bytes_and_of_a_picture(fal: fal_client.SyncClient) -> None:
    assert httpx.get(fal.upload(b"hello", "text/plain")).content == b"hello"
    address = fal.upload_image(Image.new("RGB", (400, 300), "teal"))
    body = {**INPUT, "input_image_urls": [address]}
    assert fal.run(ELEMENTS, body)["video"]["file_size"] > 0


def test_a_large_upload_goes_in_parts(fal: fal_client.SyncClient, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(MEGABYTE) * 101)
    address = fal.upload_file(large)
    assert size_of(address) == 101 * MEGABYTE
    tail = httpx.get(address, headers={"Range": f"bytes={100 * MEGABYTE}-"}).content
    assert tail == large.read_bytes()[100 * MEGABYTE :]


def test_cancel_in_the_queue_and_too_late(fal: fal_client.SyncClient, site: Sandbox) -> None:
    site.http.put("/sandbox/weather", json=[{"fault": "stuck_queue", "count": 1}])
    handle = fal.submit(TEXT, INPUT)
    handle.cancel()
    status = handle.status()
    assert isinstance(status, fal_client.Completed)
    assert status.error_type == "client_cancelled"
    with pytest.raises(fal_client.FalClientHTTPError, match="ALREADY_COMPLETED"):
        handle.cancel()


def test_every_wrong_field_is_named(fal: fal_client.SyncClient) -> None:
    with pytest.raises(fal_client.FalClientHTTPError) as raised:
        fal.subscribe(TEXT, {"duration": "7", "cfg_scale": 2})
    assert raised.value.status_code == 422
    named = {each["loc"][1] for each in raised.value.response.json()["detail"]}
    assert named == {"prompt", "duration", "cfg_scale"}


def test_an_unknown_key_is_told_so() -> None:
    with pytest.raises(fal_client.FalClientHTTPError, match="No user found") as raised:
        fal_client.SyncClient(key="wrong:key").submit(TEXT, INPUT)
    assert raised.value.status_code == 401


def test_a_runner_that_is_lost_has_its_error_type(
    fal: fal_client.SyncClient, site: Sandbox
) -> None:
    site.http.put("/sandbox/weather", json=[{"fault": "runner_lost", "count": 1}])
    with pytest.raises(fal_client.FalClientHTTPError) as raised:
        fal.subscribe(TEXT, INPUT)
    assert raised.value.error_type == "runner_disconnected"


def test_a_start_that_comes_too_late_is_the_callers_own_timeout(
    fal: fal_client.SyncClient, site: Sandbox
) -> None:
    site.http.put("/sandbox/weather", json=[{"fault": "slow_queue", "seconds": 30, "count": 1}])
    with pytest.raises(fal_client.FalClientHTTPError) as raised:
        fal.submit(TEXT, INPUT, start_timeout=1.1).get()
    assert raised.value.status_code == 504
    assert raised.value.response_headers["x-fal-request-timeout-type"] == "user"


async def test_the_async_client_subscribes_and_uploads(site: Sandbox, tmp_path: Path) -> None:
    fal = fal_client.AsyncClient(key=site.key)
    picture = tmp_path / "boat.png"
    Image.new("RGB", (400, 300), "teal").save(picture)
    address = await fal.upload_file(picture)
    result = await fal.subscribe(IMAGE, {**INPUT, "image_url": address}, with_logs=True)
    assert result["video"]["file_size"] > 0
    handle = await fal.submit(TEXT, INPUT, priority="low", hint="near")
    assert (await handle.get())["video"]["url"]
