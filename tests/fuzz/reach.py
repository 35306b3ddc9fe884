"""Which lines of the program an input reaches; cheap, as each line is told once (``PEP 669``)."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from tests.fuzz.target import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2] / PACKAGE
_OPTIMIZED = 1


class Reach:
    """Remembers lines for each target."""

    def __init__(self) -> None:
        self._lines: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self._of = ""
        self._fresh = False
        self._tools: Any = None
        tools = self._tools = getattr(sys, "monitoring", None)
        if tools is not None:
            tools.use_tool_id(tools.COVERAGE_ID, "fuzz")
            tools.register_callback(tools.COVERAGE_ID, tools.events.LINE, self._hear)
            tools.set_events(tools.COVERAGE_ID, tools.events.LINE)

    def begin(self, target: str) -> None:
        """From here on, lines are those of this target."""
        self._of = target
        if self._tools is not None:
            self._tools.restart_events()
        self._fresh = False

    def is_new(self) -> bool:
        """Whether anything was reached for the first time since this was last asked."""
        fresh, self._fresh = self._fresh, False
        return fresh

    def of(self, target: str) -> set[tuple[str, int]]:
        return self._lines[target]

    def _hear(self, code: CodeType, line: int) -> Any:
        name = code.co_filename
        if name.startswith(str(ROOT)) and (name, line) not in self._lines[self._of]:
            self._lines[self._of].add((name, line))
            self._fresh = True
        return self._tools.DISABLE


@cache
def lines_of(module: str) -> frozenset[tuple[str, int]]:
    """The lines of a module that are within functions."""
    path = ROOT / f"{module.replace('.', '/')}.py"
    code = compile(path.read_text("utf-8"), str(path), "exec")
    return frozenset((str(path), line) for line in _inner(code))


def _inner(code: CodeType) -> Iterator[int]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_flags & _OPTIMIZED:
                lines = {line for _, _, line in each.co_lines() if line}
                yield from lines - {each.co_firstlineno}
            yield from _inner(each)
