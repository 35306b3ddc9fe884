from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from kling_desktop.fal.provider import FalProvider
from tests.fal.fakes import BACKEND, Script, answer

if TYPE_CHECKING:
    from pydantic import SecretStr

    from kling_desktop.domain.requests import RequestRef
    from kling_desktop.engine.ports import Provider


def test_the_provider_is_what_the_engine_asks_for(key: SecretStr) -> None:
    provider: Provider = FalProvider(BACKEND, key)
    assert provider.submit is not None


async def test_closing_twice_or_unused_does_no_harm(key: SecretStr, ref: RequestRef) -> None:
    script = Script(answer(200, {"status": "COMPLETED"}))
    provider = FalProvider(BACKEND, key, transport=script)
    await provider.aclose()
    await provider.status(ref)
    await provider.aclose()
    await provider.aclose()


def test_http_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, kling_desktop.fal.provider; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
