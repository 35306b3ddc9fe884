"""Which addresses may be asked, what is in an address, and what bytes are."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.foreign import checked, host_of, inline, name_in, suffix_of
from kling_desktop.paths import resource

BOAT = resource("samples/boat.jpg").read_bytes()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/a.jpg", "example.org"),
        ("http://Example.org:8080/a", "example.org:8080"),
        ("ftp://example.org/a.jpg", ""),
        ("https://user@example.org/a.jpg", ""),
        ("https://example.org\\@evil.org/a", ""),
        ("https:///a.jpg", ""),
        ("https://example.org:99999/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_host_is_named_of_what_may_be_asked_alone(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_picture_can_be_written_into_its_address() -> None:
    text = base64.b64encode(BOAT).decode()
    found = inline(f"data:image/jpeg;base64,{text[:70]}\n{text[70:]}")
    assert (found.name, found.data) == ("Picture.jpg", BOAT)


@pytest.mark.parametrize(
    "url",
    ["data:", "data:image/png;base64,???", "data:text/html,<script>x</script>", "data:image/png,"],
)
def test_an_address_with_no_picture_in_it_is_refused(url: str) -> None:
    with pytest.raises(BadPicture):
        inline(url)


def test_what_bytes_are_is_told_by_themselves() -> None:
    assert suffix_of(BOAT) == ".jpg"
    assert suffix_of(b"RIFF\0\0\0\0WEBPVP8 ") == ".webp"
    assert suffix_of(b"\0\0\0\x1cftypavif") == ".avif"
    assert suffix_of(b"<svg/>") == ""
    assert checked("https://example.org/boat.png", BOAT).name == "boat.jpg"


@given(st.text())
def test_any_address_has_a_name_that_files_can_have(url: str) -> None:
    name = name_in(url)
    assert name
    assert not {"/", "\\"} & set(name)
    assert len(name) <= 80
