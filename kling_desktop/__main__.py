"""The way in: the window where the words leave room for nothing else, a command otherwise."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.cli.main import main as run_command
from kling_desktop.cli.parser import COMMANDS, HELP_OPTIONS, WINDOW_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence


def main() -> int:
    """Start what the command line asks for and return the exit code."""
    words = sys.argv[1:]
    if not opens_window(words):
        return run_command(words)
    from kling_desktop.app import run_window

    return run_window(words)


def opens_window(words: Sequence[str]) -> bool:
    """Whether there are only options of the window and a picture; a mistyped command is neither."""
    if {*COMMANDS, *HELP_OPTIONS}.intersection(words):
        return False
    return all(word in WINDOW_OPTIONS or _is_file(word) for word in words)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:  # Too long a name, or a folder that cannot be looked into.
        return False


if __name__ == "__main__":
    sys.exit(main())
