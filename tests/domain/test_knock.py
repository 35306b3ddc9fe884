"""What a second start says is believed only as far as it is well formed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.knock import LARGEST, LONGEST_PATH, MOST_FILES, WISHES, Knock

HERE = str(Path.cwd())
_paths = st.text(st.characters(exclude_characters="\0"), max_size=50).map(
    lambda each: f"{HERE}/{each}"
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(_paths, max_size=5), st.sampled_from(WISHES))
def test_what_is_said_is_what_is_heard_in_one_line(files: list[str], wish: str) -> None:
    knock = Knock(tuple(files), wish)
    line = knock.line()
    assert line.count(b"\n") == 1
    assert Knock.of(line) == knock


@settings(max_examples=50)
@given(st.binary(max_size=300) | _json.map(lambda each: json.dumps(each).encode()))
def test_nonsense_is_refused_and_nothing_else_happens(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them will do
        Knock.of(line)


def _line(**changed: Any) -> bytes:
    return json.dumps({"files": [], "wish": "auto"} | changed).encode()


@pytest.mark.parametrize(
    "line",
    [
        _line(wish="evil"),
        _line(wish=["auto"]),
        _line(files="x"),
        _line(files=[1]),
        _line(files=["relative.png"]),
        _line(files=[""]),
        _line(files=[f"{HERE}/\0"]),
        _line(files=[f"{HERE}/{'x' * LONGEST_PATH}"]),
        _line(files=[HERE] * (MOST_FILES + 1)),
        _line(more=1),
        b" " * (LARGEST + 1),
        b"[" * 50_000,
        b"{}",
        b"",
    ],
)
def test_each_limit_is_kept(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them will do
        Knock.of(line)
