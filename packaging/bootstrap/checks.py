"""``run.py test``: every check of the project, and a table of how they went."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from bootstrap import environment, interpreters
from bootstrap.talk import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bootstrap.interpreters import Interpreter

OURS: Final = ("FAL_KEY", "KLING_DESKTOP_")
"""Variables that would lead the tests to the user's account or files begin with these."""

FORGETFUL: Final = "PYTHONDONTWRITEBYTECODE"
"""With it every worker, and every program that a test starts, compiles all modules anew."""

CORES: Final = os.cpu_count() or 2
OTHERS: Final = "not (benchmark or desktop or thorough)"
BESIDE: Final = ("-n", str(2 * CORES), "--dist", "loadfile", "-m", OTHERS)
"""Files of tests, two at each core: a third of the time they wait, for disk or window."""
UI: Final = ("canvas", "player", "project", "test_main_window.py", "test_studio.py")
"""Of the tests of the window these run on older Pythons too: what Qt and Python do together."""
NEWEST_ONLY: Final = ("test_architecture.py", "test_drags.py")
"""What reads our source, or asks other programs: the same on every Python."""
BRIEF: Final = ("--hypothesis-profile", "brief")
"""A quarter of the examples: what a Python does differently, it does in any of them."""
ALONE: Final = ("-m", "desktop")
"""Tests that have a screen and a mouse to themselves."""
THOROUGH: Final = ("-n", str(2 * CORES), "--dist", "loadgroup", "-m", "thorough")
"""Most of the time these wait, for a sandbox or a program; the longest, in groups, begin first."""
ONCE: Final = (("benchmarks", ("-m", "benchmark")), ("thorough", THOROUGH))
"""What measures time, or takes minutes: on one Python it proves as much as on two."""

LINT_IMPORTS: Final = "from importlinter.cli import lint_imports_command as main; main()"
"""It has no ``-m``, and the scripts of an environment are named differently on Windows."""


class Step(NamedTuple):
    """One check."""

    name: str
    command: list[str]


class Outcome(NamedTuple):
    """How a step went."""

    name: str
    code: int
    seconds: float


def main(arguments: list[str]) -> int:
    """Everything; or, with arguments, only pytest with them on the newest Python."""
    found = interpreters.found()
    chosen = [interpreters.newest(found)] if arguments else interpreters.for_tests(found)
    pythons = environment.ready(chosen, environment.TEST)
    environ = clean(os.environ)
    outcomes: list[Outcome] = []
    if not arguments:
        with collecting(pythons, environ):
            outcomes += [run(step, environ) for step in reading(str(pythons[-1]))]
    outcomes += [run(step, environ) for step in steps(chosen, pythons, arguments)]
    say(table(outcomes))
    return int(any(outcome.code for outcome in outcomes))


def steps(chosen: list[Interpreter], pythons: list[Path], arguments: list[str]) -> list[Step]:
    """The tests on each Python, and those that run on one."""
    if arguments:
        return [Step(f"pytest, Python {chosen[-1].name}", pytest(pythons[-1], *arguments))]
    tests = [
        Step(f"{name}, Python {one.name}", command)
        for one, python in zip(chosen, pythons, strict=True)
        for name, command in tests_on(python, is_newest=one is chosen[-1])
    ]
    once = [
        Step(
            f"{name}, Python {chosen[-1].name}",
            pytest(pythons[-1], *words, *marked(environment.ROOT, words[-1])),
        )
        for name, words in ONCE
    ]
    return [*tests, *once]


def tests_on(python: Path, *, is_newest: bool) -> list[tuple[str, list[str]]]:
    """The tests that run on each Python."""
    root = environment.ROOT
    beside = BESIDE if is_newest else (*BESIDE, *BRIEF, *for_older(root))
    alone = [
        each for each in marked(root, ALONE[-1]) if is_newest or not each.endswith(NEWEST_ONLY)
    ]
    return [
        ("pytest", pytest(python, *beside)),
        ("pytest alone", pytest(python, *ALONE, *alone)),
    ]


def marked(root: Path, mark: str) -> list[str]:
    """The files that have tests with a mark: to find them among all takes longer than some run."""
    files = sorted((root / "tests").rglob("test_*.py"))
    return [
        str(each.relative_to(root)) for each in files if f"mark.{mark}" in each.read_text("utf-8")
    ]


def for_older(root: Path) -> list[str]:
    """The tests but for most of those of the window, which take half of the time."""
    tests = root / "tests"
    rooms = [each for each in sorted(tests.iterdir()) if (each / "__init__.py").is_file()]
    files = sorted(tests.glob("test_*.py"))
    left_out = ("ui", "helpers", *NEWEST_ONLY)
    chosen = [each for each in (*rooms, *files) if each.name not in left_out]
    return [
        str(each.relative_to(root)) for each in (*chosen, *(tests / "ui" / name for name in UI))
    ]


def pytest(python: Path, *words: str) -> list[str]:
    return [str(python), "-m", "pytest", *words]


@contextmanager
def collecting(pythons: list[Path], environ: dict[str, str]) -> Iterator[None]:
    """Have each Python compile the tests meanwhile: a type checker leaves cores idle."""
    script = environment.ROOT / "packaging" / "bootstrap" / "collecting.py"
    readers = [
        subprocess.Popen([python, script], cwd=environment.ROOT, env=environ) for python in pythons
    ]
    try:
        yield
    finally:
        for each in readers:
            each.wait()


def reading(python: str) -> list[Step]:
    """The checks that read the source."""
    return [
        Step("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        Step("ruff check", [python, "-m", "ruff", "check", "."]),
        Step("mypy", [python, "-m", "mypy"]),
        Step("lint-imports", [python, "-c", LINT_IMPORTS]),
    ]


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables for the tests: no key, no state of the user's, no need of a screen."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(OURS) and name != FORGETFUL
    }
    return {"QT_QPA_PLATFORM": "offscreen", **kept}


def run(step: Step, environ: dict[str, str]) -> Outcome:
    say(f"== {step.name}")
    start = time.monotonic()
    done = subprocess.run(step.command, cwd=environment.ROOT, env=environ, check=False)
    return Outcome(step.name, done.returncode, time.monotonic() - start)


def table(outcomes: list[Outcome]) -> str:
    lines = (
        f"{one.name:<27} {'ok' if one.code == 0 else f'exit {one.code}':<8} {one.seconds:7.1f} s"
        for one in outcomes
    )
    return "\n".join(["", *lines])
