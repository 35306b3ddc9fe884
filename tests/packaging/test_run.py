"""The bootstrap decides what to use, what is missing and what is stale from plain facts."""

from __future__ import annotations

import ast
import multiprocessing
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bootstrap import checks, environment, interpreters, system
from bootstrap.interpreters import Interpreter
from bootstrap.lock import locked

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

ROOT = Path(__file__).parents[2]
RUN = ROOT / "packaging" / "run.py"

OLD = Interpreter("/usr/bin/python3.11", (3, 11), has_pip=False)
MIDDLE = Interpreter("/opt/python3.12", (3, 12), has_pip=True)
NEW = Interpreter("/opt/python3.13", (3, 13), has_pip=True)


class TestChoosingAPython:
    def test_the_supported_versions_are_those_of_the_project(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        oldest, newest = interpreters.SUPPORTED[-1], interpreters.SUPPORTED[0]
        after = f"{newest[0]}.{newest[1] + 1}"
        assert project["requires-python"] == f">={oldest[0]}.{oldest[1]},<{after}"

    @pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
    def test_a_version_outside_the_range_is_not_supported(self, version: tuple[int, int]) -> None:
        assert not interpreters.supported(version)

    def test_tests_run_on_the_oldest_and_on_the_newest(self) -> None:
        assert interpreters.for_tests([MIDDLE, NEW, OLD]) == [OLD, NEW]

    def test_a_lone_python_runs_the_tests_once(self) -> None:
        assert interpreters.for_tests([OLD]) == [OLD]

    def test_without_the_oldest_the_newest_has_to_do(self) -> None:
        assert interpreters.for_tests([MIDDLE, NEW]) == [NEW]

    def test_the_answer_of_a_python_is_read_with_blanks_in_its_path(self) -> None:
        found = interpreters.read("3 12 1 C:\\Program Files\\Python312\\python.exe\n")
        assert found == Interpreter("C:\\Program Files\\Python312\\python.exe", (3, 12), True)

    def test_an_unsupported_answer_is_no_interpreter(self) -> None:
        assert interpreters.read("3 14 1 /usr/bin/python3.14") is None

    def test_a_command_that_does_not_run_is_no_interpreter(self) -> None:
        assert interpreters.probe(("no-such-python",)) is None

    def test_the_running_python_finds_itself(self) -> None:
        probed = interpreters.probe((sys.executable,))
        assert probed is not None
        assert probed.version == interpreters.running().version

    def test_builds_are_ordered_by_number_and_not_by_letter(self) -> None:
        builds = [Path(f"/v/3.12.{micro}/bin/python3.12") for micro in (9, 10, 1)]
        assert interpreters.newest_first(builds) == [builds[1], builds[0], builds[2]]


class TestFindingMissingPackages:
    def test_only_what_dpkg_calls_installed_is_there(self) -> None:
        answer = "xvfb installed\nxauth config-files\nopenbox not-installed\n"
        wanted = ("xvfb", "xauth", "openbox", "xdotool")
        assert system.missing(wanted, answer) == ["xauth", "openbox", "xdotool"]

    @pytest.mark.parametrize("name", ["libglib2.0-0", "libglib2.0-0t64"])
    def test_either_name_of_a_renamed_package_will_do(self, name: str) -> None:
        assert system.missing(("libglib2.0-0t64|libglib2.0-0",), f"{name} installed\n") == []

    def test_of_two_names_the_one_on_offer_is_installed(self) -> None:
        names = ["libglib2.0-0t64", "libglib2.0-0"]
        assert system.choose(names, {"libglib2.0-0t64"}.__contains__) == "libglib2.0-0t64"
        assert system.choose(names, {"libglib2.0-0"}.__contains__) == "libglib2.0-0"
        assert system.choose(names, set[str]().__contains__) == "libglib2.0-0"

    def test_a_policy_without_a_candidate_is_no_offer(self) -> None:
        assert not system.has_candidate("")
        assert not system.has_candidate("x:\n  Installed: (none)\n  Candidate: (none)\n")
        assert system.has_candidate("x:\n  Installed: (none)\n  Candidate: 1:2.84.1-1\n")

    def test_a_package_that_only_stands_for_a_snap_is_no_browser(self) -> None:
        ubuntu = "Package: chromium-browser\nDescription: Transitional package - chromium -> snap\n"
        assert system.is_snap(ubuntu)
        assert not system.is_snap("Package: chromium\nDescription: web browser\n")

    def test_without_a_browser_the_checks_go_on_and_it_is_said(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PATH", "")
        monkeypatch.setattr(sys, "platform", "linux")
        system.provide_browser()
        told = capsys.readouterr()
        assert "tests that drag out of a browser are left out" in told.out + told.err

    @pytest.mark.parametrize(
        ("release", "kin"),
        [
            ({"ID": "debian"}, True),
            ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, True),
            ({"ID": "fedora"}, False),
        ],
    )
    def test_kin_of_debian_is_known_by_its_name(self, release: dict[str, str], kin: bool) -> None:
        assert system.is_kin(release) is kin

    def test_debians_python_without_pip_asks_for_its_venv_package(self) -> None:
        assert system.venv_packages([OLD, NEW]) == ["python3.11-venv"]


class TestKnowingAStaleEnvironment:
    def test_the_digest_changes_with_a_source(self, tmp_path: Path) -> None:
        source = tmp_path / "pyproject.toml"
        source.write_text("a", encoding="utf-8")
        before = environment.digest(tmp_path, [source])
        assert environment.digest(tmp_path, [source]) == before
        source.write_text("b", encoding="utf-8")
        assert environment.digest(tmp_path, [source]) != before

    def test_the_digest_changes_with_the_place(self, tmp_path: Path) -> None:
        assert environment.digest(tmp_path / "a", []) != environment.digest(tmp_path / "b", [])

    def test_an_environment_is_fresh_once_it_is_stamped(self, tmp_path: Path) -> None:
        assert not environment.fresh(tmp_path, environment.RUN)
        stamp = environment.stamp(tmp_path, environment.RUN)
        stamp.write_text(environment.digest(tmp_path), encoding="ascii")
        assert environment.fresh(tmp_path, environment.RUN)

    def test_an_environment_to_run_in_is_not_one_to_test_in(self, tmp_path: Path) -> None:
        stamp = environment.stamp(tmp_path, environment.RUN)
        stamp.write_text(environment.digest(tmp_path), encoding="ascii")
        assert not environment.fresh(tmp_path, environment.TEST)

    def test_a_folder_without_a_python_does_not_work(self, tmp_path: Path) -> None:
        assert not environment.works(environment.python_of(tmp_path))


class TestTestingEverything:
    def test_the_source_is_read_once(self) -> None:
        steps = checks.reading("new")
        assert [step.name for step in steps] == [
            "ruff format",
            "ruff check",
            "mypy",
            "lint-imports",
        ]
        assert {step.command[0] for step in steps} == {"new"}

    @pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Python")
    def test_meanwhile_each_python_compiles_the_tests(self, tmp_path: Path) -> None:
        seen = tmp_path / "seen"
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\necho "$1" >> {seen}\n')
        python.chmod(0o755)
        with checks.collecting([python, python], dict(os.environ)):
            pass
        script = str(environment.ROOT / "packaging" / "bootstrap" / "collecting.py")
        assert seen.read_text().splitlines() == [script, script]

    def test_the_tests_run_on_each_python(self) -> None:
        steps = checks.steps([OLD, NEW], [Path("old"), Path("new")], [])
        kinds = ("pytest", "pytest alone")
        tests = [f"{kind}, Python {one}" for one in ("3.11", "3.13") for kind in kinds]
        once = ["benchmarks, Python 3.13", "thorough, Python 3.13"]
        assert [step.name for step in steps] == [*tests, *once]
        older, newest = (
            next(step.command for step in steps if step.name == f"pytest, Python {one}")
            for one in ("3.11", "3.13")
        )
        assert newest[-1] == checks.OTHERS  # all that there is
        assert {"tests/engine", "tests/fal", "tests/ui/canvas"} <= set(older)
        assert "tests/test_architecture.py" not in older
        assert all((environment.ROOT / each).exists() for each in older[11:])

    def test_every_test_runs_beside_others_or_alone_or_once(self) -> None:
        once = [words[-1] for _, words in checks.ONCE]
        others = sorted([checks.ALONE[-1], *once])
        assert checks.BESIDE[-1] == f"not ({' or '.join(others)})"

    @pytest.mark.parametrize("mark", ["desktop", "benchmark", "thorough"])
    def test_a_mark_is_written_where_its_tests_are(self, mark: str) -> None:
        files = checks.marked(environment.ROOT, mark)
        assert files
        assert all((environment.ROOT / each).is_file() for each in files)
        # None is given from elsewhere, so that no test with it can be missed.
        others = (environment.ROOT / "tests").rglob("*.py")
        named = {str(each.relative_to(environment.ROOT)) for each in others
                 if f"mark.{mark}" in each.read_text("utf-8")}  # fmt: skip
        assert named - set(files) <= {"tests/packaging/test_run.py"}

    def test_with_words_only_pytest_runs_and_gets_them(self) -> None:
        (step,) = checks.steps([NEW], [Path("new")], ["-k", "money"])
        assert step.command == ["new", "-m", "pytest", "-k", "money"]

    def test_the_tests_see_no_key_and_no_state_of_the_user(self) -> None:
        environ = {"FAL_KEY": "k", "FAL_KEY_ID": "i", "KLING_DESKTOP_HOME": "/x", "HOME": "/h"}
        assert checks.clean(environ) == {"HOME": "/h", "QT_QPA_PLATFORM": "offscreen"}

    def test_what_was_compiled_is_kept_for_the_next_process(self) -> None:
        environ = {"PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "xcb"}
        assert checks.clean(environ) == {"QT_QPA_PLATFORM": "xcb"}

    def test_a_platform_that_was_asked_for_stays(self) -> None:
        assert checks.clean({"QT_QPA_PLATFORM": "xcb"}) == {"QT_QPA_PLATFORM": "xcb"}

    def test_the_table_tells_the_failed_from_the_rest(self) -> None:
        outcomes = [checks.Outcome("mypy", 0, 2.5), checks.Outcome("ruff check", 1, 0.25)]
        lines = [line.split() for line in checks.table(outcomes).strip().splitlines()]
        assert lines == [["mypy", "ok", "2.5", "s"], ["ruff", "check", "exit", "1", "0.2", "s"]]


def hold(path: Path, held: Event, leave: Event) -> None:
    with locked(path):
        held.set()
        leave.wait(60)


def follow(path: Path, held: Event) -> None:
    with locked(path):
        held.set()


class TestStartingTwiceAtOnce:
    def test_the_second_waits_until_the_first_has_finished(self, tmp_path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        first_in, second_in, leave = context.Event(), context.Event(), context.Event()
        path = tmp_path / "made" / "lock"
        first = context.Process(target=hold, args=(path, first_in, leave))
        first.start()
        assert first_in.wait(60)
        second = context.Process(target=follow, args=(path, second_in))
        second.start()
        assert not second_in.wait(0.5)
        leave.set()
        assert second_in.wait(60)
        first.join()
        second.join()


class TestReadingTheBootstrapOnAnyPython:
    def test_importing_it_needs_no_library_and_prints_nothing(self) -> None:
        words = "import sys; sys.path.insert(0, sys.argv[1]); import run"
        command = [sys.executable, "-I", "-S", "-c", words, str(RUN.parent)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout == done.stderr == ""

    @pytest.mark.parametrize("name", ["run.py", "bootstrap/interpreters.py", "bootstrap/talk.py"])
    def test_what_an_older_python_reads_is_written_for_it(self, name: str) -> None:
        ast.parse((RUN.parent / name).read_text(encoding="utf-8"), feature_version=(3, 8))
