"""Events are the same however the network cuts them into pieces."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import ServiceDown
from kling_desktop.fal.events import EventParser

STREAM = 'data: {"a": 1}\n\n: ping\n\ndata: é\U0001f431\ndata:two\n\nid: 7\nevent: x\ndata\n\n'
EVENTS = ['{"a": 1}', "é\U0001f431\ntwo", ""]


def parsed(*pieces: bytes, largest: int = 1000) -> list[str]:
    parser = EventParser(largest)
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lines_may_end_in_any_way_and_begin_with_a_mark(ending: str, mark: str) -> None:
    assert parsed((mark + STREAM.replace("\n", ending)).encode()) == EVENTS


def test_a_comment_alone_is_no_event() -> None:
    assert parsed(b": ping\n\n: ping\n\n") == []


def test_an_event_without_its_empty_line_is_not_given() -> None:
    assert parsed(b"data: x\n") == []


def test_bytes_that_are_no_text_do_not_break_the_stream() -> None:
    assert parsed(b"data: \xff\n\ndata: y\n\n") == ["\ufffd", "y"]


@pytest.mark.parametrize("endless", [b"data: " + b"x" * 2000, b"x" * 2000, b"data: x\n" * 2000])
def test_an_endless_event_is_given_up(endless: bytes) -> None:
    with pytest.raises(ServiceDown):
        parsed(endless)


def test_many_small_events_are_not_one_long_one() -> None:
    assert len(parsed(b"data: 1234567890\n\n" * 1000)) == 1000


def test_an_endless_row_of_comments_is_allowed() -> None:
    assert parsed(*[b": ping\n\n"] * 1000, largest=100) == []


_cuts = st.lists(st.integers(0, 200), max_size=12).map(sorted)
_text = st.text(st.sampled_from("adt: \r\n\ufeffé\U0001f431"), max_size=60)


def cut(text: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *places, len(text)]
    return [text[begin:end] for begin, end in itertools.pairwise(edges)]


@given(_text, _cuts)
def test_the_pieces_do_not_matter(text: str, places: list[int]) -> None:
    raw = f"{text}\n\n{STREAM}".encode()
    places = [min(each, len(raw)) for each in places]
    assert parsed(*cut(raw, places)) == parsed(raw)


@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=20)), _cuts
)
def test_what_was_written_is_read(texts: list[str], places: list[int]) -> None:
    raw = "".join(f"data: {text}\n\n" for text in texts).encode()
    assert parsed(*cut(raw, [min(each, len(raw)) for each in places])) == texts


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_any_bytes_are_survived(pieces: list[bytes]) -> None:
    parsed(*pieces)
