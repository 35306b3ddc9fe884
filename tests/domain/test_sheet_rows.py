"""CSV as spreadsheets write it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.sheet_rows import SEPARATORS, read_sheet

CELLS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8)


def _rows(text: str | bytes) -> list[tuple[int, dict[str, str]]]:
    data = text.encode() if isinstance(text, str) else text
    return [(each.number, dict(each.cells)) for each in read_sheet("a.csv", data).rows]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_separator_is_seen_with_a_mark_or_without(
    separator: str, mark: bytes, end: str
) -> None:
    text = end.join(("prompt,image", '"a, b; c","x\ty"', "")).replace('","', "\1")
    text = text.replace(",", separator, 1) if separator != "," else text
    data = mark + text.replace("\1", f'"{separator}"').encode()
    assert _rows(data) == [(2, {"prompt": "a, b; c", "image": "x\ty"})]


def test_rows_are_known_by_the_line_that_they_begin_in() -> None:
    found = _rows('a,b\n"1\n1",2\n\n,\n3,4\n')
    assert found == [(2, {"a": "1\n1", "b": "2"}), (6, {"a": "3", "b": "4"})]


def test_a_sheet_of_one_column_needs_no_separator() -> None:
    assert _rows("prompt\na boat\n") == [(2, {"prompt": "a boat"})]


def test_a_row_of_another_length_is_a_bad_row_and_not_a_bad_file() -> None:
    short, good, long = read_sheet("a.csv", b"a,b\n1\n1,2\n1,2,3\n").rows
    assert "ends before column 2 (b)" in short.problem
    assert not good.problem
    assert "column 3, where the header has no name" in long.problem


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no header"),
        (b"a,b\n", "no rows"),
        (b"a,,b\n1,2,3", "row 1, column 2"),
        (b"a,b,a\n1,2,3", "'a' twice in row 1, columns 1 and 3"),
        (b"a\nok\nb\xe9d\n", "line 3, byte 2"),
        (b'a\nok\n"open\n', "line 3 that is never closed"),
        (b'a\n"x"y\n', "line 2 is no CSV"),
        (b"a\nb\0\n", "line 2 has a zero byte"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_place(data: bytes, said: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        read_sheet("a.csv", data)
    assert said in str(caught.value)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(SEPARATORS))
def test_what_is_written_is_read(rows: list[tuple[str, str]], separator: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *rows])
    wanted = [row for row in rows if any(map(str.strip, row))]
    try:
        found = read_sheet("a.csv", out.getvalue().encode()).rows
    except InvalidParams:
        assert not wanted
    else:
        assert [tuple(each.cells.values()) for each in found] == wanted


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        rows = read_sheet("a.csv", data).rows
    except InvalidParams:
        rows = ()
    assert all(each.number > 1 for each in rows)
