"""Kling Desktop: turn pictures into video with fal.ai's Kling models."""

import ctypes
import sys

__version__ = "0.1.0"


def _guard_singletons() -> None:
    """Keep None, True and False alive on Python 3.11 under PySide6 6.12.0.

    That release hands back these singletons from void calls and ``emit()`` without owning a
    reference, so their counts sink until the interpreter aborts. From 3.12 on they are immortal.
    """
    if sys.version_info < (3, 12):
        for singleton in (None, True, False):
            ctypes.c_ssize_t.from_address(id(singleton)).value += 1 << 40


_guard_singletons()
