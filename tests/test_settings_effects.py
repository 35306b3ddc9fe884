"""Each setting that the engine heeds does what its row says, at once."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from pydantic import SecretStr

from kling_desktop import tuning, wiring, workrooms
from kling_desktop.domain.content import Content
from kling_desktop.domain.errors import InvalidParams, NetworkDown
from kling_desktop.domain.settings.table import item
from kling_desktop.domain.settings.values import DAY, Settings
from kling_desktop.engine.intake import Draft
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.lifecycle import OLDER, PREFERENCE
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Patience
from kling_desktop.paths import Places
from kling_desktop.storage.names import clip_names
from kling_desktop.storage.uploads import UploadMemory
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import BACKEND, ORIGIN, Progress, Script, answer, http, raw_server
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOWHERE = "http://127.0.0.1:9"
KEY = SecretStr("id:secret")
FILE = f"{ORIGIN}/cdn/files/x.png"
INITIATED = answer(200, {"upload_url": f"{ORIGIN}/cdn/put?signature=1", "file_url": FILE})
ACCEPTED = http("200 OK", b'{"request_id": "abc"}')
FAR = Backend.at("http://fal.example.test", "live")
IMPATIENT = Patience(connect=0.3, read=2.0, write=2.0, answer=20.0)


class Changing:
    """Settings that a test changes while they are in use."""

    def __init__(self) -> None:
        self.now = Settings()

    def __call__(self) -> Settings:
        return self.now

    def put(self, **changes: Any) -> None:
        self.now = replace(self.now, **changes)


@pytest.fixture
def wishes() -> Changing:
    return Changing()


@pytest.fixture
def home(tmp_path: Path) -> Places:
    return Places(tmp_path / "home", tmp_path / "home" / "clips")


def put(home: Places, key: str, value: Any) -> None:
    tuning.settings_file(home).change(item(key), value)


# Files


def test_the_folder_for_clips_is_asked_for_anew(home: Places, tmp_path: Path) -> None:
    assert tuning.clips_folder(home) == home.clips
    put(home, "files.clips", str(tmp_path / "elsewhere"))
    assert tuning.clips_folder(home) == tmp_path / "elsewhere"


async def test_new_jobs_go_into_the_folder_that_is_set_now(home: Places, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    choice = wiring.Choice(NOWHERE, NOWHERE, KEY)
    async with wiring.open_engine(choice, home) as engine:
        engine.pause_all()
        draft = Draft(endpoint=T2V, values={"prompt": "a lake"})
        first = await engine.generate(draft)
        put(home, "files.clips", str(other))
        second = await engine.generate(draft)
    assert (first.out_dir, second.out_dir) == (str(home.clips), str(other))
    assert other.is_dir()


def test_names_follow_the_template_and_always_have_the_id() -> None:
    job = a_job(params={"prompt": "A boat!"}, project="Lake Film", endpoint=ENDPOINT)
    short = job.id[:8]
    usual = next(clip_names(job))
    assert usual == f"{job.created_at:%Y-%m-%d}-a-boat-{short}.mp4"
    named = next(clip_names(job, "{project} {model} {id} {time}"))
    model = "kling-video-v1-6-pro-image-to-video"
    assert named == f"lake-film {model} {short} {job.created_at:%H%M%S}.mp4"
    long = a_job(params={"prompt": "\N{CJK UNIFIED IDEOGRAPH-6E56}" * 60})
    name = next(clip_names(long, "{prompt}{prompt}{prompt}-{id}"))
    assert long.id[:8] in name
    assert len(name.encode()) < 240
    assert next(clip_names(job, "con.{id}")) == f"_con.{short}.mp4"


# Privacy


def photograph(path: Path) -> Path:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    data = io.BytesIO()
    Image.new("RGB", (400, 400), "teal").save(data, "JPEG", exif=exif)
    path.write_bytes(data.getvalue())
    return path


async def test_metadata_is_left_out_unless_somebody_wants_it(home: Places, tmp_path: Path) -> None:
    files, path = workrooms.stored_files(home), photograph(tmp_path / "a.jpg")
    assert b"SECRETCAM" in path.read_bytes()
    assert b"SECRETCAM" not in (await files.keep_picture(path)).read_bytes()
    put(home, "privacy.metadata", False)
    assert (await files.keep_picture(path)).read_bytes() == path.read_bytes()


async def test_fal_is_asked_to_keep_uploads_as_long_as_is_set(
    wishes: Changing, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    script = Script(INITIATED, answer(200), INITIATED, answer(200))
    provider = FalProvider(BACKEND, KEY, transport=script, wishes=wishes)
    await provider.upload(path, Progress())
    wishes.put(keeps_uploads="week")
    await provider.upload(path, Progress())
    without, _, asked, sent = script.requests
    assert not {PREFERENCE.lower(), OLDER.lower()} & set(without.headers)
    for name in (PREFERENCE, OLDER):
        assert json.loads(asked.headers[name]) == {"expiration_duration_seconds": 7 * DAY}
    assert PREFERENCE.lower() not in sent.headers, "what is signed is not ours to dress"


async def test_fal_is_asked_to_keep_results_as_long_as_is_set_and_the_inspector_shows_it(
    wishes: Changing,
) -> None:
    accepted = answer(200, {"request_id": "abc"})
    script = Script(accepted, accepted)
    provider = FalProvider(BACKEND, KEY, transport=script, wishes=wishes)
    await provider.submit(ENDPOINT, {"prompt": "x"})
    wishes.put(keeps_results="day")
    await provider.submit(ENDPOINT, {"prompt": "x"})
    before, after = script.requests
    assert PREFERENCE.lower() not in before.headers
    assert json.loads(after.headers[PREFERENCE]) == {"expiration_duration_seconds": DAY}
    assert "x-fal-store-io" not in after.headers
    shown = dict(provider.letter(ENDPOINT, {"prompt": "x"}).headers)
    assert shown[PREFERENCE] == after.headers[PREFERENCE]


async def test_an_upload_that_is_about_to_go_is_not_named_again(
    wishes: Changing, tmp_path: Path
) -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    times = [now]
    memory = UploadMemory(tmp_path / "u.sqlite3", "live", now=lambda: times[-1], wishes=wishes)
    boat = Content("ab" * 32, ".png", 1)
    await memory.keep(boat, FILE)
    times.append(now + timedelta(hours=13))
    assert await memory.find(boat) == FILE
    wishes.put(keeps_uploads="day")
    assert await memory.find(boat) is None
    wishes.put(keeps_uploads="year")
    times.append(now + timedelta(days=4))
    assert await memory.find(boat) is None, "no longer than it ever was"


# Network


async def test_a_proxy_counts_from_the_next_exchange_and_so_does_none(
    wishes: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    async with raw_server() as proxy, raw_server() as second:
        proxy.acts = [proxy.reply(ACCEPTED)]
        second.acts = [second.reply(ACCEPTED)]
        provider = FalProvider(FAR, KEY, patience=IMPATIENT, wishes=wishes)
        try:
            for each in (proxy, second):
                wishes.put(proxy=f"http://127.0.0.1:{each.port}")
                assert (await provider.submit(ENDPOINT, {"prompt": "x"})).request_id == "abc"
            assert (proxy.connections, second.connections) == (1, 1)
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
            wishes.put(proxy="direct")
            with pytest.raises(NetworkDown):
                await provider.submit(ENDPOINT, {"prompt": "x"})
            assert proxy.connections == 1, "direct passes the variables over"
        finally:
            await provider.aclose()


async def test_our_own_computer_is_reached_without_the_proxy(wishes: Changing) -> None:
    wishes.put(proxy="http://127.0.0.1:9")
    async with raw_server() as server:
        server.acts = [server.reply(ACCEPTED)]
        here = Backend.at(f"http://127.0.0.1:{server.port}", "sandbox")
        provider = FalProvider(here, KEY, patience=IMPATIENT, wishes=wishes)
        await provider.submit(ENDPOINT, {"prompt": "x"})
        await provider.aclose()


# Appearance, and the sandbox


def test_the_size_of_everything_is_told_to_qt_unless_the_user_has(home: Places) -> None:
    environ: dict[str, str] = {}
    tuning.scale(environ, Settings())
    assert environ == {}
    assert tuning.scale_of(environ) == 100
    tuning.scale(environ, Settings(scale=130))
    assert environ == {"QT_SCALE_FACTOR": "1.3"}
    assert tuning.scale_of(environ) == 130
    tuning.scale(environ, Settings(scale=80))
    assert environ == {"QT_SCALE_FACTOR": "1.3"}
    assert tuning.scale_of({"QT_SCALE_FACTOR": "large"}) == 100


async def test_a_sandbox_that_does_not_run_takes_no_weather(home: Places) -> None:
    assert not await tuning.change_weather(home.sandbox, "busy")


@pytest.mark.parametrize("text", ['[{"fault": "frogs"}]', "nonsense", None])
async def test_a_sky_that_makes_no_sense_is_refused(
    text: str | None, home: Places, tmp_path: Path
) -> None:
    sky = tmp_path / "sky.json"
    if text is not None:
        sky.write_text(text)
    with pytest.raises(InvalidParams):
        await tuning.change_weather(home.sandbox, str(sky))


def test_a_sky_of_a_file_has_its_rules(tmp_path: Path) -> None:
    sky = tmp_path / "sky.json"
    sky.write_text('[{"fault": "drop", "stage": "submit", "count": 1}]')
    (rule,) = tuning.rules_of(str(sky))
    assert (rule["fault"], rule["stage"], rule["count"]) == ("drop", "submit", 1)


def in_force(home: Places) -> Callable[[], list[str]]:
    import httpx

    from kling_desktop.sandbox import locks

    address = locks.parse_address(locks.address_file(home.sandbox).read_bytes())
    assert address is not None

    def ask() -> list[str]:
        headers = {"Authorization": f"Key {address.key}"}
        state = httpx.get(f"{address.url}/sandbox/state", headers=headers).json()
        return [each["fault"] for each in state["weather"]]

    return ask


async def test_the_sandbox_is_under_the_sky_that_is_set(home: Places) -> None:
    put(home, "sandbox.weather", "refusals")
    async with wiring.open_engine(wiring.Choice("sandbox"), home):
        faults = in_force(home)
        assert faults() == ["refuse"]
        assert await tuning.change_weather(home.sandbox, "lost-answer")
        assert faults() == ["drop"]
        assert await tuning.change_weather(home.sandbox, "fair")
        assert faults() == []
