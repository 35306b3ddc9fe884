"""The rights of an ordinary user, also where root runs the tests, for whom no mode counts."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION_3 = 0x20080522
_OVERRIDES = 1 << 1 | 1 << 2
"""``CAP_DAC_OVERRIDE`` and ``CAP_DAC_READ_SEARCH`` of ``capability.h``."""


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Rights(ctypes.Structure):
    """Each set in two halves, the lower one first."""

    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@contextmanager
def modes_counting() -> Iterator[None]:
    """Modes of files count for this thread, and for the threads that it starts meanwhile.

    Raises:
        NotImplementedError: nobody knows how, for somebody whom no mode keeps out.
    """
    if os.name != "posix":
        raise NotImplementedError("files have no such modes here")
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        raise NotImplementedError("root may read and write anything here")
    libc = ctypes.CDLL(None, use_errno=True)
    header, rights = _Header(_VERSION_3, 0), (_Rights * 2)()

    def call(name: str) -> None:
        if getattr(libc, name)(ctypes.byref(header), rights) != 0:
            raise OSError(ctypes.get_errno(), name)

    call("capget")
    before = rights[0].effective
    rights[0].effective &= ~_OVERRIDES
    call("capset")
    try:
        yield
    finally:
        rights[0].effective = before
        call("capset")
