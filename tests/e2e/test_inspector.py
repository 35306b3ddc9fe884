"""What the inspector shows is what arrives; what is copied from it arrives just the same."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image

from kling_desktop import wiring
from kling_desktop.domain import addresses
from kling_desktop.domain.body import encoded
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.parcel import PLACEHOLDER, readdressed
from kling_desktop.domain.snippets import Language, snippet
from kling_desktop.engine.intake import Draft, path_of
from kling_desktop.local import _lease
from kling_desktop.paths import Places
from tests.domain.motion.documents import a_document
from tests.helpers.worlds import BRUSH

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.parcel import Inspection
    from kling_desktop.engine.engine import Engine
    from kling_desktop.sandbox.process import Lease

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

PROMPT = """It's "so" calm: $FAL_KEY `ls` $(id) \\ 火 \U0001f600
a second line"""


def opened(folder: Path) -> AbstractAsyncContextManager[Engine]:
    """A program of this folder; it is closed again, job or not."""
    return wiring.open_engine(wiring.Choice("sandbox"), Places(folder / "home", folder / "clips"))


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    document = a_document()
    picture = tmp_path / "it's a boat ü.png"
    size = (document.size.width, document.size.height)
    Image.effect_noise(size, 90).convert("RGB").save(picture)
    values = {"prompt": PROMPT, "image_url": str(picture)}
    return Draft(endpoint=BRUSH, values=values, motion=document)


async def _sent(engine: Engine, draft: Draft) -> Job:
    """The job once the service has accepted it; nobody waits for its clip."""
    accepted: asyncio.Future[Job] = asyncio.get_running_loop().create_future()

    def hear(event: Event) -> None:
        if isinstance(event, JobChanged) and event.job.request_id and not accepted.done():
            accepted.set_result(event.job)

    engine.subscribe(hear)
    await engine.generate(draft)
    return await asyncio.wait_for(accepted, 60)


def _hashes(body: Any, inspected: Inspection) -> list[str]:
    endpoint = inspected.parcel.endpoint
    data = [httpx.get(each).raise_for_status().content for each in addresses.files(endpoint, body)]
    return [hashlib.sha256(each).hexdigest() for each in data]


def _shown_hashes(inspected: Inspection) -> list[str]:
    parcel = inspected.parcel
    files = [parcel.file_at(each) for each in addresses.files(parcel.endpoint, parcel.body)]
    return [each.sha256 for each in files if each is not None]


async def test_every_byte_that_is_shown_is_the_byte_that_arrives(
    draft: Draft, tmp_path: Path
) -> None:
    async with opened(tmp_path) as engine:
        shown = await engine.inspect(draft)
        assert engine.jobs() == []
        job = await _sent(engine, draft)
        afterwards = await engine.inspect_job(job.id)
        assert job.body is not None
        names = {url: PLACEHOLDER + _name(shown, local) for local, url in job.uploads.items()}
        sent = addresses.mapped(shown.parcel.endpoint, job.body, names.__getitem__)
        assert encoded(sent) == encoded(shown.parcel.body)
        assert len(names) == len(shown.parcel.files) == 4
        assert _hashes(job.body, shown) == _shown_hashes(shown)
        # What the job shows afterwards is what the ledger had before the POST left.
        assert afterwards.was_sent
        assert afterwards.parcel.body == job.body
        assert _shown_hashes(afterwards) == _shown_hashes(shown)
        paths = [[each.points for each in told.parcel.masks] for told in (shown, afterwards)]
        assert paths[0] == paths[1]
        assert any(paths[0])
        headers = dict(afterwards.letter.headers)
        assert headers["Content-Length"] == str(len(encoded(job.body)))
        assert "hidden" in headers["Authorization"]


def _name(shown: Inspection, local: str) -> str:
    return next(each.name for each in shown.parcel.files if each.path == str(path_of(local)))


async def _heard(lease: Lease, count: int) -> list[dict[str, Any]]:
    """The bodies as the sandbox heard them, oldest first, as the account's list has them."""
    async with httpx.AsyncClient(headers={"Authorization": f"Key {lease.key}"}) as http:
        url = f"{lease.url}/platform/v1/models/requests/by-endpoint"
        asked = {"endpoint_id": BRUSH, "expand": "payloads"}
        answer = (await http.get(url, params=asked)).raise_for_status().json()
    found = sorted(answer["items"], key=lambda each: str(each["sent_at"]))
    assert len(found) == count
    return [each["json_input"] for each in found]


@pytest.mark.skipif(
    shutil.which("bash") is None or shutil.which("curl") is None, reason="no bash or no curl here"
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_what_is_copied_sends_the_same(draft: Draft, tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        shown = await engine.inspect(draft)
    lease = await _lease(tmp_path / "home" / "sandbox")
    try:
        environment = {
            "PATH": os.environ["PATH"],
            "FAL_KEY": lease.key,
            "FAL_QUEUE_URL": f"{lease.url}/queue",
            "FAL_REST_URL": f"{lease.url}/rest",
        }
        curl = snippet(shown.parcel, Language.CURL)
        answer = await _run(environment, "bash", "-c", curl)
        assert json.loads(answer)["request_id"]
        python = snippet(shown.parcel, Language.PYTHON)
        clip = await _run(environment, sys.executable, "-c", _pointed(python, lease))
        assert clip.startswith(f"{lease.url}/cdn/")
        for body in await _heard(lease, 2):
            assert _hashes(body, shown) == _shown_hashes(shown)
            plain = readdressed(shown.parcel, lambda _: "")
            assert encoded(addresses.mapped(shown.parcel.endpoint, body, lambda _: "")) == (
                encoded(plain)
            )
    finally:
        lease.release()


def _pointed(program: str, lease: Lease) -> str:
    """The same program, after its client was told where the sandbox is."""
    lines = [
        "import fal_client.client as c",
        f"c.QUEUE_URL_FORMAT = {lease.url + '/queue/'!r}",
        f"c.RUN_URL_FORMAT = {lease.url + '/run/'!r}",
        f"c.REST_URL = {lease.url + '/rest'!r}",
        f"c.CDN_URL = {lease.url + '/cdn'!r}",
    ]
    return "\n".join([*lines, program])


async def _run(environment: dict[str, str], *words: str) -> str:
    def there() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, env=environment, capture_output=True, text=True, check=False, timeout=90
        )

    done = await asyncio.to_thread(there)
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stderr}"
    return done.stdout
