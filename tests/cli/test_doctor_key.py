"""``doctor`` names where the key comes from, what is wrong, and the exact line that helps."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from kling_desktop.cli import doctor_key
from kling_desktop.cli.doctor_key import BY_HAND, look_at_key
from kling_desktop.cli.doctor_window import missing_in, remedy
from kling_desktop.domain.keys import Source
from kling_desktop.storage import secrets
from kling_desktop.storage.secrets import KeyStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux' own lines")
KEPT = KeyStatus(Source.KEYRING, "SecretService Keyring")
EMPTY = KeyStatus(None, "SecretService Keyring")
NONE = KeyStatus(None, None)
LOCKED = KeyStatus(None, "SecretService Keyring", "the keyring is locked")


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> list[KeyStatus]:
    """What the keyring is going to say."""
    said: list[KeyStatus] = []
    monkeypatch.setattr(secrets, "status", lambda *_: said[0])
    return said


def test_a_key_of_the_environment_counts_before_the_keyring(held: list[KeyStatus]) -> None:
    held.append(KEPT)
    key, keyring = look_at_key({"FAL_KEY": "id:secret"}, "work")
    assert (key.ok, keyring.ok) == (True, True)
    assert key.what == "from the environment (FAL_KEY). It counts before the one in the keyring."
    assert "secret" not in key.what


def test_a_kept_key_is_said_with_its_keyring_and_profile(held: list[KeyStatus]) -> None:
    held.append(KEPT)
    key, _ = look_at_key({}, "work")
    assert (key.ok, key.what) == (True, "from the keyring (SecretService Keyring), profile “work”")


def test_no_key_is_set_with_one_line(held: list[KeyStatus]) -> None:
    held.append(EMPTY)
    assert look_at_key({}, "default")[0].todo == "kling-desktop key set"
    assert look_at_key({}, "work")[0].todo == "kling-desktop key set --profile 'work'"


def test_a_locked_keyring_is_unlocked_with_one_line(held: list[KeyStatus]) -> None:
    held.append(LOCKED)
    key, keyring = look_at_key({}, "default")
    assert keyring.what == "the keyring is locked"
    assert keyring.todo.startswith("gnome-keyring-daemon --replace --unlock")
    assert not key.ok
    assert BY_HAND in key.todo


def test_without_a_bus_no_keyring_can_be_reached(held: list[KeyStatus], tmp_path: Path) -> None:
    held.append(NONE)
    key, keyring = look_at_key({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no"}, "default")
    assert keyring.what == "there is no D-Bus session here, so no keyring can be reached"
    assert keyring.todo.startswith("dbus-run-session -- kling-desktop")
    assert key.todo == BY_HAND
    assert "for a session" in key.what


@pytest.mark.parametrize(
    ("tools", "todo"),
    [
        ({"apt-get"}, "sudo apt install gnome-keyring"),
        ({"dnf"}, "sudo dnf install gnome-keyring"),
        (set[str](), BY_HAND),
        ({"gnome-keyring-daemon"}, "gnome-keyring-daemon --start --components=secrets"),
    ],
)
def test_what_is_not_installed_is_told_from_what_does_not_run(
    held: list[KeyStatus], monkeypatch: pytest.MonkeyPatch, tools: set[str], todo: str
) -> None:
    held.append(NONE)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in tools else None)
    _, keyring = look_at_key({"DBUS_SESSION_BUS_ADDRESS": "unix:abstract=/somewhere"}, "default")
    assert (keyring.ok, keyring.todo) == (False, todo)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A keyring that waits for somebody to answer a dialog, until the test is over."""
    answer, threads = threading.Event(), set(threading.enumerate())

    def wait(*_: object) -> KeyStatus:
        answer.wait()
        return NONE

    monkeypatch.setattr(secrets, "status", wait)
    monkeypatch.setattr(doctor_key, "PATIENCE", 0.05)
    yield
    answer.set()
    for each in set(threading.enumerate()) - threads:
        each.join()


@pytest.mark.usefixtures("silent")
def test_a_keyring_that_waits_for_its_password_does_not_hold_doctor_up() -> None:
    key, keyring = look_at_key({}, "default")
    assert "waits for its password" in keyring.what
    assert not key.ok


def test_a_missing_library_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "ImportError: libEGL.so.1: cannot open shared object file: No such file or directory"
    assert missing_in(told) == ["libEGL.so.1"]
    assert missing_in("\tlibxcb-cursor.so.0 => not found\n\tlibc.so.6 => /lib/libc.so.6") == [
        "libxcb-cursor.so.0"
    ]
    monkeypatch.setattr(shutil, "which", lambda name: name)
    assert (
        remedy(["libEGL.so.1", "libxcb-cursor.so.0"]) == "sudo apt install libegl1 libxcb-cursor0"
    )
    assert remedy([]) == ""
