"""The key in a real Secret Service: a gnome-keyring of its own, on a bus of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
KEY = "0a1b2c3d-aaaa-bbbb:0123456789abcdef"
UNLOCKED = 'eval "$(printf pw | gnome-keyring-daemon --unlock --components=secrets)"; exec "$@"'
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")

pytestmark = [
    pytest.mark.keyring,
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {' and '.join(NEEDED)}"),
]

LIFE = """
from kling_desktop.storage.secrets import find_key, forget_key, status, store_key
say(before=find_key({}) is None)
store_key(KEY)
say(found=find_key({}).key.get_secret_value(), keyring=status({}).keyring)
say(other_profile=find_key({}, "work") is None, forgotten=forget_key())
say(after=find_key({}) is None, again=forget_key())
"""
LOCKED = """
import secretstorage
from kling_desktop.storage.secrets import find_key, status, store_key, KeyringUnusable
store_key(KEY)
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
try:
    find_key({})
except KeyringUnusable as error:
    say(detail=error.detail)
say(problem=status({}).problem)
"""
MISSING = """
from kling_desktop.storage.secrets import find_key, status, store_key, KeyringUnusable
say(found=find_key({}), keyring=status({}).keyring)
try:
    store_key(KEY)
except KeyringUnusable as error:
    say(detail=error.detail)
"""
START = f"""
import json
facts, KEY = {{}}, {KEY!r}
say = facts.update
"""


def session(home: Path) -> dict[str, str]:
    """An environment with no display and no bus, whose files are all below ``home``."""
    outside = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND")
    environ = {name: each for name, each in os.environ.items() if name not in outside}
    places = {"HOME": "home", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run"}
    for name, place in places.items():
        (home / place).mkdir(mode=0o700)
        environ[name] = str(home / place)
    return environ


def told(code: str, home: Path, *around: str) -> dict[str, Any]:
    """What a program says that runs in a session of its own."""
    program = [sys.executable, "-c", f"{START}\n{code}\nprint(json.dumps(facts))"]
    done = subprocess.run(
        [*around, *program],
        cwd=ROOT,
        env=session(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def in_session(code: str, home: Path) -> dict[str, Any]:
    return told(code, home, "dbus-run-session", "--", "sh", "-c", UNLOCKED, "--")


def test_a_key_is_stored_found_and_forgotten(tmp_path: Path) -> None:
    assert in_session(LIFE, tmp_path) == {
        "before": True,
        "found": KEY,
        "keyring": "SecretService Keyring",
        "other_profile": True,
        "forgotten": True,
        "after": True,
        "again": False,
    }


def test_a_locked_keyring_that_nobody_can_unlock_is_said_to_be_so(tmp_path: Path) -> None:
    facts = in_session(LOCKED, tmp_path)
    assert facts["detail"] == facts["problem"]
    assert facts["detail"].startswith("the keyring")


def test_with_no_keyring_nothing_is_found_and_nothing_is_kept(tmp_path: Path) -> None:
    assert told(MISSING, tmp_path) == {
        "found": None,
        "keyring": None,
        "detail": "this system has no keyring that can be used; set FAL_KEY instead",
    }
