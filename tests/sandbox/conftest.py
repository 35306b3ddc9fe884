"""A sandbox in a process of its own, and pictures to give it."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PROGRAM = """
import argparse, pathlib, sys
from kling_desktop.sandbox import arguments, serve

parser = argparse.ArgumentParser()
parser.add_argument("word")
arguments.add_arguments(parser)
sys.exit(serve.run_from(parser.parse_args(), folder=pathlib.Path("unused")))
"""
COMMAND = (
    sys.executable,
    "-c",
    _PROGRAM,
)
TEXT = "fal-ai/kling-video/v1.6/pro/text-to-video"
IMAGE = "fal-ai/kling-video/v1.6/pro/image-to-video"
BRUSH = "fal-ai/kling-video/v1.5/pro/image-to-video"
FEW = "57600"
"""Pixels of a frame that is soon made."""
ELEMENTS = "fal-ai/kling-video/v1.6/pro/elements"
EFFECTS = "fal-ai/kling-video/v1.6/pro/effects"


@dataclass(frozen=True)
class Sandbox:
    """A running server, seen from outside."""

    url: str
    key: str
    pid: int
    http: httpx.Client
    process: subprocess.Popen[str]

    def submit(self, endpoint: str = TEXT, **body: Any) -> dict[str, Any]:
        reply = self.http.post(f"/queue/{endpoint}", json={"prompt": "a lake"} | body)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def status(self, request_id: str) -> dict[str, Any]:
        reply = self.http.get(f"/queue/fal-ai/kling-video/requests/{request_id}/status")
        return dict(reply.json())

    def wait(self, request_id: str) -> httpx.Response:
        """The answer of the result address, once the request is completed."""
        deadline = time.monotonic() + 90
        while self.status(request_id)["status"] != "COMPLETED":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self.http.get(f"/queue/fal-ai/kling-video/requests/{request_id}")

    def made(self, endpoint: str = TEXT, **body: Any) -> httpx.Response:
        return self.wait(self.submit(endpoint, **body)["request_id"])

    def upload(self, data: bytes, name: str = "a.png", kind: str = "image/png") -> str:
        wish = {"file_name": name, "content_type": kind}
        places = self.http.post("/rest/storage/upload/initiate", json=wish).json()
        httpx.put(places["upload_url"], content=data).raise_for_status()
        return str(places["file_url"])

    def bill(self) -> list[dict[str, Any]]:
        return list(self.http.get("/platform/v1/models/billing-events").json()["billing_events"])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


Under = Callable[..., Sandbox]
"""Starts a sandbox under the weather that the rules say."""


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Sandbox]:
    """Serve until the block ends; quick, with small clips, unless ``options`` say otherwise."""
    words = ["sandbox", "--state", str(folder), "--speed", "50", "--pixels", FEW, *options]
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())
        auth = {"Authorization": f"Key {address['key']}"}
        try:
            with httpx.Client(base_url=address["url"], headers=auth, timeout=30) as http:
                yield Sandbox(**address, http=http, process=process)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as found:
        yield found


@pytest.fixture
def under(tmp_path: Path) -> Iterator[Under]:
    """Start a sandbox under weather: ``under({"fault": ...}, ...)``."""
    with ExitStack() as stack:

        def start(*rules: dict[str, Any]) -> Sandbox:
            forecast = tmp_path / "weather.json"
            forecast.write_text(json.dumps(rules))
            options = ("--weather", str(forecast))
            return stack.enter_context(running(tmp_path / "state", *options))

        yield start


def png(width: int = 400, height: int = 300, colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def inline(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()
