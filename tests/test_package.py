"""The package as a whole: its version, its way in, and the guard that keeps Python alive."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kling_desktop

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kling_desktop", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_there_is_one_version() -> None:
    assert kling_desktop.__version__ == SETTINGS["project"]["version"]


def test_the_program_says_its_version() -> None:
    assert _run("--version").stdout == f"kling-desktop {kling_desktop.__version__}\n"


def test_help_names_every_command() -> None:
    shown = _run("--help")
    assert shown.returncode == 0
    for command in ("models", "generate", "jobs", "sandbox", "key", "doctor"):
        assert command in shown.stdout


def test_the_catalog_ships_with_the_package() -> None:
    assert (ROOT / "kling_desktop" / "domain" / "catalog.json").is_file()


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None, True and False are immortal there")
def test_singletons_outlive_a_library_that_loses_references() -> None:
    for each in (None, True, False):
        assert sys.getrefcount(each) > 1 << 39
