"""What ``doctor`` says of the window: libraries of the system that Qt would miss, by package."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MISSING = re.compile(r"(lib[\w.+-]+\.so[\w.]*)(?:: cannot open| => not found)")
_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libpulse.so.0": "libpulse0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Debian's names; others call the packages much the same."""


def missing_in(told: str) -> list[str]:
    """The libraries that a loader says it misses."""
    return list(dict.fromkeys(_MISSING.findall(told)))


def remedy(libraries: Iterable[str]) -> str:
    """The line that brings libraries; empty if there is none to bring."""
    libraries = list(libraries)
    packages = sorted({_PACKAGES[each] for each in libraries if each in _PACKAGES})
    if packages and shutil.which("apt-get"):
        return f"sudo apt install {' '.join(packages)}"
    if not libraries:
        return ""
    return f"Install what your system calls {', '.join(packages or libraries)}."


def missing_for_x11() -> list[str]:
    """What the part of Qt misses that talks to an X11 display; empty where nobody can tell."""
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations or not shutil.which("ldd"):
        return []
    plugin = Path(found.submodule_search_locations[0], "Qt/plugins/platforms/libqxcb.so")
    if not plugin.is_file():
        return []
    done = subprocess.run(["ldd", str(plugin)], capture_output=True, text=True, check=False)
    return missing_in(done.stdout)
