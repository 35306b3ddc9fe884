"""Sets everything up on first use and starts Kling Desktop.

    python3 packaging/run.py [words]              the program; the words go to it
    python3 packaging/run.py test [pytest words]  every check, or just the tests asked for

Only the standard library is used, and nothing is printed on stdout. A Python that is too old, or
too new, can read this file and passes the start on to one that fits.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bootstrap import interpreters
from bootstrap.talk import give_up


def main() -> int:
    """Choose between the program and its tests."""
    words = sys.argv[1:]
    if not interpreters.supported(interpreters.running().version):
        return hand_over(words)
    if words[:1] == ["test"]:
        from bootstrap import checks  # here, for an older Python could not import it

        return checks.main(words[1:])
    from bootstrap import start

    return start.main(words)


def hand_over(words: list[str]) -> int:
    """Start this file again on a Python that we support."""
    others = interpreters.found()
    if not others:
        wanted = ", ".join(f"{major}.{minor}" for major, minor in interpreters.SUPPORTED)
        here = interpreters.running().name
        give_up(f"Kling Desktop needs Python {wanted}. This is {here}, and no other was found.")
    command = [others[0].path, str(Path(__file__).resolve()), *words]
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - no shell is what we want
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
