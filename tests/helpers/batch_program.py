"""The command line as a program of its own that decodes clips itself, and looks often.

A child process for each of hundreds of tiny clips is a second of somebody's processor each; what
the child does is tested where it is at home.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kling_desktop import wiring
from kling_desktop.cli.main import main
from kling_desktop.media import probe

if TYPE_CHECKING:
    from pathlib import Path


async def _measure(path: Path) -> probe.ClipFacts:
    return probe.measure(path)


if __name__ == "__main__":
    probe.measure_in_child = _measure  # type: ignore[assignment]
    setattr(wiring, "Pace", lambda: wiring.LOCAL_PACE)  # noqa: B010
    sys.exit(main(sys.argv[1:]))
