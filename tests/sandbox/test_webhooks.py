from __future__ import annotations

import hashlib
import json
import threading
from base64 import urlsafe_b64decode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kling_desktop.sandbox.webhooks import is_near
from tests.sandbox.conftest import TEXT, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

Delivery = tuple[dict[str, str], bytes]


@contextmanager
def receiver(*statuses: int) -> Iterator[tuple[str, Queue[Delivery]]]:
    """A server that answers deliveries with these statuses, and keeps what came."""
    came: Queue[Delivery] = Queue()
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.put(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(left.pop(0))
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/done", came
        server.shutdown()
        thread.join()


def submit(sandbox: Sandbox, hook: str, **body: Any) -> str:
    reply = sandbox.http.post(f"/queue/{TEXT}", params={"fal_webhook": hook}, json=body)
    return str(reply.json()["request_id"])


def test_a_result_is_delivered_and_signed(sandbox: Sandbox) -> None:
    with receiver(200) as (hook, came):
        request_id = submit(sandbox, hook, prompt="a lake")
        headers, body = came.get(timeout=20)
    told = json.loads(body)
    assert (told["request_id"], told["status"]) == (request_id, "OK")
    assert told["payload"] == sandbox.wait(request_id).json()
    (key,) = sandbox.http.get("/rest/.well-known/jwks.json").json()["keys"]
    public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["x"] + "="))
    names = ("request-id", "user-id", "timestamp")
    signed = [headers[f"x-fal-webhook-{name}"] for name in names]
    message = "\n".join([*signed, hashlib.sha256(body).hexdigest()]).encode()
    public.verify(bytes.fromhex(headers["x-fal-webhook-signature"]), message)


def test_a_failure_is_delivered_again_until_somebody_takes_it(sandbox: Sandbox) -> None:
    with receiver(500, 200) as (hook, came):
        submit(sandbox, hook, duration="7")
        first, second = came.get(timeout=20), came.get(timeout=20)
    told = json.loads(first[1])
    assert (told["status"], told["error"]) == ("ERROR", "Invalid status code: 422")
    assert second[1] == first[1]


def test_a_hook_that_makes_no_sense_harms_nobody(sandbox: Sandbox) -> None:
    for hook in ("http://127.0.0.1:99999/", "http://127.0.0.1:1/\x00", "nonsense"):
        assert sandbox.wait(submit(sandbox, hook, prompt="a lake")).status_code == 200
    with receiver(200) as (hook, came):
        submit(sandbox, hook, prompt="a lake")
        came.get(timeout=20)


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:8000/x", True),
        ("http://localhost/x", True),
        ("https://[::1]:8000/", True),
        ("http://example.com/", False),
        ("http://10.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1:99999/", False),
        ("http://127.0.0.1:x/", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_nothing_is_delivered_to_other_computers(url: str, near: bool) -> None:
    assert is_near(url) is near
