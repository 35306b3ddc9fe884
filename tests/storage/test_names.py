"""File names that every system accepts."""

from __future__ import annotations

import unicodedata
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.storage.names import SLUG_LENGTH, clip_names, safe_stem, slug
from tests.storage.some_jobs import a_job

FORBIDDEN = set('<>:"/\\|?*') | {chr(code) for code in range(32)}
anything = st.text(st.characters(), max_size=300)


@given(anything)
def test_a_slug_is_short_and_made_of_letters_marks_digits_and_single_hyphens(text: str) -> None:
    made = slug(text)
    assert 0 < len(made) <= SLUG_LENGTH
    assert all(each == "-" or unicodedata.category(each)[0] in "LMN" for each in made)
    assert not made.startswith("-")
    assert not made.endswith("-")
    assert "--" not in made


@given(anything)
def test_a_safe_stem_has_nothing_that_windows_refuses(stem: str) -> None:
    safe = safe_stem(stem)
    assert safe
    assert not FORBIDDEN & set(safe)
    assert safe == safe.strip(". ")
    assert len(safe.encode()) <= 121


@settings(deadline=None)
@given(anything)
def test_every_name_can_be_made_on_this_disk(text: str) -> None:
    name = next(clip_names(a_job(params={"prompt": text})))
    with TemporaryDirectory() as folder:
        for each in (f"{name}.kling.json", f"{safe_stem(text)}.png"):
            Path(folder, each).write_bytes(b"x")
            assert Path(folder, each).read_bytes() == b"x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A boat, on the lake!", "a-boat-on-the-lake"),
        ("", "clip"),
        ("...", "clip"),
        ("☀️ über den Alpen ☀️", "über-den-alpen"),
        ("湖上的小船", "湖上的小船"),
        ("नमस्ते दुनिया", "नमस्ते-दुनिया"),
        ("e\u0301te\u0301", "été"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 60, "x" * 40),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_a_slug_keeps_the_words_of_every_language(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("my boat", "my boat"),
        ("con", "_con"),
        ("COM1.old", "_COM1.old"),
        ("lpt²", "_lpt²"),
        ("console", "console"),
        ("name. . .", "name"),
        (".hidden", "hidden"),
        ("a/b\\c:d", "a_b_c_d"),
        ("...", "picture"),
        ("bell\a", "bell_"),
        ("bad\udcff", "bad_"),
    ],
)
def test_a_stem_changes_only_where_it_must(stem: str, expected: str) -> None:
    assert safe_stem(stem) == expected


HOSTILE = [
    *("../../etc/passwd", "..\\..\\evil", "/etc/passwd", "C:\\Windows\\evil", "~root", "..", "."),
    *("a\0b", "nul", "NUL.txt", "com¹", "CONIN$", "aux.", "prn   ", "con\u00a0", "lpt9.mp4.exe"),
    *("x" * 5000, "\N{FIRE}" * 2000, "\u202egpj.exe", "\u2066a\u2069", "\ufeff", "name. . .", "  "),
    *("$(reboot)", "`id`", "-rf", "%2e%2e%2f", "a\nb", "a\u2028b", "\ud800", "a:b", "a|b", "a?*"),
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_out_of_its_folder_or_hides_what_it_is(name: str) -> None:
    with TemporaryDirectory() as folder:
        for made in (f"{safe_stem(name)}.png", next(clip_names(a_job(params={"prompt": name})))):
            path = Path(folder, made)
            path.write_bytes(b"x")
            assert [each.name for each in Path(folder).iterdir()] == [made]
            assert path.resolve().parent == Path(folder).resolve()
            assert not any(unicodedata.category(each)[0] == "C" for each in made)
            assert len(made.encode()) <= 255 - len(".kling.json")
            path.unlink()


def test_a_clip_is_named_by_its_day_its_prompt_and_its_job() -> None:
    assert list(islice(clip_names(a_job(1)), 3)) == [
        "2026-05-04-a-boat-on-the-lake-00000000.mp4",
        "2026-05-04-a-boat-on-the-lake-00000000-2.mp4",
        "2026-05-04-a-boat-on-the-lake-00000000-3.mp4",
    ]
