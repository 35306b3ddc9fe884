"""The virtual environment of one Python: made once, renewed when what it is made from changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bootstrap import system
from bootstrap.lock import locked
from bootstrap.talk import give_up, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bootstrap.interpreters import Interpreter

ROOT: Final = Path(__file__).resolve().parents[2]
CONSTRAINTS: Final = ROOT / "packaging" / "constraints.txt"
SOURCES: Final = (ROOT / "pyproject.toml", CONSTRAINTS)

RUN: Final = ""
TEST: Final = "[test]"
"""What is installed besides the program: the name of an extra in pyproject.toml."""


def ready(interpreters: list[Interpreter], extra: str = RUN) -> list[Path]:
    """The Pythons of our environments, one for each interpreter; all that lacks is installed."""
    folders = [folder(one) for one in interpreters]
    if not all(fresh(one, extra) for one in folders):
        with locked(ROOT / ".venv" / "lock"):
            packages = system.QT if extra == RUN else (*system.QT, *system.TESTS)
            system.provide(packages, interpreters)
            with ThreadPoolExecutor() as beside:  # they wait for different servers
                every = [beside.submit(make, one, extra) for one in interpreters]
                if extra == TEST:
                    system.provide_browser()
                for each in every:
                    each.result()
    return [python_of(one) for one in folders]


def folder(interpreter: Interpreter) -> Path:
    return ROOT / ".venv" / f"py{interpreter.name}"


def python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make(interpreter: Interpreter, extra: str) -> None:
    """Bring one environment up to date; another start may have done so while we waited."""
    environment = folder(interpreter)
    if fresh(environment, extra):
        return
    say(f"Setting up for Python {interpreter.name}; on first use this takes a few minutes ...")
    for one in (RUN, TEST):
        stamp(environment, one).unlink(missing_ok=True)
    if not works(python_of(environment)):
        run([interpreter.path, "-m", "venv", "--clear", str(environment)])
    run(pip_command(python_of(environment), extra))
    for one in {RUN, extra}:
        stamp(environment, one).write_text(digest(environment), encoding="ascii")


def pip_command(python: Path, extra: str) -> list[str]:
    quiet = [] if sys.stderr.isatty() else ["-qq"]  # a person likes to see progress
    options = ["--disable-pip-version-check", "--no-input", "--constraint", str(CONSTRAINTS)]
    return [str(python), "-m", "pip", "install", *quiet, *options, "--editable", f"{ROOT}{extra}"]


def run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        give_up("Setting up failed: " + " ".join(command))


def works(python: Path) -> bool:
    """Whether the environment's Python starts and has a pip: a Python may have been removed."""
    try:
        return (
            subprocess.run(
                [python, "-c", "import pip"], stderr=subprocess.DEVNULL, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def fresh(environment: Path, extra: str) -> bool:
    """Whether the environment was made, to its end, from the present sources."""
    try:
        return stamp(environment, extra).read_text(encoding="ascii") == digest(environment)
    except OSError:
        return False


def stamp(environment: Path, extra: str) -> Path:
    return environment / f"kling-desktop-{extra.strip('[]') or 'run'}.stamp"


def digest(environment: Path, sources: Iterable[Path] = SOURCES) -> str:
    """Changes with the sources, and with the place: an environment cannot be moved."""
    seen = hashlib.sha256(str(environment).encode())
    for source in sources:
        seen.update(source.read_bytes())
    return seen.hexdigest()
