"""What ``doctor`` says of the key: where it comes from, what keeps it from being kept, the remedy.

The keyring is asked apart and not for long: one that is locked may wait for somebody to answer a
dialog, and ``doctor`` must come to its end where nobody sits.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.keys import DEFAULT, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.storage.secrets import KeyStatus

PATIENCE = 10.0
"""Seconds that a keyring may take to answer."""
BY_HAND = "export FAL_KEY='id:secret'"
SET = "kling-desktop key set"
_INSTALL = (
    ("apt-get", "sudo apt install gnome-keyring"),
    ("dnf", "sudo dnf install gnome-keyring"),
    ("pacman", "sudo pacman -S gnome-keyring"),
    ("zypper", "sudo zypper install gnome-keyring"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at, as ``doctor`` needs it."""

    ok: bool
    what: str
    todo: str = ""


def look_at_key(environ: Mapping[str, str], profile: str) -> tuple[Look, Look]:
    """The key that counts, and the keyring that could keep it; it takes :data:`PATIENCE` at most.

    Raises ImportError: the library for keyrings is not there.
    """
    status = _in_time(environ, profile)
    return _key(environ, status, profile), _keyring(environ, status)


def _in_time(environ: Mapping[str, str], profile: str) -> KeyStatus | None:
    """What is known; None where the keyring gave no answer in time."""
    from kling_desktop.storage import secrets

    found: list[KeyStatus] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            found.append(secrets.status({}, profile))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told by whoever asked
            failed.append(error)

    # A daemon: what waits for a dialog must not keep the program from ending.
    asking = threading.Thread(target=ask, name="keyring", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    if failed:
        raise failed[0]
    return found[0] if found else None


def _key(environ: Mapping[str, str], status: KeyStatus | None, profile: str) -> Look:
    from kling_desktop.storage import secrets

    under = f"profile “{profile}”"
    try:
        given = secrets.key_in_environment(environ)
    except InvalidParams as error:
        return Look(ok=False, what=str(error), todo=f"{BY_HAND}   (or: unset FAL_KEY)")
    if given is not None:
        also = " It counts before the one in the keyring." if _is_kept(status) else ""
        return Look(ok=True, what=f"from the environment (FAL_KEY).{also}")
    if _is_kept(status):
        assert status is not None
        return Look(ok=True, what=f"from the keyring ({status.keyring}), {under}")
    if status is None or status.problem:
        what = f"not known while the keyring cannot be read ({under})"
        return Look(ok=False, what=what, todo=f"{BY_HAND}   (until the keyring answers)")
    option = "" if profile == DEFAULT else f" --profile '{profile}'"
    if status.keyring is None:
        what = "none is known; the sandbox needs none. The window can keep one for a session"
        return Look(ok=False, what=what, todo=BY_HAND)
    what = f"none is known in {under}; the sandbox needs none"
    return Look(ok=False, what=what, todo=SET + option)


def _is_kept(status: KeyStatus | None) -> bool:
    return status is not None and status.source is Source.KEYRING


def _keyring(environ: Mapping[str, str], status: KeyStatus | None) -> Look:
    if status is None:
        what = "it gives no answer: most likely it is locked and waits for its password"
        return Look(ok=False, what=what, todo=_unlock())
    if status.problem:
        locked = "locked" in status.problem
        return Look(
            ok=False, what=status.problem, todo=_unlock() if locked else _absent(environ)[1]
        )
    if status.keyring is None:
        what, todo = _absent(environ)
        return Look(ok=False, what=what, todo=todo)
    return Look(ok=True, what=status.keyring)


def _unlock() -> str:
    if not sys.platform.startswith("linux"):
        return "Unlock it as this system does, then try again."
    return "gnome-keyring-daemon --replace --unlock --components=secrets   (type its password)"


def _absent(environ: Mapping[str, str]) -> tuple[str, str]:
    """Why there is no keyring on this system, and the line that helps."""
    if not sys.platform.startswith("linux"):
        return "this system has no keyring that can be used", BY_HAND
    if not _has_bus(environ):
        what = "there is no D-Bus session here, so no keyring can be reached"
        return what, f"dbus-run-session -- kling-desktop   (or: {BY_HAND})"
    if not _has_service():
        install = next((line for tool, line in _INSTALL if shutil.which(tool)), "")
        what = "no keyring is installed (GNOME Keyring or KWallet would do)"
        return what, f"{install or BY_HAND}"
    what = "a keyring is installed, but none is running in this session"
    return what, "gnome-keyring-daemon --start --components=secrets"


def _has_bus(environ: Mapping[str, str]) -> bool:
    """Whether there is a session bus, as far as can be seen without asking it."""
    address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not address:
        runtime = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        return Path(runtime, "bus").exists()
    path = next(
        (part.removeprefix("unix:path=") for part in address.split(",") if "unix:path=" in part), ""
    )
    return not path or Path(path).exists()


def _has_service() -> bool:
    names = ("gnome-keyring-daemon", "kwalletd6", "kwalletd5", "keepassxc")
    return any(shutil.which(name) for name in names)
