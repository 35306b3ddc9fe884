"""What the tests of the wire share: a key, and a loop."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from kling_desktop.domain.requests import RequestRef
from tests.fal.networks import Names, forget_settings

ENDPOINT = "fal-ai/kling-video/v1.6/pro/image-to-video"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def key() -> SecretStr:
    return SecretStr("1f0a-key-id:9c2b-key-secret")


@pytest.fixture
def ref() -> RequestRef:
    return RequestRef(ENDPOINT, "0f7c1b52-6c0e-4a6e-9d0a-2f2d5e6f8a11")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A network without proxies and authorities of its own, where only the test's names exist."""
    forget_settings(monkeypatch)
    names = Names()
    monkeypatch.setattr("socket.getaddrinfo", names.getaddrinfo)
    return names
