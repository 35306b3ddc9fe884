"""The house keeps its floors, its rooms stay small, and nothing heavy is carried in early."""

from __future__ import annotations

import ast
import shutil
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kling_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)
QT = {"PySide6", "shiboken6", "qasync"}
HEAVY = {"httpx", "av", "cv2", "numpy", "PIL", "keyring", "starlette", "uvicorn"}
OFFENCES = {
    "The floors: attic, ui, use cases and the world, values": (
        "domain/money.py",
        "import kling_desktop.engine.pace",
    ),
    "Only the sandbox may use media among the neighbours of the first floor": (
        "engine/pace.py",
        "import kling_desktop.media",
    ),
    "The window talks to the engine, never to the wire, the disk or the sandbox": (
        "ui/__init__.py",
        "import httpx",
    ),
    "Qt lives in ui and app alone": ("media/__init__.py", "import PySide6.QtGui"),
    "The engine names no wire, no database and no keyring": ("engine/pace.py", "import sqlite3"),
    "The domain is values and rules": ("domain/money.py", "import asyncio"),
}


def _python(code: str, *, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_imports_keep_every_contract() -> None:
    linted = _python(LINT)
    assert linted.returncode == 0, linted.stdout


def test_every_contract_has_an_offence_that_tries_it() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    assert [each["name"] for each in contracts] == list(OFFENCES)


@pytest.mark.parametrize("contract", OFFENCES)
def test_a_contract_that_is_broken_on_purpose_is_reported(contract: str, tmp_path: Path) -> None:
    module, offence = OFFENCES[contract]
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "kling_desktop", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    offender = tmp_path / "kling_desktop" / module
    offender.write_text(f"{offender.read_text('utf-8')}\n{offence}\n", "utf-8")
    linted = _python(LINT, cwd=tmp_path)
    assert linted.returncode == 1, linted.stdout
    assert f"{contract} BROKEN" in " ".join(linted.stdout.split())


@pytest.mark.parametrize(
    ("start", "absent"),
    [
        ("import kling_desktop.engine.engine", QT | HEAVY),
        ("import kling_desktop.engine.remote", QT | HEAVY),
        ("import kling_desktop.cli.main", QT),
        ("from kling_desktop.cli.parser import build_parser; build_parser()", QT | HEAVY),
        ("import kling_desktop.wiring", QT | HEAVY),
        ("import kling_desktop.domain.catalog", QT | HEAVY),
    ],
)
def test_nothing_heavy_is_carried_in_early(start: str, absent: set[str]) -> None:
    found = _python(f"{start}; import sys; print(*sorted(sys.modules.keys() & {absent!r}))")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.split() == []


BRUSH = """
import sys
from PySide6.QtWidgets import QApplication
from kling_desktop import workrooms
from kling_desktop.ui.project.last import load_heavy
from kling_desktop.ui.stage import Stage
app = QApplication([])
stage = Stage()
stage.make_motion = workrooms.make_motion
load_heavy()
before = set(sys.modules)
stage._ready_brush()
print(*sorted(set(sys.modules) - before))
"""


def test_the_brush_page_loads_nothing_that_is_not_loaded_ahead_of_it() -> None:
    found = _python(BRUSH)
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []


def test_no_dialog_blocks_the_loop() -> None:
    """``exec()`` reached from a coroutine breaks the loop of qasync; ``open()`` does not.

    A drag has no ``open()``. It begins where Qt tells a view that the mouse was dragged, which is
    never inside a coroutine, and the loop goes on within it.
    """
    guilty = [
        (module.name, ast.unparse(call.func))
        for module in [*(PACKAGE / "ui").rglob("*.py"), PACKAGE / "app.py"]
        for call in _calls(module)
        if _attribute(call.func) in {"exec", "exec_"}
    ]
    assert sorted(guilty) == [("chains.py", "drag.exec"), ("table.py", "drag.exec")]


def _calls(module: Path) -> Iterator[ast.Call]:
    tree = ast.parse(module.read_text("utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _attribute(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ""


def test_no_file_is_long() -> None:
    lengths = {each.relative_to(ROOT): _length(each) for each in MODULES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_most_files_are_short() -> None:
    assert statistics.median(_length(each) for each in MODULES) <= 120


def _length(module: Path) -> int:
    return len(module.read_text("utf-8").splitlines())


def test_no_function_is_long() -> None:
    long = [
        f"{module.relative_to(ROOT)}:{node.lineno} {node.name}"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert long == []


@pytest.mark.parametrize("module", MODULES, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text("utf-8")))


SOAK = """
import kling_desktop
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

class Sender(QObject):
    sent = Signal(int)

app, heard = QApplication([]), []
widget, sender = QWidget(), Sender()
sender.sent.connect(heard.append)
for number in range(20_000):
    sender.sent.emit(number)
    widget.update()
print(len(heard))
"""


def test_twenty_thousand_signals_and_void_calls_do_not_kill_the_interpreter() -> None:
    """PySide6 6.12.0 on Python 3.11 loses a reference to True or None with each of them."""
    soaked = _python(SOAK)
    assert (soaked.returncode, soaked.stdout.strip()) == (0, "20000"), soaked.stderr
