"""A child process that looks at a file which may be anything; it dies with whoever waits for it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import Transient

if TYPE_CHECKING:
    from collections.abc import Sequence

DAMAGED = 4
"""Exit code of a child that found the file wanting, and says why as JSON: ``{"error": ...}``."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child came to its end."""

    code: int
    output: bytes
    errors: bytes

    @property
    def last_words(self) -> str:
        """The last line of what it complained of."""
        return self.errors.decode(errors="replace").strip().rpartition("\n")[2]


async def run_child(
    words: Sequence[str], *, told: bytes | None = None, patience: float, task: str
) -> Ended:
    """Run a command to its end; ``told`` is what it reads.

    Raises:
        Transient: it did not come to an end in time; ``task`` is what it was about.
        OSError: it cannot be started.
    """
    child = await asyncio.create_subprocess_exec(
        *words,
        stdin=subprocess.DEVNULL if told is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C in the terminal is for us to handle
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        # The child reads what a stranger sent; it needs no key.
        env={name: each for name, each in os.environ.items() if not name.startswith("FAL_")},
    )
    try:
        async with asyncio.timeout(patience):
            output, errors = await child.communicate(told)
    except TimeoutError:
        raise Transient(f"{task} took longer than {patience:g} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode is not None
    return Ended(child.returncode, output, errors)
