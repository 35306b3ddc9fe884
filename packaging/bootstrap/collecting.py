"""Has the tests read and compiled once, a share of them at each core.

On a fresh clone nothing is compiled yet, and every worker of pytest would do it for all files by
itself, at the same time as the others. What is wrong with a test is said by the run that follows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> int:
    files = [str(each.relative_to(ROOT)) for each in sorted((ROOT / "tests").rglob("test_*.py"))]
    cores = os.cpu_count() or 2
    words = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider"]
    readers = [
        subprocess.Popen(
            [*words, *files[start::cores]],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for start in range(cores)
    ]
    for each in readers:
        each.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
