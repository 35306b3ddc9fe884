"""System packages on Debian and its kin: which are missing, and how they get there.

Qt's wheels bring Qt, but not the libraries of the desktop below it. On any other system we just
go on: there they belong to every desktop, or Qt's wheels bring them.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from bootstrap.talk import give_up, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bootstrap.interpreters import Interpreter

QT: Final = (
    "libegl1", "libgl1", "libglib2.0-0t64|libglib2.0-0", "libdbus-1-3", "libfontconfig1",
    "fonts-dejavu-core", "libxkbcommon0", "libbrotli1", "libpulse0", "libxrandr2", "libdrm2",
    "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0",
    "libxcb-shape0", "libxcb-xkb1", "libxkbcommon-x11-0",
)  # fmt: skip
"""What the window, sound and video need; ``new|old`` where a release renamed a package."""

TESTS: Final = (
    "xvfb", "xauth", "openbox", "xdotool", "imagemagick", "x11-utils", "pcmanfm",
    "gnome-keyring", "dbus", "libglib2.0-bin", "libenchant-2-2", "hunspell-en-us",
)  # fmt: skip
"""A desktop to test in: a screen, a window manager, a hand, a file manager, a keyring, and a
dictionary."""

BROWSER: Final = "chromium"
"""Ubuntu has it as a snap alone, which no package brings: there the tests do without."""
WITHOUT_BROWSER: Final = (
    "Chromium is not installed ({}); the tests that drag out of a browser are left out. "
    "With a Chromium or Chrome on the path they run."
)

INSTALL: Final = (
    "apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300",
)  # fmt: skip

FAMILY: Final = frozenset({"debian", "ubuntu"})


def provide(names: tuple[str, ...], interpreters: list[Interpreter]) -> None:
    """See to it that the packages are there; ends the program where it may not install them."""
    if not is_debian():
        return
    wanted = (*names, *venv_packages(interpreters))
    lacking = missing(wanted, dpkg_answer(wanted))
    if lacking:
        install(lacking)


def provide_browser() -> None:
    """Chromium for the tests, if it is to be had; what it is not is said, and ends nothing."""
    if not sys.platform.startswith("linux") or any(map(shutil.which, browsers())):
        return
    if trouble := _install_browser():
        say(WITHOUT_BROWSER.format(trouble))


def _install_browser() -> str:
    """Why it is not there afterwards; empty if it is."""
    prefix = authority() if is_debian() else None
    if prefix is None:
        return "it cannot be installed from here"
    if not offered(BROWSER):
        ask([*prefix, "apt-get", "update", "-qq"])  # a new machine has no lists
    if not offered(BROWSER) or is_snap(ask(["apt-cache", "show", BROWSER]).stdout):
        return "this system has no package of it"
    say("Installing Chromium for the tests ...")
    done = ask([*prefix, *INSTALL, BROWSER])
    return "" if done.returncode == 0 else f"apt-get: {done.stderr.strip()}"


def browsers() -> tuple[str, ...]:
    """What a browser of that kind is called on the path."""
    return ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")


def is_snap(shown: str) -> bool:
    """Whether a package, as apt-cache shows it, only says that there is a snap."""
    return "snap" in shown.lower() and "transitional" in shown.lower()


def is_debian() -> bool:
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return False
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return is_kin(release)


def is_kin(release: dict[str, str]) -> bool:
    """Whether os-release names Debian, Ubuntu or something made from them."""
    return bool(FAMILY & {release.get("ID", ""), *release.get("ID_LIKE", "").split()})


def venv_packages(interpreters: list[Interpreter]) -> list[str]:
    """Debian keeps the part of Python that puts pip into a virtual environment in a package."""
    return [
        f"python{one.name}-venv"
        for one in interpreters
        if not one.has_pip and one.path.startswith("/usr/bin/")
    ]


def dpkg_answer(names: tuple[str, ...]) -> str:
    """One line "name status" for each package that dpkg has heard of."""
    every = [name for entry in names for name in entry.split("|")]
    form = "${Package} ${db:Status-Status}\n"
    command = ["dpkg-query", "--show", f"--showformat={form}", *every]
    return ask(command).stdout


def missing(names: tuple[str, ...], answer: str) -> list[str]:
    """The entries of which no spelling is installed."""
    lines = (line.split() for line in answer.splitlines())
    installed = {words[0] for words in lines if words[1:] == ["installed"]}
    return [entry for entry in names if installed.isdisjoint(entry.split("|"))]


def install(lacking: list[str]) -> None:
    prefix = authority()
    if prefix is None:
        line = " ".join(["sudo apt-get install -y --no-install-recommends", *chosen(lacking)])
        give_up(f"System packages are missing. Install them and start again:\n  {line}")
    say(f"Installing {len(lacking)} system packages ...")
    ask([*prefix, "apt-get", "update", "-qq"])  # stale lists name files that are gone
    done = ask([*prefix, *INSTALL, *chosen(lacking)])
    if done.returncode != 0:
        give_up(f"{done.stderr}apt-get could not install: {' '.join(lacking)}")


def authority() -> list[str] | None:
    """What to put before apt-get; None if we may not run it."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None or ask(["sudo", "-n", "true"]).returncode != 0:
        return None
    return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]


def ask(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a system tool that asks nobody anything, and keep what it says, in English."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environ, check=False
    )


def chosen(lacking: list[str]) -> list[str]:
    """One spelling of each entry: the first that this release offers."""
    return [choose(entry.split("|"), offered) for entry in lacking]


def choose(spellings: list[str], offers: Callable[[str], bool]) -> str:
    """The first that is offered, else the last: older releases keep no lists of what is new."""
    return next((name for name in spellings if offers(name)), spellings[-1])


def offered(name: str) -> bool:
    return has_candidate(ask(["apt-cache", "policy", name]).stdout)


def has_candidate(policy: str) -> bool:
    """Whether apt-cache knows a version that it could install."""
    found = [line.split(":", 1)[1].strip() for line in policy.splitlines() if "Candidate:" in line]
    return bool(found) and found[0] != "(none)"
