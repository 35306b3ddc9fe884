"""Processes that are born with everything loaded, so that a life costs milliseconds."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def forked(live: Callable[[], None], *, log: Path | None = None) -> int:
    """Do something in a child process, and return its number; what it says goes to a file."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        if log is not None:
            os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
        live()
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may come back into the parent's code
        traceback.print_exc()
    finally:
        with suppress(BaseException):
            sys.stderr.flush()
        os._exit(code)


def kill(child: int) -> None:
    """As the system does it: at once, and without a word."""
    os.kill(child, signal.SIGKILL)


def ended(child: int) -> int:
    """Wait for a child's end: its exit code, or minus the signal that ended it."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
