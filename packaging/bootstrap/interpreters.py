"""Finds the Pythons of this machine and says which of them we use.

This module also runs on Pythons that are too old for us, to find a better one: it keeps to
syntax that they can read.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SUPPORTED = ((3, 13), (3, 12), (3, 11))
"""Newest first; the same range as ``requires-python`` in pyproject.toml."""

PROBE = (
    "import ctypes, importlib.util, sqlite3, ssl, sys, venv;"
    "print(sys.version_info[0], sys.version_info[1],"
    " int(importlib.util.find_spec('ensurepip') is not None), sys.executable)"
)
"""Fails where a part of the standard library that we need was left out of the build."""


class Interpreter(NamedTuple):
    """One Python of this machine."""

    path: str
    version: tuple[int, int]
    has_pip: bool
    """Whether its virtual environments get a pip: Debian ships that part by itself."""

    @property
    def name(self) -> str:
        return f"{self.version[0]}.{self.version[1]}"


def supported(version: tuple[int, int]) -> bool:
    return version in SUPPORTED


def running() -> Interpreter:
    """The Python that runs this, whether or not we support it."""
    has_pip = importlib.util.find_spec("ensurepip") is not None
    return Interpreter(sys.executable, (sys.version_info[0], sys.version_info[1]), has_pip)


def found() -> list[Interpreter]:
    """One supported Python of each version: the running one first, then by :func:`commands`."""
    probed = (probe(command) for command in [(sys.executable,), *commands()])
    by_version: dict[tuple[int, int], Interpreter] = {}
    for interpreter in probed:
        if interpreter is not None:
            by_version.setdefault(interpreter.version, interpreter)
    return list(by_version.values())


def commands() -> list[tuple[str, ...]]:
    """What to try, newest version first: names on PATH, Windows' launcher, pyenv's folders."""
    tried: list[tuple[str, ...]] = []
    for major, minor in SUPPORTED:
        name = f"{major}.{minor}"
        tried += [(path,) for path in [shutil.which("python" + name)] if path]
        tried += [(path, "-" + name) for path in [shutil.which("py")] if path]
        tried += [(path,) for path in pyenv_paths(name)]
    return tried


def pyenv_paths(name: str) -> list[str]:
    """The builds that pyenv made of one version, newest first.

    Its shims are on PATH too, but fail for every version that is not switched on.
    """
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return [str(path) for path in newest_first(root.glob(f"versions/{name}.*/bin/python{name}"))]


def newest_first(paths: Iterable[Path]) -> list[Path]:
    """Builds by the number in their folder's name: 3.12.10 before 3.12.9."""

    def numbers(path: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", path.parts[-3])]

    return sorted(paths, key=numbers, reverse=True)


def probe(command: tuple[str, ...]) -> Interpreter | None:
    """Ask a Python what it is; None if it does not run, or is not for us."""
    try:
        answer = subprocess.run(
            [*command, "-c", PROBE], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return read(answer)


def read(answer: str) -> Interpreter | None:
    """What a Python answered to :data:`PROBE`."""
    major, minor, has_pip, path = answer.strip().split(" ", 3)
    version = (int(major), int(minor))
    return Interpreter(path, version, has_pip == "1") if supported(version) else None


def newest(interpreters: list[Interpreter]) -> Interpreter:
    return max(interpreters, key=lambda interpreter: interpreter.version)


def for_tests(interpreters: list[Interpreter]) -> list[Interpreter]:
    """The oldest supported version, where it is at hand, and the newest that is."""
    last = newest(interpreters)
    first = [one for one in interpreters if one.version == SUPPORTED[-1] and one != last]
    return [*first, last]
