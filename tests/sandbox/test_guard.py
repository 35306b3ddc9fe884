from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import TEXT, Sandbox


@pytest.mark.parametrize(
    "given", [None, "", "Key wrong:key", "Key nocolon", "Bearer a:b", "Key", "Basic YTpi"]
)
@pytest.mark.parametrize(
    "path", [f"/queue/{TEXT}", f"/run/{TEXT}", "/rest/storage/upload/initiate", "/health"]
)
def test_without_the_right_key_the_answer_is_401_with_a_string(
    sandbox: Sandbox, path: str, given: str | None
) -> None:
    headers = {} if given is None else {"Authorization": given}
    reply = httpx.post(sandbox.url + path, json={}, headers=headers)
    assert reply.status_code == 401
    assert isinstance(reply.json()["detail"], str)
    assert reply.headers["x-fal-request-id"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_name_is_turned_away(sandbox: Sandbox, host: str) -> None:
    reply = sandbox.http.get("/health", headers={"Host": host})
    assert reply.status_code == 421


def test_localhost_is_welcome(sandbox: Sandbox) -> None:
    reply = sandbox.http.get("/health", headers={"Host": "localhost:1"})
    assert reply.json() == {"status": "ok", "pid": sandbox.pid}
