"""What the bootstrap says: on stderr, for stdout belongs to the program that it starts."""

from __future__ import annotations

import sys
from typing import NoReturn

SET_UP_FAILED = 1
"""Exit code: this machine lacks something. The program's own codes from 2 on mean other things."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def give_up(text: str, code: int = SET_UP_FAILED) -> NoReturn:
    say(text)
    sys.exit(code)
