"""``run.py``: gives way to the program, once it can run."""

from __future__ import annotations

import os
import subprocess

from bootstrap import environment, interpreters


def main(words: list[str]) -> int:
    """Start the program with these words; on POSIX this process becomes the program."""
    (python,) = environment.ready([interpreters.running()])
    # Safe path (-P): a file in the user's folder, say numpy.py, must not stand in for a library.
    command = [str(python), "-P", "-m", "kling_desktop", *words]
    if os.name == "posix":
        os.execv(python, command)  # noqa: S606 - no shell is what we want
    return attend(command)


def attend(command: list[str]) -> int:
    """Run the program as a child, where a process cannot become another."""
    with subprocess.Popen(command) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:  # Ctrl+C went to the program too: it decides
                continue
