"""Where the key is kept: profiles, one session, and keyrings that wait for ever."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from kling_desktop import wiring
from kling_desktop.cabinet import KeyCabinet
from kling_desktop.cli.main import main
from kling_desktop.domain.errors import InvalidParams, MissingKey
from kling_desktop.domain.keys import KeyVerdict, Profiles, Source
from kling_desktop.fal import provider
from kling_desktop.fal.backend import Backend
from kling_desktop.paths import HOME_VARIABLE, places
from kling_desktop.storage import secrets
from kling_desktop.storage.profiles import ProfileFile
from kling_desktop.together import apart
from tests.storage.test_secrets import KEY, OTHER, Drawer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.guards import LogGuard


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    made = Drawer()
    monkeypatch.setattr(secrets, "_system_keyring", lambda: made)
    return made


@pytest.fixture
def cabinet(tmp_path: Path) -> KeyCabinet:
    return KeyCabinet(tmp_path / "state" / "profiles.json", {})


async def test_each_profile_has_its_key_and_the_one_in_use_is_remembered(
    drawer: Drawer, cabinet: KeyCabinet, tmp_path: Path
) -> None:
    await cabinet.keep(SecretStr(f"export FAL_KEY={KEY}"), "default")
    view = await cabinet.keep(SecretStr(OTHER), "  my   work ")
    assert view.profiles == Profiles("my work", ("default", "my work"))
    again = KeyCabinet(tmp_path / "state" / "profiles.json", {})
    found = await again.find()
    assert found is not None
    assert found.key.get_secret_value() == OTHER
    await again.choose("default")
    found = await cabinet.find()
    assert found is not None
    assert found.key.get_secret_value() == KEY
    assert set(drawer.kept.values()) == {KEY, OTHER}
    written = (tmp_path / "state" / "profiles.json").read_text("utf-8")
    assert json.loads(written)["active"] == "default"
    assert not any(half in written for half in (*KEY.split(":"), *OTHER.split(":")))


async def test_a_profile_is_renamed_with_its_key(drawer: Drawer, cabinet: KeyCabinet) -> None:
    await cabinet.keep(SecretStr(KEY), "work")
    view = await cabinet.rename("work", "studio")
    assert (view.profiles.active, view.source) == ("studio", Source.KEYRING)
    assert list(drawer.kept) == [(secrets.SERVICE, "studio")]
    with pytest.raises(InvalidParams):
        await cabinet.rename("studio", "default")
    assert list(drawer.kept) == [(secrets.SERVICE, "studio")]


async def test_a_forgotten_profile_is_gone_and_the_default_one_stays(
    drawer: Drawer, cabinet: KeyCabinet
) -> None:
    await cabinet.keep(SecretStr(KEY), "work")
    view = await cabinet.forget("work")
    assert (view.source, view.profiles) == (None, Profiles())
    assert drawer.kept == {}
    assert (await cabinet.forget("default")).profiles == Profiles()


async def test_a_key_of_this_session_counts_first_and_is_kept_nowhere(
    drawer: Drawer, tmp_path: Path
) -> None:
    cabinet = KeyCabinet(tmp_path / "profiles.json", {"FAL_KEY": OTHER})
    assert (await cabinet.look()).source is Source.ENVIRONMENT
    view = await cabinet.use(SecretStr(KEY))
    assert view.source is Source.SESSION
    assert drawer.kept == {}
    assert not (tmp_path / "profiles.json").exists()
    choice = await wiring.choose(wiring.Wish.LIVE, {}, cabinet)
    assert choice.key is not None
    assert choice.key.get_secret_value() == KEY
    assert KEY not in f"{cabinet!r} {choice!r} {view!r} {vars(cabinet)!r}"
    assert (await cabinet.forget("default")).source is Source.ENVIRONMENT


@pytest.mark.parametrize("name", ["", " ", "a" * 41, "a/b", "a\0b", "-x", "../x"])
async def test_odd_names_are_no_profiles(drawer: Drawer, cabinet: KeyCabinet, name: str) -> None:
    with pytest.raises(InvalidParams):
        await cabinet.keep(SecretStr(KEY), name)
    assert drawer.kept == {}


@pytest.mark.parametrize(
    "text", ['{"active": "gone", "names": ["", 3, "work", "work"]}', '{"names": "work"}', "[1]"]
)
def test_what_makes_no_sense_in_the_file_is_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "profiles.json"
    path.write_text(text)
    found = ProfileFile(path).load()
    assert found.active == "default"
    assert "default" in found.names
    assert all(map(str.strip, found.names))


def test_a_broken_file_is_as_none(tmp_path: Path, expected_log: LogGuard) -> None:
    path = tmp_path / "profiles.json"
    path.write_text("{")
    expected_log("profiles cannot be read")
    assert ProfileFile(path).load() == Profiles()


async def test_a_keyring_that_never_answers_is_left_alone_at_once() -> None:
    """Neither the loop nor the program's end waits for its thread."""
    answered = threading.Event()
    task = asyncio.ensure_future(apart(answered.wait))
    await asyncio.sleep(0.01)
    begin = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begin < 1
    assert all(each.daemon for each in threading.enumerate() if each.name == "apart")
    answered.set()


async def test_what_goes_wrong_apart_reaches_who_waits() -> None:
    def fail() -> None:
        raise InvalidParams(())

    with pytest.raises(InvalidParams):
        await apart(fail)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that are tried at fal, which takes every one of them."""
    seen: list[str] = []

    class TakesAll:
        def __init__(self, backend: object, key: SecretStr, **_: object) -> None:
            assert backend == Backend.live()
            seen.append(key.get_secret_value())

        async def check_key(self) -> KeyVerdict:
            return KeyVerdict()

        async def aclose(self) -> None:
            pass

    monkeypatch.setattr(provider, "FalProvider", TakesAll)
    return seen


ELSEWHERE = {wiring.BACKEND_VARIABLE: "http://127.0.0.1:9", "FAL_KEY": "an-id:of-that-server"}


async def test_the_key_of_another_server_never_goes_to_fal(
    drawer: Drawer, tmp_path: Path, tried: list[str]
) -> None:
    cabinet = KeyCabinet(tmp_path / "profiles.json", ELSEWHERE)
    with pytest.raises(MissingKey):
        await wiring.choose(wiring.Wish.LIVE, ELSEWHERE, cabinet)
    with pytest.raises(InvalidParams, match="not shown to fal"):
        await cabinet.check()
    assert tried == []
    drawer.set_password(secrets.SERVICE, "default", KEY)
    choice = await wiring.choose(wiring.Wish.LIVE, ELSEWHERE, cabinet)
    assert choice.key is not None
    assert (choice.key.get_secret_value(), choice.profile) == (KEY, "default")
    await cabinet.check()
    assert tried == [KEY]


async def test_the_key_of_the_profile_that_is_named_is_the_one_that_is_tried(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tried: list[str]
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    for name, each in (("work", OTHER), ("default", KEY)):
        await KeyCabinet(places().profiles, {}).keep(SecretStr(each), name)
    monkeypatch.setenv("FAL_KEY", "an-id:in-the-environment")
    code = await asyncio.to_thread(main, ["key", "test", "--profile", "work"])
    assert (code, tried) == (0, [OTHER])
    assert len(drawer.kept) == 2
