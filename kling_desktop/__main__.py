"""The way in: the window where the words leave room for nothing else, a command otherwise."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop import log
from kling_desktop.alarm import Alarm
from kling_desktop.cli.main import main as run_command
from kling_desktop.cli.parser import COMMANDS, HELP_OPTIONS, WINDOW_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.bug_report import Failure


def main() -> int:
    """Start what the command line asks for and return the exit code."""
    words = sys.argv[1:]
    log.hide(os.environ.get("FAL_KEY", ""))
    alarm = Alarm(_say)
    alarm.install()
    # Where no log was started, Python itself prints records: not even then a secret.
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(log.RedactingFormatter())
    if not opens_window(words):
        return run_command(words)
    from kling_desktop.app import run_window

    return run_window(words, alarm)


def opens_window(words: Sequence[str]) -> bool:
    """Whether there are only options of the window and a picture; a mistyped command is neither."""
    if {*COMMANDS, *HELP_OPTIONS}.intersection(words):
        return False
    return all(word in WINDOW_OPTIONS or _is_file(word) for word in words)


def _say(failure: Failure) -> None:
    """One line; what is more is in the log. A program without a console has nowhere to say it."""
    if sys.stderr is not None:
        last = "" if log.current() else f" {failure.details.strip().rpartition(chr(10))[2]}"
        print(f"{log.where_to_look()}{last}", file=sys.stderr)  # noqa: T201 - there is no window yet


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:  # Too long a name, or a folder that cannot be looked into.
        return False


if __name__ == "__main__":
    sys.exit(main())
