"""The way in: a command where the words name one, the window otherwise."""

from __future__ import annotations

import sys

from kling_desktop.cli.main import main as run_command
from kling_desktop.cli.parser import COMMANDS

_COMMAND_WORDS = {*COMMANDS, "-h", "--help", "--version"}


def main() -> int:
    """Start what the command line asks for and return the exit code."""
    words = sys.argv[1:]
    if _COMMAND_WORDS.intersection(words):
        return run_command(words)
    from kling_desktop.app import run_window

    return run_window(words)


if __name__ == "__main__":
    sys.exit(main())
